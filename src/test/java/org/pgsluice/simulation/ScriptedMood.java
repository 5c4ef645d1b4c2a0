package org.pgsluice.simulation;

/** How a {@link ScriptedPostgres} treats those who log in and those who ask for a cancel. */
public interface ScriptedMood {
    /** Everybody is let in at once. */
    ScriptedMood GOOD = new ScriptedMood() {};

    /** What becomes of a login. */
    enum Login {
        WELCOME,
        /** For good. */
        REFUSED,
        /** All connections are taken at the moment. */
        FULL,
        HUNG_UP,
        /** The connection ends in the middle of what is said to one who is welcome. */
        CUT,
        /** Not yet: the server is starting. */
        STARTING,
        SILENCE
    }

    /** What becomes of the next login. */
    default Login login() {
        return Login.WELCOME;
    }

    /** How long the next login takes. */
    default long loginNanos() {
        return 0;
    }

    /** The session is through with its login; what it says now follows in the same breath. */
    default void welcomed(ScriptedBackend backend) {}

    /** How long the next cancel request takes to act; its connection is open meanwhile. */
    default long cancelNanos() {
        return 0;
    }
}
