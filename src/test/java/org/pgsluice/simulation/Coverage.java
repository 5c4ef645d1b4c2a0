package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Growth;
import org.pgsluice.pool.Marks;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ReplyLedger;

/** What the runs of a build have seen together. A simulation that no longer sees something proves nothing about it, so the build fails then. */
final class Coverage implements Marks {
    private static final String OWN_TEST = "too seldom here; a test of its own has it";
    private static final String LISTENS = "ListenTest has those who listen";
    private static final String NOT_SPOKEN = "the scripted PostgreSQL lets in at once or not at all, and speaks no login but that";
    private static final String NOT_ENCRYPTED = "nothing is encrypted here; the tests of TLS have it";
    private static final String NEVER_SO = "the configuration is never so";

    /** Reasons to close that the simulation need not see, and why. */
    private static final Map<CloseReason, String> UNSEEN = Map.ofEntries(
            Map.entry(CloseReason.INTERNAL_ERROR, "the faults of PoolerFaultTest have it"),
            Map.entry(CloseReason.HANDED_OVER, "DepartureTest has it"),
            Map.entry(CloseReason.HANDOVER_TIMEOUT, "DepartureTest has it"),
            Map.entry(CloseReason.AUTH_QUERY_COLUMNS, "the scripted auth_query is always right"),
            Map.entry(CloseReason.AUTH_QUERY_IN_TRANSACTION, "the scripted auth_query is always right"),
            Map.entry(CloseReason.AUTH_QUERY_UNEXPECTED, "the scripted auth_query is always right"),
            Map.entry(CloseReason.AUTH_QUERY_ERROR, OWN_TEST),
            Map.entry(CloseReason.CANCEL_FOR_CONSOLE, "nobody here has the key of a console"),
            Map.entry(CloseReason.CANCEL_NOT_SENT, "a fresh socket takes a cancel request"),
            Map.entry(CloseReason.CANCEL_WAIT_TIMEOUT, OWN_TEST),
            Map.entry(CloseReason.CANCEL_UNANSWERED, OWN_TEST),
            Map.entry(CloseReason.SERVER_BRIDGE_TIMEOUT, OWN_TEST),
            Map.entry(CloseReason.SERVER_RESET_TIMEOUT, OWN_TEST),
            Map.entry(CloseReason.CLIENT_NOT_PINNED, OWN_TEST),
            Map.entry(CloseReason.PINNED_IDLE_TIMEOUT, OWN_TEST),
            Map.entry(CloseReason.SERVER_STATE_UNKNOWN, "every server here tells what its session has"),
            Map.entry(CloseReason.SERVER_STATE_TIMEOUT, "every server here tells it in time"),
            Map.entry(CloseReason.SERVER_NOT_CLEAN, "every server here can be cleaned"),
            Map.entry(CloseReason.SERVER_INVALID_PARAMETER, "the scripted PostgreSQL takes every value"),
            Map.entry(CloseReason.CLIENT_CONFIG_ERROR, NEVER_SO),
            Map.entry(CloseReason.CLIENT_CERTIFICATE_FAILED, NEVER_SO),
            Map.entry(CloseReason.CLIENT_PEER_FAILED, NEVER_SO),
            Map.entry(CloseReason.CLIENT_REJECTED, NEVER_SO),
            Map.entry(CloseReason.CLIENT_TLS_FAILED, NOT_ENCRYPTED),
            Map.entry(CloseReason.CLIENT_TLS_REQUIRED, NOT_ENCRYPTED),
            Map.entry(CloseReason.CLIENT_WITHOUT_RULE, NEVER_SO),
            Map.entry(CloseReason.SERVER_REFUSED_SSL, NOT_ENCRYPTED),
            Map.entry(CloseReason.SERVER_TLS_FAILED, NOT_ENCRYPTED),
            Map.entry(CloseReason.SERVER_TLS_SETUP, NOT_ENCRYPTED),
            Map.entry(CloseReason.SERVER_UNENCRYPTED_DATA, OWN_TEST),
            Map.entry(CloseReason.CLIENT_NO_SUCH_USER, "the scripted auth_query knows everybody"),
            Map.entry(CloseReason.CLIENT_PQEXEC_DISALLOWED, NEVER_SO),
            Map.entry(CloseReason.CLIENT_LOGIN_TIMEOUT, OWN_TEST),
            Map.entry(CloseReason.QUERY_TIMEOUT_WAITING, OWN_TEST),
            Map.entry(CloseReason.CLIENT_MESSAGE_TOO_LARGE, "nobody here sends so much"),
            Map.entry(CloseReason.SERVER_RELEASED_EARLY, "only a fault of the pooler's own could cause it"),
            Map.entry(CloseReason.CLIENT_STATEMENT_MEMORY, "nobody here prepares so much"),
            Map.entry(CloseReason.LOGIN_FAILURES, NEVER_SO),
            Map.entry(CloseReason.LOGIN_MEMORY, NEVER_SO),
            Map.entry(CloseReason.POOLER_SHUTTING_DOWN, "the pooler is not stopped here"),
            Map.entry(CloseReason.SERVER_SHUTTING_DOWN, "the pooler is not stopped here"),
            Map.entry(CloseReason.DRAINED, "DrainTest has it"),
            Map.entry(CloseReason.SERVER_AUTHENTICATION_FAILED, NOT_SPOKEN),
            Map.entry(CloseReason.SERVER_BAD_AUTHENTICATION, NOT_SPOKEN),
            Map.entry(CloseReason.SERVER_BAD_CANCEL_KEY, NOT_SPOKEN),
            Map.entry(CloseReason.SERVER_KEY_DERIVATION_FAILED, NOT_SPOKEN),
            Map.entry(CloseReason.SERVER_UNKNOWN_PACKET, NOT_SPOKEN),
            Map.entry(CloseReason.SERVER_CHECK_FAILED, "the scripted PostgreSQL runs every check query"),
            Map.entry(CloseReason.SERVER_RESET_FAILED, OWN_TEST),
            Map.entry(CloseReason.SERVER_CHECK_TIMEOUT, OWN_TEST),
            Map.entry(CloseReason.SERVER_CONNECT_FAILED, OWN_TEST),
            Map.entry(CloseReason.SERVER_CONNECT_TIMEOUT, OWN_TEST),
            Map.entry(CloseReason.SERVER_COPY_IN_DOUBT, OWN_TEST),
            Map.entry(CloseReason.SERVER_TRANSACTION_IN_STATEMENT_MODE, "guests in statement pooling begin no transaction"),
            Map.entry(CloseReason.SERVER_SURPLUS, OWN_TEST),
            Map.entry(CloseReason.CANCEL_HOPS_EXHAUSTED, "PeersTest has the peers"),
            Map.entry(CloseReason.CANCEL_NO_PEER, "PeersTest has the peers"),
            Map.entry(CloseReason.REPLICATION_LOGIN_FAILED, "ReplicationTest has those who replicate"),
            Map.entry(CloseReason.REPLICATION_OVER, "ReplicationTest has those who replicate"),
            Map.entry(CloseReason.CLIENT_LISTEN_REFUSED, LISTENS),
            Map.entry(CloseReason.CLIENT_NOTIFICATIONS_LOST, LISTENS),
            Map.entry(CloseReason.CLIENT_NOTIFICATIONS_UNREAD, LISTENS),
            Map.entry(CloseReason.SERVER_NOBODY_LISTENS, LISTENS),
            Map.entry(CloseReason.SERVER_BROKEN_NOTIFICATION, LISTENS),
            Map.entry(CloseReason.SUSPEND_TIMEOUT, OWN_TEST));

