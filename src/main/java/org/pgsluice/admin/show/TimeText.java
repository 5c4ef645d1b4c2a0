package org.pgsluice.admin.show;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.TimeZone;

/** Writes times as PgBouncer does, {@code 2026-11-23 07:33:38 UTC}. By hand: DateTimeFormatter would load the locale data for a console's first answer. */
final class TimeText {
    private final ZoneId zone;

    TimeText(ZoneId zone) {
        this.zone = zone;
    }

    String format(long epochMicros) {
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(epochMicros, 1_000_000L));
        ZoneOffset offset = zone.getRules().getOffset(instant);
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, offset);
        StringBuilder text = new StringBuilder(32).append(time.getYear());
        pad(text.append('-'), time.getMonthValue());
        pad(text.append('-'), time.getDayOfMonth());
        pad(text.append(' '), time.getHour());
        pad(text.append(':'), time.getMinute());
        pad(text.append(':'), time.getSecond());
        return text.append(' ').append(abbreviation(instant)).toString();
    }

    private String abbreviation(Instant instant) {
        String id = zone.getId();
        if (id.equals("UTC") || id.equals("Etc/UTC") || id.equals("Z")) {
            return "UTC";
        }
        return TimeZone.getTimeZone(zone).getDisplayName(zone.getRules().isDaylightSavings(instant), TimeZone.SHORT, Locale.ENGLISH);
    }

    private static void pad(StringBuilder text, int value) {
        if (value < 10) {
            text.append('0');
        }
        text.append(value);
    }
}
