package org.pgsluice.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pgsluice.simulation.ScriptedSql.Outcome;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;

/**
 * What a scripted session has that outlives a transaction, beside its parameters, and what it says of all that when the pooler asks. A transaction that is
 * rolled back leaves it as it was.
 *
 * <pre>
 * SELECT pg_advisory_lock(1)       takes a lock; pg_advisory_unlock(1) gives it back
 * CREATE TEMP TABLE x              makes a table, which SELECT 'x' AS temp shows; DROP TABLE x takes it away
 * SELECT nextval('s')              advances a sequence: a number that no other session gets; so does INSERT; SELECT lastval() shows the last one
 * SELECT setval('s', 9)            advances nothing
 * SET poison = 'x'                 the next questions of the pooler fail
 * SET statement_timeout = 1        the next question of the pooler is cut short
 * SELECT hides('lock')             takes a lock, and hides('setting') sets work_mem, as functions may that nobody knows
 * SET gone = 42704                 the next statements of the pooler fail with that error
 * </pre>
 */
public final class ScriptedHoldings {
    private static final Pattern PAIR = Pattern.compile("\\('((?:[^']|'')*)',(?:NULL|'((?:[^']|'')*)')\\)");
    private static final String PLAN = "SELECT pg_catalog.count(pg_catalog.set_config(v.n,v.v,false))";
    private static final String QUESTION = "SELECT 'r',";

    private final ScriptedBackend backend;
    private final ScriptedSession session;
    private int locks;
    private int tables;
    private int advanced;
    private boolean forgotten = true;
    private final List<String> asked = new ArrayList<>();

    ScriptedHoldings(ScriptedBackend backend, ScriptedSession session) {
        this.backend = backend;
        this.session = session;
    }

    /** The questions of the pooler. */
    public List<String> asked() {
        return asked;
    }

    public int locks() {
        return locks;
    }

    public int tables() {
        return tables;
    }

    /** Runs a statement that is about it; null for any other. {@code rowHead}: whether a RowDescription goes before rows. */
    @Nullable Outcome run(String text, boolean rowHead) {
        if (text.startsWith(QUESTION)) {
            return answer(text);
        }
        if (text.startsWith(PLAN) || text.startsWith(PLAN.replace("false", "true"))) {
            boolean local = !text.startsWith(PLAN);
            String gone = session.parameters().value("gone");
            if (gone != null) {
                session.errorResponse(gone, "what the session was is gone");
                return Outcome.FAILED;
            }
            Matcher pair = PAIR.matcher(text);
            while (pair.find()) {
                String value = pair.group(2);
                boolean kept = text.contains(") v(n,v) LEFT JOIN") && session.parameters().isSet(pair.group(1));
                if (kept || (value != null && !value.equals("nonsense") && local)) {
                    continue;
                }
                if (value == null) {
                    session.parameters().reset(pair.group(1), out());
                } else if (value.equals("nonsense")) {
                    session.errorResponse("22023", "invalid value for parameter \"" + pair.group(1) + "\": \"nonsense\"");
                    return Outcome.FAILED;
                } else {
                    session.parameters().set(pair.group(1), value.replace("''", "'"), out());
                }
            }
            rows(List.of(List.of("1")), true);
            return Outcome.DONE;
        }
        if (text.startsWith("SELECT 's',")) {
            rows(List.of(List.of("s", hex("statement_timeout"), hex(String.valueOf(session.parameters().value("statement_timeout"))))), true);
            return Outcome.DONE;
        }
        if (text.startsWith("SET LOCAL")) {
            complete("SET");
            return Outcome.DONE;
        }
        if (text.startsWith("SELECT hides(")) {
            if (text.contains("'lock'")) {
                locks++;
            } else {
                session.parameters().set("work_mem", "hidden", out());
            }
            rows(List.of(List.of("")), rowHead);
            return Outcome.DONE;
        }
        if (text.contains("pg_advisory_")) {
            locks = text.contains("pg_advisory_lock(") ? locks + 1 : text.contains("unlock_all") ? 0 : locks - 1;
            rows(List.of(List.of("")), rowHead);
            return Outcome.DONE;
        }
        if (text.startsWith("SELECT nextval(") || text.startsWith("INSERT")) {
            advanced++;
            forgotten = false;
            if (text.startsWith("INSERT")) {
                complete("INSERT 0 1");
            } else {
                rows(List.of(List.of(String.valueOf(lastValue()))), rowHead);
            }
            return Outcome.DONE;
        }
        if (text.startsWith("SELECT setval(")) {
            rows(List.of(List.of("")), rowHead);
            return Outcome.DONE;
        }
        if (text.startsWith("SELECT lastval(")) {
            if (forgotten) {
                session.errorResponse("55000", "lastval is not yet defined in this session");
                return Outcome.FAILED;
            }
            rows(List.of(List.of(String.valueOf(lastValue()))), rowHead);
            return Outcome.DONE;
        }
        if (text.equals("DISCARD SEQUENCES")) {
            forgotten = true;
            complete("DISCARD SEQUENCES");
            return Outcome.DONE;
        }
        if (text.startsWith("CREATE TEMP TABLE")) {
            tables++;
            complete("CREATE TABLE");
            return Outcome.DONE;
        }
        if (text.startsWith("DROP TABLE")) {
            tables--;
            complete("DROP TABLE");
            return Outcome.DONE;
        }
        if (text.equals("DISCARD TEMP")) {
            tables = 0;
            complete("DISCARD TEMP");
            return Outcome.DONE;
        }
        return null;
    }

