package org.pgsluice.admin;

import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.Formats;
import org.pgsluice.admin.show.RowCursor;
import org.pgsluice.admin.show.ValueWriter;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.config.ConsoleVersion;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/**
 * One console after its login: takes the user's messages, one at a time, and answers them on its {@link Console}. A command that has to wait makes it {@link
 * #busy}; until {@link Console#onReady} it takes no further message. It knows the simple query protocol, as PgBouncer's console does, and the extended one,
 * which drivers speak. For the thread of the console's reactor only.
 *
 * <p>In the extended protocol an error is followed by silence until the next Sync, as everywhere. There are no transactions: every ReadyForQuery says idle,
 * and a Sync ends all portals.
 */
public final class AdminSession {
    private static final int FLUSH_BYTES = 8 * 1024;
    /** So many rows are written in one turn: less than a millisecond's work. */
    private static final int SLICE = 256;
    private static final Outcome.Failed CANCELLED = new Outcome.Failed("canceling statement due to user request", "57014");

    private final Console console;
    private final CommandRunner runner;
    private final Operations operations;
    private final ValueWriter values;
    private final ConsoleVersion version;
    private final ExtendedQuery extended;

    private MessageWriter out = new MessageWriter();
    /** The command that an answer is awaited for, and how to write it. */
    private @Nullable Pending pending;
    private boolean receiving;
    private boolean skippingToSync;
    private boolean closed;

    /**
     * A session for a user with {@code rights}.
     *
     * @param zone for the times in SHOW CLIENTS and its kin
     * @param version whose columns its tables have, as long as it lasts
     */
    public AdminSession(Rights rights, PoolerView view, Operations operations, ZoneId zone, ConsoleVersion version, Console console) {
        this.version = version;
        this.extended = new ExtendedQuery(version);
        this.console = console;
        this.operations = operations;
        this.runner = new CommandRunner(rights, view, operations, console);
        this.values = new ValueWriter(zone);
    }

    /** What SHOW VERSION says. */
    public ConsoleVersion version() {
        return version;
    }

    /** Whether a command's answer is still to come; {@link #onMessage} must not be called then. */
    public boolean busy() {
        return pending != null;
    }

    /**
     * Takes one complete message.
     *
     * @param tag its type
     * @param body what follows the length, from position to limit; not kept
     */
    public void onMessage(byte tag, ByteBuffer body) {
        assert !busy() : "a message came while a command was running";
        if (closed) {
            return;
        }
        receiving = true;
        try {
            receive(tag, new MessageReader(body));
        } finally {
            receiving = false;
        }
    }

    /**
     * The user asked by a cancel request to give up the command that is running. Only those that act on the pooler can wait long; nothing else is cancelled.
     */
    public void cancel() {
        Pending cancelled = pending;
        if (cancelled != null && cancelled.command instanceof AdminCommand.Operation && !(cancelled.command instanceof AdminCommand.Shutdown)) {
            pending = null;
            operations.cancel();
            finish(cancelled, new Answer.Refused(CANCELLED));
        }
    }

    /** The connection is gone: nothing is sent any more, whatever may still be answered. */
    public void close() {
        closed = true;
        pending = null;
    }

    private void receive(byte tag, MessageReader in) {
        if (skippingToSync && tag != FrontendTag.SYNC && tag != FrontendTag.TERMINATE) {
            return;
        }
        switch (tag) {
            case FrontendTag.QUERY -> query(in);
            case FrontendTag.PARSE -> reply(in, extended.parse(in, out));
            case FrontendTag.BIND -> reply(in, extended.bind(in, out));
            case FrontendTag.DESCRIBE -> reply(in, extended.describe(in, out));
            case FrontendTag.EXECUTE -> execute(in);
            case FrontendTag.CLOSE -> {
                extended.close(in, out);
                reply(in, null);
            }
            case FrontendTag.FLUSH -> flush();
            case FrontendTag.SYNC -> sync();
            case FrontendTag.TERMINATE -> {
                close();
                console.onTerminate();
            }
            default -> {
                refuse(Refusals.failed("unsupported packet type for admin console: " + tag));
                ready();
                violation("bad packet");
            }
        }
    }

    private void query(MessageReader in) {
        String text = in.cstring();
        if (in.isMalformed()) {
            violation("incomplete query");
            return;
        }
        extended.onSimpleQuery();
        AdminCommand command = CommandParser.parse(text, version);
        run(text, command instanceof AdminCommand.Empty ? CommandParser.syntaxError(text) : command, answer -> {
            if (answer instanceof Answer.Rows rows) {
                rows.table().describe(out, Formats.TEXT);
                write(rows.table().read(rows.snapshot(), Formats.TEXT, values), Integer.MAX_VALUE, () -> {
                    complete("SHOW");
                    ready();
                    flush();
                });
            } else {
                write(answer);
                ready();
                flush();
            }
        });
    }

    private void execute(MessageReader in) {
        String name = in.cstring();
        int limit = in.int32();
        if (in.isMalformed()) {
            violation("bad packet");
            return;
        }
        Portal portal = extended.portal(name);
        RowCursor rows = portal == null ? null : portal.rows;
        if (portal == null) {
            fail(ExtendedQuery.noPortal(name));
        } else if (rows != null || portal.finished) {
            fetch(portal, rows, limit);
        } else {
            PreparedCommand statement = portal.statement;
            run(statement.query(), statement.command(), answer -> {
                if (answer instanceof Answer.Rows(var table, var snapshot)) {
                    fetch(portal, table.read(snapshot, portal.formats, values), limit);
                } else if (answer instanceof Answer.Refused(var reason)) {
                    fail(reason);
                } else {
                    portal.finished = true;
                    write(answer);
                }
            });
        }
    }

