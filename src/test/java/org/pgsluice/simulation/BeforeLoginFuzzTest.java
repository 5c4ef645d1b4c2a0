package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.ServerAuth;
import org.pgsluice.config.SslMode;
import org.pgsluice.net.Connection;
import org.pgsluice.tls.TestAuthority;
import org.pgsluice.tls.TlsConnection;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsListener;
import org.pgsluice.tls.TlsTarget;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/**
 * Clients log in as they should, but for one message or one TLS record that is spoilt. No handler may fail, and nothing of them may stay. A build tries a few
 * thousand; {@code -Dfuzz.inputs=N} so many, {@code -Dfuzz.seed=N} others.
 */
class BeforeLoginFuzzTest implements TlsListener {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 6_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    /** So many are under way together. */
    private static final int AT_ONCE = 25;
    /** A new pooler comes after so many, so that what one has learnt does not hide what the first ones meet. */
    private static final int IN_ONE_WORLD = 5_000;
    /** A login takes no more turns. */
    private static final int TURNS = 8;

    private static final byte[] SSL_REQUEST = request(StartupPacket.CODE_SSL);
    private static final byte[] GSSENC_REQUEST = request(StartupPacket.CODE_GSSENC);

    /** What became of them, so that a test that tries nothing any more is seen. */
    private enum Outcome {
        IN,
        ENDED,
        /** It waits for more of what it has announced. */
        WAITS
    }

    @TempDir
    private static Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Spoiler spoiler = new Spoiler(random);
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    private static byte[] request(int code) {
        return ByteBuffer.allocate(8).putInt(8).putInt(code).array();
    }

    @Override
    public void onSecured() {}

    @Override
    public void onTlsFailure(TlsException why) {}

    @Test
    void whatIsSpoiltBeforeALoginEndsThatLoginOnly() throws IOException, TlsException {
        TestAuthority authority = new TestAuthority(directory.resolve("authority"), "authority");
        authority.sign("pooler", "/CN=pooler", "DNS:pooler");
        TlsContext connecting = TlsContext.connecting(authority.settings("server_tls", SslMode.VERIFY_FULL, ""));
        Path users = Files.writeString(directory.resolve("users.txt"), "\"app\" \"pencil\"\n\"root\" \"pencil\"\n\"old\" \"md5" + "0".repeat(32) + "\"\n");
        String settings = "auth_type = scram-sha-256\nscram_iterations = 1\nauth_file = " + users + "\nclient_tls_sslmode = allow\nclient_tls_key_file = "
                + authority.file("pooler.key") + "\nclient_tls_cert_file = " + authority.file("pooler.crt") + "\nignore_startup_parameters = extra\n";
        for (int left = INPUTS; left > 0; left -= IN_ONE_WORLD) {
            PoolerWorld world = new PoolerWorld(settings);
            for (int here = Math.min(left, IN_ONE_WORLD); here > 0; here -= AT_ONCE) {
                round(world, connecting);
            }
            world.pass(1);
            assertThat(world.buffersTaken()).isZero();
        }
        assertThat(outcomes).as("all kinds of ends").containsKeys(Outcome.values());
    }

