package org.pgsluice.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.ShowTable;
import org.pgsluice.admin.show.ShowTables;
import org.pgsluice.config.ConsoleVersion;

/**
 * Statements that drivers and their pools send by themselves: session parameters, transaction borders, resets. PgBouncer ignores SET of five parameters and
 * refuses the rest, which keeps most drivers out of its console. None of the names here is a setting of the pooler.
 */
final class DriverStatements {
    private static final int MOST_STATEMENTS = 8;

    private static final Set<String> IGNORED_PARAMETERS = Set.of(
            "client_encoding",
            "default_transaction_isolation",
            "standard_conforming_strings",
            "datestyle",
            "timezone",
            "application_name",
            "bytea_output",
            "client_min_messages",
            "default_transaction_read_only",
            "extra_float_digits",
            "idle_in_transaction_session_timeout",
            "intervalstyle",
            "jit",
            "lock_timeout",
            "search_path",
            "statement_timeout");

    private DriverStatements() {}

    static boolean isIgnoredParameter(String key) {
        return IGNORED_PARAMETERS.contains(key.toLowerCase(Locale.ROOT));
    }

    /** The command for {@code query} when all of its statements are known, otherwise null. */
    static @Nullable AdminCommand recognise(String query, ConsoleVersion version) {
        StringTokenizer statements = new StringTokenizer(query, ";");
        List<String> tags = new ArrayList<>();
        while (statements.hasMoreTokens()) {
            List<String> words = words(statements.nextToken());
            if (words.isEmpty()) {
                continue;
            }
            boolean isolation = words.equals(List.of("SHOW", "TRANSACTION", "ISOLATION", "LEVEL"));
            ShowTable<?> table = isolation ? ShowTables.find("transaction_isolation", version) : null;
            if (table != null && tags.isEmpty() && !statements.hasMoreTokens()) {
                return new AdminCommand.Show(table);
            }
            String tag = tag(words);
            if (tag == null || tags.size() == MOST_STATEMENTS) {
                return null;
            }
            tags.add(tag);
        }
        return tags.isEmpty() ? null : new AdminCommand.Pretended(List.copyOf(tags));
    }

    /** The words in upper case, with an equals sign as a word of its own. */
    private static List<String> words(String statement) {
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(statement.toUpperCase(Locale.ROOT), " \t\r\n=", true);
        while (tokens.hasMoreTokens()) {
            String token = tokens.nextToken();
            if (!token.isBlank()) {
                words.add(token);
            }
        }
        return words;
    }

    private static @Nullable String tag(List<String> words) {
        String second = words.size() > 1 ? words.get(1) : "";
        return switch (words.get(0)) {
            case "BEGIN" -> "BEGIN";
            case "START" -> second.equals("TRANSACTION") ? "START TRANSACTION" : null;
            case "COMMIT", "END" -> second.equals("PREPARED") ? null : "COMMIT";
            case "ROLLBACK", "ABORT" -> second.equals("PREPARED") || second.equals("TO") ? null : "ROLLBACK";
            case "DISCARD" -> second.equals("ALL") ? "DISCARD ALL" : null;
            case "DEALLOCATE" -> second.isEmpty() ? null : second.equals("ALL") ? "DEALLOCATE ALL" : "DEALLOCATE";
            case "CLOSE" -> second.equals("ALL") ? "CLOSE CURSOR ALL" : null;
            case "UNLISTEN" -> second.equals("*") ? "UNLISTEN" : null;
            case "RESET" -> second.equals("ALL") || isIgnoredParameter(second) ? "RESET" : null;
            case "SELECT" -> words.size() == 2 && second.equals("PG_ADVISORY_UNLOCK_ALL()") ? "SELECT 1" : null;
            case "SET" -> isIgnoredSet(words) ? "SET" : null;
            default -> null;
        };
    }

    private static boolean isIgnoredSet(List<String> words) {
        int at = words.size() > 1 && (words.get(1).equals("SESSION") || words.get(1).equals("LOCAL")) ? 2 : 1;
        if (words.size() < at + 2) {
            return false;
        }
        String next = words.get(at + 1);
        return switch (words.get(at)) {
            case "TRANSACTION", "NAMES" -> true;
            case "CHARACTERISTICS" -> next.equals("AS");
            case "TIME" -> next.equals("ZONE");
            default -> (next.equals("=") || next.equals("TO")) && words.size() > at + 2 && isIgnoredParameter(words.get(at));
        };
    }
}
