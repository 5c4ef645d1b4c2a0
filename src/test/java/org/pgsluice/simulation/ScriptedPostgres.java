package org.pgsluice.simulation;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsListener;

/**
 * A PostgreSQL of the world that everybody may log in to. It speaks the simple and the extended protocol, COPY, prepared statements and transactions as a
 * server does, runs the statements of {@link ScriptedSql}, and checks what it is sent: messages must be well-formed, and until a transaction (explicit, or the
 * one that lasts to the next Sync) is over all tokens in it must be of one client. What it does not like is a complaint.
 *
 * <p>Its sessions write no more than the output budget, so that a test can cut the stream of replies where it wants.
 */
public final class ScriptedPostgres implements TlsListener {
    private static final ListenOptions OPTIONS = new ListenOptions(1_000, true, 0, 0777, null, SocketOptions.DEFAULT);

    private final List<ScriptedBackend> backends = new ArrayList<>();
    private final Map<String, String> standards = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private final Map<Integer, Integer> cancelSecrets = new LinkedHashMap<>();
    private final Reactor.Listener listener;
    private final SimulatedReactor reactor;
    private long outputBudget = Long.MAX_VALUE;
    private boolean buffersReplies;
    private int lastPid = 1_000;
    private int opened;
    private int mostOpen;
    private int cancelsOfNobody;
    private final List<String> cancelled = new ArrayList<>();
    private int tableVersion;
    private ScriptedMood mood = ScriptedMood.GOOD;
    private @Nullable TlsContext tls;
    private int plainCancels;
    private int encryptedCancels;

    /** Listens; to be made between events. */
    public ScriptedPostgres(SimulatedReactor reactor, SocketAddress address) {
        this.reactor = reactor;
        Reactor.Listener[] made = new Reactor.Listener[1];
        reactor.perform(() -> {
            try {
                made[0] = reactor.listen(address, OPTIONS, this::onAccepted);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        listener = made[0];
    }

    /** Listens at one more address, with the same sessions behind it; to be called between events. */
    void alsoAt(SocketAddress address) {
        reactor.perform(() -> {
            try {
                reactor.listen(address, OPTIONS, this::onAccepted);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    public SocketAddress address() {
        return listener.address();
    }

    private void onAccepted(Connection connection) {
        backends.add(new ScriptedBackend(this, connection));
        opened++;
        mostOpen = Math.max(mostOpen, backends.size());
    }

    /** From now on it offers TLS; null for none. */
    public void tls(@Nullable TlsContext next) {
        tls = next;
    }

    @Nullable TlsContext tls() {
        return tls;
    }

    @Override
    public void onSecured() {}

    @Override
    public void onTlsFailure(TlsException why) {}

    void cancelCame(boolean encrypted) {
        if (encrypted) {
            encryptedCancels++;
        } else {
            plainCancels++;
        }
    }

    /** How many cancel requests came in the clear. */
    public int plainCancels() {
        return plainCancels;
    }

    /** How many came under TLS. */
    public int encryptedCancels() {
        return encryptedCancels;
    }

    /** What was wrong with what it was sent. */
    public List<String> complaints() {
        return complaints;
    }

    void complain(String complaint) {
        complaints.add(complaint);
    }

    /** Sessions that are open now. */
    public List<ScriptedBackend> backends() {
        return backends;
    }

    /** How many connections there were at most at the same time. */
    public int mostOpen() {
        return mostOpen;
    }

    /** How many connections there were in all. */
    public int opened() {
        return opened;
    }

    /** Cancel requests whose key was nobody's, or whose holder ran nothing. */
    public int cancelsOfNobody() {
        return cancelsOfNobody;
    }

    /** The clients whose statements cancel requests have ended, in order; a client is the first part of its tokens. */
    public List<String> cancelled() {
        return cancelled;
    }

    /** What {@code TABLE} returns changes: statements that were prepared before are of no use. */
    public void alterTable() {
        tableVersion++;
    }

    int tableVersion() {
        return tableVersion;
    }

    public void mood(ScriptedMood next) {
        mood = next;
    }

    /** What sessions that log in from now on report for a parameter, as after ALTER ROLE SET. */
    public void standard(String name, String value) {
        standards.put(name, value);
    }

    Map<String, String> standards() {
        return standards;
    }

    ScriptedMood mood() {
        return mood;
    }

    /** Replies after the login are held back beyond that many bytes, for all sessions together. */
    public void outputBudget(long bytes) {
        outputBudget = bytes;
        for (ScriptedBackend backend : List.copyOf(backends)) {
            reactor.perform(backend::pump);
        }
    }

    long outputBudget() {
        return outputBudget;
    }

    void spent(int bytes) {
        if (outputBudget != Long.MAX_VALUE) {
            outputBudget -= bytes;
        }
    }

    /** From now on replies are kept until there are 8 KiB of them, or a Sync, Query or Flush comes, as PostgreSQL does. */
    public void buffersReplies(boolean on) {
        buffersReplies = on;
    }

    boolean buffersReplies() {
        return buffersReplies;
    }

    /** Whether replies are held back. */
    public boolean holdsOutput() {
        for (ScriptedBackend backend : backends) {
            if (backend.heldBytes() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Ends every session with the error that an administrator's shutdown gives. */
    public void terminateAll() {
        reactor.perform(() -> {
            for (ScriptedBackend backend : List.copyOf(backends)) {
                backend.die("57P01", "terminating connection due to administrator command");
            }
        });
    }

    /** Ends the sessions that listen to {@code channel}. */
    public void terminateListeners(String channel) {
        reactor.perform(() -> {
            for (ScriptedBackend backend : List.copyOf(backends)) {
                if (backend.session().channels().listensTo(channel)) {
                    backend.die("57P01", "terminating connection due to administrator command");
                }
            }
        });
    }

    /** Somebody outside notifies channel x. */
    public void notifyAll(String payload) {
        notify("x", payload);
    }

    /** Somebody outside notifies {@code channel}. */
    public void notify(String channel, String payload) {
        reactor.perform(() -> notify(1, channel, payload));
    }

    void notify(int pid, String channel, String payload) {
        for (ScriptedBackend backend : List.copyOf(backends)) {
            backend.session().channels().hears(pid, channel, payload);
        }
    }

    /** How many sessions listen to {@code channel}. */
    public int listeners(String channel) {
        int count = 0;
        for (ScriptedBackend backend : backends) {
            count += backend.session().channels().listensTo(channel) ? 1 : 0;
        }
        return count;
    }

    void closed(ScriptedBackend backend) {
        backends.remove(backend);
        cancelSecrets.remove(backend.pid());
    }

    int newPid(int secret) {
        lastPid++;
        cancelSecrets.put(lastPid, secret);
        return lastPid;
    }

    void cancel(int pid, int secret, SocketAddress at) {
        Integer expected = cancelSecrets.get(pid);
        for (ScriptedBackend backend : backends) {
            if (expected == null || expected != secret || backend.pid() != pid) {
                continue;
            }
            if (!backend.address().equals(at)) {
                complain("a cancel request for " + backend.address() + " came to " + at);
            }
            if (backend.cancel()) {
                cancelled.add(backend.session().owner());
                return;
            }
        }
        cancelsOfNobody++;
    }
}
