package org.pgsluice.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.state.Cleaning;
import org.pgsluice.state.Pins;
import org.pgsluice.state.Question;
import org.pgsluice.state.Truth;
import org.pgsluice.vars.Carried;
import org.pgsluice.vars.Carrying;
import org.pgsluice.vars.TrackedVars;

/**
 * Asks a server what clients have left in its session, and knows since what holds it to its client. While the client goes on, its link asks; of what a client
 * leaves behind the turnover does, which cleans the server and asks once more. On the server's reactor.
 */
public final class Inquiry {
    /** So many names of custom settings a pool remembers, for statements that hide what they set. */
    private static final int MOST_CUSTOMS = 256;

    private final ServerSession server;
    /** What the last client's statements may have done that nobody has asked about. */
    private final Suspicions left = new Suspicions();
    private int pins;
    private SortedMap<String, @Nullable String> statements = new TreeMap<>();
    private Set<String> named = Set.of();
    private @Nullable Question question;
    private @Nullable Truth truth;
    private boolean cleaned;

    Inquiry(ServerSession server) {
        this.server = server;
    }

    /** What holds the server to its client: bits of {@link Pins}. */
    public int pins() {
        return pins;
    }

    /** Whether the server is to be asked, after statements that may have done that. */
    public boolean isDue(@Nullable Suspicions found) {
        return found != null && found.effects() != 0 && Question.isDue(found.effects(), found.settings(), pins, server.vars()::reports);
    }

    /** Asks; the tenant, or the turnover where there is none, is told when the answer is here. {@code client}: whose doing it is, null when it has left. */
    public void ask(Suspicions found, @Nullable TrackedVars client) {
        named = Set.copyOf(found.settings());
        Set<String> known = server.pool().customSettings();
        Set<String> customs = new LinkedHashSet<>();
        for (String name : named) {
            if (Question.isCustom(name) && known.size() < MOST_CUSTOMS) {
                known.add(name);
            }
        }
        customs.addAll(known);
        addCustoms(server.vars().carrying().set(), customs);
        if (client != null) {
            addCustoms(client.carrying().set(), customs);
        }
        ask(Question.after(found.effects(), named, customs, pins));
    }

    private static void addCustoms(Carried set, Set<String> into) {
        set.forEach((name, value) -> {
            if (Question.isCustom(name)) {
                into.add(name);
            }
        });
    }

    private void ask(Question next) {
        question = next;
        Truth answer = new Truth(next);
        truth = answer;
        server.own().ask(List.of(next.sql()), OwnQuery.Purpose.ASK, answer);
    }

    /** The query of ours is through. */
    void onAnswered() {
        Question asked = question;
        if (server.own().refusal() != null && asked != null) {
            // A cancel request for the client's query came late, or its statement_timeout is too short for us.
            Truth answer = new Truth(asked);
            truth = answer;
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
     * @return false when that is not the whole truth: the server is not to be used
     */
    public boolean conclude(@Nullable TrackedVars client) {
        Truth answer = truth;
        truth = null;
        if (answer == null || !answer.isComplete()) {
            return false;
        }
        pins = answer.pins(pins);
        statements = answer.statements();
        Predicate<String> defined = name -> client != null && (named.contains(name) || client.carrying().set().value(name) != null);
        Carrying.adopt(client, server.vars(), answer.settings(server.vars().carrying().set(), defined));
        return true;
    }

    // ---------------------------------------------------------------- what a client leaves behind

    /** Its client goes, and with it whoever would have asked. */
    void leftBy(@Nullable Tenant tenant) {
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
            server.turnover().rest();
        } else {
            clean();
        }
    }

    private void clean() {
        String sql = cleaned ? null : Cleaning.of(pins, statements.keySet());
        if (sql == null) {
            server.log(Level.LOG, "not clean: " + Pins.names(pins));
            server.close(CloseReason.SERVER_NOT_CLEAN);
            return;
        }
        cleaned = true;
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
