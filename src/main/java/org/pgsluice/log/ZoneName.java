package org.pgsluice.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * The process's time zone and the short name that the C library would print for it ({@code CET} and {@code CEST}, {@code -03}). The names stand in the last
 * line of the zone's file, a POSIX rule such as {@code CET-1CEST,M3.5.0,M10.5.0/3}; the JDK's own names differ and are slow to load.
 */
final class ZoneName {
    static final ZoneName UTC = new ZoneName(null, "UTC0");

    private static final Path LOCALTIME = Path.of("/etc/localtime");
    private static final Path ZONES = Path.of("/usr/share/zoneinfo");

    private final @Nullable ZoneRules rules;
    private final String standardName;
    private final int standardOffset;
    private final String summerName;

    private ZoneName(@Nullable ZoneRules rules, String posixRule) {
        this.rules = rules;
        int nameEnd = nameEnd(posixRule, 0);
        int offsetEnd = offsetEnd(posixRule, nameEnd);
        this.standardName = bare(posixRule.substring(0, nameEnd));
        this.standardOffset = -seconds(posixRule.substring(nameEnd, offsetEnd));
        this.summerName = bare(posixRule.substring(offsetEnd, nameEnd(posixRule, offsetEnd)));
    }

    /** Of the zone that TZ or {@code /etc/localtime} names. UTC is told apart first: the JDK's table of zones costs milliseconds at start. */
    static ZoneName ofSystem() {
        String named = System.getenv("TZ");
        try {
            if (named == null && !Files.exists(LOCALTIME)) {
                return UTC;
            }
            String zone = named == null ? LOCALTIME.toRealPath().toString() : named;
            return zone.endsWith("UTC") || zone.isEmpty() ? UTC : of(ZoneId.systemDefault());
        } catch (IOException e) {
            return of(ZoneId.systemDefault());
        }
    }

    static ZoneName of(ZoneId zone) {
        return new ZoneName(zone.getRules(), posixRule(zone.getId()));
    }

    int offsetSeconds(long epochSecond) {
        return rules == null ? 0 : rules.getOffset(Instant.ofEpochSecond(epochSecond)).getTotalSeconds();
    }

    /** The name while clocks are {@code offset} seconds ahead of UTC. */
    String name(int offset) {
        if (rules == null || offset == standardOffset && !standardName.isEmpty()) {
            return standardName;
        }
        return summerName.isEmpty() ? numeric(offset) : summerName;
    }

    private static String posixRule(String id) {
        try {
            String text = Files.readString(ZONES.resolve(id), StandardCharsets.ISO_8859_1);
            int end = text.length() - 1;
            int start = text.lastIndexOf('\n', end - 1);
            return text.startsWith("TZif") && start > 0 ? text.substring(start + 1, end) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static String numeric(int offset) {
        String text = ZoneOffset.ofTotalSeconds(offset).getId();
        return text.equals("Z") ? "UTC" : text.endsWith(":00") ? text.substring(0, 3) : text.replace(":", "");
    }

    private static int nameEnd(String rule, int from) {
        int end = from;
        if (end < rule.length() && rule.charAt(end) == '<') {
            return rule.indexOf('>', end) + 1;
        }
        while (end < rule.length() && Character.isLetter(rule.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int offsetEnd(String rule, int from) {
        int end = from;
        while (end < rule.length() && "+-:0123456789".indexOf(rule.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    private static String bare(String name) {
        return name.startsWith("<") ? name.substring(1, name.length() - 1) : name;
    }

    private static int seconds(String offset) {
        int sign = 1;
        int unit = 3600;
        int total = 0;
        int number = 0;
        for (int i = 0; i < offset.length(); i++) {
            char c = offset.charAt(i);
            if (c == '-') {
                sign = -1;
            } else if (c == ':') {
                total += number * unit;
                unit /= 60;
                number = 0;
            } else if (c != '+') {
                number = number * 10 + c - '0';
            }
        }
        return sign * (total + number * unit);
    }
}
