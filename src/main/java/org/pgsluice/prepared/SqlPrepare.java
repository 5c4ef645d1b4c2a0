package org.pgsluice.prepared;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.SessionFunctions;
import org.pgsluice.sql.SqlWalk;
import org.pgsluice.sql.Suspicion;

/** The text of an SQL {@code PREPARE}, as PostgreSQL keeps it: all of the query string that it came in. Texts are bytes, one char each. */
public final class SqlPrepare {
    private static final String PREPARE = "prepare";

    private SqlPrepare() {}

    /**
     * The statement alone that prepares {@code name}, which may be run again on another server; null where that is not certain.
     *
     * @param text what pg_prepared_statements has as the statement's text
     */
    public static @Nullable String exact(String text, String name, SessionFunctions functions) {
        if (!isAscii(text) || !isAscii(name)) {
            // Its bytes mean something in one client_encoding only.
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        int end = end(text);
        // Where no semicolon stands between, it is one statement, however its quotes are read.
        boolean several = text.lastIndexOf(';', end - 1) >= 0;
        if (several && (SqlWalk.of(bytes, 0, bytes.limit(), functions).effects() & SessionEffects.OPAQUE) != 0) {
            return null;
        }
        String found = null;
        SqlScan scan = new SqlScan(bytes, 0, end);
        while (!scan.isOver()) {
            int from = scan.at();
            boolean own = scan.word() && scan.is(PREPARE) && scan.name() && new String(scan.identifier(), ISO_8859_1).equals(name);
            int to = scan.statementEnds();
            if (own && found != null) {
                return null;
            }
            found = own ? text.substring(from, to).strip() : found;
        }
        // What the session sees of it is what the client has sent.
        return several || found == null ? found : text;
    }

    /** What executing a statement of that text may do to a session. What a parameter would name is not known. */
    public static Suspicion suspicion(String text, SessionFunctions functions) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        Suspicion all = SqlWalk.of(ByteBuffer.wrap(bytes), 0, bytes.length, functions);
        int effects = all.effects() & ~SessionEffects.PREPARE | (all.parameters().isEmpty() ? 0 : SessionEffects.UNKNOWN_NAME);
        return all.settings().isEmpty() ? Suspicion.of(effects) : new Suspicion(effects, all.settings(), List.of(), List.of());
    }

    /** Where the text ends without blanks and semicolons behind it. */
    private static int end(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == ';' || text.charAt(end - 1) <= ' ')) {
            end--;
        }
        return end;
    }

    private static boolean isAscii(String bytes) {
        return bytes.chars().allMatch(c -> c > 0 && c < 0x80);
    }
}
