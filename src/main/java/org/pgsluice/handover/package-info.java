/**
 * Online restart (-R): what the old process shows of its sockets and sessions, and how the new one takes them. The old side runs on the sessions' reactors, the
 * new one on the starting thread, before any reactor runs.
 */
@NullMarked
package org.pgsluice.handover;

import org.jspecify.annotations.NullMarked;
