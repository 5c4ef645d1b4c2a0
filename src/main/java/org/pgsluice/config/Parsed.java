package org.pgsluice.config;

/** What became of a raw text: the value, or words for what would have been allowed. */
public sealed interface Parsed<T> {
    record Value<T>(T value) implements Parsed<T> {}

    /** {@code allowed} completes the sentence "allowed: …". */
    record Bad<T>(String allowed) implements Parsed<T> {}
}
