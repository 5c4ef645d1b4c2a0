package org.pgsluice.client;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.AuthRules;
import org.pgsluice.auth.ConnectionFacts;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.Identity;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.net.Connection;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.server.Lane;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.StartupPacket;

/**
 * From the first byte of a client to the moment when it is known who it is and where it belongs. On the client's reactor.
 *
 * <pre>
 * Starting: startup packet -> Identity -> AuthRules -> AuthMethod
 *     |   rules that need the name of the client's host -> NAMING --^
 *     |-- a user of auth_file --------> Proving: Proof -> Admission -> OVER
 *     |-- any other -> Asking: AuthQuery ---^    settings that nobody has asked for -> Asking: StartupCheck -> OVER
 *     \-- a cancel request -> OVER
 * </pre>
 *
 * Until the proof nothing that a client says is registered, and memory is bounded: each message has a limit that is checked before anything of it is kept.
 */
final class ClientLogin implements AuthQuery.Asker {
    private static final int LONGEST_USER = 127;

    private sealed interface Stage {}

    private record Starting(StartupReader reader) implements Stage {}

    private record Asking(Runnable cancel) implements Stage {}

    private record Proving(Proof proof) implements Stage {}

    private enum Bare implements Stage {
        NAMING,
        OVER
    }

    private final ClientSession client;
    private final Lane lane;
    private final ClientServices services;
    private final Admission admission;
    private final ClientEncryption encryption;
    private Stage stage;
    private boolean nothingCame = true;
    private byte[] lastWords = {};
    private Identity identity = new Identity("", "", null);
    private AuthMethod method = new AuthMethod.NoRule();
    private ConnectionFacts facts;
    private @Nullable Credentials asked;
    /** What the names and values of the startup packet take, which stand in the session from then on. */
    private int startupBytes;
    private int keptBytes;

    ClientLogin(ClientSession client, Lane lane, ClientServices services) {
        this.client = client;
        this.lane = lane;
        this.services = services;
        this.admission = new Admission(client, lane);
        this.encryption = new ClientEncryption(client, this, services.logins());
        this.stage = new Starting(new StartupReader(client, encryption));
        this.facts = encryption.facts();
    }

    /** Nothing is read now: a key is being derived, a database is being asked, or the login waits for the pool. */
    boolean busy() {
        return stage instanceof Proving proving ? proving.proof.busy() : !(stage instanceof Starting);
    }

    ClientEncryption encryption() {
        return encryption;
    }

    boolean nothingCame() {
        return nothingCame;
    }

    void onClosed(CloseReason reason) {
        Stage before = stage;
        end();
        if (reason != CloseReason.LOGIN_FAILURES && ReasonState.isRefusedLogin(reason) && mostFailures() > 0) {
            services.logins().failures().failed(client.connection().remoteAddress(), lane.now());
        }
        if (before instanceof Asking asking) {
            asking.cancel.run();
        }
    }

    private void end() {
        stage = Bare.OVER;
        keeps(0);
        encryption.shakes(false);
    }

    /** So much memory is taken by what the client sent and the login has not read yet. */
    void keeps(int bytes) {
        int counted = stage == Bare.OVER ? 0 : bytes + startupBytes;
        if (counted == keptBytes) {
            return;
        }
        keptBytes = counted;
        services.logins().memory().keeps(this, counted);
    }

    /** It has to go, since all of them keep too much. Any thread. */
    void refuseForMemory() {
        lane.reactor().execute(() -> {
            if (stage != Bare.OVER) {
                client.fail(CloseReason.LOGIN_MEMORY);
            }
        });
    }

    /** How the exchange ends for the client: it goes out with the greeting, in one write. */
    byte[] lastWords() {
        return lastWords;
    }

    /** Handles whole messages and consumes them. Returns how many bytes the next one needs, 0 when unknown. */
    int onBytes(ByteBuffer in) {
        nothingCame = false;
        while (!busy() && !client.isClosed()) {
            int needed = -1;
            if (stage instanceof Starting starting) {
                StartupPacket packet = starting.reader.next(in);
                if (packet == null) {
                    return starting.reader.needed();
                }
                startupBytes = 2 * starting.reader.needed();
                onPacket(packet);
            } else if (stage instanceof Proving proving) {
                needed = proving.proof.onBytes(in);
            }
            if (needed >= 0) {
                return needed;
            }
        }
        return 0;
    }

