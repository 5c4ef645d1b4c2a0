package org.pgsluice.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.pgsluice.client.ClientSession;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Resolver;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.server.ServerSession;

/** One seed: a pooler with guests, operators and trouble around it, for a while bad and then good, until everybody has what was due. */
final class PoolerRun {
    private static final long SECOND = 1_000_000_000L;
    /** In a good world everybody is through after that. */
    private static final long LONGEST_NANOS = 600 * SECOND;
    /** How many lines of the log a failure shows; all of them with {@code -Dsimulation.lines=9999999}. */
    private static final int LINES_TOLD = Integer.getInteger("simulation.lines", 60);
    private static final SocketAddress ELSEWHERE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 5432);

    private final RunPlan plan;
    private final Path file;
    private final Path users;
    private final SimulatedNetwork network;
    private final SplittableRandom random;
    private final List<SimulatedReactor> reactors = new ArrayList<>();
    private final SimulatedReactor outside;
    private final ScriptedPostgres postgres;
    private final Pooler pooler;
    private final CapturedLog log = new CapturedLog();
    private final @Nullable Faults faults;
    private final Coverage coverage;
    private final Watch watch;
    private final List<Guest> guests = new ArrayList<>();
    private final List<Operator> operators = new ArrayList<>();
    private final Trouble trouble;
    private final Map<String, Integer> cancelsSent = new HashMap<>();
    private int names;
    private boolean bad = true;
    private @Nullable String fault;

    PoolerRun(long seed, Path file) throws IOException {
        this(seed, file, null, new Coverage());
    }

    /** With a fault that {@code chance} chooses, unless that is null; {@code coverage} learns what was seen. */
    PoolerRun(long seed, Path file, @Nullable SplittableRandom chance, Coverage coverage) throws IOException {
        this.coverage = coverage;
        plan = chance == null ? RunPlan.of(seed) : RunPlan.of(seed).troubled();
        random = new SplittableRandom(~seed);
        network = new SimulatedNetwork(seed, plan.conditions());
        for (int i = 0; i < plan.reactors(); i++) {
            reactors.add(network.addReactor());
        }
        outside = network.addReactor();
        postgres = new ScriptedPostgres(outside, PoolerWorld.POSTGRES);
        postgres.alsoAt(ELSEWHERE);
        this.file = file;
        users = Files.writeString(file.resolveSibling("users.txt"), plan.users());
        writeFile(plan.ini());
        faults = chance == null ? null : new Faults(network, plan.reactors(), chance);
        pooler = PoolerWorld.start(network, reactors, faults == null ? log : faults.over(log), file, 5_000_000, this::resolve, () -> fault("the pooler ended"));
        pooler.books().marks(coverage);
        watch = new Watch(this, postgres);
        trouble = new Trouble(this, random.split(), postgres, outside);
        postgres.mood(trouble);
        for (int i = 0; i < plan.guests(); i++) {
            guests.add(new Guest(this, random.split(), plan.stepsEach()));
        }
        operators.add(new Operator(this, random.split(), repertoire()));
        operators.add(new Operator(this, random.split(), List.of("RESUME", "RESUME", "RESUME one", "RESUME two", "RESUME forced", "ENABLE one", "SHOW CLIENTS",
                "SHOW POOLS")));
    }

    private List<String> repertoire() {
        List<String> all = new ArrayList<>(List.of(
                "SHOW POOLS", "SHOW CLIENTS", "SHOW SERVERS", "SHOW STATS", "SHOW LISTS", "SHOW REACTORS", "RECONNECT",
                "RECONNECT two", "PAUSE", "PAUSE one",
                "PAUSE forced", "RELOAD", "WAIT_CLOSE",
                "WAIT_CLOSE one", "SET server_round_robin=1", "SET server_round_robin=0", "SET server_lifetime=2", "SET server_lifetime=3600",
                "SET server_idle_timeout=1"));
        if (!plan.resets()) {
            all.add("SUSPEND");
        }
        if (!plan.calm()) {
            all.addAll(List.of("KILL one", "KILL", "DISABLE one"));
        }
        if (plan.changes()) {
            all.addAll(List.of(
                    Operator.CHANGE, Operator.CHANGE, Operator.CHANGE, Operator.CHANGE, "SET default_pool_size=1", "SET default_pool_size=6",
                    "SET max_db_connections=1",
                    "SET max_db_connections=0", "SET max_user_connections=2", "SET reserve_pool_size=1", "SET server_check_delay=0",
                    "SET server_reset_query_always=1"));
        }
        return random.nextInt(4) == 0 ? List.of() : all;
    }

    private void resolve(String host, Reactor reactor, Resolver.Callback callback) {
        if (!bad || !plan.slowNames()) {
            callback.onResolved(List.of(InetAddress.ofLiteral(host)));
            return;
        }
        boolean found = plan.calm() || random.nextInt(20) != 0;
        reactor.schedule(random.nextLong(SECOND / 5), () -> callback.onResolved(found ? List.of(InetAddress.ofLiteral(host)) : null));
    }

    /** Gives the pooler another configuration to read at the next RELOAD, or the first one again. */
    void changeFile() {
        writeFile(bad ? plan.changed(random) : plan.ini());
    }

    private void writeFile(String ini) {
        try {
            Files.writeString(file, ini + "auth_file = " + users + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it; throws with the seed in the message when anything is not as it must be. */
    void run() {
        try {
            network.afterEvent(this::look);
            if (faults != null) {
                network.faults(faults);
            }
            network.advance(random.nextLong(1, 12) * SECOND);
            bad = false;
            network.conditions(plan.conditions() == LinkConditions.HOSTILE ? LinkConditions.ROUGH : plan.conditions());
            network.advance(2 * SECOND);
            changeFile();
            if (faults != null && pooler.books().pauseMode() != PauseMode.NONE) {
                // A fault may have closed the console that gave SUSPEND, and until RESUME nobody logs in: as with PgBouncer, SIGUSR2 is the way out.
                pooler.onMain(pooler::resume);
            }
            for (String command : List.of("RELOAD", "RESUME", "RESUME one", "RESUME two", "RESUME forced", "ENABLE one")) {
                operators.getLast().order(command);
            }
            network.runUntil(() -> guests.stream().allMatch(Guest::isDone) && operators.stream().allMatch(Operator::isIdle) && trouble.cancelCalls() == 0,
                    LONGEST_NANOS);
            // A server whose cancel request was lost may work for a client that has left for 15 s.
            network.advance(16 * SECOND);
            watch.atTheEnd();
            operators.forEach(Operator::leave);
            network.advance(SECOND);
            watch.whenAllHaveLeft();
            coverage.add(pooler);
        } catch (AssertionError | RuntimeException thrown) {
            throw new AssertionError("seed " + network.seed() + " at " + network.nanoTime() / 1_000_000 + " ms: " + thrown.getMessage() + "\n" + story(),
                    thrown);
        }
    }

    private void look() {
        if (fault == null) {
            watch.look();
        }
        if (fault != null) {
            throw new AssertionError(fault);
        }
    }

    private String story() {
        StringBuilder text = new StringBuilder(plan.toString()).append('\n');
        if (faults != null) {
            text.append(faults.where()).append('\n');
        }
        guests.stream().filter(guest -> !guest.isDone()).forEach(guest -> text.append(guest).append('\n'));
        operators.stream().filter(operator -> !operator.isIdle()).forEach(operator -> text.append(operator).append('\n'));
        for (ServerSession server : pooler.commons().servers()) {
            text.append(server).append(server.state()).append(server.bridging() ? ", setting parameters" : "")
                    .append(server.facts().readingStopped() ? ", not read" : "")
                    .append(", for ").append(server.client()).append('\n');
        }
        List<String> lines = log.lines();
        lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()).forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    // ---------------------------------------------------------------- what the others ask and tell

    void after(long nanos, Runnable task) {
        network.later(nanos, task);
    }

    void fault(String text) {
        if (fault == null) {
            fault = text;
        }
    }

    /** A guest was told a FATAL error that it did not ask for. */
    void fatal(Guest guest, String text) {
        if (plan.calm() || (text.contains("internal") && !isFaulty()) || (text.contains("expected") && !trouble.lied())) {
            fault(guest + " was told " + text);
        }
    }

    /** A guest's connection ended without a word. */
    void ended(Guest guest, int cut) {
        if (plan.calm()) {
            fault(guest + " was hung up on, with " + cut + " bytes of a message");
        }
    }

    String newName(Guest guest) {
        return "c" + ++names;
    }

    void cancelSent(String name) {
        cancelsSent.merge(name, 1, Integer::sum);
    }

    int cancelsSent(String name) {
        return cancelsSent.getOrDefault(name, 0);
    }

    /** A guest whose query runs, if there is one among a few that are picked. */
    Guest anyGuest(SplittableRandom chance) {
        Guest picked = guests.getFirst();
        for (int times = 0; times < 8 && !picked.isBusy(); times++) {
            picked = guests.get(chance.nextInt(guests.size()));
        }
        return picked;
    }

    void operate(String command) {
        operators.getFirst().order(command);
    }

    List<ClientSession> clientsByAge() {
        return pooler.sessions().clients().stream().sorted(Comparator.comparingLong(ClientSession::id)).toList();
    }

    SmallTalk.Manners manners() {
        return new SmallTalk.Manners(!plan.mode().equals("statement"), plan.namedStatements());
    }

    RunPlan plan() {
        return plan;
    }

    /** Whether the pooler had a fault, and may end what that was in. */
    boolean isFaulty() {
        return faults != null && faults.happened();
    }

    /** Whether a server has said what no server says. */
    boolean lied() {
        return trouble.lied();
    }

    /** Whether trouble is still to be made. */
    boolean isBad() {
        return bad;
    }

    Pooler pooler() {
        return pooler;
    }

    SimulatedReactor outside() {
        return outside;
    }

    SocketAddress address() {
        return PoolerWorld.POOLER;
    }

    List<Guest> guests() {
        return guests;
    }

    List<SimulatedReactor> reactors() {
        return reactors;
    }

    SimulatedNetwork network() {
        return network;
    }

    CapturedLog log() {
        return log;
    }
}
