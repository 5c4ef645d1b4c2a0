package org.pgsluice.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A database's URL, percent-decoded. Lenient where people are: a percent sign that begins no escape stands for itself, and so does an {@code @} or {@code /}
 * in a password.
 *
 * @param database null: none is named
 * @param pairs host and port where they are given, and the parameters behind the question mark
 */
record DatabaseUrl(@Nullable String user, @Nullable String password, @Nullable String database, Map<String, String> pairs) {
    static final String FORM = "postgres://user:password@host:port/database?parameter=value, special characters as %XX";

    /** What drivers and frameworks call PostgreSQL, and those that speak its protocol. */
    private static final Set<String> SCHEMES = Set.of("postgres", "postgresql", "postgis", "pgsql", "psql", "ecto", "timescale", "timescaledb",
            "timescalegis", "redshift", "cockroach", "cockroachdb");

    /** Null: not such a URL. */
    static @Nullable DatabaseUrl parse(String url) {
        String rest = afterScheme(url.strip());
        if (rest == null) {
            return null;
        }
        int at = userInfoEnd(rest);
        String user = null;
        String password = null;
        if (at >= 0) {
            int colon = rest.indexOf(':');
            boolean both = colon >= 0 && colon < at;
            user = decode(rest.substring(0, both ? colon : at));
            password = both ? decode(rest.substring(colon + 1, at)) : null;
        }
        String place = rest.substring(at + 1);
        int question = place.indexOf('?');
        String query = question < 0 ? "" : place.substring(question + 1);
        String path = question < 0 ? place : place.substring(0, question);
        int slash = path.indexOf('/');
        String database = slash < 0 ? "" : decode(path.substring(slash + 1));
        Map<String, String> pairs = new LinkedHashMap<>();
        if (!hosts(slash < 0 ? path : path.substring(0, slash), pairs)) {
            return null;
        }
        parameters(query, pairs);
        String userBehind = pairs.remove("user"); // where JDBC has them
        String passwordBehind = pairs.remove("password");
        if (user == null || user.isEmpty()) {
            user = userBehind;
        }
        if (password == null || password.isEmpty()) {
            password = passwordBehind;
        }
        return new DatabaseUrl(emptyToNull(user), emptyToNull(password), emptyToNull(database), pairs);
    }

    /** Several URLs in a comma list; a comma that no URL follows belongs to the one before it. */
    static List<String> split(String urls) {
        List<String> found = new ArrayList<>();
        StringBuilder one = new StringBuilder();
        for (String piece : urls.split(",", -1)) {
            if (afterScheme(piece.strip()) != null && !one.isEmpty()) {
                found.add(one.toString());
                one.setLength(0);
            }
            one.append(one.isEmpty() ? "" : ",").append(piece);
        }
        if (!one.toString().isBlank()) {
            found.add(one.toString());
        }
        return found;
    }

    /** What follows {@code postgres://}; the driver that SQLAlchemy has behind a plus, and JDBC ahead, say nothing of the database. Null: another scheme. */
    private static @Nullable String afterScheme(String url) {
        int end = url.indexOf("://");
        if (end < 0) {
            return null;
        }
        String scheme = url.substring(0, end).toLowerCase(Locale.ROOT);
        if (scheme.startsWith("jdbc:")) {
            scheme = scheme.substring("jdbc:".length());
        }
        int plus = scheme.indexOf('+');
        return SCHEMES.contains(plus < 0 ? scheme : scheme.substring(0, plus)) ? url.substring(end + 3) : null;
    }

    /** Where the {@code @} behind user and password is; -1: nowhere. */
    private static int userInfoEnd(String rest) {
        int slash = rest.indexOf('/');
        int at = rest.lastIndexOf('@', slash < 0 ? rest.length() : slash);
        int colon = rest.indexOf(':');
        if (at < 0 && colon >= 0 && colon < slash && !CNumber.isWhole(rest.substring(colon + 1, slash)) && rest.charAt(0) != '[') {
            // what stands behind the colon is no port, so it is the start of a password with a slash in it
            return rest.lastIndexOf('@');
        }
        return at;
    }

    /** Host and port, or several of them with the same port; gives false for anything else. */
    private static boolean hosts(String text, Map<String, String> pairs) {
        StringBuilder hosts = new StringBuilder();
        String port = null;
        for (String one : text.split(",")) {
            int bracket = one.startsWith("[") ? one.indexOf(']') : 0;
            if (bracket < 0) {
                return false;
            }
            int colon = one.indexOf(':', bracket);
            String host = one.substring(one.startsWith("[") ? 1 : 0, one.startsWith("[") ? bracket : colon < 0 ? one.length() : colon);
            String ownPort = colon < 0 ? "" : one.substring(colon + 1);
            if (!ownPort.isEmpty()) {
                if (port != null && !port.equals(ownPort)) {
                    return false;
                }
                port = ownPort;
            }
            hosts.append(hosts.isEmpty() ? "" : ",").append(decode(host));
        }
        if (!hosts.isEmpty()) {
            pairs.put("host", hosts.toString());
        }
        if (port != null) {
            pairs.put("port", port);
        }
        return true;
    }

    private static void parameters(String query, Map<String, String> pairs) {
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && equals < pair.length() - 1) {
                pairs.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] from = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream to = new ByteArrayOutputStream(from.length);
        for (int i = 0; i < from.length; i++) {
            int high = from[i] == '%' && i + 2 < from.length ? Character.digit(from[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(from[i + 2], 16);
            if (low >= 0) {
                to.write(high << 4 | low);
                i += 2;
            } else {
                to.write(from[i]);
            }
        }
        return to.toString(StandardCharsets.UTF_8);
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    @Override
    public String toString() {
        return "DatabaseUrl of " + database;
    }
}
