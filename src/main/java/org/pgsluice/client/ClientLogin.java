package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.ClientAuth;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.StoredSecret;
import org.pgsluice.config.AuthType;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.pool.User;
import org.pgsluice.server.Lane;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.StartupPacket;

/**
 * From the first byte of a client to the moment when it is known who it is and where it belongs. Memory is bounded: a startup packet and a password message have limits
 * that are checked before anything is kept.
 */
final class ClientLogin implements AuthQuery.Asker {
    private static final int LONGEST_STARTUP = 64 * 1024;
    private static final int LONGEST_USER = 127;
    private static final byte[] NO = {'N'};

    private enum Phase {
        STARTUP,
        ASKING,
        PASSWORD,
        OVER
    }

    private final ClientSession client;
    private final Lane lane;
    private final ClientServices services;
    private final Admission admission;
    private Phase phase = Phase.STARTUP;
    private boolean nothingCame = true;
    private @Nullable PasswordExchange exchange;
    private byte[] lastWords = {};
    private @Nullable AuthQuery query;
    private @Nullable Database database;
    private @Nullable User poolUser;
    private String databaseName = "";
    private String userName = "";
    private boolean consoleAdmin;

    ClientLogin(ClientSession client, Lane lane, ClientServices services) {
        this.client = client;
        this.lane = lane;
        this.services = services;
        this.admission = new Admission(client, lane);
    }

    /** Nothing is read now: a key is being derived, a database is being asked, or the login waits for the pool. */
    boolean busy() {
        return phase == Phase.ASKING || phase == Phase.OVER || (exchange != null && exchange.deriving());
    }

    boolean nothingCame() {
        return nothingCame;
    }

    /** Another process let the client in. */
    void onPassed() {
        nothingCame = false;
        phase = Phase.OVER;
    }

    void onClosed() {
        phase = Phase.OVER;
        AuthQuery asking = query;
        if (asking != null) {
            query = null;
            asking.cancel();
        }
    }

    int onBytes(ByteBuffer in) {
        nothingCame = false;
        while (!busy() && !client.isClosed()) {
            int needed = phase == Phase.STARTUP ? startup(in) : password(in);
            if (needed >= 0) {
                return needed;
            }
        }
        return 0;
    }

    // ---------------------------------------------------------------- the first packets

    /** Returns how many bytes are needed to go on, -1 when a packet was taken. */
    private int startup(ByteBuffer in) {
        if (in.remaining() < 8) {
            return 8;
        }
        int length = in.getInt(in.position());
        if (length < 8 || length > LONGEST_STARTUP) {
            return badHeader(in);
        }
        if (in.remaining() < length) {
            return length;
        }
        StartupPacket packet = StartupPacket.read(in.slice(in.position(), length));
        in.position(in.position() + length);
        switch (packet) {
            case StartupPacket.SslRequest request -> refuseEncryption(in, "SSL");
            case StartupPacket.GssEncRequest request -> refuseEncryption(in, "GSSAPI encryption");
            case StartupPacket.CancelRequest request -> {
                phase = Phase.OVER;
                services.cancel(client, request.key());
            }
            case StartupPacket.Invalid invalid -> client.fail(CloseReason.CLIENT_BAD_STARTUP, invalid.reason());
            case StartupPacket.Startup startup -> onStartup(startup);
        }
        return -1;
    }

    private int badHeader(ByteBuffer in) {
        client.badHeader(in, in.position());
        return 0;
    }

    private void refuseEncryption(ByteBuffer in, String what) {
        if (in.hasRemaining()) {
            // Sent before the handshake it could only come from somebody in the middle.
            client.fail(CloseReason.CLIENT_DATA_BEFORE_ENCRYPTION, what);
            return;
        }
        client.send(ByteBuffer.wrap(NO));
    }