    private int lastValue() {
        return backend.pid() * 1000 + advanced;
    }

    boolean isPoisoned() {
        return session.parameters().ofSession().containsKey("poison");
    }

    private Outcome answer(String text) {
        asked.add(text);
        Map<String, String> set = new TreeMap<>(session.parameters().ofSession());
        if (isPoisoned()) {
            session.errorResponse("XX000", "the session cannot say");
            return Outcome.FAILED;
        }
        if ("1".equals(set.get("statement_timeout")) && asked.size() % 2 == 1) {
            session.errorResponse("57014", "canceling statement due to statement timeout");
            return Outcome.FAILED;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("r", hex("none"), "off"));
        set.forEach((name, value) -> {
            if (name.indexOf('.') < 0 ? text.contains("pg_settings") : text.contains("('" + name + "')")) {
                rows.add(List.of(name.indexOf('.') < 0 ? "s" : "c", hex(name), hex(value)));
            }
        });
        if (text.contains("pg_prepared_statements")) {
            session.statements().ofSql().forEach((name, sql) -> rows.add(List.of("p", hex(name), hex(sql))));
        }
        if (locks > 0 && text.contains("pg_locks")) {
            rows.add(List.of("l"));
        }
        if (tables > 0 && text.contains("pg_my_temp_schema")) {
            rows.add(List.of("t"));
        }
        rows(rows, true);
        return Outcome.DONE;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private MessageWriter out() {
        return backend.out();
    }

    /** Three columns a row; those that a row does not have are NULL. */
    private void rows(List<List<String>> rows, boolean rowHead) {
        if (rowHead) {
            out().begin(BackendTag.ROW_DESCRIPTION).int16(3);
            for (int i = 0; i < 3; i++) {
                out().cstring("c").int32(0).int16(0).int32(25).int16(-1).int32(-1).int16(0);
            }
            out().end();
        }
        for (List<String> row : rows) {
            out().begin(BackendTag.DATA_ROW).int16(3);
            for (int i = 0; i < 3; i++) {
                if (i < row.size()) {
                    byte[] bytes = ScriptedBackend.ascii(row.get(i));
                    out().int32(bytes.length).bytes(bytes);
                } else {
                    out().int32(-1);
                }
            }
            out().end();
        }
        complete("SELECT " + rows.size());
    }

    private void complete(String tag) {
        out().begin(BackendTag.COMMAND_COMPLETE).cstring(tag).end();
    }
}
