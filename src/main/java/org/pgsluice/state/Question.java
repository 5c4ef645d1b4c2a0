package org.pgsluice.state;

import static org.pgsluice.sql.SessionEffects.ADVISORY_LOCK;
import static org.pgsluice.sql.SessionEffects.ASK;
import static org.pgsluice.sql.SessionEffects.DEALLOCATE;
import static org.pgsluice.sql.SessionEffects.DISCARD;
import static org.pgsluice.sql.SessionEffects.HOLD_CURSOR;
import static org.pgsluice.sql.SessionEffects.LISTEN;
import static org.pgsluice.sql.SessionEffects.LOAD;
import static org.pgsluice.sql.SessionEffects.OPAQUE;
import static org.pgsluice.sql.SessionEffects.PREPARE;
import static org.pgsluice.sql.SessionEffects.RELEASE;
import static org.pgsluice.sql.SessionEffects.RESET;
import static org.pgsluice.sql.SessionEffects.ROLE;
import static org.pgsluice.sql.SessionEffects.SET;
import static org.pgsluice.sql.SessionEffects.TEMP;
import static org.pgsluice.sql.SessionEffects.UNKNOWN_NAME;
import static org.pgsluice.sql.SessionEffects.UNLISTEN;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.pgsluice.vars.Literal;
import org.pgsluice.vars.Raw;

/**
 * What a server is asked at the end of a transaction that may have left something in its session: one query, of which only those parts are asked that may have
 * changed, since {@code pg_settings} alone costs a server more than all the others. Its names are qualified, so that it means the same under every search_path;
 * it needs no right that somebody could be without; and what it answers is ASCII. Immutable.
 *
 * <pre>
 * a row: kind, name, value
 * r   the role, and whether who asks is a superuser
 * s   a setting of the session; S if only a superuser may set it; d one with a dot that is known and not of the session
 * c   a custom setting, which pg_settings does not have
 * l   an advisory lock; t a temporary object; h a cursor; p a prepared statement and its text
 * </pre>
 *
 * @param pins which of {@link Pins} it asks about
 * @param settings whether it asks for all settings of the session
 * @param customs the custom settings that it asks for by name
 */
public record Question(int pins, boolean settings, List<String> customs) {
    /** A longer value or text of a statement is not carried. */
    private static final int LONGEST = 64 * 1024;

    /** The effects after which a role or a setting may be another one. */
    private static final int OF_SETTINGS = SET | RESET | ROLE | DISCARD | OPAQUE | UNKNOWN_NAME | LOAD;

    public Question {
        customs = List.copyOf(customs);
    }

    /**
     * The question after statements with these effects.
     *
     * @param effects bits of {@link org.pgsluice.sql.SessionEffects}
     * @param named the settings that they name
     * @param known the names of all custom settings that clients of the pool have used
     * @param held what {@link Pins} the server has
     */
    public static Question after(int effects, Collection<String> named, Collection<String> known, int held) {
        int pins = pins(effects) | ((effects & (RELEASE | DISCARD | OPAQUE)) == 0 ? 0 : held & ~Pins.SETTING);
        boolean byName = (effects & (DISCARD | OPAQUE | UNKNOWN_NAME | LOAD)) == 0 && !named.isEmpty() && named.stream().allMatch(Question::isCustom);
        boolean settings = (effects & OF_SETTINGS) != 0 && !byName && (effects & OF_SETTINGS) != ROLE;
        return new Question(pins, settings, settings ? List.copyOf(known) : named.stream().filter(Question::isCustom).toList());
    }

    /**
     * Whether anything is to be asked after statements with these effects. What a server reports by itself is known without.
     *
     * @param reported whether the server reports a setting of that name
     */
    public static boolean isDue(int effects, Collection<String> named, int held, Predicate<String> reported) {
        if ((held & Pins.UNKNOWN) != 0) {
            return false;
        }
        if (held != Pins.NONE && (effects & RELEASE) != 0) {
            return true;
        }
        int reasons = effects & ASK & ~(LISTEN | UNLISTEN);
        return (reasons & ~(SET | RESET)) != 0 || (reasons != 0 && ((effects & UNKNOWN_NAME) != 0 || named.isEmpty() || !named.stream().allMatch(reported)));
    }

