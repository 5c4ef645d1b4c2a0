package org.pgsluice.net;

import org.jspecify.annotations.Nullable;

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

    /** Written out, as {@link #hashCode} is: what the compiler makes for a record is put together when it is first called, by the first client. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SocketOptions that
                && keepalive == that.keepalive
                && keepCount == that.keepCount
                && keepIdleSeconds == that.keepIdleSeconds
                && keepIntervalSeconds == that.keepIntervalSeconds
                && userTimeoutMillis == that.userTimeoutMillis
                && bufferBytes == that.bufferBytes;
    }

    @Override
    public int hashCode() {
        return ((keepCount * 31 + keepIdleSeconds) * 31 + keepIntervalSeconds) * 31 + userTimeoutMillis + bufferBytes + (keepalive ? 1 : 0);
    }
}
