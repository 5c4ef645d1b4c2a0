package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.console.Consoles;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.log.Log;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Resolver;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.pooler.SimulatedReload;
import org.pgsluice.pooler.World;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/**
 * A whole pooler with its upkeep in a calm simulated world, and a PostgreSQL behind it. The database {@code db} logs in as {@code app}, and everybody may use
 * it; {@code root} may use the console. Time passes only when the test says so.
 */
final class PoolerWorld {
    static final InetSocketAddress POSTGRES = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5432);
    static final SocketAddress POOLER = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 6432);
    private static final ListenOptions OPTIONS = new ListenOptions(1_000, true, 0, 0777, null, SocketOptions.DEFAULT);
    private static final long SECOND = 1_000_000_000L;
    private static final long SOON_NANOS = SECOND / 10;
    /** The upkeep looks three times a second, and up to a second later while nothing happens. */
    private static final double LATEST_LOOK_SECONDS = 1.7;

    final SimulatedNetwork network = new SimulatedNetwork(3);
    final CapturedLog log = new CapturedLog();
    final SimulatedReactor outside;
    final ScriptedPostgres postgres;
    final Pooler pooler;
    private final Path file;
    private final List<SimulatedReactor> reactors = new ArrayList<>();
    private boolean exited;

    /** {@code settings}: lines of [pgbouncer]. */
    PoolerWorld(String settings) {
        this("db = host=127.0.0.1 port=5432 user=app", settings);
    }

    PoolerWorld(String databases, String settings) {
        reactors.add(network.addReactor());
        outside = network.addReactor();
        postgres = new ScriptedPostgres(outside, POSTGRES);
        file = temporary();
        pooler = start(ini(databases, settings));
        soon();
    }

    private static String ini(String databases, String settings) {
        return "[databases]\n" + databases + "\n[pgbouncer]\nauth_type = any\nadmin_users = root\npool_mode = transaction\n" + settings + "\n";
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("pooler", ".ini");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the configuration anew, and has it read; the answer. */
    String reload(String databases, String settings) {
        try {
            Files.writeString(file, ini(databases, settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return console("RELOAD");
    }

    private Pooler start(String ini) {
        try {
            Files.writeString(file, ini);
            file.toFile().deleteOnExit();
            return start(network, reactors, log, file, 1_000_000,
                    (host, reactor, callback) -> callback.onResolved(List.of(InetAddress.ofLiteral(host.equals("localhost") ? "127.0.0.1" : host))),
                    () -> exited = true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a pooler that reads {@code file} and listens on {@link #POOLER}; work beside the reactors takes up to {@code offloadNanos}. */
    static Pooler start(
            SimulatedNetwork network, List<SimulatedReactor> reactors, Log log, Path file, long offloadNanos, Resolver resolver,
            Runnable exit) throws IOException {
        if (!(ConfigReader.read(file, Environment.NONE, null) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("the configuration is not good:\n" + Files.readString(file));
        }
        Pooler[] made = new Pooler[1];
        reactors.getFirst().perform(() -> {
            Pooler built = new Pooler(
                    loaded.config(),
                    new World(reactors, log, network.wallClock(), network.offload(offloadNanos), network.randomSource(), resolver, -1, exit));
            SimulatedReload.prepare(built, file);
            built.consoles(new Consoles(built, List::of, List::of, "simulated", () -> {}));
            try {
                built.listeners().add(reactors.getFirst().listen(POOLER, OPTIONS, built), false);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            built.start();
            made[0] = built;
        });
        return made[0];
    }

    /** Whether the pooler has ended its process. */
    boolean exited() {
        return exited;
    }

    /** Does something on the pooler's first reactor. */
    void onMain(Runnable action) {
        reactors.getFirst().perform(action);
    }

    /** Buffers of the pooler's that are out. */
    int buffersTaken() {
        return reactors.getFirst().buffersTaken();
    }

    // ---------------------------------------------------------------- time

    /** Lets that much time pass. */
    void pass(double seconds) {
        network.advance((long) (seconds * SECOND));
    }

    /** Lets what is under way arrive. */
    void soon() {
        network.advance(SOON_NANOS);
    }

    /** Lets time pass up to the last moment before a limit of {@code seconds} that began just now. */
    void passAlmost(double seconds) {
        pass(seconds - 0.5);
    }

    /** Behind {@link #passAlmost}: lets the limit be over, and the upkeep see that. */
    void passRest() {
        pass(0.5 + LATEST_LOOK_SECONDS);
    }

    // ---------------------------------------------------------------- clients

    /** A connection that has not sent anything. */
    ScriptedClient connect() {
        ScriptedClient client = new ScriptedClient(outside, POOLER);
        soon();
        return client;
    }

    /** Who asks to be let in to {@code db}; nothing is awaited. */
    ScriptedClient knock() {
        return knockAt("db");
    }

    ScriptedClient knockAt(String database, String... parameters) {
        String[] all = new String[4 + parameters.length];
        System.arraycopy(new String[] {"user", "root", "database", database}, 0, all, 0, 4);
        System.arraycopy(parameters, 0, all, 4, parameters.length);
        ScriptedClient client = new ScriptedClient(outside, POOLER);
        client.send(Requests.startup(all));
        soon();
        return client;
    }

    /** A client that is in. */
    ScriptedClient login() {
        return loginTo("db");
    }

    ScriptedClient loginTo(String database) {
        ScriptedClient client = knockAt(database);
        assertThat(take(client)).endsWith("Z(I) ");
        return client;
    }

    /** Sends a query, and lets it be answered if that takes no time; the answer. */
    String ask(ScriptedClient client, String sql) {
        client.send(new Requests().query(sql).toBytes());
        soon();
        return take(client);
    }

    /** What came since the last look. */
    static String take(ScriptedClient client) {
        return ScriptedClient.describe(client.takeReceived());
    }

    /** Has the console run {@code command}; the answer. */
    String console(String command) {
        ScriptedClient client = loginTo("pgbouncer");
        String answer = ask(client, command);
        client.close();
        soon();
        return answer;
    }

    /** The rows of a table of the console, a null for what it shows as NULL. */
    List<List<String>> rows(String show) {
        ScriptedClient client = loginTo("pgbouncer");
        client.send(new Requests().query(show).toBytes());
        soon();
        ByteBuffer in = ByteBuffer.wrap(client.takeReceived());
        client.close();
        soon();
        List<List<String>> rows = new ArrayList<>();
        while (in.hasRemaining()) {
            boolean row = in.get() == BackendTag.DATA_ROW;
            int end = in.position() + in.getInt();
            if (row) {
                rows.add(values(in));
            }
            in.position(end);
        }
        return rows;
    }

    private static List<String> values(ByteBuffer in) {
        List<String> values = new ArrayList<>();
        for (int left = in.getShort(); left > 0; left--) {
            int length = in.getInt();
            if (length < 0) {
                values.add(null);
            } else {
                byte[] value = new byte[length];
                in.get(value);
                values.add(new String(value, StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    /** The key that a client which is in was given, out of all that came so far. */
    byte[] cancelKey(ScriptedClient client) {
        ByteBuffer in = ByteBuffer.wrap(client.takeReceived());
        while (in.get(in.position()) != BackendTag.BACKEND_KEY_DATA) {
            in.position(in.position() + 1 + in.getInt(in.position() + 1));
        }
        byte[] key = new byte[in.getInt(in.position() + 1) - 4];
        in.get(in.position() + 5, key);
        return key;
    }

    /** Sends a cancel request. */
    ScriptedClient cancel(byte[] key) {
        ScriptedClient asker = new ScriptedClient(outside, POOLER);
        asker.send(new MessageWriter().beginUntagged().int32(StartupPacket.CODE_CANCEL).bytes(key).end().toBytes());
        soon();
        return asker;
    }

    // ---------------------------------------------------------------- what came of it

    /** How many connections were closed for a reason with that text. */
    long closings(String text) {
        return log.lines().stream().filter(line -> line.contains("closing because: " + text + " (age=")).count();
    }

    boolean hasLogged(String text) {
        return log.lines().stream().anyMatch(line -> line.contains(text));
    }
}
