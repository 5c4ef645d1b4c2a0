package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.prepared.PreparedStatement;

/** Random pipelines against a model of PostgreSQL that answers them: what the model says must fit, and what it would never say must not. */
class ReplyLedgerModelTest {
    private static final int RUNS = 4_000;

    /** What a mutation does to one reply of the stream. */
    enum Mutation {
        DROP,
        REPEAT,
        SWAP
    }

    @Test
    void everythingThatPostgresAnswersFitsAndTheClientGetsExactlyItsReplies() {
        for (long seed = 1; seed <= RUNS; seed++) {
            Run run = new Run(seed);
            run.play();
            assertThat(run.violation).as("seed %d: %s", seed, run).isEqualTo(-1);
            assertThat(run.toClient.toString()).as("seed %d: %s", seed, run).isEqualTo(run.script.forClient.toString());
            assertThat(run.ledger.settled()).as("seed %d: %s", seed, run).isTrue();
            assertThat(run.ledger.doubtful()).as("seed %d: %s", seed, run).isFalse();
            assertThat(run.ledger.unsynced()).as("seed %d: %s", seed, run).isFalse();
            assertThat(run.statements).as("seed %d: %s", seed, run).isEqualTo(run.script.prepared);
        }
    }

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void wrongReplyNeverReachesTheNextClient(Mutation mutation) {
        int noticed = 0;
        for (long seed = 1; seed <= RUNS; seed++) {
            Run run = new Run(seed);
            run.script.mutate(mutation, new Random(seed));
            run.play();
            assertThat(run.strays).as("seed %d: %s", seed, run).isEmpty();
            if (run.violation >= 0 || !run.ledger.settled()) {
                noticed++;
            } else {
                // Nothing that counts was touched: the last reply is the one that settled it.
                assertThat(run.settledAt).as("seed %d: %s", seed, run).isEqualTo(run.script.replies.size() - 1 - run.script.asideAtEnd());
            }
        }
        assertThat(noticed).isGreaterThan(RUNS / 2);
    }

    /** A pipeline on its way through the ledger: requests are noted as they are sent, somewhat ahead of the replies. */
    private static final class Run implements ReplyEffects {
        final PipelineScript script;
        final ReplyLedger ledger = new ReplyLedger(this);
        final StringBuilder toClient = new StringBuilder();
        final Set<PreparedStatement> statements = new HashSet<>();
        final List<String> strays = new ArrayList<>();
        private final ArrayDeque<PipelineScript.Request> effects = new ArrayDeque<>();
        private final Random random;
        int violation = -1;
        int settledAt = -1;
        private int noted;

        Run(long seed) {
            random = new Random(seed);
            script = new PipelineScript(random);
        }

        void play() {
            for (int i = 0; i < script.replies.size() && violation < 0; i++) {
                PipelineScript.Reply reply = script.replies.get(i);
                int atLeast = reply.needsRequest();
                while (noted < script.requests.size() && (noted <= atLeast || random.nextInt(3) == 0) && script.requests.get(noted).maySendBefore(i)) {
                    note(script.requests.get(noted++));
                }
                feed(i, reply.tag());
            }
            while (noted < script.requests.size()) {
                note(script.requests.get(noted++));
            }
        }

        private void feed(int index, char tag) {
            boolean over = ledger.settled() && noted == script.requests.size();
            ReplyLedger.Verdict verdict = ledger.onReply((byte) tag);
            switch (verdict) {
                case VIOLATION -> {
                    violation = index;
                    return;
                }
                case FORWARD -> {
                    if ("NA".indexOf(tag) < 0) {
                        toClient.append(tag);
                    }
                    if (over && "NAE".indexOf(tag) < 0) {
                        strays.add(tag + " at " + index);
                    }
                }
                case SWALLOW -> {}
            }
            for (byte due = ledger.nextInvented(); due != 0; due = ledger.nextInvented()) {
                toClient.append(due == 'P' ? '1' : '3');
            }
            if (!over && ledger.settled()) {
                settledAt = index;
            }
        }

        private void note(PipelineScript.Request request) {
            switch (request.kind()) {
                case FORWARD -> {
                    if (request.tag() == 'c') {
                        ledger.expectCopyEnd();
                    } else {
                        ledger.expect((byte) request.tag());
                    }
                }
                case PARSE, OWN_PARSE -> {
                    ledger.expectParse(request.named(), request.kind() == PipelineScript.Kind.OWN_PARSE, new byte[] {'s'});
                    effects.add(request);
                    statements.add(request.named());
                }
                case OWN_CLOSE -> {
                    ledger.expectOwnClose(request.named());
                    effects.add(request);
                    statements.remove(request.named());
                }
                case INVENTED -> {
                    if (ledger.answersAtOnce(false)) {
                        toClient.append(request.tag() == 'P' ? '1' : '3');
                    } else {
                        ledger.invent((byte) request.tag());
                        effects.add(request);
                    }
                }
            }
        }

        @Override
        public void done() {
            effects.removeFirst();
        }

        @Override
        public void failed() {}

        @Override
        public void undone(int count) {
            List<PipelineScript.Request> undone = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                undone.addFirst(effects.removeFirst());
            }
            for (PipelineScript.Request request : undone) {
                switch (request.kind()) {
                    case PARSE, OWN_PARSE -> statements.remove(request.named());
                    case OWN_CLOSE -> statements.add(request.named());
                    case FORWARD, INVENTED -> {}
                }
            }
        }

        @Override
        public void unnamedParsed(boolean ours) {}

        @Override
        public void unnamedFailed(boolean ours) {}

        @Override
        public void unnamedSkipped() {}

        @Override
        public void unnamedDestroyed(boolean ours) {}

        @Override
        public String toString() {
            return script + ", violation at " + violation + ", to client " + toClient + ", ledger " + ledger;
        }
    }
}
