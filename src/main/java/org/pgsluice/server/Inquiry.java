package org.pgsluice.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.prepared.SqlPrepare;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.state.Cleaning;
import org.pgsluice.state.Pins;
import org.pgsluice.state.Question;
import org.pgsluice.state.Truth;
import org.pgsluice.vars.Carried;
import org.pgsluice.vars.Carrying;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.PgError;

/**
 * Asks a server what clients have left in its session, and knows since what holds it to its client. While the client goes on, its link asks; of what a client
 * leaves behind the turnover does, which cleans the server and asks once more. On the server's reactor.
 */
public final class Inquiry {
    /** So many names of custom settings a pool remembers, for statements that hide what they set. */
    private static final int MOST_CUSTOMS = 256;

    /** So much of the texts that it has prepared by SQL follows a client. */
    private static final int MOST_PREPARED_BYTES = 64 * 1024;

    /** A server that is held for longer is worth a line in the log. */
    private static final long LONG_NANOS = 1_000_000_000L;

    private final ServerSession server;
    /** What the last client's statements may have done that nobody has asked about. */
    private final Suspicions left = new Suspicions();
    private int pins;
    /** Since when something holds the server; 0 when nothing does. */
    private long pinnedNanos;
    /** A hash of the text after which that was so, and of the text after which is asked now; 0 for none. */
    private int pinningHash;
    private int askedHash;
    private boolean told;
    /** The id of the client whose the last values of sequences are, since it was the last to advance any and nobody else has had the server; 0 for none. */
    private long sequencesOf;
    /** The client has sent something since the server was kept for sequences. */
    private boolean goesOn;
    /** The statements prepared by SQL that cannot be prepared elsewhere, by their names. */
    private Set<String> heldStatements = Set.of();
    /** What was asked about may have forgotten some that the server did not have. */
    private boolean deallocates;
    private Set<String> named = Set.of();
    /** A setting may be empty by a RESET. */
    private boolean resets;
    private @Nullable Question question;
    private @Nullable Truth truth;
    /** It was asked a second time. */
    private boolean again;
    private boolean cleaned;
    /** A LOAD was done in the session. */
    private boolean loads;

    Inquiry(ServerSession server) {
        this.server = server;
    }

    /** What holds the server to its client: bits of {@link Pins}. */
    public int pins() {
        return pins;
    }

    /** What holds the server to its client, for people; empty when nothing does. */
    public String reasons() {
        return Pins.names(pins);
    }

    /** Since when something holds the server to its client; 0 when nothing does. */
    public long pinnedNanos() {
        return pinnedNanos;
    }

    /** A hash of the statement's text after which that was so; 0 when it is not known. */
    public int pinningHash() {
        return pinningHash;
    }

    /** Whether it is time to say that the server has been held for long. It is so once. */
    public boolean isToBeTold(long now) {
        boolean tells = pins != Pins.NONE && !told && now - pinnedNanos > LONG_NANOS;
        told |= tells;
        return tells;
    }

    /** Whether the server is to be asked, after statements that may have done that. */
    public boolean isDue(@Nullable Suspicions found) {
        return found != null && found.effects() != 0 && Question.isDue(effects(found), found.settings(), pins, server.vars()::reports);
    }

    /** Where nothing is prepared by SQL, only names of the protocol are deallocated, which is seen without asking. */
    private int effects(Suspicions found) {
        boolean none = (pins & Pins.PREPARED) == 0 && server.vars().carrying().statements() == Carried.NONE && !found.any(SessionEffects.PREPARE);
        return none ? found.effects() & ~SessionEffects.DEALLOCATE : found.effects();
    }

    /** Asks; the tenant, or the turnover where there is none, is told when the answer is here. {@code client}: whose doing it is, null when it has left. */
    public void ask(Suspicions found, @Nullable TrackedVars client) {
        server.books().pinned().asked(server);
        named = Set.copyOf(found.settings());
        askedHash = found.hash();
        Set<String> known = server.pool().customSettings();
        deallocates = (found.effects() & (SessionEffects.DEALLOCATE | SessionEffects.DISCARD | SessionEffects.OPAQUE)) != 0;
        resets = (found.effects() & (SessionEffects.RESET | SessionEffects.DISCARD | SessionEffects.OPAQUE)) != 0;
        Set<String> customs = new LinkedHashSet<>(known);
        addCustoms(server.vars().carrying().set(), customs);
        if (client != null) {
            addCustoms(client.carrying().set(), customs);
        }
        for (String name : named) {
            if (Question.isCustom(name)) {
                customs.add(name);
            }
        }
        remember(customs, server.pool());
        ask(Question.after(found.effects(), named, customs, pins));
    }

