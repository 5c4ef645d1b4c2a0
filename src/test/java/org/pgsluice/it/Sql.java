package org.pgsluice.it;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;

/** Statements and their answers. */
final class Sql {
    private Sql() {}

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row. */
    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** The same with a parameter for the only {@code ?}. */
    static int value(PreparedStatement statement, int parameter) throws SQLException {
        statement.setInt(1, parameter);
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Writes all that the query answers into {@code text}, a line for each row. */
    static void table(Connection connection, String sql, StringBuilder text) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            ResultSetMetaData columns = rows.getMetaData();
            text.append(sql).append('\n');
            while (rows.next()) {
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    text.append(columns.getColumnName(i)).append('=').append(rows.getString(i)).append(' ');
                }
                text.append('\n');
            }
        }
    }
}
