package org.pgsluice.config;

/**
 * What became of a raw text: the value, or words for what would have been allowed. On the way to the first accept it is taken apart with {@code instanceof}:
 * the first {@code switch} over types of a process costs some 10 ms of invokedynamic set-up.
 */
public sealed interface Parsed<T> {
    record Value<T>(T value) implements Parsed<T> {}

    /** {@code allowed} completes the sentence "allowed: …". */
    record Bad<T>(String allowed) implements Parsed<T> {}
}
