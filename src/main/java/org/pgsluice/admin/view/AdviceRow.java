package org.pgsluice.admin.view;

import org.jspecify.annotations.Nullable;

/**
 * Something that the numbers of the pooler say should be looked at.
 *
 * @param database whose, null for the whole pooler's
 * @param user whose, null for everybody's
 * @param rule the word for what was found, which never changes
 * @param measured the number behind it, in the unit that {@code finding} names
 * @param finding what was found, in a sentence
 * @param setting which setting or key to change; empty where none helps
 * @param remedy what to do, in a sentence
 */
public record AdviceRow(
        Severity severity,
        @Nullable String database,
        @Nullable String user,
        String rule,
        long measured,
        String finding,
        String setting,
        String remedy) {
    /** How much it matters. */
    public enum Severity {
        /** Clients are refused or wait, now. */
        WARNING("warning"),
        /** Nobody suffers from it at this moment. */
        NOTICE("notice");

        private final String word;

        Severity(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