    private void onStartup(StartupPacket.Startup startup) {
        Config config = lane.books().config();
        StartupParameters given = StartupParameters.read(startup.parameters(), client.vars(), config, client.connection());
        if (given.refusal() != null) {
            client.fail(CloseReason.CLIENT_PARAMETER_REFUSED, given.refusal());
            return;
        }
        databaseName = given.database();
        userName = given.user();
        client.membership().named(databaseName, userName);
        if (!databaseName.equals(Registry.CONSOLE) && lane.books().registry().tooManyClients()) {
            client.fail(CloseReason.MAX_CLIENT_CONN);
            return;
        }
        List<String> options = startup.protocolOptions();
        if (startup.protocolMinor() > 0 || !options.isEmpty()) {
            MessageWriter out = new MessageWriter();
            out.begin(BackendTag.NEGOTIATE_PROTOCOL_VERSION).int32(StartupPacket.PROTOCOL_3_0).int32(options.size());
            for (String option : options) {
                out.cstring(option);
            }
            client.send(out.end().toBuffer());
        }
        identify(config);
    }

    // ---------------------------------------------------------------- who and where

    private void identify(Config config) {
        Registry registry = lane.books().registry();
        Database known = registry.database(databaseName);
        if (known == null) {
            known = registry.registerAutomatic(databaseName);
            if (known != null) {
                client.log(Level.LOG, "registered new auto-database: " + databaseName);
            }
        }
        database = known;
        if (databaseName.equals(Registry.CONSOLE) && known != null && consoleWithoutPassword(config, known)) {
            return;
        }
        if (userName.length() > LONGEST_USER) {
            client.fail(CloseReason.CLIENT_USERNAME_TOO_LONG);
            admission.logFailure();
            return;
        }
        AuthType type = ConsoleAccess.authType(config);
        String login = userName;
        if (type == AuthType.ANY) {
            String forced = known == null ? null : databaseName.equals(Registry.CONSOLE) ? Registry.CONSOLE : known.forcedUser();
            if (forced == null) {
                client.log(Level.ERROR, "auth_type=any requires forced user");
                client.fail(CloseReason.CLIENT_CONFIG_ERROR);
                return;
            }
            login = forced;
        }
        if (known != null && !admission.joinDatabase(known, login, config)) {
            return;
        }
        Credentials credentials = type == AuthType.ANY ? null : lane.commons().credentials(login);
        String authUser = known == null || type == AuthType.ANY || credentials != null ? null : AuthQuery.authUser(known, config);
        if (known != null && authUser != null) {
            phase = Phase.ASKING;
            query = AuthQuery.start(client, lane, known, authUser, userName, this);
        } else {
            if (type != AuthType.ANY && credentials == null) {
                client.log(Level.LOG, "no such user: " + userName);
            }
            identified(type, login, credentials, config);
        }
    }

    @Override
    public void onSecret(@Nullable StoredSecret secret) {
        query = null;
        if (secret == null) {
            if (lane.commons().tuning().logConnections) {
                client.log(Level.LOG, "login failed: db=" + databaseName);
            }
            client.fail(CloseReason.CLIENT_NO_SUCH_USER);
            return;
        }
        Config config = lane.books().config();
        identified(ConsoleAccess.authType(config), userName, lane.commons().askedCredentials(databaseName, userName, secret), config);
        client.resumeReading();
    }

    @Override
    public void onUnknown(PgError error) {
        query = null;
        client.fail(CloseReason.CLIENT_AUTH_QUERY_FAILED, error);
    }

