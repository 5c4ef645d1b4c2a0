package org.pgsluice.web;

import org.jspecify.annotations.Nullable;

/** Writes one JSON text, front to back. What it is given must nest well; it sees to commas and quotes. For one thread. */
final class Json {
    private final StringBuilder text = new StringBuilder(1024);
    private boolean first = true;

    Json begin(char bracket) {
        comma();
        text.append(bracket);
        first = true;
        return this;
    }

    Json end(char bracket) {
        text.append(bracket);
        first = false;
        return this;
    }

    /** The name of the value that comes next. */
    Json name(String name) {
        comma();
        quote(name);
        text.append(':');
        first = true;
        return this;
    }

    Json value(@Nullable String value) {
        comma();
        if (value == null) {
            text.append("null");
        } else {
            quote(value);
        }
        return this;
    }

    Json value(long value) {
        comma();
        text.append(value);
        return this;
    }

    Json values(long[] values) {
        begin('[');
        for (long value : values) {
            value(value);
        }
        return end(']');
    }

    Json value(boolean value) {
        comma();
        text.append(value);
        return this;
    }

    private void comma() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    /** Also what would end a script, where the text stands in a page. */
    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
                text.append("\\u").append(Character.forDigit(c >> 12, 16)).append(Character.forDigit(c >> 8 & 15, 16))
                        .append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
