package org.pgsluice.admin;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.Formats;
import org.pgsluice.admin.show.ShowTable;
import org.pgsluice.config.ConsoleVersion;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;

/**
 * The prepared statements and portals of one console, and the messages that make, describe and close them. Each method appends its reply and returns null, or
 * returns the error. Whether the message was malformed is for the caller to ask: the connection ends then anyway. Manual: "Extended Query".
 */
final class ExtendedQuery {
    /** Of each kind; a console that wants more has lost its way. */
    static final int MOST = 1000;

    /** Characters of the names and texts of all that it has. */
    static final int MOST_CHARACTERS = 256 * 1024;

    private final Map<String, PreparedCommand> statements = new HashMap<>();
    private final Map<String, Portal> portals = new HashMap<>();
    private final ConsoleVersion version;
    private int characters;

    ExtendedQuery(ConsoleVersion version) {
        this.version = version;
    }

    Outcome.@Nullable Failed parse(MessageReader in, MessageWriter out) {
        String name = in.cstring();
        String query = in.cstring();
        int types = in.int16();
        in.skipRest();
        AdminCommand command = CommandParser.parse(query, version);
        if (command instanceof AdminCommand.Invalid invalid) {
            return Refusals.failed(invalid.message());
        }
        if (command instanceof AdminCommand.Pretended pretended && pretended.tags().size() > 1) {
            return Refusals.failed(CommandParser.syntaxError(query).message());
        }
        if (types > 0) {
            return Refusals.failed("the console's commands take no parameters");
        }
        if (!name.isEmpty() && statements.containsKey(name)) {
            return new Outcome.Failed("prepared statement \"" + name + "\" already exists", "42P05");
        }
        PreparedCommand old = statements.get(name);
        int more = old == null ? name.length() + query.length() : query.length() - old.query().length();
        if (statements.size() >= MOST || characters + more > MOST_CHARACTERS) {
            return new Outcome.Failed("too many prepared statements", "54000");
        }
        characters += more;
        statements.put(name, new PreparedCommand(query, command));
        out.begin(BackendTag.PARSE_COMPLETE).end();
        return null;
    }

    Outcome.@Nullable Failed bind(MessageReader in, MessageWriter out) {
        String name = in.cstring();
        String statementName = in.cstring();
        in.int16s();
        int parameters = in.int16();
        if (parameters > 0) {
            return Refusals.failed("bind message supplies " + parameters + " parameters, but prepared statement \"" + statementName + "\" requires 0");
        }
        int[] codes = in.int16s();
        PreparedCommand statement = statements.get(statementName);
        if (statement == null) {
            return noStatement(statementName);
        }
        ShowTable<?> table = statement.table();
        Formats formats = table == null ? Formats.TEXT : Formats.of(codes, table.columnCount());
        if (formats == null) {
            return Refusals.failed("bind message has " + codes.length + " result formats that do not fit the query's columns");
        }
        if (!name.isEmpty() && portals.containsKey(name)) {
            return new Outcome.Failed("portal \"" + name + "\" already exists", "42P03");
        }
        int more = portals.containsKey(name) ? 0 : name.length();
        if (portals.size() >= MOST || characters + more > MOST_CHARACTERS) {
            return new Outcome.Failed("too many portals", "54000");
        }
        characters += more;
        portals.put(name, new Portal(statement, formats));
        out.begin(BackendTag.BIND_COMPLETE).end();
        return null;
    }

    Outcome.@Nullable Failed describe(MessageReader in, MessageWriter out) {
        boolean isStatement = in.int8() == 'S';
        String name = in.cstring();
        if (isStatement) {
            PreparedCommand statement = statements.get(name);
            if (statement == null) {
                return noStatement(name);
            }
            out.begin(BackendTag.PARAMETER_DESCRIPTION).int16(0).end();
            describe(statement.table(), Formats.TEXT, out);
            return null;
        }
        Portal portal = portals.get(name);
        if (portal == null) {
            return noPortal(name);
        }
        describe(portal.statement.table(), portal.formats, out);
        return null;
    }

    /** Closing what does not exist is no error. */
    void close(MessageReader in, MessageWriter out) {
        boolean isStatement = in.int8() == 'S';
        String name = in.cstring();
        if (isStatement) {
            removeStatement(name);
        } else {
            removePortal(name);
        }
        out.begin(BackendTag.CLOSE_COMPLETE).end();
    }

    @Nullable Portal portal(String name) {
        return portals.get(name);
    }

    /** A simple query takes the unnamed ones away. */
    void onSimpleQuery() {
        removeStatement("");
        removePortal("");
    }

    private void removeStatement(String name) {
        PreparedCommand statement = statements.remove(name);
        characters -= statement == null ? 0 : name.length() + statement.query().length();
    }

    private void removePortal(String name) {
        characters -= portals.remove(name) == null ? 0 : name.length();
    }

    /** There is no transaction that a portal could outlive. */
    void onSync() {
        for (String name : portals.keySet()) {
            characters -= name.length();
        }
        portals.clear();
    }

    /** DISCARD ALL and DEALLOCATE ALL. */
    void forgetStatements() {
        for (Map.Entry<String, PreparedCommand> statement : statements.entrySet()) {
            characters -= statement.getKey().length() + statement.getValue().query().length();
        }
        statements.clear();
    }

    static Outcome.Failed noPortal(String name) {
        return new Outcome.Failed("portal \"" + name + "\" does not exist", "34000");
    }

    private static Outcome.Failed noStatement(String name) {
        return new Outcome.Failed("prepared statement \"" + name + "\" does not exist", "26000");
    }

    private static void describe(@Nullable ShowTable<?> table, Formats formats, MessageWriter out) {
        if (table == null) {
            out.begin(BackendTag.NO_DATA).end();
        } else {
            table.describe(out, formats);
        }
    }
}
