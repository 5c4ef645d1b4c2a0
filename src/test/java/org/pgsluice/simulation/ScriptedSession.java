package org.pgsluice.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/**
 * The protocol of a scripted session after its login, as the manual's "Message Flow" has it: skips to the Sync after an error of the extended protocol, ignores
 * Sync and Flush inside COPY data, and late COPY data outside. Replies go out as they are written.
 *
 * <p>Longer than 400 lines: the states of the protocol are one subject, and what statements do is elsewhere.
 */
public final class ScriptedSession {
    private record Portal(String sql, List<String> values) {}

    private final ScriptedBackend backend;
    private final ScriptedSql sql;
    private final ScriptedParameters parameters = new ScriptedParameters();
    private final ScriptedStatements statements = new ScriptedStatements();
    private final ScriptedChannels channels;
    private final Map<String, Portal> portals = new HashMap<>();
    private char status = 'I';
    private boolean implicit;
    private boolean skipping;
    private boolean copyIn;
    private boolean copyOfExecute;
    private long copied;
    private List<String> restOfQuery = List.of();
    private @Nullable Runnable waiting;
    private boolean cancelled;
    private @Nullable String owner;

    ScriptedSession(ScriptedBackend backend) {
        this.backend = backend;
        this.sql = new ScriptedSql(backend, this);
        this.channels = new ScriptedChannels(backend);
    }

    ScriptedChannels channels() {
        return channels;
    }

    public ScriptedParameters parameters() {
        return parameters;
    }

    /** What it has beside parameters and statements. */
    public ScriptedHoldings holdings() {
        return sql.holdings();
    }

    public ScriptedStatements statements() {
        return statements;
    }

    /** Whether anything is open that must not be another client's. */
    public boolean inTransaction() {
        return status != 'I' || implicit || copyIn || waiting != null;
    }

    /** The client whose transaction is open; empty when that is not known. */
    public String owner() {
        return owner == null ? "" : owner;
    }

    boolean busy() {
        return waiting != null;
    }

    /** The connection went away in a transaction: that is allowed, the transaction is rolled back. */
    void abandoned() {
        owner = null;
    }

    private MessageWriter out() {
        return backend.out();
    }

    void onMessage(byte tag, ScriptedMessage message) {
        if (copyIn) {
            duringCopy(tag, message);
        } else if (skipping && tag != FrontendTag.SYNC) {
            return;
        } else {
            idle(tag, message);
        }
        backend.flushLike(tag, skipping);
    }

    private void idle(byte tag, ScriptedMessage message) {
        switch (tag) {
            case FrontendTag.QUERY -> {
                String text = message.cstring();
                message.end();
                portals.remove("");
                statements.remove("");
                query(ScriptedSql.split(text), true);
            }
            case FrontendTag.PARSE -> parse(message);
            case FrontendTag.BIND -> bind(message);
            case FrontendTag.DESCRIBE -> describe(message);
            case FrontendTag.EXECUTE -> execute(message);
            case FrontendTag.CLOSE -> close(message);
            case FrontendTag.SYNC -> {
                message.end();
                skipping = false;
                implicit = false;
                ready();
            }
            case FrontendTag.FLUSH -> message.end();
            case FrontendTag.FUNCTION_CALL -> {
                message.rest();
                out().begin(BackendTag.FUNCTION_CALL_RESPONSE).int32(4).int32(42).end();
                implicit = false;
                ready();
            }
            case FrontendTag.COPY_DATA, FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL -> message.rest();
            default -> {
                backend.complain("unknown message '" + (char) tag + "'");
                backend.close();
            }
        }
    }

    // ---------------------------------------------------------------- the simple protocol

    private void query(List<String> left, boolean first) {
        implicit = true;
        if (first && left.isEmpty()) {
            out().begin(BackendTag.EMPTY_QUERY_RESPONSE).end();
        }
        for (int i = 0; i < left.size(); i++) {
            ScriptedSql.Outcome outcome = sql.run(left.get(i), List.of(), true);
            if (outcome == ScriptedSql.Outcome.FAILED) {
                break;
            }
            if (outcome == ScriptedSql.Outcome.COPY_IN || outcome == ScriptedSql.Outcome.WAITS) {
                restOfQuery = left.subList(i + 1, left.size());
                copyOfExecute = false;
                return;
            }
        }
        implicit = false;
        ready();
    }

