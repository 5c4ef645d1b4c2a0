package org.pgsluice.log;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;

/** Puts time, zone, process and level before a message. Remembers the second it has formatted last. Guarded by its owner's lock. */
final class LinePrefix {
    private static final int MILLIS_AT = 20;
    private static final int SECONDS_PER_DAY = 86400;

    private final InstantSource clock;
    private final ZoneName zone;
    private final String pid;
    private long second = Long.MIN_VALUE;
    private byte[] bytes = {};

    LinePrefix(InstantSource clock, long pid, ZoneName zone) {
        this.clock = clock;
        this.zone = zone;
        this.pid = " [" + pid + "] ";
    }

    byte[] line(Level level, byte[] message) {
        long now = clock.millis();
        long nowSecond = Math.floorDiv(now, 1000L);
        if (nowSecond != second) {
            bytes = format(nowSecond);
            second = nowSecond;
        }
        int millis = (int) Math.floorMod(now, 1000L);
        bytes[MILLIS_AT] = (byte) ('0' + millis / 100);
        bytes[MILLIS_AT + 1] = (byte) ('0' + millis / 10 % 10);
        bytes[MILLIS_AT + 2] = (byte) ('0' + millis % 10);
        String word = level.name();
        int at = bytes.length;
        byte[] line = Arrays.copyOf(bytes, at + word.length() + 1 + message.length + 1);
        for (int i = 0; i < word.length(); i++) {
            line[at++] = (byte) word.charAt(i);
        }
        line[at++] = ' ';
        System.arraycopy(message, 0, line, at, message.length);
        line[line.length - 1] = '\n';
        return line;
    }

    private byte[] format(long epochSecond) {
        int offset = zone.offsetSeconds(epochSecond);
        long local = epochSecond + offset;
        int ofDay = (int) Math.floorMod(local, (long) SECONDS_PER_DAY);
        StringBuilder text = new StringBuilder(48);
        date(text, Math.floorDiv(local, (long) SECONDS_PER_DAY));
        two(text.append(' '), ofDay / 3600);
        two(text.append(':'), ofDay / 60 % 60);
        two(text.append(':'), ofDay % 60);
        text.append(".000 ").append(zone.name(offset)).append(pid);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The Gregorian date of a day after 1970-01-01, reckoned in years that begin in March, so that the leap day comes last. */
    private static void date(StringBuilder text, long epochDay) {
        long day = epochDay + 719468;
        long era = Math.floorDiv(day, 146097L);
        long ofEra = day - era * 146097;
        long yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
        long ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long march = (5 * ofYear + 2) / 153;
        int dayOfMonth = (int) (ofYear - (153 * march + 2) / 5 + 1);
        int month = (int) (march < 10 ? march + 3 : march - 9);
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        text.append(year).append('-');
        two(text, month);
        two(text.append('-'), dayOfMonth);
    }

    private static void two(StringBuilder text, int number) {
        text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
