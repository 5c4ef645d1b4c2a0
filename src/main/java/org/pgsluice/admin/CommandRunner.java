package org.pgsluice.admin;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.ShowTable;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.wire.PgError;

/** Runs commands with the rights of one user: checks them, reports what was issued, and gives the answer, at once or later. */
final class CommandRunner {
    private static final Outcome.Failed ADMIN_NEEDED = Refusals.failed("admin access needed");
    private static final Outcome.Failed DATABASE_NEEDED = Refusals.failed("a database is required");
    private static final Outcome.Failed INVALID_CLIENT = Refusals.failed("invalid client pointer supplied");

    private final Rights rights;
    private final PoolerView view;
    private final Operations operations;
    private final Console console;

    CommandRunner(Rights rights, PoolerView view, Operations operations, Console console) {
        this.rights = rights;
        this.view = view;
        this.operations = operations;
        this.console = console;
    }

    /** Runs {@code command} and calls {@code then} once. */
    void run(AdminCommand command, Consumer<Answer> then) {
        if (command instanceof AdminCommand.Show show) {
            show(show.table(), then);
        } else if (command instanceof AdminCommand.Pretended pretended) {
            then.accept(new Answer.Complete(pretended.tags(), ignored(pretended.tags())));
        } else if (command instanceof AdminCommand.Operation operation) {
            if (rights == Rights.ADMIN) {
                operate(operation, then);
            } else {
                then.accept(new Answer.Refused(ADMIN_NEEDED));
            }
        } else if (command instanceof AdminCommand.Invalid invalid) {
            then.accept(new Answer.Refused(Refusals.failed(invalid.message())));
        } else if (command instanceof AdminCommand.Help) {
            then.accept(new Answer.Complete(List.of("SHOW"), HelpText.NOTICE));
        } else {
            assert command instanceof AdminCommand.Empty;
            then.accept(new Answer.Nothing());
        }
    }

    private void show(ShowTable<?> table, Consumer<Answer> then) {
        if (table.carriesDescriptors() && rights != Rights.ADMIN) {
            then.accept(new Answer.Refused(ADMIN_NEEDED));
        } else if (table.parts().isEmpty()) {
            then.accept(new Answer.Rows(table, Snapshot.EMPTY));
        } else {
            view.collect(table.parts(), snapshot -> then.accept(new Answer.Rows(table, snapshot)));
        }
    }

    private void operate(AdminCommand.Operation operation, Consumer<Answer> then) {
        switch (operation) {
            case AdminCommand.Assign it -> operations.set(it.key(), it.value(), completion("SET " + it.key() + "=" + it.value(), then));
            case AdminCommand.Reload _ -> operations.reload(issue("RELOAD", null, then));
            case AdminCommand.Suspend _ -> operations.suspend(issue("SUSPEND", null, then));
            case AdminCommand.Pause it -> operations.pause(it.database(), issue("PAUSE", it.database(), then));
            case AdminCommand.Resume it -> operations.resume(it.database(), issue("RESUME", it.database(), then));
            case AdminCommand.Kill it -> operations.kill(it.database(), issue("KILL", it.database(), then));
            case AdminCommand.KillClient it -> killClient(it.id(), then);
            case AdminCommand.Disable it -> withDatabase(it.database(), then, database -> operations.disable(database, issue("DISABLE", database, then)));
            case AdminCommand.Enable it -> withDatabase(it.database(), then, database -> operations.enable(database, issue("ENABLE", database, then)));
            case AdminCommand.Reconnect it -> operations.reconnect(it.database(), issue("RECONNECT", it.database(), then));
            case AdminCommand.WaitClose it -> operations.waitClose(it.database(), issue("WAIT_CLOSE", it.database(), then));
            case AdminCommand.Shutdown it -> shutdown(it.mode(), then);
        }
    }

    private static void withDatabase(@Nullable String database, Consumer<Answer> then, Consumer<String> operation) {
        if (database == null) {
            then.accept(new Answer.Refused(DATABASE_NEEDED));
        } else {
            operation.accept(database);
        }
    }

    private void killClient(String argument, Consumer<Answer> then) {
        long id = leadingNumber(argument);
        if (id < 0) {
            then.accept(new Answer.Refused(INVALID_CLIENT));
        } else {
            operations.killClient(id, completion("KILL_CLIENT", then));
        }
    }

    private void shutdown(ShutdownMode mode, Consumer<Answer> then) {
        console.onIssued(mode == ShutdownMode.IMMEDIATE ? "SHUTDOWN command issued" : "SHUTDOWN " + mode.name() + " command issued");
        operations.shutdown(mode, completion("SHUTDOWN", then));
    }

    private Consumer<Outcome> issue(String word, @Nullable String database, Consumer<Answer> then) {
        console.onIssued(database == null ? word + " command issued" : word + " '" + database + "' command issued");
        return completion(word, then);
    }

    private static Consumer<Outcome> completion(String tag, Consumer<Answer> then) {
        return outcome -> {
            if (outcome instanceof Outcome.Done done) {
                String notice = done.notice();
                then.accept(new Answer.Complete(List.of(tag), notice == null ? null : PgError.notice(notice)));
            } else {
                then.accept(new Answer.Refused((Outcome.Failed) outcome));
            }
        };
    }

    private static @Nullable PgError ignored(List<String> tags) {
        return tags.contains("SET") ? PgError.notice("SET ignored") : null;
    }

    /** The number that {@code text} begins with, as C's scanf reads it; the largest one when it is larger, -1 when there is none. */
    private static long leadingNumber(String text) {
        long number = -1;
        for (int i = 0; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
            int digit = text.charAt(i) - '0';
            long sofar = Math.max(number, 0);
            number = sofar > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : sofar * 10 + digit;
        }
        return number;
    }
}