    private void ready() {
        if (status == 'I') {
            channels.ready();
        }
        out().begin(BackendTag.READY_FOR_QUERY).int8(status).end();
        if (status == 'I') {
            owner = null;
            portals.clear();
        }
    }

    // ---------------------------------------------------------------- the extended protocol

    private void parse(ScriptedMessage message) {
        String name = message.cstring();
        String text = message.cstring();
        int types = message.int16();
        for (int i = 0; i < types; i++) {
            message.int32();
        }
        statements.forgetUnnamed(name);
        if (brokenEnd(message)) {
            return;
        }
        implicit = true;
        if (text.startsWith("BROKEN")) {
            error("42601", "syntax error at or near \"" + text + "\"");
        } else if (status == 'E' && !ScriptedSql.endsTransaction(text)) {
            error("25P02", "current transaction is aborted, commands ignored until end of transaction block");
        } else if (!name.isEmpty() && statements.get(name) != null) {
            error("42P05", "prepared statement \"" + name + "\" already exists");
        } else {
            sql.claimAll(text);
            statements.put(name, sql.read(text), backend.tableVersion());
            out().begin(BackendTag.PARSE_COMPLETE).end();
        }
    }

    private void bind(ScriptedMessage message) {
        String portal = message.cstring();
        String name = message.cstring();
        int formats = message.int16();
        for (int i = 0; i < formats; i++) {
            message.int16();
        }
        int count = message.int16();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = message.int32();
            values.add(length < 0 ? "" : new String(message.bytes(length), StandardCharsets.UTF_8));
        }
        int results = message.int16();
        for (int i = 0; i < results; i++) {
            message.int16();
        }
        message.end();
        implicit = true;
        values.forEach(this::claim);
        String text = statements.get(name);
        if (text == null) {
            error("26000", name.isEmpty() ? "unnamed prepared statement does not exist" : "prepared statement \"" + name + "\" does not exist");
        } else if (status == 'E' && !ScriptedSql.endsTransaction(text)) {
            error("25P02", "current transaction is aborted, commands ignored until end of transaction block");
        } else if (statements.isStale(name, backend.tableVersion())) {
            error("0A000", "cached plan must not change result type");
        } else if (values.size() > 1) {
            error("08P01", "bind message supplies " + values.size() + " parameters, but prepared statement \"" + name + "\" requires 1");
        } else {
            portals.put(portal, new Portal(text, values));
            out().begin(BackendTag.BIND_COMPLETE).end();
        }
    }

    private void describe(ScriptedMessage message) {
        int kind = message.int8();
        String name = message.cstring();
        if (brokenEnd(message)) {
            return;
        }
        implicit = true;
        Portal portal = portals.get(name);
        String text = kind == 'S' ? statements.get(name) : portal == null ? null : portal.sql();
        if (text == null) {
            error(kind == 'S' ? "26000" : "34000", (kind == 'S' ? "prepared statement \"" : "portal \"") + name + "\" does not exist");
            return;
        }
        if (kind == 'S') {
            out().begin(BackendTag.PARAMETER_DESCRIPTION).int16(text.contains("$1") ? 1 : 0);
            if (text.contains("$1")) {
                out().int32(25);
            }
            out().end();
            if (statements.isStale(name, backend.tableVersion())) {
                error("0A000", "cached plan must not change result type");
                return;
            }
        }
        sql.describe(text);
    }

    private void execute(ScriptedMessage message) {
        String name = message.cstring();
        int most = message.int32();
        message.end();
        implicit = true;
        Portal portal = portals.get(name);
        if (portal == null) {
            error("34000", "portal \"" + name + "\" does not exist");
            return;
        }
        if (most > 0 && sql.suspend(portal.sql(), portal.values(), most)) {
            return;
        }
        List<String> parts = ScriptedSql.split(portal.sql());
        if (parts.isEmpty()) {
            out().begin(BackendTag.EMPTY_QUERY_RESPONSE).end();
            return;
        }
        copyOfExecute = true;
        ScriptedSql.Outcome outcome = sql.run(parts.getFirst(), portal.values(), false);
        if (outcome == ScriptedSql.Outcome.FAILED) {
            skipping = true;
        }
    }

    private void close(ScriptedMessage message) {
        int kind = message.int8();
        String name = message.cstring();
        message.end();
        implicit = true;
        if (kind == 'S') {
            statements.remove(name);
        } else {
            portals.remove(name);
        }
        out().begin(BackendTag.CLOSE_COMPLETE).end();
    }

    /** Whether more stands in a message than should; that is an error of its own. */
    private boolean brokenEnd(ScriptedMessage message) {
        if (message.rest().length > 0) {
            error("08P01", "invalid message format");
        }
        return skipping;
    }

    /** An error of the extended protocol. */
    private void error(String state, String text) {
        errorResponse(state, text);
        skipping = true;
    }

    void errorResponse(String state, String text) {
        channels.failed();
        new PgError("ERROR", state, text, null).write(out(), BackendTag.ERROR_RESPONSE);
        if (status == 'T') {
            status = 'E';
        }
    }

    // ---------------------------------------------------------------- COPY

    void beginCopyIn() {
        copyIn = true;
        copied = 0;
        out().begin(BackendTag.COPY_IN_RESPONSE).int8(0).int16(1).int16(0).end();
    }

    private void duringCopy(byte tag, ScriptedMessage message) {
        switch (tag) {
            case FrontendTag.COPY_DATA -> {
                byte[] data = message.rest();
                String text = new String(data, StandardCharsets.UTF_8);
                copied += data.length;
                sql.claimAll(text);
                if (text.contains("BAD ROW")) {
                    endCopy("22P02", "invalid input syntax in COPY");
                }
            }
            case FrontendTag.COPY_DONE -> {
                message.end();
                endCopy(null, "COPY " + copied);
            }
            case FrontendTag.COPY_FAIL -> endCopy("57014", "COPY from stdin failed: " + message.cstring());
            case FrontendTag.SYNC, FrontendTag.FLUSH -> message.end();
            default -> endCopy("08P01", "unexpected message type 0x" + Integer.toHexString(tag) + " during COPY from stdin");
        }
    }

    private void endCopy(@Nullable String failure, String text) {
        copyIn = false;
        if (failure == null) {
            out().begin(BackendTag.COMMAND_COMPLETE).cstring(text).end();
        } else {
            errorResponse(failure, text);
        }
        goOn(failure != null);
    }

    /** What follows a statement that took several messages, or its time. */
    private void goOn(boolean failed) {
        if (copyOfExecute) {
            skipping = failed;
        } else {
            query(failed ? List.of() : restOfQuery, false);
        }
    }

    // ---------------------------------------------------------------- time

    /** The statement takes {@code nanos} and then does {@code last}; what comes meanwhile waits. */
    void takesTime(long nanos, Runnable last) {
        cancelled = false;
        waiting = last;
        backend.later(nanos, () -> wake(last));
    }

    private void wake(Runnable expected) {
        if (waiting != expected) {
            return;
        }
        waiting = null;
        if (cancelled) {
            errorResponse("57014", "canceling statement due to user request");
        } else {
            expected.run();
        }
        goOn(cancelled);
        backend.flush();
        backend.resume();
    }

    boolean cancel() {
        Runnable running = waiting;
        if (running == null) {
            return false;
        }
        cancelled = true;
        backend.later(0, () -> wake(running));
        return true;
    }

    // ---------------------------------------------------------------- transactions and whose they are

    char status() {
        return status;
    }

    void status(char next) {
        status = next;
    }

    /** {@code token} is {@code client.number}: until the transaction is over all tokens must be of that client. */
    void claim(String token) {
        int dot = token.indexOf('.');
        if (dot < 0) {
            return;
        }
        String client = token.substring(0, dot);
        if (owner == null) {
            owner = client;
        } else if (!owner.equals(client)) {
            backend.complain("token " + token + " inside the transaction of " + owner);
        }
    }
}
