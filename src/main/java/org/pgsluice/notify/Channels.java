package org.pgsluice.notify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Names of channels, kept one char a byte of their UTF-8, in statements. */
public final class Channels {
    /** Which channels a server listens to; {@link #ofRow} reads the answer. */
    public static final String QUESTION =
            "SELECT pg_catalog.encode(pg_catalog.convert_to(c, 'UTF8'), 'hex') FROM pg_catalog.pg_listening_channels() AS c";

    private Channels() {}

    /** The name in the body of a DataRow that answers {@link #QUESTION}; null where that makes no sense. */
    public static @Nullable String ofRow(ByteBuffer row) {
        try {
            byte[] text = new byte[Math.max(0, row.remaining() - 6)];
            row.get(row.position() + 6, text);
            byte[] name = HexFormat.of().parseHex(new String(text, StandardCharsets.US_ASCII));
            return new String(name, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }

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
