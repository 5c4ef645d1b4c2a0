package org.pgsluice.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * One open stream socket, attached to one reactor at a time; all methods are for that reactor's thread. Reads and writes never block. Readiness is level-like
 * for the user: as long as reading is wanted and bytes (or the end) are there, {@link Handler#onReadable()} is called again in a later turn. Buffers on the
 * heap cost a copy that direct ones do not.
 */
public interface Connection {
    /** Who is told of events. Setting it does not change interest. */
    void handler(Handler handler);

    /**
     * Reads what is there into {@code into}.
     *
     * @return the number of bytes; 0 when nothing is there now; -1 at the end of the stream
     * @throws IOException when the connection broke; the caller closes it
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes as much of {@code from} as the socket takes now and advances its position.
     *
     * @return the number of bytes written; fewer than remaining means: turn write interest on and wait
     * @throws IOException when the connection broke; the caller closes it
     */
    int write(ByteBuffer from) throws IOException;

    /** Wants {@link Handler#onReadable()} or not. Cheap when nothing changes. */
    void wantRead(boolean on);

    /**
     * Has {@link Handler#onReadable()} called once more, in a later turn in which reading is wanted, although the socket may have nothing then. For a
     * connection that decorates this one and still holds bytes that its reader did not take.
     */
    void readAgain();

    /** Wants {@link Handler#onWritable()} or not. Cheap when nothing changes. */
    void wantWrite(boolean on);

    /** Where a turn finds several connections ready, this one is served before those that are not urgent, if the engine can choose. */
    default void urgent() {}

    /** Closes the socket; no event comes afterwards. Idempotent. */
    void close();

    boolean isOpen();

    /** The other end; for a unix socket the path of the listener (or an empty path). */
    SocketAddress remoteAddress();

    /** Our end. */
    SocketAddress localAddress();

    /** Whether this is a unix socket. */
    boolean isUnix();

    /** Who is at the other end of a unix socket; {@link PeerCredentials#UNKNOWN} for TCP. */
    PeerCredentials peerCredentials();

    /** How it is encrypted, in the words of SHOW CLIENTS; empty where it is not, or not yet. */
    default String encryption() {
        return "";
    }

    /** The reactor that it is attached to. Any thread. */
    Reactor reactor();

    /**
     * Detaches from the current reactor and attaches to {@code target}, with interests kept. Called on the target's thread, by whoever holds the right to the
     * connection (a pool's books hand it over); events of the old reactor that are still under way are dropped.
     * An event that the old reactor has begun to deliver cannot be called back: the handler of a connection that may be taken away first claims it under the
     * same lock.
     */
    void attachTo(Reactor target);

    /** Applies keepalive, user timeout and buffer sizes to the open socket; a no-op for unix sockets. */
    void options(SocketOptions options);

    /** What a connection tells its user, on the reactor's thread. */
    interface Handler {
        /** Bytes or the end of the stream are there. */
        void onReadable();

        /** The socket takes bytes again. */
        void onWritable();

        /**
         * One of the other methods threw {@code thrown}, which is a fault of the program. Afterwards the connection is closed; let go of what belongs to it.
         */
        default void onFailure(Throwable thrown) {}
    }

    /**
     * Who is at the other end of a unix socket, as the operating system says.
     *
     * @param pid process id, -1 where unknown
     * @param uid number of the operating system's user, -1 where unknown; a name may not be there, and looking it up may wait
     */
    record PeerCredentials(long pid, long uid) {
        public static final PeerCredentials UNKNOWN = new PeerCredentials(-1, -1);
    }
}