    /** Clients of {@code pool} use these settings: statements that hide what they set may set them. */
    public static void remember(Carried settings, Pool pool) {
        Set<String> customs = new LinkedHashSet<>();
        addCustoms(settings, customs);
        remember(customs, pool);
    }

    private static void remember(Set<String> customs, Pool pool) {
        for (String name : customs) {
            if (pool.customSettings().size() < MOST_CUSTOMS) {
                pool.customSettings().add(name);
            }
        }
    }

    static void addCustoms(Carried set, Set<String> into) {
        set.forEach((name, value) -> {
            if (Question.isCustom(name)) {
                into.add(name);
            }
        });
    }

    /** Asks for everything, though nobody suspects anything; {@link #passesAudit} follows. */
    public void audit() {
        named = Set.of();
        resets = false;
        deallocates = false;
        ask(Audit.question(server));
    }

    /** Whether the server's session has what is known and nothing more. Otherwise it is closed at its release. */
    public boolean passesAudit() {
        Truth answer = truth;
        truth = null;
        return answer == null || !answer.isComplete() || Audit.passes(server, answer);
    }

    private void ask(Question next) {
        server.pool().counters(server.lane().index()).session.questions++;
        question = next;
        again = false;
        Truth answer = new Truth(next);
        truth = answer;
        server.own().ask(List.of(next.sql()), OwnQuery.Purpose.ASK, answer);
    }

    /** The query of ours is through. */
    void onAnswered() {
        Question asked = question;
        PgError refusal = server.own().refusal();
        if (refusal != null && again) {
            truth = null;
        } else if (refusal != null && asked != null) {
            // A cancel request for the client's query came late, or its statement_timeout is too short for us.
            Truth answer = new Truth(asked);
            truth = answer;
            again = true;
            server.own().ask(List.of(asked.sqlWithoutTimeout()), OwnQuery.Purpose.ASK_AGAIN, answer);
            return;
        }
        Tenant user = server.tenant();
        if (user != null) {
            user.onAsked();
        } else {
            onAnsweredAlone();
        }
    }

    /**
     * Takes over what the server has said.
     *
     * @param client whose transaction it was, null when it has left
     * @return false when that is not the whole truth: nobody else must have the server
     */
    public boolean conclude(@Nullable TrackedVars client) {
        Truth answer = truth;
        truth = null;
        Question asked = question;
        if (answer == null || asked == null || !answer.isComplete()) {
            return false;
        }
        int now = answer.pins(pins);
        if ((asked.pins() & Pins.PREPARED) != 0) {
            now = adoptStatements(answer.statements(), client) ? now & ~Pins.PREPARED : now | Pins.PREPARED;
        }
        pinned(loads ? now | Pins.LIBRARY : now);
        Predicate<String> defined = name -> client != null && (named.contains(name) || client.carrying().set().value(name) != null)
                && !(resets && client.carrying().atLogin().value(name) != null);
        if (!Carrying.adopt(client, server.vars(), answer.settings(server.vars().carrying().set(), defined), asked.settings())) {
            server.log(Level.WARNING, "has more settings than may be carried: it stays with its client");
            pinned(pins | Pins.UNKNOWN);
        }
        return true;
    }

    /** The server does not say what its session has, so it stays with its client until that one leaves. */
    public void isUnknown() {
        server.log(Level.WARNING, "does not say what its session has: it stays with its client (session_state = reported would share it)");
        pinned(pins | Pins.UNKNOWN);
    }

    /** Takes over what is prepared by SQL. Whether all of it can be prepared on another server as well. */
    private boolean adoptStatements(SortedMap<String, @Nullable String> found, @Nullable TrackedVars client) {
        Tuning tuning = server.lane().commons().tuning();
        SortedMap<String, String> carried = new TreeMap<>();
        Set<String> held = new LinkedHashSet<>();
        int room = server.vars().carrying().hasRoomForStatements() ? MOST_PREPARED_BYTES : 0;
        for (Map.Entry<String, @Nullable String> statement : found.entrySet()) {
            String text = statement.getValue();
            String exact = text == null ? null : SqlPrepare.exact(text, statement.getKey(), tuning.sessionFunctions);
            if (exact == null || carried.size() >= tuning.maxPreparedStatements || exact.length() > room) {
                held.add(statement.getKey());
            } else {
                carried.put(statement.getKey(), exact);
                room -= exact.length();
            }
        }
        heldStatements = held;
        Carrying.adoptStatements(client, server.vars(), carried, deallocates);
        return held.isEmpty();
    }

