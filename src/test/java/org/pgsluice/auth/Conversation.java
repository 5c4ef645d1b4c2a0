package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.pgsluice.net.RandomSource;

/** Lets the two exchanges talk to each other, frame by frame, and counts the derivations of either side. */
final class Conversation {
    final ClientAuth ours;
    final ServerAuth theirs;
    int clientAuthDerivations;
    int serverAuthDerivations;
    ServerAuth.Step serverOutcome = new ServerAuth.Step.Send(new byte[0]);

    Conversation(ClientAuth ours, ServerAuth theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    static RandomSource random(long seed) {
        Random random = new Random(seed);
        return random::nextBytes;
    }

    /** Talks until somebody is done: what the side that checks has decided, and null if the side that shows gave up first. */
    ClientAuth.Step run() {
        ClientAuth.Step step = ours.start();
        while (true) {
            switch (step) {
                case ClientAuth.Step.Derive(Runnable work) -> {
                    clientAuthDerivations++;
                    work.run();
                    step = ours.resume();
                }
                case ClientAuth.Step.Ask ask -> {
                    ask.work().run();
                    step = ours.resume();
                }
                case ClientAuth.Step.Send(byte[] frame) -> {
                    serverOutcome = give(frame);
                    if (!(serverOutcome instanceof ServerAuth.Step.Send(byte[] answer))) {
                        return null;
                    }
                    step = ours.onMessage(body(answer, 'p'));
                }
                case ClientAuth.Step.Accepted(byte[] frame) -> {
                    serverOutcome = frame.length == 0 ? serverOutcome : give(frame);
                    if (!(serverOutcome instanceof ServerAuth.Step.Failed)) {
                        serverOutcome = theirs.onRequest(0, ByteBuffer.allocate(0));
                    }
                    return step;
                }
                case ClientAuth.Step.Rejected _ -> {
                    return step;
                }
            }
        }
    }

    private ServerAuth.Step give(byte[] frame) {
        ByteBuffer body = body(frame, 'R');
        ServerAuth.Step step = theirs.onRequest(body.getInt(), body);
        while (step instanceof ServerAuth.Step.Derive(Runnable work)) {
            serverAuthDerivations++;
            work.run();
            step = theirs.resume();
        }
        return step;
    }

    /** The body of the one frame in {@code frame}, whose tag and length are checked. */
    static ByteBuffer body(byte[] frame, char tag) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        if (buffer.get() != tag || buffer.getInt() != frame.length - 1) {
            throw new AssertionError("not one frame of " + tag);
        }
        return buffer.slice();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Credentials credentials(String user, String secret) {
        return Credentials.parse(user, secret.getBytes(StandardCharsets.UTF_8));
    }
}
