package org.pgsluice.net;

/** Told what goes wrong below the sessions. Called on a reactor's thread; must neither block nor throw. */
public interface Incidents {
    /** An event handler, a task or a timer threw. The connection in question is already closed; the loop goes on. */
    void onUncaught(Throwable thrown);

    /** An event loop has ended by itself: nobody of that reactor is served any more. */
    default void onLoopEnded(Throwable thrown) {
        onUncaught(thrown);
    }

    /** Something works less well than configured, e.g. a socket option that this system lacks. */
    void onWarning(String message);

    /** Something does not work now, e.g. connections cannot be accepted for want of file descriptors. */
    void onError(String message);
}
