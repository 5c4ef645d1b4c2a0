package org.pgsluice.vars;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The statements that give a server what a client has. They are ASCII, whatever they set: their bytes mean the same in every client_encoding that the server
 * may have at the moment. Not thread-safe.
 */
final class BridgePlan {
    private final List<String> statements = new ArrayList<>(1);
    private final StringBuilder last = new StringBuilder();

    /** Sets one parameter, which is not client_encoding. */
    void set(TrackedNames names, int index, String value) {
        String encoding = Raw.encoding(value);
        if (encoding != null) {
            // What the server reports is in its client_encoding: one that has all its letters must hold by then, or PostgreSQL 18 fails to report without end.
            statements.add(encoding.isEmpty()
                    ? "SELECT pg_catalog.set_config('client_encoding',pg_catalog.getdatabaseencoding(),false);"
                    : "SET client_encoding=" + Literal.of(encoding) + ";");
            statements.add(setConfig(names.name(index), Literal.ofValue(value)));
        } else if (names.isList(index)) {
            // SET would take the whole for one element.
            last.append(setConfig(names.name(index), Literal.ofValue(value)));
        } else {
            last.append("SET ").append(identifier(names.name(index))).append('=').append(Literal.of(value)).append(';');
        }
    }

    /** Adds a statement behind those that there are. */
    void then(@Nullable String statement) {
        if (statement != null) {
            last.append(statement);
        }
    }

    /** Brings back the server's own value of one parameter: {@code own} where it is known, and what a RESET gives where it is not. */
    void unset(TrackedNames names, int index, @Nullable String own) {
        if (own != null) {
            set(names, index, own);
        } else {
            last.append("RESET ").append(identifier(names.name(index))).append(';');
        }
    }

    /**
     * All statements, in the order in which they are to be sent, each as a query of its own.
     *
     * @param encoding the client_encoding that holds at the end; null when it is not known
     * @param other whether the server has another one before
     */
    List<String> end(@Nullable String encoding, boolean other) {
        if (encoding != null && (other || !statements.isEmpty())) {
            last.insert(0, "SET client_encoding=" + Literal.of(encoding) + ";");
        }
        if (!last.isEmpty()) {
            statements.add(last.toString());
        }
        return statements;
    }

    /** The query that sets {@code values} at {@code positions}, if {@code local} for the transaction alone, but for those that were set otherwise since. */
    static String restore(TrackedNames names, @Nullable String[] values, long positions, boolean local) {
        StringBuilder list = new StringBuilder();
        for (long left = positions; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            String value = values[index];
            if (value != null) {
                list.append(list.isEmpty() ? "(" : ",(").append(Literal.of(names.name(index).toLowerCase(Locale.ROOT)));
                list.append(',').append(Literal.ofValue(value)).append(')');
            }
        }
        // A count, since values would have to be sent in the client_encoding that is just being set; operators of pg_catalog, whatever the search_path.
        String select = "SELECT pg_catalog.count(pg_catalog.set_config(s.name,v.value," + local + "))";
        return select + " FROM pg_catalog.pg_settings s,(VALUES " + list
                + ") v(name,value) WHERE pg_catalog.lower(s.name) OPERATOR(pg_catalog.=) v.name AND s.source OPERATOR(pg_catalog.<>) 'session';";
    }

    /** The query for the values of the parameters at {@code positions}, one row; NULL for those that the server does not know. */
    static String ask(TrackedNames names, long positions) {
        StringBuilder list = new StringBuilder();
        for (long left = positions; left != 0; left &= left - 1) {
            String name = Literal.of(names.name(Long.numberOfTrailingZeros(left)));
            list.append(list.isEmpty() ? "" : ",").append("pg_catalog.current_setting(").append(name).append(",true)");
        }
        return "SELECT " + list;
    }

    private static String setConfig(String name, String expression) {
        return "SELECT pg_catalog.set_config(" + Literal.of(name) + "," + expression + ",false);";
    }

    /** Quoted where it has capitals, so that PostgreSQL's errors name it as the client does. */
    private static String identifier(String name) {
        return name.equals(name.toLowerCase(Locale.ROOT)) || name.indexOf('.') >= 0 || name.indexOf('"') >= 0 ? name : '"' + name + '"';
    }
}
