package org.pgsluice.simulation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.pgsluice.wire.BackendTag;

/**
 * LISTEN and NOTIFY of one scripted session, as PostgreSQL has them: all of it happens at the end of the transaction, and a session hears between transactions
 * only, its own behind its command and before ReadyForQuery.
 */
final class ScriptedChannels {
    private record Unheard(int pid, String channel, String payload) {}

    private final ScriptedBackend backend;
    private final Set<String> listens = new LinkedHashSet<>();
    private final List<Runnable> pending = new ArrayList<>();
    private final List<Unheard> unheard = new ArrayList<>();
    private boolean failed;

    ScriptedChannels(ScriptedBackend backend) {
        this.backend = backend;
    }

    /** A statement; what it does is done when the transaction is over. */
    void run(String text) {
        String[] words = text.split("[\\s,]+", 3);
        String channel = words[1].replace("\"", "");
        switch (words[0]) {
            case "LISTEN" -> pending.add(() -> listens.add(channel));
            case "UNLISTEN" -> pending.add(() -> {
                if (channel.equals("*")) {
                    listens.clear();
                } else {
                    listens.remove(channel);
                }
            });
            default -> {
                String payload = words.length < 3 ? "" : words[2].replace("'", "");
                pending.add(() -> backend.notify(channel, payload));
            }
        }
    }

    /** The transaction is over. */
    void end(boolean committed) {
        List<Runnable> all = List.copyOf(pending);
        pending.clear();
        failed = false;
        if (committed) {
            // PostgreSQL puts what is notified into its queue first, and a session that begins to listen hears it too.
            all.forEach(Runnable::run);
        }
    }

    boolean listensTo(String channel) {
        return listens.contains(channel);
    }

    Set<String> channels() {
        return listens;
    }

    void discard() {
        pending.add(listens::clear);
    }

    /** Somebody has notified. */
    void hears(int pid, String channel, String payload) {
        if (listens.contains(channel)) {
            unheard.add(new Unheard(pid, channel, payload));
            if (!backend.session().inTransaction()) {
                say();
                backend.flush();
            }
        }
    }

    /** Something has failed: outside a transaction block that undoes all up to the next ReadyForQuery. */
    void failed() {
        failed = true;
    }

    /** ReadyForQuery is about to be said outside a transaction block. */
    void ready() {
        end(!failed);
        say();
    }

    /** Between transactions: says what has come. */
    void say() {
        for (Unheard one : unheard) {
            if (listens.contains(one.channel())) {
                backend.out().begin(BackendTag.NOTIFICATION_RESPONSE).int32(one.pid()).cstring(one.channel()).cstring(one.payload()).end();
            }
        }
        unheard.clear();
    }
}