    private void round(PoolerWorld world, TlsContext connecting) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            attempts.add(new Attempt(world, connecting));
        }
        for (int turn = 0; turn < TURNS; turn++) {
            world.network.advance(5_000_000);
            attempts.forEach(Attempt::go);
        }
        world.network.advance(5_000_000);
        attempts.forEach(Attempt::end);
        world.network.advance(5_000_000);
        for (String line : world.log.lines()) {
            assertThat(line).doesNotStartWith("FATAL").doesNotContain("internal error").doesNotContain("xception");
        }
        world.log.clear();
        assertThat(world.pooler.sessions().clientCount()).as("clients that stay").isZero();
    }

    /** One client. */
    private final class Attempt {
        private final TlsContext connecting;
        private final ScriptedClient client;
        private final ServerAuth auth;
        /** Which of its messages is spoilt, and which of its records, counted from 0. */
        private final int spoilt = random.nextInt(6);

        private final boolean startsWithTls = random.nextInt(4) == 0;
        private int said;
        private boolean encrypted;
        private boolean started;
        private boolean over;

        Attempt(PoolerWorld world, TlsContext connecting) {
            this.connecting = connecting;
            client = new ScriptedClient(world.outside, PoolerWorld.POOLER);
            auth = new ServerAuth(Credentials.parse("root", "pencil".getBytes(StandardCharsets.US_ASCII)), "root", world.network.randomSource(), null);
            int first = random.nextInt(10);
            if (startsWithTls) {
                say(SSL_REQUEST);
            } else if (first == 0) {
                say(GSSENC_REQUEST);
            } else if (first == 1) {
                say(spoiler.spoil(new MessageWriter().beginUntagged().int32(StartupPacket.CODE_CANCEL).int64(random.nextLong()).end().toBytes()));
            } else {
                start();
            }
        }

        private void say(byte[] bytes) {
            byte[] sent = said++ == spoilt && !encrypted ? spoiler.spoil(bytes) : bytes;
            int cut = random.nextInt(4) == 0 ? random.nextInt(sent.length + 1) : 0;
            client.send(Arrays.copyOf(sent, cut));
            client.send(Arrays.copyOfRange(sent, cut, sent.length));
        }

        private void start() {
            started = true;
            say(switch (random.nextInt(6)) {
                case 0 -> Requests.startup("user", "root", "database", "db", "options", "-c extra=1 -c search_path=a\\ b --work-mem=4MB", "extra", "2");
                case 1 -> Requests.startup("user", "nobody", "database", "nowhere");
                case 2 -> Requests.startup("user", "old", "database", "db", "client_encoding", "LATIN1", "application_name", "\u00fc");
                case 3 -> Requests.startup("user", "root", "database", "pgbouncer", "_pq_.unknown", "1");
                default -> Requests.startup("user", "root", "database", "db", "application_name", "fuzz");
            });
        }

        /** Answers what has come. */
        void go() {
            byte[] got = client.takeReceived();
            if (over || client.ended() || got.length == 0) {
                return;
            }
            if (!started) {
                afterRequest(got[0]);
                return;
            }
            ByteBuffer in = ByteBuffer.wrap(got);
            while (!over && in.remaining() >= 9) {
                byte tag = in.get();
                ByteBuffer body = in.slice(in.position() + 4, Math.max(0, Math.min(in.remaining(), in.getInt(in.position())) - 4));
                in.position(in.position() + 4 + body.remaining());
                if (tag == 'R') {
                    answer(auth.onRequest(body.getInt(), body));
                } else if (tag == 'E') {
                    over = true;
                }
            }
        }

        private void answer(ServerAuth.Step asked) {
            ServerAuth.Step step = asked;
            if (step instanceof ServerAuth.Step.Derive derive) {
                derive.work().run();
                step = auth.resume();
            }
            switch (step) {
                case ServerAuth.Step.Send send when send.frame().length > 0 -> say(send.frame());
                case ServerAuth.Step.Failed failed -> over = true;
                default -> {}
            }
        }

        private void afterRequest(byte answered) {
            if (answered == 'S') {
                client.upgrade(plain -> encrypt(plain));
                encrypted = true;
            }
            start();
        }

        private TlsConnection encrypt(Connection plain) {
            Connection spoilt = new MangledConnection(plain, this.spoilt, spoiler::spoil);
            return TlsConnection.connect(spoilt, connecting, new TlsTarget("pooler", true, true), BeforeLoginFuzzTest.this);
        }

        void end() {
            outcomes.merge(client.ended() || over ? Outcome.ENDED : received() ? Outcome.IN : Outcome.WAITS, 1, Integer::sum);
            client.close();
        }

        private boolean received() {
            return started && !client.ended() && said > 2;
        }
    }
}
