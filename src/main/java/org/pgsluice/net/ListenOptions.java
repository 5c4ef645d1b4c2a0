package org.pgsluice.net;

import org.jspecify.annotations.Nullable;

/**
 * How a listening socket is opened.
 *
 * @param backlog length of the kernel's queue
 * @param reusePort SO_REUSEPORT (TCP)
 * @param deferAcceptSeconds TCP_DEFER_ACCEPT, 0 for off
 * @param unixMode file mode of a unix socket
 * @param unixGroup group of a unix socket's file, or null to leave it
 * @param accepted options of the accepted connections
 */
public record ListenOptions(
        int backlog, boolean reusePort, int deferAcceptSeconds, int unixMode, @Nullable String unixGroup, SocketOptions accepted) {}
