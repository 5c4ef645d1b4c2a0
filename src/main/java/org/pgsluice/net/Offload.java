package org.pgsluice.net;

import java.util.concurrent.Callable;

/**
 * Where work goes that would block a reactor. Each {@link Kind} waits for itself alone: a name server that does not answer delays no key derivation and no
 * reload. Bounded threads and queues in the product, the event queue in the simulation.
 */
public interface Offload {
    /** What the work waits for. */
    enum Kind {
        /** Name servers: each look-up may hang for many seconds. */
        NAMES,
        /** The processor: SCRAM key derivation, milliseconds each. */
        KEYS,
        /** A directory of users, each question of which may hang for some seconds. */
        LDAP,
        /** The system's authentication modules, which may wait for whatever they like. */
        PAM,
        /** The file system, and what the operating system or the JVM knows. */
        FILES
    }

    /** Runs {@code work} elsewhere and then {@code then} on {@code reactor}. Any thread. An exception of the work, or a full queue, arrives as the failure. */
    <T> void call(Kind kind, Callable<T> work, Reactor reactor, Completion<T> then);

    /**
     * The same with a limit: when nothing has come of the work after {@code limitNanos}, it fails with a {@link java.util.concurrent.TimeoutException}, and is
     * interrupted or never begun. On the reactor.
     */
    default <T> void call(Kind kind, Callable<T> work, long limitNanos, Reactor reactor, Completion<T> then) {
        Deadline<T> deadline = new Deadline<>(work, then);
        deadline.startsAt(reactor, limitNanos);
        call(kind, deadline, reactor, deadline);
    }

    /** What came of it; exactly one method is called. */
    interface Completion<T> {
        void onDone(T result);

        void onFailed(Exception failure);
    }
}