    /** A client has got the server: the last values of sequences are those of the one before, or its own. */
    public void givenTo(long client) {
        if (sequencesOf != client) {
            sequencesOf = 0;
        }
    }

    /** Whether the last values of sequences, if there are any, are this client's. */
    public boolean hasSequencesOf(long client) {
        return sequencesOf == client;
    }

    /** From now on they are: it advances one, or all are forgotten first. */
    public void sequencesAreOf(long client) {
        sequencesOf = client;
    }

    /** Keeps the server with its client until that one's next statement is over, which may ask for the last value of a sequence. */
    public void keepForSequences() {
        askedHash = 0;
        goesOn = false;
        pinned(pins | Pins.SEQUENCE);
    }

    /** The client goes on. */
    public void goesOn() {
        goesOn = true;
    }

    /** Whether nothing but {@link #keepForSequences} holds the server. */
    public boolean isKeptForSequences() {
        return pins == Pins.SEQUENCE;
    }

    /** The client has gone on and is through with that, or {@code anyway}: it is not kept for that any more. */
    public void endKeeping(boolean anyway) {
        if ((pins & Pins.SEQUENCE) != 0 && (goesOn || anyway)) {
            pinned(pins & ~Pins.SEQUENCE);
        }
    }

    private void pinned(int now) {
        for (int begun = now & ~pins; begun != 0; begun &= begun - 1) {
            server.pool().counters(server.lane().index()).session.pins[Integer.numberOfTrailingZeros(begun)]++;
        }
        if (now == Pins.NONE) {
            pinnedNanos = 0;
            server.books().pinned().unpin(server);
        } else if (pins == Pins.NONE) {
            pinnedNanos = server.lane().now();
            pinningHash = askedHash;
            told = false;
        }
        pins = now;
    }

    /**
     * Rids the server of what holds it, while its client waits: the client's link is told as after {@link #ask}.
     *
     * @return true when there is no way: the client may leave the server at once, which is closed then
     */
    public boolean refuse() {
        if (Cleaning.of(pins, heldStatements) == null) {
            server.needClose();
            pinned(Pins.NONE);
            return true;
        }
        cleaned = false;
        clean();
        return false;
    }

    /** A LOAD was done: no other client is to meet what it has brought. */
    void loads() {
        loads = true;
    }

    /** Its client goes, and with it whoever would have asked. */
    void leftBy(@Nullable Tenant tenant) {
        endKeeping(true);
        Suspicions found = tenant == null ? null : tenant.suspicions();
        if (isDue(found) && found != null) {
            left.add(found.effects());
            found.settings().forEach(left::addSetting);
        }
        cleaned = false;
    }

    /** Its client leaves while we ask: what it says then is for the next. Whether that is so. */
    public boolean goesOnAlone() {
        boolean asking = server.own().purpose() == OwnQuery.Purpose.ASK || server.own().purpose() == OwnQuery.Purpose.ASK_AGAIN;
        if (asking) {
            cleaned = false;
            server.dropTenant();
            server.turnover().toItself();
        }
        return asking;
    }

    /** Whether there is something in its session that no other client must meet, or may be. */
    boolean isOpen() {
        return pins != Pins.NONE || left.effects() != 0;
    }

    /** Has the server say what there is, or cleans it. */
    void settle() {
        if (left.effects() != 0) {
            ask(left, null);
            left.clear();
        } else {
            clean();
        }
    }

    private void onAnsweredAlone() {
        if (!conclude(null)) {
            server.close(CloseReason.SERVER_STATE_UNKNOWN);
        } else if (pins == Pins.NONE) {
            server.turnover().settle();
        } else {
            clean();
        }
    }

    private void clean() {
        String sql = cleaned ? null : Cleaning.of(pins, heldStatements);
        if (sql == null) {
            server.log(Level.LOG, "not clean: " + Pins.names(pins));
            server.close(CloseReason.SERVER_NOT_CLEAN);
            return;
        }
        cleaned = true;
        server.books().pinned().asked(server);
        server.vars().settingsForgotten();
        server.own().ask(sql, OwnQuery.Purpose.CLEAN);
    }

    /** It was cleaned: whether that is so, it has to say itself. */
    void onCleaned() {
        named = Set.of();
        Set<String> customs = new LinkedHashSet<>();
        addCustoms(server.vars().carrying().set(), customs);
        ask(new Question(pins & ~Pins.SETTING, (pins & Pins.SETTING) != 0, List.copyOf(customs)));
    }
}
