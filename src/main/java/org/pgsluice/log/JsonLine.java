package org.pgsluice.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Writes a line as one JSON object (RFC 8259), for programs that collect logs. */
final class JsonLine {
    private final StringBuilder text = new StringBuilder(256);

    private JsonLine() {}

    /** Ends with a newline, and has none before. */
    static String of(Instant time, long pid, Level level, @Nullable Speaker speaker, String message, Fact... facts) {
        JsonLine line = new JsonLine();
        line.text.append('{');
        line.string("time", time(time));
        line.string("level", level.name());
        line.number("pid", pid);
        if (speaker != null) {
            line.string("connection", speaker.id());
            line.string("database", speaker.database());
            line.string("user", speaker.user());
            line.string("host", speaker.host());
            line.number("port", speaker.port());
            if (speaker.pid() > 0) {
                line.number("peer_pid", speaker.pid());
            }
        }
        line.string("message", message);
        for (Fact fact : facts) {
            if (fact.value() instanceof Number number) {
                line.number(fact.name(), number.longValue());
            } else {
                line.string(fact.name(), fact.value().toString());
            }
        }
        return line.text.append("}\n").toString();
    }

    /** {@code 2026-11-29T02:31:46.123Z}: always with milliseconds, so that lines of text sort by it. */
    private static String time(Instant time) {
        String seconds = time.truncatedTo(ChronoUnit.SECONDS).toString();
        String millis = Long.toString(1000 + Math.floorMod(time.toEpochMilli(), 1000L)).substring(1);
        return seconds.substring(0, seconds.length() - 1) + "." + millis + "Z";
    }

    private void number(String name, long value) {
        name(name);
        text.append(value);
    }

    private void string(String name, String value) {
        name(name);
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            escape(value.charAt(i));
        }
        text.append('"');
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        text.append('"').append(name).append("\":");
    }

    private void escape(char c) {
        switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            case '\r' -> text.append("\\r");
            default -> {
                // A terminal may obey those above 0x7f, too.
                if (c < ' ' || c >= 0x7f && c < 0xa0) {
                    text.append("\\u").append(hex(c >> 12)).append(hex(c >> 8)).append(hex(c >> 4)).append(hex(c));
                } else {
                    text.append(c);
                }
            }
        }
    }

    private static char hex(int digit) {
        return Character.forDigit(digit & 15, 16);
    }
}