    /** The ways that clients and servers go again and again. */
    private static final Set<String> MOVES = Set.of(
            "ClientState ACTIVE to LOGIN",
            "ClientState ACTIVE to WAITING",
            "ClientState ACTIVE_CANCEL to LOGIN",
            "ClientState LOGIN to ACTIVE",
            "ClientState LOGIN to CLOSED",
            "ClientState LOGIN to WAITING_CANCEL",
            "ClientState LOGIN to WAITING_WELCOME",
            "ClientState WAITING to ACTIVE",
            "ClientState WAITING to LOGIN",
            "ClientState WAITING_CANCEL to ACTIVE_CANCEL",
            "ClientState WAITING_WELCOME to LOGIN",
            "ServerState ACTIVE to BEING_CANCELED",
            "ServerState ACTIVE to CLOSED",
            "ServerState ACTIVE to IDLE",
            "ServerState ACTIVE to TESTED",
            "ServerState ACTIVE to USED",
            "ServerState ACTIVE_CANCEL to CLOSED",
            "ServerState BEING_CANCELED to ACTIVE",
            "ServerState BEING_CANCELED to IDLE",
            "ServerState CLOSED to ACTIVE_CANCEL",
            "ServerState CLOSED to LOGIN",
            "ServerState CLOSING to CLOSED",
            "ServerState CLOSING to IDLE",
            "ServerState IDLE to ACTIVE",
            "ServerState IDLE to CLOSING",
            "ServerState IDLE to USED",
            "ServerState LOGIN to ACTIVE",
            "ServerState LOGIN to CLOSED",
            "ServerState LOGIN to IDLE",
            "ServerState TESTED to ACTIVE",
            "ServerState TESTED to CLOSED",
            "ServerState TESTED to IDLE",
            "ServerState USED to CLOSING",
            "ServerState USED to TESTED");

    private final Map<String, Long> seen = new TreeMap<>();

    @Override
    public boolean seen(Object what) {
        count(what instanceof Enum<?> word ? name(word) : what.getClass().getSimpleName(), 1);
        return true;
    }

    @Override
    public boolean moved(Enum<?> from, Enum<?> to) {
        count(name(from) + " to " + to, 1);
        return true;
    }

    /** A run is over: why its connections were closed. */
    void add(Pooler pooler) {
        for (Lane lane : pooler.lanes()) {
            for (CloseReason reason : CloseReason.values()) {
                count(name(reason), lane.closedClients().of(reason) + lane.closedServers().of(reason));
            }
        }
    }

    private void count(String what, long times) {
        if (times > 0) {
            seen.merge(what, times, Long::sum);
        }
    }

    private static String name(Enum<?> word) {
        return word.getDeclaringClass().getSimpleName() + " " + word;
    }

    void check() {
        Set<String> missing = new TreeSet<>(MOVES);
        for (CloseReason reason : CloseReason.values()) {
            if (!UNSEEN.containsKey(reason)) {
                missing.add(name(reason));
            }
        }
        for (ReplyLedger.Verdict verdict : ReplyLedger.Verdict.values()) {
            missing.add(name(verdict));
        }
        for (Class<?> growth : Growth.class.getPermittedSubclasses()) {
            missing.add(growth.getSimpleName());
        }
        missing.removeAll(seen.keySet());

        assertThat(missing).as("not seen by any run; seen were %s", seen).isEmpty();
    }
}
