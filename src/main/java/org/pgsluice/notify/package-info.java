/**
 * LISTEN for clients that share servers: one listening server a pool ({@link org.pgsluice.notify.Hub}), which listens to the channels of all of them and hands
 * notifications on to the reactors of those who subscribed. A hub lives on one reactor; what a reactor's clients have subscribed to is that reactor's.
 */
@NullMarked
package org.pgsluice.notify;

import org.jspecify.annotations.NullMarked;