    // ---------------------------------------------------------------- who and where

    private void onPacket(StartupPacket packet) {
        if (packet instanceof StartupPacket.Startup startup) {
            onStartup(startup);
        } else if (packet instanceof StartupPacket.CancelRequest request) {
            end();
            client.onCancelRequest(request.key());
        } else if (packet instanceof StartupPacket.Invalid invalid) {
            client.fail(CloseReason.CLIENT_BAD_STARTUP, invalid.reason());
        } else {
            String second = packet instanceof StartupPacket.SslRequest ? "1234.5679" : "1234.5680";
            client.fail(CloseReason.CLIENT_BAD_STARTUP, "unsupported protocol version " + second);
        }
    }

    private int mostFailures() {
        return lane.books().config().integer(Settings.MAX_LOGIN_FAILURES);
    }

    private void onStartup(StartupPacket.Startup startup) {
        if (encryption.isMissing()) {
            client.fail(CloseReason.CLIENT_TLS_REQUIRED);
            return;
        }
        Config config = lane.books().config();
        int most = mostFailures();
        if (most > 0 && services.logins().failures().tooMany(client.connection().remoteAddress(), most, lane.now())) {
            client.fail(CloseReason.LOGIN_FAILURES);
            return;
        }
        StartupParameters given = StartupParameters.read(startup.parameters(), client.vars(), config, client.connection(),
                (database, user) -> StartupCheck.mode(lane, database, user));
        if (given.refusal() != null) {
            client.fail(CloseReason.CLIENT_PARAMETER_REFUSED, given.refusal());
            return;
        }
        if (given.replication() != null && !given.database().equals(Registry.CONSOLE)) {
            client.replicate(given.replication());
        }
        client.membership().named(given.database(), given.user());
        if (!given.database().equals(Registry.CONSOLE) && lane.books().members().tooManyClients()) {
            client.fail(CloseReason.MAX_CLIENT_CONN);
            return;
        }
        Negotiation.answer(client, startup);
        identify(given.database(), given.user(), config);
    }

    private void identify(String database, String user, Config config) {
        Registry registry = lane.books().registry();
        DatabaseConfig entry = registry.entry(database);
        boolean console = database.equals(Registry.CONSOLE);
        identity = new Identity(database, user, console ? Registry.CONSOLE : entry == null ? null : entry.user(), client.replicatesPhysically());
        if (console && consoleWithoutPassword(lane.commons().rules(), config)) {
            return;
        }
        if (user.length() > LONGEST_USER || user.getBytes(StandardCharsets.UTF_8).length > LONGEST_USER) {
            client.fail(CloseReason.CLIENT_USERNAME_TOO_LONG);
            admission.logFailure();
            return;
        }
        facts = encryption.facts();
        choose();
    }

    /** Chooses the method, as soon as all is known that the rules ask about. */
    private void choose() {
        method = lane.commons().rules().methodFor(facts, identity);
        if (method instanceof AuthMethod.DependsOnHostName && facts.from() instanceof InetSocketAddress inet) {
            stage = Bare.NAMING;
            lane.commons().resolver().nameOf(inet.getAddress(), lane.reactor(), this::onHostName);
        } else if (method.letsNobodyIn()) {
            refuse();
        } else {
            findUser(method instanceof AuthMethod.Forced ? identity.forcedUser() : null);
        }
    }

    private void onHostName(@Nullable String name) {
        if (stage == Bare.NAMING) {
            facts = facts.withHostName(name == null ? "" : name);
            choose();
            client.resumeReading();
        }
    }

    /** Nothing that it could show would let it in; no database is asked about it. */
    private void refuse() {
        admission.logAttempt(identity.user());
        proof().start(identity.user(), null);
    }

    private Proof proof() {
        Proof proof = new Proof(client, lane, services.logins(), method, facts, encryption.binding(), this::accept);
        stage = new Proving(proof);
        return proof;
    }

