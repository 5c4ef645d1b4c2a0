package org.pgsluice.pooler;

/** Why the process cannot start: one line for the operator, to be logged as FATAL before it exits with 1. */
public final class StartFailure extends Exception {
    public StartFailure(String message) {
        super(message, null, false, false);
    }
}
