package org.pgsluice.advice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.AdviceRow.Severity;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.pool.CloseReason;

class AdviceTest {
    private final Scene scene = new Scene();

    /** The one thing that is wrong. */
    private AdviceRow only() {
        assertThat(scene.advice()).hasSize(1);
        return scene.advice().getFirst();
    }

    @Test
    void nothingIsSaidOfAPoolerThatDoesWell() {
        scene.servers(10, 0).did(1_000, 600, 590).holder(5);

        assertThat(scene.advice()).isEmpty();
        assertThat(Advice.of(Snapshot.EMPTY, 0)).isEmpty();
    }

    /** The square of their number took minutes. */
    @Test
    @Timeout(20)
    void tensOfThousandsOfDatabasesAreNotComparedWithEachOther() {
        List<DatabaseRow> databases = new ArrayList<>();
        List<PoolRow> pools = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            databases.add(new DatabaseRow("db" + i, "h", 5432, "db" + i, null, 1, 0, 0, 3600, null, null, 0, 0, 0, 0, i == 7, false));
            pools.add(new PoolRow("db" + i, "ann", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "transaction", null));
        }

        List<AdviceRow> advice = Advice.of(Snapshot.of(Part.DATABASES, databases).with(Part.POOLS, pools), 0);

        assertThat(advice).singleElement().extracting(AdviceRow::database).isEqualTo("db7");
    }

    @Test
    void poolIsTooSmallWhenClientsWaitForAFullOne() {
        scene.servers(10, 0).waiting(12, 3.4).did(1_000, 900, 880);

        AdviceRow row = only();

        assertThat(row.severity()).isEqualTo(Severity.WARNING);
        assertThat(row.rule()).isEqualTo("pool_too_small");
        assertThat(row.database()).isEqualTo("app");
        assertThat(row.user()).isEqualTo("ann");
        assertThat(row.measured()).isEqualTo(3_400_000);
        assertThat(row.finding()).isEqualTo("12 clients wait for a server, the first for 3.4 s; all 10 servers are in use");
        assertThat(row.setting()).isEqualTo("pool_size");
    }

    @Test
    void shortWaitIsANoticeAndAMomentIsNone() {
        scene.servers(10, 0).waiting(1, 0.3);
        assertThat(only().severity()).isEqualTo(Severity.NOTICE);
        assertThat(only().finding()).startsWith("1 client waits for a server, the first for 300 ms");

        scene.waiting(1, 0.01);
        assertThat(scene.advice()).isEmpty();
    }

    @Test
    void poolThatStillGrowsIsNotTooSmall() {
        scene.servers(9, 0).waiting(3, 2);

        assertThat(scene.advice()).isEmpty();
    }

    @Test
    void serversBesideTheSizeDoNotFillThePool() {
        scene.apart = 3;
        scene.servers(10, 0).waiting(3, 2);

        assertThat(scene.advice()).isEmpty();
    }

    @Test
    void transactionsAreTooLongWhenServersWaitForTheirClients() {
        scene.servers(10, 0).waiting(12, 3.4).did(1_000, 900, 300);

        assertThat(only().rule()).isEqualTo("held_in_transaction");
        assertThat(only().measured()).isEqualTo(66);
        assertThat(only().finding()).endsWith("all 10 servers are in use, for 66 % of the time without a query");
        assertThat(only().setting()).isEqualTo("idle_transaction_timeout");
    }

    @Test
    void limitThatKeepsThePoolFromGrowingIsTheOneToRaise() {
        scene.servers(7, 0).waiting(2, 5);
        scene.maxDbConnections = 7;
        assertThat(only().setting()).isEqualTo("max_db_connections");
        assertThat(only().finding()).contains("its database has all 7 servers");

        scene.maxDbConnections = 0;
        scene.maxUserConnections = 7;
        assertThat(only().setting()).isEqualTo("max_user_connections");
    }

    @Test
    void reserveThatIsOpenIsNamed() {
        scene.reserve = 5;
        scene.servers(12, 0);

        assertThat(only().rule()).isEqualTo("reserve_in_use");
        assertThat(only().measured()).isEqualTo(2);
        assertThat(only().finding()).isEqualTo("2 of 5 servers of the reserve are open beside pool_size = 10");
    }

    @Test
    void poolIsTooLargeWhenFewOfItsServersAreBusy() {
        scene.size = 50;
        scene.servers(2, 40).did(10_000, 230, 200);

        assertThat(only().rule()).isEqualTo("pool_too_large");
        assertThat(only().severity()).isEqualTo(Severity.NOTICE);
        assertThat(only().measured()).isEqualTo(42);
        assertThat(only().finding()).isEqualTo("42 servers are open, and on average 2.3 of them in a transaction");
        assertThat(only().setting()).isEqualTo("server_idle_timeout");

        scene.minPoolSize = 40;
        assertThat(only().setting()).isEqualTo("min_pool_size");
    }

    @Test
    void sizeOfASessionPoolSaysNothing() {
        scene.size = 50;
        scene.mode = "session";
        scene.servers(42, 0).did(10_000, 230, 200);

        assertThat(scene.advice()).isEmpty();
    }

    @Test
    void serverThatCannotBeHadIsNamedWithItsReason() {
        scene.lastFailure = "password authentication failed for user \"ann\"";
        scene.waiting(3, 9);

        assertThat(only().rule()).isEqualTo("no_server");
        assertThat(only().severity()).isEqualTo(Severity.WARNING);
        assertThat(only().finding()).isEqualTo("no server can be had, and 3 clients wait: password authentication failed for user \"ann\"");
        assertThat(only().setting()).isEqualTo("[databases] app");
    }

    @Test
    void pauseIsNotForgotten() {
        scene.paused = true;
        scene.servers(10, 0).waiting(3, 9);
        assertThat(only().rule()).isEqualTo("database_paused");
        assertThat(only().severity()).isEqualTo(Severity.WARNING);
        assertThat(only().remedy()).contains("RESUME app");

        scene.paused = false;
        scene.state = PoolerState.PAUSED;
        assertThat(only().rule()).isEqualTo("paused");

        scene.state = PoolerState.ACTIVE;
        scene.disabled = true;
        scene.waiting(0, 0);
        assertThat(only().rule()).isEqualTo("database_disabled");
    }

    @Test
    void limitOfClientsIsNamedBeforeItIsReached() {
        scene.usedClients = 79;
        assertThat(scene.advice()).isEmpty();

        scene.usedClients = 80;
        assertThat(only().severity()).isEqualTo(Severity.NOTICE);
        assertThat(only().setting()).isEqualTo("max_client_conn");
        assertThat(only().finding()).isEqualTo("80 clients are connected, and max_client_conn allows 100");

        scene.usedClients = 95;
        assertThat(only().severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void limitOfADatabasesClientsIsNamed() {
        scene.maxDbClients = 8;

        assertThat(only().setting()).isEqualTo("max_db_client_connections");
        assertThat(only().database()).isEqualTo("app");
    }

    @Test
    void connectionsThatAnApplicationKeepsAreNamedInSessionPools() {
        scene.mode = "session";
        scene.servers(4, 0).holder(61).holder(100).holder(300).holder(2);

        assertThat(only().rule()).isEqualTo("idle_in_session_pool");
        assertThat(only().severity()).isEqualTo(Severity.NOTICE);
        assertThat(only().finding()).isEqualTo("3 of 4 servers belong to clients that have sent nothing for a minute, the longest for 5 min");
        assertThat(only().setting()).isEqualTo("pool_mode");
        assertThat(only().remedy()).contains("CONN_MAX_AGE");
    }

    @Test
    void connectionsThatAnApplicationKeepsAreUrgentWhereOthersWait() {
        scene.mode = "session";
        scene.servers(4, 0).holder(61).waiting(2, 7);

        assertThat(only().severity()).isEqualTo(Severity.WARNING);
        assertThat(only().finding()).endsWith(", and 2 clients wait");
    }

    @Test
    void clientsWithoutAServerOrWithAQueryAreNotIdleInASessionPool() {
        scene.mode = "session";
        scene.servers(4, 0).client(0, 100, 0).client(0, 100, 0).client(99, 100, 100).client(99, 100, 100);

        assertThat(scene.advice()).isEmpty();
    }

    @Test
    void forgottenTransactionIsNamed() {
        scene.servers(1, 0).holder(75);

        assertThat(only().rule()).isEqualTo("idle_in_transaction");
        assertThat(only().finding()).isEqualTo("1 client has a transaction open and sent nothing for ten seconds, the longest for 1 min");
        assertThat(only().setting()).isEqualTo("idle_transaction_timeout");
    }

    @Test
    void pinnedClientHasNotForgottenATransaction() {
        scene.servers(1, 0).holder(75).pinned();

        assertThat(scene.advice()).isEmpty();
    }

    @Test
    void statementsThatServersDropAreNamed() {
        scene.prepared(10, 510, 2_000);
        assertThat(only().rule()).isEqualTo("statements_prepared_again");
        assertThat(only().measured()).isEqualTo(25);
        assertThat(only().finding()).isEqualTo("for 25 % of the executions a server had to prepare a statement again; it keeps 200");
        assertThat(only().setting()).isEqualTo("max_prepared_statements");

        scene.prepared(2_000, 2_000, 2_000);
        assertThat(scene.advice()).as("clients prepare each time").isEmpty();
        scene.prepared(10, 110, 2_000);
        assertThat(scene.advice()).as("servers were new").isEmpty();
        scene.prepared(1, 500, 999);
        assertThat(scene.advice()).as("too few to know").isEmpty();
    }

    @Test
    void pinsAreNamedNearTheirBound() {
        scene.pinned = 4;
        assertThat(only().rule()).isEqualTo("pins_near_bound");
        assertThat(only().severity()).isEqualTo(Severity.NOTICE);
        assertThat(only().finding()).isEqualTo("4 servers stay with their clients for what the sessions have, and 5 may");

        scene.pinned = 5;
        assertThat(only().severity()).isEqualTo(Severity.WARNING);
        scene.mostPinned = -1;
        assertThat(scene.advice()).isEmpty();
    }

    @Test
    void leakThatTheAuditFindsIsNamed() {
        scene.leaks = 2;

        assertThat(only().rule()).isEqualTo("session_leaks");
        assertThat(only().severity()).isEqualTo(Severity.WARNING);
        assertThat(only().finding()).isEqualTo("of 50 audits of sessions 2 found something that no statement gave away");
        assertThat(only().setting()).isEqualTo("session_functions");
    }

    @Test
    void clientsThatWereRefusedWhatTheyLeftAreNamed() {
        scene.refusals = 3;

        assertThat(only().rule()).isEqualTo("session_refusals");
        assertThat(only().finding()).isEqualTo("3 times since the start a client was refused what it left in its session");
    }

    @Test
    void reasonOfClosedServersIsUrgentWhileItIsNew() {
        scene.closed(CloseReason.SERVER_NOT_CLEAN, true, 7, 2);
        assertThat(only().severity()).isEqualTo(Severity.WARNING);
        assertThat(only().rule()).isEqualTo("servers_closed_server_not_clean");
        assertThat(only().measured()).isEqualTo(2);
        assertThat(only().finding()).isEqualTo("2 servers were closed in the last minutes: the session of a client could not be cleaned");
    }

    @Test
    void reasonOfLongAgoIsNews() {
        scene.closed(CloseReason.QUERY_WAIT_TIMEOUT, false, 1, 0);

        assertThat(only().severity()).isEqualTo(Severity.NOTICE);
        assertThat(only().finding()).isEqualTo("1 client was closed since the start: query_wait_timeout");
    }

    @Test
    void ordinaryReasonsAreNotMentioned() {
        scene.closed(CloseReason.CLIENT_CLOSE_REQUEST, false, 1_000, 10).closed(CloseReason.SERVER_IDLE_TIMEOUT, true, 1_000, 10);

        assertThat(scene.advice()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void adviceOnAReasonHasARemedyInWholeSentences(CloseReason reason) {
        scene.closed(reason, true, 1, 1);

        assertThat(scene.advice()).allSatisfy(row -> {
            assertThat(row.remedy()).matches("[A-Z].*\\.");
            assertThat(row.finding()).doesNotContain("%s").doesNotEndWith(": ...");
        });
    }

    @Test
    void urgentAdviceComesFirst() {
        scene.usedClients = 80;
        scene.servers(10, 0).waiting(12, 3.4);

        assertThat(scene.advice()).extracting(AdviceRow::rule).containsExactly("pool_too_small", "clients_near_limit");
    }
}
