package org.pgsluice.it;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The tracked parameters of a client as they must be on whichever server it gets. For the client's thread. */
final class OwnSettings {
    /** A parameter gets another value. */
    record Change(String name, String value) {
        String sql() {
            return "SET " + assignment();
        }

        String assignment() {
            return name + " = " + (name.equals("search_path") ? value : "'" + value + "'");
        }
    }

    private final Token token;
    private final Map<String, String> values = new TreeMap<>();
    private int changes;

    OwnSettings(Token token) {
        this.token = token;
    }

    /** A new connection: what is known of it. */
    void begin() {
        values.clear();
        values.put("application_name", token.text());
        values.put("search_path", token.text());
    }

    /** What a transaction changes may be taken back. */
    Map<String, String> copy() {
        return new TreeMap<>(values);
    }

    void restore(Map<String, String> before) {
        values.clear();
        values.putAll(before);
    }

    void apply(Change change) {
        values.put(change.name, change.value);
    }

    Change change(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> new Change("application_name", token + oneOf(random, " a", " A", " " + ++changes));
            case 1 -> new Change("TimeZone", oneOf(random, "Europe/Paris", "Asia/Tokyo", "America/Lima", "Australia/Perth"));
            case 2 -> new Change("DateStyle", oneOf(random, "ISO, MDY", "ISO, DMY", "ISO, YMD"));
            case 3 -> new Change("IntervalStyle", oneOf(random, "postgres", "iso_8601", "sql_standard"));
            default -> new Change("search_path", oneOf(random, token + ", public", token.text()));
        };
    }

    List<Change> some(SplittableRandom random) {
        List<Change> some = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            some.add(change(random));
        }
        return some;
    }

    private static String oneOf(SplittableRandom random, String... choice) {
        return choice[random.nextInt(choice.length)];
    }

    /** A query for all that is known, and for what the schema's table holds. */
    String query() {
        StringBuilder sql = new StringBuilder("SELECT who");
        values.keySet().forEach(name -> sql.append(" || '|' || current_setting('").append(name).append("')"));
        return sql.append(" FROM mine").toString();
    }

    String answer() {
        return token + "|" + String.join("|", values.values());
    }

    void check(DriverClient client) throws SQLException {
        client.expect(answer(), query());
    }
}
