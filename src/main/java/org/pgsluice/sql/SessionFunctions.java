package org.pgsluice.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The functions that do something to a session, by their last name: those of PostgreSQL, and those that a configuration declares. Whatever schema a call names,
 * or none, it is suspected. Immutable.
 */
public final class SessionFunctions {
    /** Not an effect: a call of it has to be looked into. */
    static final int SET_CONFIG = 1 << 30;

    private static final Map<String, Integer> OF_POSTGRESQL = Map.ofEntries(
            Map.entry("set_config", SET_CONFIG),
            Map.entry("set_limit", SessionEffects.SET | SessionEffects.UNKNOWN_NAME), // of pg_trgm
            Map.entry("pg_advisory_lock", SessionEffects.ADVISORY_LOCK),
            Map.entry("pg_advisory_lock_shared", SessionEffects.ADVISORY_LOCK),
            Map.entry("pg_try_advisory_lock", SessionEffects.ADVISORY_LOCK),
            Map.entry("pg_try_advisory_lock_shared", SessionEffects.ADVISORY_LOCK),
            Map.entry("pg_advisory_unlock", SessionEffects.RELEASE),
            Map.entry("pg_advisory_unlock_shared", SessionEffects.RELEASE),
            Map.entry("pg_advisory_unlock_all", SessionEffects.RELEASE),
            Map.entry("currval", SessionEffects.SEQUENCE),
            Map.entry("lastval", SessionEffects.SEQUENCE),
            Map.entry("nextval", SessionEffects.NEXTVAL),
            Map.entry("pg_notify", SessionEffects.NOTIFY),
            Map.entry("pg_listening_channels", SessionEffects.CHANNELS),
            // These run a query that stands in a literal.
            Map.entry("query_to_xml", SessionEffects.OPAQUE),
            Map.entry("query_to_xmlschema", SessionEffects.OPAQUE),
            Map.entry("query_to_xml_and_xmlschema", SessionEffects.OPAQUE),
            Map.entry("ts_stat", SessionEffects.OPAQUE),
            Map.entry("ts_rewrite", SessionEffects.OPAQUE),
            Map.entry("crosstab", SessionEffects.OPAQUE));

    /** Those of PostgreSQL alone. */
    public static final SessionFunctions BUILT_IN = new SessionFunctions(List.of());

    private final WordTable table;
    /** Which lengths, and which last letters, names have: a bit each. Most names of functions are none of these by that alone. */
    private long lengths;

    private long lasts;
    /** Which two last letters, in whatever case: a bit each in one of 32 ints. */
    private final int[] endings = new int[32];

    private SessionFunctions(List<String> declared) {
        Map<String, Integer> all = new HashMap<>(OF_POSTGRESQL);
        for (String name : declared) {
            String last = lastName(name);
            if (!last.isEmpty() && last.length() <= Identifier.LONGEST) {
                all.merge(last, SessionEffects.OPAQUE | SessionEffects.UNKNOWN_NAME, (one, other) -> one | other);
            }
        }
        table = new WordTable(all);
        for (String name : all.keySet()) {
            byte[] bytes = name.getBytes(UTF_8);
            lengths |= 1L << bytes.length;
            lasts |= 1L << bytes[bytes.length - 1];
            for (int i = 0; i < 32; i++) {
                endings[i] |= bytes.length == 1 || i == (bytes[bytes.length - 2] & 31) ? 1 << bytes[bytes.length - 1] : 0;
            }
        }
    }

    /** Those of PostgreSQL and the declared ones, whose names may have a schema. */
    public static SessionFunctions with(List<String> declared) {
        return declared.isEmpty() ? BUILT_IN : new SessionFunctions(declared);
    }

    private static String lastName(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return last.length() > 1 && last.startsWith("\"") && last.endsWith("\"") ? last.substring(1, last.length() - 1) : last.toLowerCase(Locale.ROOT);
    }

    /** Whether a name may end with those two letters, in whatever case. */
    boolean mayEnd(byte last, byte before) {
        return (endings[before & 31] & 1 << last) != 0;
    }

    /** Whether no name has that length and that last letter, in whatever case. */
    private boolean excludes(int length, byte last) {
        return length < Identifier.LONGEST && ((lengths & 1L << length) == 0 || ((lasts & 1L << last) == 0 && (lasts & 1L << (last | 0x20)) == 0));
    }

    /** Whether the bytes from {@code from} to {@code to}, in whatever case, may be the name of one that counts. */
    boolean mayBe(ByteBuffer text, int from, int to) {
        return !excludes(to - from, text.get(to - 1)) && (to - from >= Identifier.LONGEST || table.has(text, from, to));
    }

    /** The effects of a call of the function of that name; 0 for none. */
    int of(byte[] name, int length) {
        return length == 0 || excludes(length, name[length - 1]) ? 0 : Math.max(0, table.of(name, length));
    }
}
