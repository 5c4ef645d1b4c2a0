package org.pgsluice.admin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.admin.view.Snapshot;

/** A pooler with one database, {@code app}, and one client, number 7. It notes what it was told to do, and can keep its answers back. */
final class FakePooler implements PoolerView, Operations {
    final List<String> calls = new ArrayList<>();
    final Deque<Runnable> held = new ArrayDeque<>();
    boolean holding;
    Snapshot snapshot = Snapshot.of(Part.VERSION, List.of("PgBouncer 1.26.1")).with(Part.STATE, List.of(PoolerState.ACTIVE));
    Outcome reloadOutcome = Outcome.DONE;

    void answerOne() {
        held.remove().run();
    }

    @Override
    public void collect(Set<Part<?>> parts, Consumer<Snapshot> then) {
        calls.add("collect " + parts.stream().map(Part::toString).sorted().toList());
        answer(() -> then.accept(snapshot));
    }

    @Override
    public void reload(Consumer<Outcome> then) {
        answer("reload", reloadOutcome, then);
    }

    @Override
    public void pause(String database, Consumer<Outcome> then) {
        answer("pause " + database, checked(database, Refusals.adminDatabase("pause", "pgbouncer")), then);
    }

    @Override
    public void resume(String database, Consumer<Outcome> then) {
        answer("resume " + database, database == null ? Refusals.NOT_PAUSED : checked(database, Refusals.databaseNotPaused(database)), then);
    }

    @Override
    public void suspend(Consumer<Outcome> then) {
        answer("suspend", Outcome.DONE, then);
    }

    @Override
    public void kill(String database, Consumer<Outcome> then) {
        answer("kill " + database, checked(database, Refusals.adminDatabase("kill", "pgbouncer")), then);
    }

    @Override
    public void killClient(long id, Consumer<Outcome> then) {
        answer("kill_client " + id, id == 7 ? Outcome.DONE : Refusals.CLIENT_NOT_FOUND, then);
    }

    @Override
    public void disable(String database, Consumer<Outcome> then) {
        answer("disable " + database, checked(database, Refusals.adminDatabase("disable", "pgbouncer")), then);
    }

    @Override
    public void enable(String database, Consumer<Outcome> then) {
        answer("enable " + database, checked(database, Refusals.adminDatabase("enable", "pgbouncer")), then);
    }

    @Override
    public void reconnect(String database, Consumer<Outcome> then) {
        answer("reconnect " + database, checked(database, Refusals.adminDatabase("reconnect", "pgbouncer")), then);
    }

    @Override
    public void waitClose(String database, Consumer<Outcome> then) {
        answer("wait_close " + database, checked(database, Refusals.cannotWaitInAdminDatabase("pgbouncer")), then);
    }

    @Override
    public void shutdown(ShutdownMode mode, Consumer<Outcome> then) {
        calls.add("shutdown " + mode);
        if (mode != ShutdownMode.IMMEDIATE) {
            then.accept(Outcome.DONE);
        }
    }

    @Override
    public void set(String key, String value, Consumer<Outcome> then) {
        boolean known = !key.equals("nosuch") && !value.equals("bogus");
        Outcome done = key.contains("_tls_") ? new Outcome.Done(Refusals.TLS_NOT_APPLIED) : Outcome.DONE;
        answer("set " + key + "=" + value, known ? done : Refusals.SET_FAILED, then);
    }

    @Override
    public void cancel() {
        calls.add("cancel");
        while (!held.isEmpty()) {
            answerOne();
        }
    }

    private static Outcome checked(String database, Outcome.Failed forConsole) {
        if (database == null || database.equals("app")) {
            return Outcome.DONE;
        }
        return database.equals("pgbouncer") ? forConsole : Refusals.noSuchDatabase(database);
    }

    private void answer(String call, Outcome outcome, Consumer<Outcome> then) {
        calls.add(call);
        answer(() -> then.accept(outcome));
    }

    private void answer(Runnable answer) {
        if (holding) {
            held.add(answer);
        } else {
            answer.run();
        }
    }
}
