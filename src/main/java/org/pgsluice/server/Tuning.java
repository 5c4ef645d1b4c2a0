package org.pgsluice.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.SequenceValues;
import org.pgsluice.config.Settings;
import org.pgsluice.config.UserConfig;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.sql.SessionFunctions;

/** The settings that the data path asks for often, taken out of one {@link Config} once. Times are nanoseconds. Immutable. */
public final class Tuning {
    /** What sbuf_loopcnt=0, no limit, comes to: 4 MiB of one connection, and the others have their turn. */
    private static final int LONGEST_LOOP = 64;

    public final int pktBuf;
    public final int loopCount;
    public final long maxPacketSize;
    public final int maxPreparedStatements;
    /** How much memory clients' prepared statements may take: bytes. */
    public final long maxStatementMemory;

    /** How many bytes of notifications a client may leave unread. */
    public final long maxNotificationBacklog;
    /** How many channels a client may listen to. */
    public final int maxListenChannels;
    /** How many all clients of a pool together may; half of what an int holds is no limit. */
    public final int maxPoolListenChannels;

    public final boolean disablePqexec;
    public final boolean logConnections;
    public final boolean logDisconnections;
    public final boolean logPoolerErrors;
    public final String checkQuery;
    public final boolean checks;
    public final long checkDelayNanos;
    public final String resetQuery;
    public final boolean resetAlways;
    public final long connectTimeoutNanos;
    public final long clientLoginTimeoutNanos;
    /** Whether any client may be idle for so long only. */
    public final boolean clientIdleTimeouts;
    public final SocketOptions socketOptions;
    public final SessionFunctions sessionFunctions;
    /** Whether currval and lastval must not give another client's number. */
    public final boolean ownSequenceValues;
    /** Each so-manieth release of a server that nobody suspects is an audit; 0 for none. */
    public final int sessionAudit;


    public Tuning(Config config) {
        // A message's header and the longest thing that is looked into must fit, however small the setting.
        pktBuf = Math.max(64, config.integer(Settings.PKT_BUF));
        loopCount = config.integer(Settings.SBUF_LOOPCNT) <= 0 ? LONGEST_LOOP : config.integer(Settings.SBUF_LOOPCNT);
        Long packet = config.get(Settings.MAX_PACKET_SIZE);
        maxPacketSize = packet == null ? Integer.MAX_VALUE : Math.min(packet, Integer.MAX_VALUE);
        maxPreparedStatements = config.integer(Settings.MAX_PREPARED_STATEMENTS);
        Long statementMemory = config.get(Settings.MAX_PREPARED_STATEMENT_MEMORY);
        maxStatementMemory = statementMemory == null || statementMemory == 0 ? Runtime.getRuntime().maxMemory() / 4 : statementMemory;
        Long backlog = config.get(Settings.MAX_NOTIFICATION_BACKLOG);
        maxNotificationBacklog = backlog == null ? 0 : backlog;
        int channels = config.integer(Settings.MAX_LISTEN_CHANNELS);
        maxListenChannels = channels <= 0 ? Integer.MAX_VALUE : channels;
        int ofPool = config.integer(Settings.MAX_POOL_LISTEN_CHANNELS);
        maxPoolListenChannels = ofPool <= 0 ? Integer.MAX_VALUE / 2 : Math.min(ofPool, Integer.MAX_VALUE / 2);
        disablePqexec = config.on(Settings.DISABLE_PQEXEC);
        logConnections = config.on(Settings.LOG_CONNECTIONS);
        logDisconnections = config.on(Settings.LOG_DISCONNECTIONS);
        logPoolerErrors = config.on(Settings.LOG_POOLER_ERRORS);
        String check = config.text(Settings.SERVER_CHECK_QUERY);
        checks = !check.isEmpty();
        checkQuery = check.equals("<empty>") ? "" : check;
        checkDelayNanos = config.nanos(Settings.SERVER_CHECK_DELAY);
        resetQuery = config.text(Settings.SERVER_RESET_QUERY);
        resetAlways = config.on(Settings.SERVER_RESET_QUERY_ALWAYS);
        connectTimeoutNanos = config.nanos(Settings.SERVER_CONNECT_TIMEOUT);
        clientLoginTimeoutNanos = config.nanos(Settings.CLIENT_LOGIN_TIMEOUT);
        clientIdleTimeouts = config.nanos(Settings.CLIENT_IDLE_TIMEOUT) > 0 || anyIdleTimeout(config);
        socketOptions = socketOptions(config);
        ownSequenceValues = config.get(Settings.SEQUENCE_VALUES) != SequenceValues.ANY;
        sessionAudit = Math.max(0, config.integer(Settings.SESSION_AUDIT));
        sessionFunctions = SessionFunctions.with(config.list(Settings.SESSION_FUNCTIONS));
    }

    private static boolean anyIdleTimeout(Config config) {
        for (UserConfig user : config.users().values()) {
            Duration timeout = user.clientIdleTimeout();
            if (timeout != null) {
                return true;
            }
        }
        return false;
    }

    /** How both sides' sockets are set up. */
    public static SocketOptions socketOptions(Config config) {
        return new SocketOptions(
                config.on(Settings.TCP_KEEPALIVE),
                config.integer(Settings.TCP_KEEPCNT),
                config.integer(Settings.TCP_KEEPIDLE),
                config.integer(Settings.TCP_KEEPINTVL),
                config.integer(Settings.TCP_USER_TIMEOUT),
                config.integer(Settings.TCP_SOCKET_BUFFER));
    }

    /** The query that cleans a server after a client, or null when there is none. */
    @Nullable String reset(boolean session) {
        return !(session || resetAlways) || resetQuery.isEmpty() ? null : resetQuery;
    }
}
