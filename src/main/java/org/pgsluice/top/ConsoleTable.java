package org.pgsluice.top;

import java.util.List;

/**
 * The answer to a SHOW.
 *
 * @param columns names, in the order sent
 * @param rows values as text, empty for NULL
 */
record ConsoleTable(List<String> columns, List<List<String>> rows) {
    /** The value of a column; empty where it is NULL or not there, as in an older version. */
    String text(List<String> row, String column) {
        int index = columns.indexOf(column);
        return index < 0 || index >= row.size() ? "" : row.get(index);
    }

    long number(List<String> row, String column) {
        String text = text(row, column).strip();
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
