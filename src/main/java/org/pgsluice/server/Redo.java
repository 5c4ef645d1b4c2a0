package org.pgsluice.server;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.FrontendTag;

/**
 * The client's messages of one segment (up to its Sync), kept for the case that the server refuses the first of them because it does not have a statement as we
 * believed. Nothing was done then, and outside a transaction the segment can be done again. Only a segment that begins on a server which owes nothing is kept,
 * and only while no other follows it. The array is used again and again. On the server's reactor.
 */
public final class Redo {
    /** Longer segments are not kept: the client gets the error. */
    private static final int LONGEST = 16 * 1024;

    private enum State {
        OFF,
        /** The Sync is still to come. */
        RECORDING,
        COMPLETE,
        /** The error was kept from the client, and so will be the ReadyForQuery behind it. */
        FAILED,
        /** Now. */
        DUE
    }

    private byte[] bytes = {};
    private int length;
    private State state = State.OFF;
    /** Positions in the ledger: what the first message led to. */
    private long from;

    private long to;
    private boolean answered;
    /** The parameters of the first message's statement were described to the client, and what follows is not to describe them again. */
    private boolean described;

    private boolean describesAgain;
    /** The messages go on a second time; they are not kept for a third. */
    private boolean repeating;

    /** A segment begins with a message that names a statement. */
    public void begin(ReplyLedger ledger) {
        if (repeating) {
            return;
        }
        state = State.RECORDING;
        described = false;
        length = 0;
        from = ledger.position();
        to = from;
        answered = false;
    }

    /**
     * The first message has gone on.
     *
     * @param byUs its name was given by a Parse that we have answered, and it is the first to use that: the client does not know yet what the statement returns
     */
    public void begun(ReplyLedger ledger, boolean byUs) {
        if (!repeating) {
            to = ledger.position();
            answered = byUs;
        }
    }

    /** Whether the messages that go on are to be told to {@link #add}. */
    public boolean isRecording() {
        return state == State.RECORDING;
    }

    /** One more message goes on; {@code plain}: it is neither about the unnamed statement nor of the kind that ends what can be done again. */
    public void onRequest(byte tag, boolean plain) {
        if (state == State.OFF) {
            return;
        }
        if (state != State.RECORDING || !plain) {
            state = State.OFF;
        } else if (tag == FrontendTag.SYNC) {
            state = State.COMPLETE;
        }
    }

    /** The bytes that went on since the last call. */
    public void add(ByteBuffer in, int start, int end) {
        if (length + end - start > LONGEST) {
            state = State.OFF;
            return;
        }
        if (length + end - start > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + end - start, Math.min(LONGEST, 2 * bytes.length)));
        }
        in.get(start, bytes, length, end - start);
        length += end - start;
    }

    /**
     * The server refuses the request at the head of the ledger, since it does not have the statement that it names. Whether that is kept from the client,
     * because the segment will be done again.
     *
     * @param unlessTold only if the client does not know yet what the statement returns
     */
    boolean onRefused(ReplyLedger ledger, boolean unlessTold) {
        long head = ledger.headPosition();
        if (state != State.COMPLETE || head < from || head >= to || (unlessTold && !answered)) {
            return false;
        }
        state = State.FAILED;
        describesAgain = described;
        return true;
    }

    /** The parameters of a statement are described. Whether that is kept from the client, which knows them. */
    boolean onDescription() {
        boolean again = describesAgain && state == State.OFF;
        described = true;
        describesAgain = false;
        return again;
    }

    /** A ReadyForQuery has come. Whether it is kept from the client. */
    boolean onReady() {
        if (state != State.FAILED) {
            describesAgain = false;
            return false;
        }
        state = State.DUE;
        return true;
    }

    /** Whether a segment failed and is not done again yet: nothing else may go on. */
    public boolean isUnderWay() {
        return state == State.FAILED || state == State.DUE;
    }

    /** The messages, if they are to be done again now; else null. {@link #repeated} must follow. */
    public byte @Nullable [] take() {
        if (state != State.DUE) {
            return null;
        }
        state = State.OFF;
        repeating = true;
        return Arrays.copyOf(bytes, length);
    }

    /** They have gone on. */
    public void repeated() {
        repeating = false;
    }

    /** The client parts from the server. */
    void end() {
        state = State.OFF;
        describesAgain = false;
    }
}
