package org.pgsluice.simulation;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/**
 * The statements that a scripted PostgreSQL understands. A token is {@code 'client.number'}; in a prepared statement {@code $1} stands for it.
 *
 * <pre>
 * SELECT 'token'               one row with the token
 * ROWS n 'token'               n rows: token#1, token#2, ...
 * ERROR 'token'                fails with the token as its message
 * NOTICE 'token'               sends a notice
 * WAIT ms 'token'              takes that long, then one row; can be cancelled
 * COPY IN 'token'              reads data; fails at "BAD ROW"
 * COPY OUT n 'token'           n lines of data
 * DIE 'token'                  ends the session with a FATAL error
 * SELECT usename, ...          the password of the user $1, as for auth_query
 * SET name = value (but not 'nonsense', 'too late'), SET name TO DEFAULT, RESET name, RESET ALL, BEGIN, COMMIT, ROLLBACK, SHOW name, DISCARD ALL,
 * DEALLOCATE ALL, DEALLOCATE name, PREPARE name AS one of these (but not while the parameter "broken" is set), EXECUTE name,
 * LOAD x, LISTEN x, UNLISTEN x, UNLISTEN *, NOTIFY x, 'payload'
 * TABLE 'token'                one row; what it returns changes with {@link ScriptedPostgres#alterTable}
 * FORGET                       removes all prepared statements, as a function may, and does not say so
 * </pre>
 */
final class ScriptedSql {
    enum Outcome {
        DONE,
        FAILED,
        COPY_IN,
        WAITS
    }

    /** What the pooler says in its client's transaction is nobody's. */
    private static final String OURS = "SELECT pg_catalog.";

    private static final String CHANNELS = "SELECT pg_catalog.encode(pg_catalog.convert_to(c, 'UTF8'), 'hex') FROM pg_catalog.pg_listening_channels()";
    private static final String NEVER_IDLE = "SELECT pg_catalog.set_config(name, '0', false)";
    private static final String RESTORE = "SELECT pg_catalog.count(pg_catalog.set_config(";
    private static final String SET_CONFIG = "SELECT pg_catalog.set_config('";
    private static final Pattern VALUE_SET = Pattern.compile("\\('([^']*)','((?:[^']|'')*)',false\\)");
    private static final Pattern VALUE = Pattern.compile("\\('([^']*)','((?:[^']|'')*)'\\)");
    private static final Pattern AT_PARSE = Pattern.compile("@(\\w+)");
    private static final String TOO_LATE = "too late";
    private static final String NONSENSE = "nonsense";
    private static final String PASSWORDS = "SELECT usename";

    private final ScriptedBackend backend;
    private final ScriptedSession session;
    private final ScriptedHoldings holdings;

    ScriptedSql(ScriptedBackend backend, ScriptedSession session) {
        this.backend = backend;
        this.session = session;
        this.holdings = new ScriptedHoldings(backend, session);
    }

    ScriptedHoldings holdings() {
        return holdings;
    }

