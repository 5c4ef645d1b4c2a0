package org.pgsluice.check;

/**
 * Something that is to be looked at before a start.
 *
 * @param place {@code file:line}, a file, or a variable of the environment
 * @param what what was found, without secrets
 * @param remedy what to do; may be empty
 */
public record Finding(Severity severity, String place, String what, String remedy) {
    /** How much it matters. */
    public enum Severity {
        /** The start refuses it, or it can never work. */
        ERROR("error"),
        /** It starts, and is probably not meant. */
        WARNING("warning"),
        /** It is to be known. */
        NOTE("note");

        private final String word;

        Severity(String word) {
            this.word = word;
        }
    }

    /** {@code pgbouncer.ini:12: warning: what. Remedy.}, as compilers write it. */
    @Override
    public String toString() {
        return place + ": " + severity.word + ": " + what + (remedy.isEmpty() ? "" : ". " + remedy);
    }
}