    /** It is known who the client says it is, and what it has to show. */
    private void identified(AuthType type, String login, @Nullable Credentials credentials, Config config) {
        if (!admission.joinUser(login, type == AuthType.ANY || credentials != null, config)) {
            return;
        }
        admission.logAttempt(login);
        boolean console = databaseName.equals(Registry.CONSOLE);
        consoleAdmin = console && ConsoleAccess.isAdmin(userName, config);
        if (console && type != AuthType.ANY && !consoleAdmin && !ConsoleAccess.isStats(userName, config)) {
            client.fail(CloseReason.CLIENT_NOT_ALLOWED);
            return;
        }
        Database known = database;
        // Who cannot be let in anyway leaves no trace among the users.
        if (known != null && (type == AuthType.ANY || credentials != null)) {
            String forced = console ? Registry.CONSOLE : known.forcedUser();
            poolUser = lane.books().registry().user(forced != null ? forced : login);
        }
        authenticate(type, credentials, config);
    }

    /** Lets the process's own user, and under auth_type=any the users of the lists, into the console. */
    private boolean consoleWithoutPassword(Config config, Database console) {
        boolean own = ConsoleAccess.isOwnUser(userName, client.connection(), services);
        if (!own && !ConsoleAccess.isListedUnderAny(userName, config)) {
            return false;
        }
        client.membership().join(console);
        if (own && lane.commons().tuning().logConnections) {
            client.log(Level.LOG, "pgbouncer access from unix socket");
        }
        poolUser = lane.books().registry().user(Registry.CONSOLE);
        consoleAdmin = true;
        admission.logAttempt(Registry.CONSOLE);
        accept(new byte[0]);
        return true;
    }

    // ---------------------------------------------------------------- proof

    private void authenticate(AuthType type, @Nullable Credentials credentials, Config config) {
        switch (type) {
            case ANY -> accept(new byte[0]);
            case TRUST -> {
                if (credentials == null) {
                    client.fail(CloseReason.CLIENT_TRUST_FAILED);
                } else {
                    accept(new byte[0]);
                }
            }
            case PLAIN -> prove(ClientAuth.PasswordMethod.PLAIN, credentials, config);
            case MD5 -> prove(ClientAuth.PasswordMethod.MD5, credentials, config);
            case SCRAM_SHA_256 -> prove(ClientAuth.PasswordMethod.SCRAM_SHA_256, credentials, config);
            case CERT, HBA, LDAP, PAM -> {
                client.log(Level.ERROR, "auth_type=" + type.word() + " is not supported");
                client.fail(CloseReason.CLIENT_CONFIG_ERROR);
            }
        }
    }

    private void prove(ClientAuth.PasswordMethod method, @Nullable Credentials credentials, Config config) {
        // Without a database there is nothing to log in to; the client learns that only behind the right password.
        ClientAuth auth = ClientAuth.forType(
                method, userName, credentials, config.integer(Settings.SCRAM_ITERATIONS), lane.commons().random(), services.mockSalts());
        PasswordExchange begun = new PasswordExchange(client, lane, auth, this::accept);
        exchange = begun;
        phase = Phase.PASSWORD;
        begun.start();
    }

    private int password(ByteBuffer in) {
        PasswordExchange running = exchange;
        return running == null ? 0 : running.onBytes(in);
    }

    /** How the exchange ends for the client: it goes out with the greeting, in one write. */
    byte[] lastWords() {
        return lastWords;
    }

    private void accept(byte[] before) {
        phase = Phase.OVER;
        Database known = database;
        User user = poolUser;
        if (known == null || user == null) {
            admission.logFailure();
            client.fail(CloseReason.CLIENT_NO_SUCH_DATABASE, databaseName);
            return;
        }
        if (known.disabled()) {
            client.fail(CloseReason.CLIENT_DATABASE_DISABLED, databaseName);
            return;
        }
        boolean console = databaseName.equals(Registry.CONSOLE);
        if (services.shuttingDown() && !console) {
            client.fail(CloseReason.POOLER_SHUTTING_DOWN);
            return;
        }
        lastWords = Greeting.authenticated(before);
        Pool pool = lane.books().registry().pool(known, user, lane.now());
        if (console) {
            client.send(ByteBuffer.wrap(lastWords));
            client.onConsole(pool, consoleAdmin);
        } else {
            client.onAuthenticated(pool);
        }
    }
}
