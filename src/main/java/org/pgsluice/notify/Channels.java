package org.pgsluice.notify;

import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** Names of channels, kept one char a byte of their UTF-8, in statements. */
public final class Channels {
    private Channels() {}

    /** {@code name} as an identifier. */
    public static String quoted(String name) {
        return "\"" + new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).replace("\"", "\"\"") + "\"";
    }

    /** Listens to all of them. */
    public static String listen(Collection<String> names) {
        return each("LISTEN ", names);
    }

    /** Listens to none of them. */
    public static String unlisten(Collection<String> names) {
        return each("UNLISTEN ", names);
    }

    private static String each(String command, Collection<String> names) {
        StringBuilder sql = new StringBuilder();
        for (String name : names) {
            sql.append(sql.isEmpty() ? "" : "; ").append(command).append(quoted(name));
        }
        return sql.toString();
    }
}
