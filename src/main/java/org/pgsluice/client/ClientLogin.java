package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.AuthRules;
import org.pgsluice.auth.ClientAuth;
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
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.StartupPacket;

/**
 * From the first byte of a client to the moment when it is known who it is and where it belongs. On the client's reactor.
 *
 * <pre>
 * Starting: startup packet -> Identity -> AuthRules -> AuthMethod
 *     |-- a user of auth_file --------> Proving: PasswordExchange -> Admission -> OVER
 *     |-- any other -> Asking: AuthQuery ---^
 *     \-- a cancel request -> OVER
 * </pre>
 *
 * Until the proof nothing that a client says is registered, and memory is bounded: each message has a limit that is checked before anything of it is kept.
 */
final class ClientLogin implements AuthQuery.Asker {
    private static final int LONGEST_USER = 127;

    private sealed interface Stage {}

    private record Starting(StartupReader reader) implements Stage {}

    private record Asking(AuthQuery query) implements Stage {}

    private record Proving(PasswordExchange exchange) implements Stage {}

    private enum Ended implements Stage {
        OVER
    }

    private final ClientSession client;
    private final Lane lane;
    private final ClientServices services;
    private final Admission admission;
    private Stage stage;
    private boolean nothingCame = true;
    private byte[] lastWords = {};
    private Identity identity = new Identity("", "", null);
    private AuthMethod method = new AuthMethod.Trust();
    private @Nullable Credentials asked;
    /** What the names and values of the startup packet take, which stand in the session from then on. */
    private int startupBytes;
    private int keptBytes;

    ClientLogin(ClientSession client, Lane lane, ClientServices services) {
        this.client = client;
        this.lane = lane;
        this.services = services;
        this.admission = new Admission(client, lane);
        this.stage = new Starting(new StartupReader(client));
    }

