package org.pgsluice.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.AuthRules;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.StoredSecret;
import org.pgsluice.config.Secret;
import org.pgsluice.log.Log;
import org.pgsluice.net.Offload;
import org.pgsluice.net.RandomSource;
import org.pgsluice.net.Resolver;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.Pool;
import org.pgsluice.prepared.StatementCatalog;
import org.pgsluice.vars.TrackedNames;

/** What all reactors share: the books, the log, the outside world's other interfaces, the sequence of ids. Thread-safe. */
public final class Commons {
    /** So many users with what was derived for them, 1 KiB each at most. */
    private static final int KEPT_CREDENTIALS = 10_000;

    private final Books books;
    private final Log log;
    private final InstantSource clock;
    private final Offload offload;
    private final RandomSource random;
    private final Resolver resolver;
    private final TrackedNames trackedNames;
    private final StatementCatalog catalog;
    private final AtomicLong lastId = new AtomicLong();
    private final Set<ServerSession> servers = ConcurrentHashMap.newKeySet();
    private final KnownCredentials forced = new KnownCredentials(KEPT_CREDENTIALS);
    private final TakenSettings taken = new TakenSettings();
    private final KnownCredentials asked = new KnownCredentials(KEPT_CREDENTIALS);
    private volatile Tuning tuning;
    private volatile ServerContexts serverContexts;
    private volatile CredentialsLookup credentials = (user) -> null;
    private volatile AuthRules rules;

    public Commons(Books books, Log log, InstantSource clock, Offload offload, RandomSource random, Resolver resolver, TrackedNames trackedNames) {
        this.books = books;
        this.log = log;
        this.clock = clock;
        this.offload = offload;
        this.random = random;
        this.resolver = resolver;
        this.trackedNames = trackedNames;
        this.tuning = new Tuning(books.config());
        this.rules = AuthRules.of(books.config());
        this.serverContexts = ServerContexts.unread(books.config());
        byte[] seed = new byte[4];
        random.nextBytes(seed);
        this.catalog = new StatementCatalog(ByteBuffer.wrap(seed).getInt());
        this.catalog.limit(tuning.maxStatementMemory);
    }

    /** Where secrets are looked up by user name. */
    public interface CredentialsLookup {
        @Nullable Credentials find(String user);
    }

    public Books books() {
        return books;
    }

    public Log log() {
        return log;
    }

    /** Wall-clock time, for what people read. */
    public Instant now() {
        return clock.instant();
    }

    public Offload offload() {
        return offload;
    }

    public RandomSource random() {
        return random;
    }

    /** A number from 0 to 1. */
    double chance() {
        byte[] bytes = new byte[1];
        random.nextBytes(bytes);
        return (bytes[0] & 0xff) / 255.0;
    }

    public Resolver resolver() {
        return resolver;
    }

    public TrackedNames trackedNames() {
        return trackedNames;
    }

    public StatementCatalog catalog() {
        return catalog;
    }

    /** The next id of the one sequence over clients and servers. */
    public long nextId() {
        return lastId.incrementAndGet();
    }

    /** The number of the connection that came last. Any thread. */
    public long lastId() {
        return lastId.get();
    }

    /** All open server connections, in no order. */
    public Set<ServerSession> servers() {
        return servers;
    }

    public Tuning tuning() {
        return tuning;
    }

    /** The configuration changed. */
    public void tuning(Tuning next) {
        tuning = next;
        catalog.limit(next.maxStatementMemory);
    }

    /** TLS to servers, as the configuration in force has it. */
    public ServerContexts serverContexts() {
        return serverContexts;
    }

    /** That has changed; connections of before keep theirs. */
    public void serverContexts(ServerContexts next) {
        serverContexts = next;
    }

    /** The secrets of auth_file changed. */
    public void credentials(CredentialsLookup next) {
        credentials = next;
    }

    /** The secret of a user, or null. */
    public @Nullable Credentials credentials(String user) {
        return credentials.find(user);
    }

    /** How clients log in changed. */
    public void rules(AuthRules next) {
        rules = next;
    }

    /** How clients log in. */
    public AuthRules rules() {
        return rules;
    }

    /** What is known of users whose secrets databases were asked for, by the database that they log in to. */
    public KnownCredentials asked() {
        return asked;
    }

    /** Which settings servers have taken at logins. */
    public TakenSettings taken() {
        return taken;
    }

    /** What servers of the pool are logged in with: the connection string's password, or the user's own secret. */
    @Nullable Credentials serverCredentials(Pool pool) {
        Secret password = pool.database().config().password();
        if (password == null) {
            Credentials known = credentials(pool.user().name());
            return known != null ? known : asked.find(pool.database().name(), pool.user().name());
        }
        StoredSecret secret = StoredSecret.parse(password.reveal().getBytes(StandardCharsets.UTF_8));
        // Kept by pool, so that keys are derived once and not at every login.
        return forced.keep(pool.database().name(), forced.refreshed(pool.database().name(), new Credentials(pool.user().name(), secret)));
    }
}
