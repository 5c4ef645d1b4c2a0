/**
 * Reactors, connections, listeners, dialing, name resolution and buffers: how the pooler reaches the world. Nothing here knows PostgreSQL. The rest of the
 * program sees only the interfaces {@link org.pgsluice.net.Reactor} and {@link org.pgsluice.net.Connection}, so that a simulated network and clock can stand in
 * for sockets. Everything of a connection belongs to the thread of the reactor that it is attached to.
 */
@NullMarked
package org.pgsluice.net;

import org.jspecify.annotations.NullMarked;
