package org.pgsluice.log;

/**
 * Something that a line says, for programs that read it: a field of its own in JSON. People find it in the line's text.
 *
 * @param value a number, or anything that is written as text
 */
public record Fact(String name, Object value) {}
