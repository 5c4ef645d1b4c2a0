package org.pgsluice.net;

import java.io.IOException;
import java.net.SocketAddress;

/**
 * One event loop and the one thread that runs it. It owns its connections, timers and buffers. Unless a method says otherwise it may be called on the reactor's
 * own thread only, and asserts so.
 */
public interface Reactor {
    /** 0 for the first reactor, which also runs the console's barriers and the upkeep. Any thread. */
    int index();

    /** Whether the caller runs on this reactor's thread. Any thread. */
    boolean inReactor();

    /**
     * Monotonic time in nanoseconds, sampled once per turn of the loop: cheap enough for every message. Callers that measure a turn itself use
     * {@link #freshNanoTime()}.
     */
    long nanoTime();

    /** Monotonic time in nanoseconds, read now. Any thread. */
    long freshNanoTime();

    /**
     * Runs {@code task} on the reactor's thread in one of its next turns, in the order of the calls. Any thread; from the own thread too (then after the
     * current event).
     */
    void execute(Runnable task);

    /** Runs {@code task} once after {@code delayNanos} (not before; late by at most one turn). */
    Timer schedule(long delayNanos, Runnable task);

    /**
     * Like {@link #schedule} for what an idle reactor need not be woken for: while nothing has happened on it for a second, {@code task} may come up to a
     * second later. A reactor that is awake runs it in time.
     */
    Timer scheduleLazily(long delayNanos, Runnable task);

    /** The scratch and small buffers of this reactor. */
    Buffers buffers();

    /**
     * Starts to accept connections on {@code address} (TCP or unix). Binds before it returns.
     *
     * @throws IOException when the address cannot be bound; the message names it
     */
    Listener listen(SocketAddress address, ListenOptions options, Acceptor acceptor) throws IOException;

    /**
     * Opens a connection to {@code address} (TCP or unix). Exactly one method of {@code dial} is called, in a later turn, unless the returned attempt is
     * cancelled first.
     */
    DialAttempt dial(SocketAddress address, SocketOptions options, DialHandler dial);

    /** A timer that has not fired yet. */
    interface Timer {
        /** The task will not run; no effect once it ran. */
        void cancel();
    }

    /** Receives the connections of a listener, each attached to the listener's reactor, with reading off until a handler is set. */
    interface Acceptor {
        void onAccepted(Connection connection);
    }

    /** A listening socket. */
    interface Listener {
        /** The address that it is bound to, with the real port when 0 was asked for. Any thread. */
        SocketAddress address();

        /** Stops accepting for now; connections queue in the kernel. */
        void pause();

        /** Accepts again. */
        void resume();

        /** Accepts those who wait to be, which {@link #close} would turn away. */
        default void acceptRest() {}

        /** Closes the socket; for a unix socket the file is removed. */
        void close();
    }

    /** An outgoing connection attempt. */
    interface DialAttempt {
        /** Gives up; no handler method is called any more. */
        void cancel();
    }

    /** The outcome of {@link #dial}. */
    interface DialHandler {
        /** The connection is open and attached to the reactor, with reading off until a handler is set. */
        void onConnected(Connection connection);

        /** It could not be opened; the message is the operating system's reason. */
        void onDialFailed(IOException reason);
    }
}
