package org.pgsluice.server;

import static org.pgsluice.wire.FrontendTag.COPY_DONE;
import static org.pgsluice.wire.FrontendTag.PARSE;
import static org.pgsluice.wire.FrontendTag.QUERY;
import static org.pgsluice.wire.FrontendTag.SYNC;

import org.pgsluice.wire.BackendTag;

/**
 * What COPY from the client does to the replies that are due; of {@link ReplyLedger}. While the server reads data it ignores Sync. When such a COPY fails,
 * nobody but the server knows whether a Sync was read as part of it or is still to be answered. Behind a simple query the next reply to anything else shows it
 * ("loose"). In the extended protocol one of these Syncs may be what ends the error: then the connection stays in doubt ("ambiguous").
 */
public final class CopyReplies {
    private final ReplyRing ring;
    private final ReplyEffects effects;
    private boolean running;
    private int begun;
    /** It goes both ways, and the server may end it by itself. */
    private boolean both;
    private int ambiguous;
    private int loose;
    /** The query at the head is the one whose COPY has failed: the next ReadyForQuery is its own. */
    private boolean ends;

    CopyReplies(ReplyRing ring, ReplyEffects effects) {
        this.ring = ring;
        this.effects = effects;
    }

    boolean isRunning() {
        return running;
    }

    /** How many have begun, those of a server that was handed over from then on. */
    public int begun() {
        return begun;
    }

    /** Whether what ends it ends no segment, but goes on with a simple query. */
    public boolean isOfQuery() {
        return running && (ring.first() & ReplyLedger.TAG) == QUERY;
    }

    boolean isLoose() {
        return loose > 0;
    }

    boolean isDoubtful() {
        return ambiguous > 0 || loose > 0;
    }

    boolean isBoth() {
        return running && both;
    }

    void begins(boolean reads, boolean bothWays) {
        running = reads;
        begun++;
        both = bothWays;
    }

    /** The command at the head is complete. False when its COPY had not ended. */
    boolean completes() {
        boolean was = running;
        running = false;
        return !was || dropThroughEnd() || both;
    }

    /** An error came; if a COPY runs, it has failed. */
    void fails() {
        if (!running) {
            return;
        }
        running = false;
        int syncs = syncs();
        boolean ended = dropThroughEnd();
        if ((ring.first() & ReplyLedger.TAG) == QUERY) {
            loose = syncs;
            ends = syncs > 0;
        } else if (!ended) {
            ambiguous += syncs;
        }
        if (!ended) {
            ring.dropBehindFirst(syncs, 0);
        }
    }

    /** A message comes, and {@code request} is the head: the answer to anything behind a COPY that failed shows that nothing of that is to come any more. */
    void onReply(byte tag, int request) {
        if (loose > 0 && request != 0) {
            switch (tag) {
                case BackendTag.READY_FOR_QUERY, BackendTag.NOTICE_RESPONSE, BackendTag.NOTIFICATION_RESPONSE, BackendTag.PARAMETER_STATUS -> {}
                default -> loose = 0;
            }
        }
    }

    /** Whether a ReadyForQuery belongs to a loose Sync. */
    boolean takesReady(int request) {
        if (ends) {
            ends = false;
            return false;
        }
        if (loose == 0 || request == SYNC) {
            return false;
        }
        loose--;
        return true;
    }

    /** Whether a ReadyForQuery that nothing waits for may belong to an ambiguous Sync. */
    boolean takesLateReady() {
        if (ambiguous == 0) {
            return false;
        }
        // The count stays above zero: a connection that was in doubt once is not used again.
        ambiguous = Math.max(1, ambiguous - 1);
        return true;
    }

    /** How many Syncs stand right behind the head. */
    private int syncs() {
        int count = 0;
        while (count + 1 < ring.size() && (ring.get(count + 1) & ReplyLedger.TAG) == SYNC) {
            count++;
        }
        return count;
    }

    /**
     * Drops what stands behind the head up to the end of the COPY data; whether that end was noted. The head stays, and so does what has an effect: the server
     * will skip it. A simple query's error ends the COPY with nothing skipped behind it: then that has come to nothing.
     */
    private boolean dropThroughEnd() {
        int end = 1;
        while (end < ring.size() && (ring.get(end) & ReplyLedger.TAG) != COPY_DONE) {
            end++;
        }
        if (end >= ring.size()) {
            return false;
        }
        boolean simple = (ring.first() & ReplyLedger.TAG) == QUERY;
        if (simple) {
            undo(end);
        }
        ring.dropBehindFirst(end, simple ? 0 : ReplyLedger.EFFECT | ReplyLedger.UNNAMED);
        return true;
    }

    private void undo(int end) {
        int undone = 0;
        for (int i = 1; i < end; i++) {
            int entry = ring.get(i);
            if ((entry & ReplyLedger.EFFECT) != 0) {
                undone++;
            } else if ((entry & ReplyLedger.UNNAMED) != 0 && (entry & ReplyLedger.TAG) == PARSE) {
                effects.unnamedSkipped();
            }
        }
        if (undone > 0) {
            effects.undone(undone);
        }
    }

    // ---------------------------------------------------------------- from process to process

    /** What is known, in one number. */
    long image() {
        return (running ? 1 : 0) | (ends ? 2 : 0) | (long) ambiguous << 8 | (long) loose << 32;
    }

    void restore(long image) {
        running = (image & 1) != 0;
        ends = (image & 2) != 0;
        ambiguous = (int) (image >>> 8 & 0xffffff);
        loose = (int) (image >>> 32);
    }
}