    private void findUser(@Nullable String forced) {
        Config config = lane.books().config();
        DatabaseConfig entry = lane.books().registry().entry(identity.database());
        String user = identity.user();
        if (!admission.joinDatabase(forced != null ? forced : user, config)) {
            return;
        }
        if (method instanceof AuthMethod.Judged) {
            // Whoever judges knows the users.
            authenticate(null);
            return;
        }
        Credentials known = forced != null ? Credentials.none(forced) : lane.commons().credentials(user);
        String authUser = known != null || entry == null ? null : AuthQuery.authUser(entry, config);
        if (entry != null && authUser != null) {
            ask(entry, authUser);
            return;
        }
        if (known == null) {
            client.log(Level.LOG, "no such user: " + user);
        } else {
            // Named by the configuration, so that registering it is no stranger's doing.
            lane.books().registry().user(known.name());
        }
        authenticate(known);
    }

    /** Lets the process's own user, and under auth_type=any the users of the lists, into the console. */
    private boolean consoleWithoutPassword(AuthRules rules, Config config) {
        boolean own = ConsoleAccess.isOwnUser(identity.user(), client.connection(), services);
        if (!own && !(rules.anyUser() && ConsoleAccess.isAdmin(identity.user(), config))) {
            return false;
        }
        if (own && lane.commons().tuning().logConnections) {
            client.log(Level.LOG, "pgbouncer access from unix socket");
        }
        admission.logAttempt(Registry.CONSOLE);
        enter(admission.console(), true, new byte[0]);
        return true;
    }

    // ---------------------------------------------------------------- users that a database knows

    private void ask(DatabaseConfig entry, String authUser) {
        try {
            AuthQuery query = AuthQuery.of(lane, entry, authUser, identity.user(), this);
            stage = new Asking(query::cancel);
            query.start();
        } catch (AuthQuery.Impossible impossible) {
            if (impossible.why != null) {
                client.log(Level.ERROR, impossible.why);
            }
            onUnknown(impossible.error);
        }
    }

    @Override
    public void onUser(@Nullable Credentials user) {
        if (user == null) {
            if (lane.commons().tuning().logConnections) {
                client.log(Level.LOG, "login failed: db=" + identity.database());
            }
            client.fail(CloseReason.CLIENT_NO_SUCH_USER);
            return;
        }
        Credentials current = lane.commons().asked().refreshed(identity.database(), user);
        asked = current;
        client.membership().named(identity.database(), user.name());
        authenticate(current);
        client.resumeReading();
    }

    @Override
    public void onUnknown(PgError error) {
        client.fail(CloseReason.CLIENT_AUTH_QUERY_FAILED, error);
    }

    // ---------------------------------------------------------------- proof

    /** It is known who the client says it is, and what it has to show. {@code user} null: there is none, which shows only when it has shown something. */
    private void authenticate(@Nullable Credentials user) {
        Config config = lane.books().config();
        String login = user == null ? identity.user() : user.name();
        if (!admission.joinUser(login, config)) {
            return;
        }
        admission.logAttempt(login);
        proof().start(login, user);
    }

    /** The client has proven who it is, or need not. {@code before} goes to it before AuthenticationOk. */
    private void accept(Credentials user, byte[] before) {
        Config config = lane.books().config();
        boolean admin = ConsoleAccess.isAdmin(identity.user(), config);
        boolean console = identity.database().equals(Registry.CONSOLE);
        if (console && !(method instanceof AuthMethod.Forced) && !admin && !ConsoleAccess.isStats(identity.user(), config)) {
            client.fail(CloseReason.CLIENT_NOT_ALLOWED);
        } else {
            Pool pool = admission.admit(identity, user, config);
            if (pool != null) {
                if (method instanceof AuthMethod.Judged judged && judged.judge().passwordIsTheServers()) {
                    asked = lane.commons().asked().refreshed(identity.database(), user);
                }
                if (asked != null) {
                    lane.commons().asked().keep(identity.database(), asked);
                }
                check(pool, () -> enter(pool, admin, before));
            }
        }
    }

    private void check(Pool pool, Runnable then) {
        StartupCheck check = StartupCheck.of(client, lane, pool, then);
        if (check == null) {
            then.run();
        } else {
            stage = new Asking(check::cancel);
            check.start();
        }
    }

    private void enter(Pool pool, boolean admin, byte[] before) {
        end();
        boolean console = identity.database().equals(Registry.CONSOLE);
        if (!console && services.refuses(client)) {
            client.fail(CloseReason.POOLER_SHUTTING_DOWN);
            return;
        }
        lastWords = Greeting.authenticated(before);
        if (console) {
            client.send(ByteBuffer.wrap(lastWords));
            client.onConsole(pool, admin);
        } else {
            client.onAuthenticated(pool);
        }
    }
}