    private void fetch(Portal portal, @Nullable RowCursor rows, int limit) {
        if (rows != null) {
            write(rows, limit <= 0 ? Integer.MAX_VALUE : limit, () -> fetched(portal, rows));
        } else {
            fetched(portal, null);
        }
    }

    private void fetched(Portal portal, @Nullable RowCursor rows) {
        portal.finished = rows == null || !rows.hasNext();
        portal.rows = portal.finished ? null : rows;
        if (portal.finished) {
            complete("SHOW");
        } else {
            out.begin(BackendTag.PORTAL_SUSPENDED).end();
        }
    }

    private void run(String text, AdminCommand command, Consumer<Answer> writer) {
        console.onCommand(text);
        Pending mine = new Pending(command, writer);
        pending = mine;
        runner.run(command, answer -> {
            // Otherwise it was cancelled or the connection has gone.
            if (pending == mine) {
                pending = null;
                try {
                    finish(mine, answer);
                } catch (RuntimeException | Error thrown) {
                    // Whoever brought the answer is on no connection's behalf: nobody else ends this one, and its user would wait for ever.
                    console.onFault();
                    throw thrown;
                }
            }
        });
    }

    private void finish(Pending done, Answer answer) {
        done.writer.accept(answer);
        goOn();
    }

    /** Unless rows are still to be written, takes the next message where none was refused meanwhile. */
    private void goOn() {
        if (!receiving && pending == null) {
            flush();
            console.onReady();
        }
    }

    private void sync() {
        skippingToSync = false;
        extended.onSync();
        ready();
        flush();
    }

    /** The reply to Parse, Bind, Describe or Close stands in {@code out} unless it failed. */
    private void reply(MessageReader in, Outcome.@Nullable Failed failure) {
        if (in.isMalformed() || failure == null && in.hasRest()) {
            violation("bad packet");
        } else if (failure != null) {
            fail(failure);
        }
    }

    private void fail(Outcome.Failed failure) {
        skippingToSync = true;
        refuse(failure);
        // A Flush that follows would be skipped, and the user would wait for ever.
        flush();
    }

    private void violation(String reason) {
        flush();
        close();
        console.onViolation(reason);
    }

    private void write(Answer answer) {
        if (answer instanceof Answer.Complete complete) {
            PgError notice = complete.notice();
            if (notice != null) {
                notice.write(out, BackendTag.NOTICE_RESPONSE);
            }
            complete.tags().forEach(this::complete);
            forget(complete.tags());
        } else if (answer instanceof Answer.Refused refused) {
            refuse(refused.reason());
        } else if (answer instanceof Answer.Nothing) {
            out.begin(BackendTag.EMPTY_QUERY_RESPONSE).end();
        } else {
            throw new IllegalStateException("rows are written by the protocol's own way");
        }
    }

    private void forget(List<String> tags) {
        if (tags.contains("DISCARD ALL") || tags.contains("DEALLOCATE ALL")) {
            extended.forgetStatements();
        }
    }

    /**
     * Writes up to {@code limit} rows and then runs {@code end}: at once, or where there are many, a slice in each turn, so that others of this reactor are
     * served between.
     */
    private void write(RowCursor rows, int limit, Runnable end) {
        int left = limit;
        for (int sliced = 0; rows.hasNext() && left > 0 && sliced < SLICE; left--) {
            int descriptor = rows.descriptor();
            if (descriptor < 0) {
                rows.writeNext(out);
                sliced++;
            } else {
                // Never in slices: nothing may come between sockets that are handed over.
                flush();
                MessageWriter row = new MessageWriter();
                rows.writeNext(row);
                console.sendWithDescriptor(row.toBuffer(), descriptor);
            }
            if (out.size() >= FLUSH_BYTES) {
                flush();
            }
        }
        if (!rows.hasNext() || left == 0) {
            end.run();
            return;
        }
        flush();
        Pending writing = new Pending(null, answer -> {});
        int rest = left;
        pending = writing;
        console.later(() -> {
            if (pending == writing) {
                pending = null;
                write(rows, rest, end);
                goOn();
            }
        });
    }

    private void refuse(Outcome.Failed failure) {
        console.onError(failure.message());
        new PgError("ERROR", failure.sqlState(), failure.message(), null).write(out, BackendTag.ERROR_RESPONSE);
    }

    private void complete(String tag) {
        out.begin(BackendTag.COMMAND_COMPLETE).cstring(tag).end();
    }

    private void ready() {
        out.begin(BackendTag.READY_FOR_QUERY).int8('I').end();
    }

    private void flush() {
        if (out.size() > 0 && !closed) {
            // An idle console keeps no large array.
            MessageWriter full = out;
            out = new MessageWriter();
            console.send(full.toBuffer());
        }
    }

    /** @param command null while its rows are written */
    private record Pending(@Nullable AdminCommand command, Consumer<Answer> writer) {}
}