    /** The statements of a query; quotes protect semicolons. */
    static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || (text.charAt(i) == ';' && !quoted)) {
                String part = text.substring(from, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                from = i + 1;
            } else if (text.charAt(i) == '\'') {
                quoted = !quoted;
            }
        }
        return parts;
    }

    static boolean endsTransaction(String text) {
        return text.startsWith("COMMIT") || text.startsWith("ROLLBACK");
    }

    /** Runs one statement. {@code rowHead}: whether a RowDescription goes before rows, as in the simple protocol. */
    Outcome run(String text, List<String> values, boolean rowHead) {
        String[] words = text.replaceFirst("^/\\*.*\\*/\\s*", "").split("\\s+", 3);
        String token = token(text, values);
        if (!text.startsWith(OURS)) {
            session.claim(token);
        }
        if (session.status() == 'E' && !endsTransaction(text)) {
            session.errorResponse("25P02", "current transaction is aborted, commands ignored until end of transaction block");
            return Outcome.FAILED;
        }
        Outcome ofHoldings = holdings.run(text, rowHead);
        if (ofHoldings != null) {
            return ofHoldings;
        }
        switch (words[0].toUpperCase(Locale.ROOT)) {
            case "SELECT" -> {
                if (text.startsWith(CHANNELS) && holdings.isPoisoned()) {
                    rows(List.of("no hexadecimal digits"), rowHead);
                } else if (text.startsWith(CHANNELS)) {
                    rows(session.channels().channels().stream().map(name -> HexFormat.of().formatHex(ScriptedBackend.ascii(name))).toList(), rowHead);
                } else if (text.startsWith(NEVER_IDLE)) {
                    rows(List.of(), rowHead);
                } else if (text.startsWith(SET_CONFIG)) {
                    Matcher value = VALUE_SET.matcher(text);
                    if (value.find()) {
                        session.parameters().set(value.group(1), value.group(2).replace("''", "'"), out());
                    }
                    rows(List.of(""), rowHead);
                } else if (text.startsWith(RESTORE)) {
                    restore(text);
                } else if (text.startsWith(PASSWORDS)) {
                    byte[] password = ScriptedBackend.ascii("secret of " + token);
                    out().begin(BackendTag.DATA_ROW).int16(2).int32(token.length()).bytes(ScriptedBackend.ascii(token)).int32(password.length).bytes(password)
                            .end();
                    complete("SELECT 1");
                } else {
                    rows(List.of(token), rowHead);
                }
            }
            case "ROWS" -> rows(numbered(token, Integer.parseInt(words[1])), rowHead);
            case "ERROR" -> {
                session.errorResponse("P0001", token);
                return Outcome.FAILED;
            }
            case "NOTICE" -> {
                PgError.notice(token).write(out(), BackendTag.NOTICE_RESPONSE);
                complete("DO");
            }
            case "WAIT" -> {
                session.takesTime(Long.parseLong(words[1]) * 1_000_000L, () -> rows(List.of(token), rowHead));
                return Outcome.WAITS;
            }
            case "COPY" -> {
                return copy(text, token);
            }
            case "DIE" -> {
                backend.die("57P01", token);
                return Outcome.FAILED;
            }
            case "BEGIN" -> transaction('T', "BEGIN");
            case "COMMIT" -> transaction('I', session.status() == 'E' ? "ROLLBACK" : "COMMIT");
            case "ROLLBACK" -> transaction('I', "ROLLBACK");
            case "RESET" -> {
                if (words[1].equals("ALL")) {
                    session.parameters().reset(out());
                } else {
                    session.parameters().reset(words[1], out());
                }
                complete("RESET");
            }
            case "SET" -> {
                return set(text.substring(4));
            }
            case "SHOW" -> rows(List.of(String.valueOf(session.parameters().value(words[1]))), rowHead);
            case "TABLE" -> rows(List.of(token), rowHead);
            case "FORGET" -> {
                session.statements().forget();
                complete("DO");
            }
            case "DISCARD" -> {
                session.statements().forget();
                session.parameters().reset(out());
                session.channels().discard();
                complete("DISCARD ALL");
            }
            case "PREPARE" -> {
                return prepare(text, words[1]);
            }
            case "EXECUTE" -> {
                String prepared = session.statements().get(words[1]);
                if (prepared == null) {
                    session.errorResponse("26000", "prepared statement \"" + words[1] + "\" does not exist");
                    return Outcome.FAILED;
                }
                return run(prepared, values, rowHead);
            }
            case "DEALLOCATE" -> {
                String name = deallocated(text);
                if (name.equals("ALL")) {
                    session.statements().forget();
                    complete("DEALLOCATE ALL");
                } else if (session.statements().remove(name)) {
                    complete("DEALLOCATE");
                } else {
                    session.errorResponse("26000", "prepared statement \"" + name + "\" does not exist");
                    return Outcome.FAILED;
                }
            }
            case "LOAD" -> complete("LOAD");
            case "LISTEN", "UNLISTEN", "NOTIFY" -> {
                session.channels().run(text);
                complete(words[0]);
            }
            default -> {
                session.errorResponse("42601", "syntax error at or near \"" + words[0] + "\"");
                return Outcome.FAILED;
            }
        }
        return Outcome.DONE;
    }

    private Outcome prepare(String text, String name) {
        if (session.statements().get(name) != null) {
            session.errorResponse("42P05", "prepared statement \"" + name + "\" already exists");
            return Outcome.FAILED;
        }
        if (session.parameters().value("broken") != null) {
            session.errorResponse("42P01", "relation does not exist");
            return Outcome.FAILED;
        }
        session.statements().putSql(name, text.substring(text.indexOf(" AS ") + 4), backend.tableVersion(), text);
        complete("PREPARE");
        return Outcome.DONE;
    }

    private static String deallocated(String text) {
        String[] words = text.replaceAll("--.*|;", "").strip().split("\\s+");
        String last = words[words.length - 1];
        return last.startsWith("\"") ? last.substring(1, last.length() - 1) : last.equals("ALL") ? last : last.toLowerCase(Locale.ROOT);
    }

    /** The answer to Describe behind the parameters. */
    void describe(String text) {
        if (text.startsWith(PASSWORDS)) {
            head("usename", "passwd");
        } else if (text.startsWith("SELECT") || text.startsWith("ROWS") || text.startsWith("SHOW") || text.startsWith("WAIT") || text.startsWith("TABLE")) {
            head();
        } else {
            out().begin(BackendTag.NO_DATA).end();
        }
    }

    /** Sends the first {@code most} rows of a portal that has more; false when it has not. */
    boolean suspend(String text, List<String> values, int most) {
        String[] words = text.split("\\s+", 3);
        if (!words[0].equals("ROWS") || session.status() == 'E' || Integer.parseInt(words[1]) <= most) {
            return false;
        }
        String token = token(text, values);
        session.claim(token);
        for (String row : numbered(token, most)) {
            row(row);
        }
        out().begin(BackendTag.PORTAL_SUSPENDED).end();
        return true;
    }

    /** A text as a session with these parameters reads it: each {@code @NAME} in a literal becomes the value of that parameter, as a literal's value does. */
    String read(String text) {
        return AT_PARSE.matcher(text).replaceAll(name -> String.valueOf(session.parameters().value(name.group(1))));
    }

    /** Every token that stands in {@code text} must be of the client whose transaction this is. */
    void claimAll(String text) {
        int at = text.indexOf('\'');
        while (at >= 0) {
            int end = text.indexOf('\'', at + 1);
            if (end < 0) {
                return;
            }
            session.claim(text.substring(at + 1, end));
            at = text.indexOf('\'', end + 1);
        }
    }

    private MessageWriter out() {
        return backend.out();
    }

    private static String token(String text, List<String> values) {
        int from = text.indexOf('\'');
        if (from < 0 || text.startsWith("SET")) {
            return values.isEmpty() ? "" : values.getFirst();
        }
        return text.substring(from + 1, text.lastIndexOf('\''));
    }

    private static List<String> numbered(String token, int count) {
        List<String> rows = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            rows.add(token + "#" + i);
        }
        return rows;
    }

    private void transaction(char status, String tag) {
        if (status == 'I') {
            session.channels().end(tag.equals("COMMIT"));
        }
        session.status(status);
        complete(tag);
    }

    /** Sets what no SET of the session has set. */
    private void restore(String text) {
        Matcher value = VALUE.matcher(text);
        int count = 0;
        while (value.find()) {
            if (!session.parameters().isSet(value.group(1))) {
                session.parameters().set(value.group(1), value.group(2).replace("''", "'"), out());
                count++;
            }
        }
        rows(List.of(String.valueOf(count)), true);
    }

    private Outcome set(String assignment) {
        if (assignment.endsWith(" TO DEFAULT")) {
            session.parameters().reset(assignment.substring(0, assignment.indexOf(' ')), out());
            complete("SET");
            return Outcome.DONE;
        }
        int equals = assignment.indexOf('=');
        String name = assignment.substring(0, equals).strip().replace("\"", "");
        String value = unquoted(assignment.substring(equals + 1).strip());
        if (value.equals(TOO_LATE)) {
            session.errorResponse("57014", "canceling statement due to statement timeout");
            return Outcome.FAILED;
        }
        if (value.equals(NONSENSE)) {
            session.errorResponse("22023", "invalid value for parameter \"" + name + "\": \"" + value + "\"");
            return Outcome.FAILED;
        }
        session.parameters().set(name, value, out());
        complete("SET");
        return Outcome.DONE;
    }

    private static String unquoted(String literal) {
        if (literal.startsWith("E'")) {
            return unquoted(literal.substring(1)).replace("\\\\", "\\");
        }
        return literal.startsWith("'") ? literal.substring(1, literal.length() - 1).replace("''", "'") : literal;
    }

    private Outcome copy(String text, String token) {
        if (text.startsWith("COPY IN")) {
            session.beginCopyIn();
            return Outcome.COPY_IN;
        }
        int lines = Integer.parseInt(text.split("\\s+", 4)[2]);
        out().begin(BackendTag.COPY_OUT_RESPONSE).int8(0).int16(1).int16(0).end();
        for (String line : numbered(token, lines)) {
            out().begin(BackendTag.COPY_DATA).bytes(ScriptedBackend.ascii(line + "\n")).end();
        }
        out().begin(BackendTag.COPY_DONE).end();
        complete("COPY " + lines);
        return Outcome.DONE;
    }

    private void rows(List<String> rows, boolean rowHead) {
        if (rowHead) {
            head();
        }
        rows.forEach(this::row);
        complete("SELECT " + rows.size());
    }

    private void head() {
        head("token");
    }

    private void head(String... columns) {
        out().begin(BackendTag.ROW_DESCRIPTION).int16(columns.length);
        for (String column : columns) {
            out().cstring(column).int32(0).int16(0).int32(25).int16(-1).int32(-1).int16(0);
        }
        out().end();
    }

    private void row(String value) {
        byte[] bytes = ScriptedBackend.ascii(value);
        out().begin(BackendTag.DATA_ROW).int16(1).int32(bytes.length).bytes(bytes).end();
    }

    private void complete(String tag) {
        out().begin(BackendTag.COMMAND_COMPLETE).cstring(tag).end();
    }
}
