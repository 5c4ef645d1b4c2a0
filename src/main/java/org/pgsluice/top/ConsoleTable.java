package org.pgsluice.top;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a SHOW.
 *
 * @param columns names, in the order sent
 * @param rows values as text, null for NULL
 */
record ConsoleTable(List<String> columns, List<List<@Nullable String>> rows) {
    /** The value of a column; empty where it is NULL or not there, as in an older version. */
    String text(List<@Nullable String> row, String column) {
        int index = columns.indexOf(column);
        String value = index < 0 ? null : row.get(index);
        return value == null ? "" : value;
    }

    long number(List<@Nullable String> row, String column) {
        String text = text(row, column).strip();
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