    /** Nothing is read now: a key is being derived, a database is being asked, or the login waits for the pool. */
    boolean busy() {
        return switch (stage) {
            case Starting starting -> false;
            case Asking asking -> true;
            case Proving proving -> proving.exchange.deriving();
            case Ended.OVER -> true;
        };
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
            asking.query.cancel();
        }
    }

    private void end() {
        stage = Ended.OVER;
        keeps(0);
    }

    /** So much memory is taken by what the client sent and the login has not read yet. */
    void keeps(int bytes) {
        int counted = stage == Ended.OVER ? 0 : bytes + startupBytes;
        if (counted == keptBytes) {
            return;
        }
        keptBytes = counted;
        for (ClientLogin oldest : services.logins().memory().keeps(this, counted)) {
            oldest.lane.reactor().execute(oldest::refuseForMemory);
        }
    }

    private void refuseForMemory() {
        if (stage != Ended.OVER) {
            client.fail(CloseReason.LOGIN_MEMORY);
        }
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
                needed = proving.exchange.onBytes(in);
            }
            if (needed >= 0) {
                return needed;
            }
        }
        return 0;
    }

    // ---------------------------------------------------------------- who and where

    private void onPacket(StartupPacket packet) {
        switch (packet) {
            case StartupPacket.CancelRequest request -> {
                end();
                client.onCancelRequest(request.key());
            }
            case StartupPacket.Startup startup -> onStartup(startup);
            case StartupPacket.Invalid invalid -> client.fail(CloseReason.CLIENT_BAD_STARTUP, invalid.reason());
            case StartupPacket.SslRequest second -> client.fail(CloseReason.CLIENT_BAD_STARTUP, "unsupported protocol version 1234.5679");
            case StartupPacket.GssEncRequest second -> client.fail(CloseReason.CLIENT_BAD_STARTUP, "unsupported protocol version 1234.5680");
        }
    }

    private int mostFailures() {
        return lane.books().config().integer(Settings.MAX_LOGIN_FAILURES);
    }

    private void onStartup(StartupPacket.Startup startup) {
        Config config = lane.books().config();
        int most = mostFailures();
        if (most > 0 && services.logins().failures().tooMany(client.connection().remoteAddress(), most, lane.now())) {
            client.fail(CloseReason.LOGIN_FAILURES);
            return;
        }
        StartupParameters given = StartupParameters.read(startup.parameters(), client.vars(), config, client.connection());
        if (given.refusal() != null) {
            client.fail(CloseReason.CLIENT_PARAMETER_REFUSED, given.refusal());
            return;
        }
        client.membership().named(given.database(), given.user());
        if (!given.database().equals(Registry.CONSOLE) && lane.books().members().tooManyClients()) {
            client.fail(CloseReason.MAX_CLIENT_CONN);
            return;
        }
        negotiate(startup);
        identify(given.database(), given.user(), config);
    }

    private void negotiate(StartupPacket.Startup startup) {
        List<String> options = startup.protocolOptions();
        if (startup.protocolMinor() > 0 || !options.isEmpty()) {
            MessageWriter out = new MessageWriter();
            out.begin(BackendTag.NEGOTIATE_PROTOCOL_VERSION).int32(StartupPacket.PROTOCOL_3_0).int32(options.size());
            for (String option : options) {
                out.cstring(option);
            }
            client.send(out.end().toBuffer());
        }
    }

    private void identify(String database, String user, Config config) {
        Registry registry = lane.books().registry();
        DatabaseConfig entry = registry.entry(database);
        boolean console = database.equals(Registry.CONSOLE);
        identity = new Identity(database, user, console ? Registry.CONSOLE : entry == null ? null : entry.user());
        AuthRules rules = AuthRules.of(config);
        if (console && consoleWithoutPassword(rules, config)) {
            return;
        }
        if (user.length() > LONGEST_USER || user.getBytes(StandardCharsets.UTF_8).length > LONGEST_USER) {
            client.fail(CloseReason.CLIENT_USERNAME_TOO_LONG);
            admission.logFailure();
            return;
        }
        method = rules.methodFor(facts(), identity);
        if (method instanceof AuthMethod.Refused refused) {
            client.log(Level.ERROR, refused.why());
            client.fail(CloseReason.CLIENT_CONFIG_ERROR);
            return;
        }
        String forced = method instanceof AuthMethod.Forced ? identity.forcedUser() : null;
        if (!admission.joinDatabase(forced != null ? forced : user, config)) {
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

    private ConnectionFacts facts() {
        Connection connection = client.connection();
        return new ConnectionFacts(connection.remoteAddress(), connection.isUnix(), false);
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
            stage = new Asking(query);
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
        switch (method) {
            case AuthMethod.Forced forced -> accept(user, new byte[0]);
            case AuthMethod.Trust trust -> accept(user, new byte[0]);
            case AuthMethod.Password password -> {
                int iterations = config.integer(Settings.SCRAM_ITERATIONS);
                ClientAuth auth = ClientAuth.forType(password.kind(), login, user, iterations, lane.commons().random(), services.logins().salts(), null);
                PasswordExchange exchange = new PasswordExchange(client, lane, auth, last -> accept(user, last));
                stage = new Proving(exchange);
                exchange.start();
            }
            case AuthMethod.Refused refused -> client.fail(CloseReason.CLIENT_CONFIG_ERROR);
        }
    }

    /** The client has proven who it is, or need not. {@code before} goes to it before AuthenticationOk. */
    private void accept(@Nullable Credentials user, byte[] before) {
        Config config = lane.books().config();
        boolean admin = ConsoleAccess.isAdmin(identity.user(), config);
        boolean console = identity.database().equals(Registry.CONSOLE);
        if (user == null) {
            client.fail(CloseReason.CLIENT_TRUST_FAILED);
        } else if (console && !(method instanceof AuthMethod.Forced) && !admin && !ConsoleAccess.isStats(identity.user(), config)) {
            client.fail(CloseReason.CLIENT_NOT_ALLOWED);
        } else {
            Pool pool = admission.admit(identity, user, config);
            if (pool != null) {
                if (asked != null) {
                    lane.commons().asked().keep(identity.database(), asked);
                }
                enter(pool, admin, before);
            }
        }
    }

    private void enter(Pool pool, boolean admin, byte[] before) {
        end();
        boolean console = identity.database().equals(Registry.CONSOLE);
        if (services.shuttingDown() && !console) {
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