    /** Whether a setting of that name is not one of PostgreSQL itself. */
    public static boolean isCustom(String name) {
        return name.indexOf('.') >= 0;
    }

    private static int pins(int effects) {
        int pins = Pins.NONE;
        pins |= (effects & (ADVISORY_LOCK | OPAQUE)) == 0 ? 0 : Pins.LOCK;
        pins |= (effects & (TEMP | OPAQUE)) == 0 ? 0 : Pins.TEMPORARY;
        pins |= (effects & (HOLD_CURSOR | OPAQUE)) == 0 ? 0 : Pins.CURSOR;
        pins |= (effects & (PREPARE | DEALLOCATE | OPAQUE)) == 0 ? 0 : Pins.PREPARED;
        return pins;
    }

    /** The query. */
    public String sql() {
        StringBuilder sql = new StringBuilder(256).append("SELECT 'r',").append(hex("pg_catalog.current_setting('role')"))
                .append(",pg_catalog.current_setting('is_superuser')");
        if (settings) {
            sql.append(" UNION ALL SELECT CASE WHEN source OPERATOR(pg_catalog.<>) 'session' THEN 'd'")
                    .append(" WHEN context OPERATOR(pg_catalog.=) 'superuser' THEN 'S' ELSE 's' END,")
                    .append(hex("name")).append(',').append(shortHex("setting"))
                    .append(" FROM pg_catalog.pg_settings WHERE source OPERATOR(pg_catalog.=) 'session'")
                    .append(" OR pg_catalog.strpos(name,'.') OPERATOR(pg_catalog.>) 0");
        }
        if (!customs.isEmpty()) {
            sql.append(" UNION ALL SELECT 'c',").append(hex("v.n")).append(',').append(shortHex("pg_catalog.current_setting(v.n,true)"))
                    .append(" FROM (VALUES ");
            for (int i = 0; i < customs.size(); i++) {
                sql.append(i == 0 ? "(" : ",(").append(Literal.ofValue(Raw.of(customs.get(i), Raw.OF_DATABASE))).append(')');
            }
            sql.append(") v(n) WHERE pg_catalog.current_setting(v.n,true) IS NOT NULL");
        }
        if ((pins & Pins.LOCK) != 0) {
            one(sql, 'l', "pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=) 'advisory' AND pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()");
        }
        if ((pins & Pins.TEMPORARY) != 0) {
            // What DISCARD TEMP goes by; unlike pg_class this has an index.
            one(sql, 't', "pg_catalog.pg_depend WHERE refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass"
                    + " AND refobjid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()");
        }
        if ((pins & Pins.CURSOR) != 0) {
            one(sql, 'h', "pg_catalog.pg_cursors WHERE is_holdable");
        }
        if ((pins & Pins.PREPARED) != 0) {
            sql.append(" UNION ALL SELECT 'p',").append(hex("name")).append(',').append(shortHex("statement"))
                    .append(" FROM pg_catalog.pg_prepared_statements WHERE from_sql");
        }
        return sql.toString();
    }

    /** The same where the session's own statement_timeout has proved to be too short. */
    public String sqlWithoutTimeout() {
        return "SELECT 's'," + hex("'statement_timeout'") + "," + hex("pg_catalog.current_setting('statement_timeout')")
                + ";SET LOCAL statement_timeout=0;SET LOCAL lock_timeout=0;" + sql();
    }

    private static void one(StringBuilder sql, char kind, String from) {
        sql.append(" UNION ALL SELECT '").append(kind).append("',NULL,NULL WHERE EXISTS (SELECT FROM ").append(from).append(')');
    }

    /** The bytes that the database has, whatever the client_encoding. */
    private static String hex(String text) {
        return "pg_catalog.encode(pg_catalog.convert_to(" + text + ",pg_catalog.getdatabaseencoding()),'hex')";
    }

    private static String shortHex(String text) {
        return "CASE WHEN pg_catalog.octet_length(" + text + ") OPERATOR(pg_catalog.<=) " + LONGEST + " THEN " + hex(text) + " END";
    }
}
