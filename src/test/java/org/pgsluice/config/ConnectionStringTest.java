package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionStringTest {
    @Test
    void everyKeyOfDatabasesIsRead() throws ConfigException {
        DatabaseConfig db = DatabaseConfig.parse("app", "host=a,b port=5433 dbname=real user=u password=p auth_user=au auth_query='select 1' auth_dbname=ad"
                + " client_encoding=UTF8 datestyle=ISO timezone=UTC application_name=x pool_size=1 min_pool_size=2 reserve_pool_size=3 pool_mode=Statement"
                + " connect_query='set x to ''y''' max_db_connections=4 max_db_client_connections=5"
                + " server_lifetime=6 load_balance_hosts=disable query_wait_timeout=0");

        assertThat(db.hosts()).containsExactly("a", "b");
        assertThat(db.serverPort()).isEqualTo(5433);
        assertThat(db.serverDbname()).isEqualTo("real");
        assertThat(List.of(db.user(), db.authUser(), db.authQuery(), db.authDbname())).containsExactly("u", "au", "select 1", "ad");
        assertThat(db.password()).isEqualTo(new Secret("p"));
        assertThat(List.of(db.clientEncoding(), db.datestyle(), db.timezone(), db.applicationName())).containsExactly("UTF8", "ISO", "UTC", "x");
        assertThat(List.of(db.poolSize(), db.minPoolSize(), db.reservePoolSize(), db.maxDbConnections(), db.maxDbClientConnections()))
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(db.poolMode()).isEqualTo(PoolMode.STATEMENT);
        assertThat(db.connectQuery()).isEqualTo("set x to 'y'");
        assertThat(db.serverLifetime()).isEqualTo(Duration.ofSeconds(6));
        assertThat(db.loadBalanceHosts()).isEqualTo(LoadBalanceHosts.DISABLE);
        assertThat(db.queryWaitTimeout()).isEqualTo(Duration.ZERO);
    }

    @Test
    void emptyStringIsTheUnixSocketAndTheSameName() throws ConfigException {
        DatabaseConfig db = DatabaseConfig.parse("app", "");

        assertThat(db.hosts()).isEmpty();
        assertThat(db.serverDbname()).isEqualTo("app");
        assertThat(db.serverPort()).isEqualTo(5432);
        assertThat(db.queryWaitTimeout()).isNull();
    }

    @Test
    void everyKeyOfUsersIsRead() throws ConfigException {
        UserConfig user = UserConfig.parse("u", "pool_mode=transaction pool_size=1 reserve_pool_size=2 max_user_connections=3 max_user_client_connections=4"
                + " query_timeout=5 query_wait_timeout=6 idle_transaction_timeout=7 transaction_timeout=8 client_idle_timeout=9");

        assertThat(user.poolMode()).isEqualTo(PoolMode.TRANSACTION);
        assertThat(List.of(user.poolSize(), user.reservePoolSize(), user.maxUserConnections(), user.maxUserClientConnections())).containsExactly(1, 2, 3, 4);
        assertThat(List.of(user.queryTimeout(), user.queryWaitTimeout(), user.idleTransactionTimeout(), user.transactionTimeout(), user.clientIdleTimeout()))
                .extracting(Duration::toSeconds).containsExactly(5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void everyKeyOfPeersIsRead() throws ConfigException {
        PeerConfig peer = PeerConfig.parse("65535", "host=h port=1 pool_size=2");
        assertThat(peer.host()).isEqualTo("h");
        assertThat(List.of(peer.id(), peer.serverPort(), peer.poolSize())).containsExactly(65535, 1, 2);
        assertThat(PeerConfig.parse("1", "host=h").serverPort()).isEqualTo(6432);
    }

    @Test
    void whatCountsAsNotGivenFollowsTheKindOfTheKey() throws ConfigException {
        DatabaseConfig zero = DatabaseConfig.parse("d", "pool_size=0 max_db_connections=0 server_lifetime=0 query_wait_timeout=0");
        assertThat(zero.poolSize()).isZero();
        assertThat(zero.maxDbConnections()).isNull();
        assertThat(zero.serverLifetime()).isNull();
        assertThat(zero.queryWaitTimeout()).isEqualTo(Duration.ZERO);
        DatabaseConfig negative = DatabaseConfig.parse("d", "pool_size=-1 max_db_connections=-1 server_lifetime=-1 query_wait_timeout=-1");
        assertThat(negative.poolSize()).isNull();
        assertThat(negative.maxDbConnections()).isNull();
        assertThat(negative.serverLifetime()).isNull();
        assertThat(negative.queryWaitTimeout()).isEqualTo(Duration.ZERO);
    }

    @Test
    void fallbackEntryTakesTheNameThatIsAskedFor() throws ConfigException {
        assertThat(DatabaseConfig.parse("*", "host=h").forName("app").serverDbname()).isEqualTo("app");
        assertThat(DatabaseConfig.parse("*", "dbname=one").forName("app").serverDbname()).isEqualTo("one");
        assertThat(DatabaseConfig.parse("*", "dbname=one").forName("app").name()).isEqualTo("app");
    }

    @Test
    void blanksMayStandAroundTheEqualsSign() throws ConfigException {
        assertThat(DatabaseConfig.parse("d", "  host = h   port= 1  user ='a b' ")).satisfies(db -> {
            assertThat(db.hosts()).containsExactly("h");
            assertThat(db.port()).isEqualTo(1);
            assertThat(db.user()).isEqualTo("a b");
        });
    }

    @Test
    void quotesInBareValuesAndOtherCharactersAreKept() throws ConfigException {
        assertThat(DatabaseConfig.parse("d", "password=a'b\"c\\=;# user=u").password().reveal()).isEqualTo("a'b\"c\\=;#");
        assertThat(DatabaseConfig.parse("d", "password=''''").password().reveal()).isEqualTo("'");
    }

    @Test
    void lastOfEqualKeysCounts() throws ConfigException {
        assertThat(DatabaseConfig.parse("d", "host=a host=b").hosts()).containsExactly("b");
    }

    @Test
    void reservePoolIsAnOlderName() throws ConfigException {
        assertThat(DatabaseConfig.parse("d", "reserve_pool=4").reservePoolSize()).isEqualTo(4);
    }

    @Test
    void numbersAreReadLikeAtoi() throws ConfigException {
        DatabaseConfig db = DatabaseConfig.parse("d", "pool_size=12abc min_pool_size=abc max_db_connections=-1 server_lifetime=1.9");

        assertThat(db.poolSize()).isEqualTo(12);
        assertThat(db.minPoolSize()).isZero();
        assertThat(db.maxDbConnections()).isNull();
        assertThat(db.serverLifetime()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "host=", "=x", "host=a port", "host=''", "host='a", "a b=c", "host= "})
    void malformedStringIsASyntaxError(String text) {
        assertThatThrownBy(() -> DatabaseConfig.parse("d", text)).hasMessageContaining("syntax error in connection string");
        assertThatThrownBy(() -> UserConfig.parse("u", text)).hasMessageContaining("syntax error in user settings");
    }

    @Test
    void unknownKeysAndBadValuesAreAllNamed() {
        assertThatThrownBy(() -> DatabaseConfig.parse("d", "hots=a port=0 pool_mode=x load_balance_hosts=y pool_size=1"))
                .hasMessageContaining("unrecognized connection parameter: hots")
                .hasMessageContaining("perhaps host")
                .hasMessageContaining("invalid port: 0")
                .hasMessageContaining("invalid pool mode: x")
                .hasMessageContaining("invalid load_balance_hosts: y")
                .hasMessageContaining("round-robin, disable");
        assertThatThrownBy(() -> UserConfig.parse("u", "host=a")).hasMessageContaining("unrecognized user parameter: host");
        assertThatThrownBy(() -> PeerConfig.parse("1", "host=a user=u")).hasMessageContaining("unrecognized connection parameter: user");
    }

    @Test
    void peerNeedsAHostAndAnIdInRange() {
        assertThatThrownBy(() -> PeerConfig.parse("3", "port=1")).hasMessageContaining("host was not provided for peer 3");
        for (String id : List.of("0", "65536", "x", "-1", "1x", "99999999999")) {
            assertThatThrownBy(() -> PeerConfig.parse(id, "host=a")).as(id).hasMessageContaining("ids of peers must be a number");
        }
    }

    @Test
    void consoleNameAndOverlongNamesAreRefused() throws ConfigException {
        assertThatThrownBy(() -> DatabaseConfig.parse("pgbouncer", "")).hasMessageContaining("database name \"pgbouncer\" is reserved");
        assertThat(DatabaseConfig.parse("n".repeat(63), "").name()).hasSize(63);
        assertThatThrownBy(() -> DatabaseConfig.parse("n".repeat(64), "")).hasMessageContaining("too long db name");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "host=h password=geheim port=0", "password='geheim x' bad=1", "pasword=geheim", "password 'geheim'", "password='geheim", "port=0 password = geheim",
                "x=y =password=geheim"
    })
    void secretIsInNoText(String text) {
        assertThatThrownBy(() -> DatabaseConfig.parse("d", text)).satisfies(thrown -> {
            assertThat(thrown.toString()).doesNotContain("geheim");
            for (ConfigProblem problem : ((ConfigException) thrown).problems()) {
                assertThat(problem.lines().toString() + problem.value() + problem.allowed()).doesNotContain("geheim");
            }
        });
    }

    @Test
    void recordsDoNotShowTheirSecrets() throws ConfigException {
        assertThat(DatabaseConfig.parse("d", "password=geheim").toString()).doesNotContain("geheim").contains("****");
        assertThat(new UserEntry("u", new Secret("geheim")).toString()).doesNotContain("geheim");
    }
}
