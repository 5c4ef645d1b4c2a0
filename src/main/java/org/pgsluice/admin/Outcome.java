package org.pgsluice.admin;

import org.jspecify.annotations.Nullable;

/** What came of a command. */
public sealed interface Outcome {
    /** It was done. */
    Outcome DONE = new Done(null);

    /**
     * It was done.
     *
     * @param notice what the user has to be told all the same, or null
     */
    record Done(@Nullable String notice) implements Outcome {}

    /** It was refused or failed, with the text and SQLSTATE that the console answers; {@link Refusals} has the texts. */
    record Failed(String message, String sqlState) implements Outcome {}
}
