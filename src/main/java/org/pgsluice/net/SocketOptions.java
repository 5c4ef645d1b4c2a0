package org.pgsluice.net;

/**
 * Socket options of one TCP connection; unix sockets ignore all but the buffer. 0 means the operating system's default. {@code TCP_NODELAY} is always on.
 *
 * @param keepalive SO_KEEPALIVE
 * @param keepCount TCP_KEEPCNT, probes
 * @param keepIdleSeconds TCP_KEEPIDLE, seconds
 * @param keepIntervalSeconds TCP_KEEPINTVL, seconds
 * @param userTimeoutMillis TCP_USER_TIMEOUT, milliseconds
 * @param bufferBytes SO_SNDBUF and SO_RCVBUF, bytes
 */
public record SocketOptions(boolean keepalive, int keepCount, int keepIdleSeconds, int keepIntervalSeconds, int userTimeoutMillis, int bufferBytes) {
    public static final SocketOptions DEFAULT = new SocketOptions(false, 0, 0, 0, 0, 0);
}
