package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
    @TempDir
    Path dir;

    private LoadResult read(String text, Config previous) throws IOException {
        return read(text, Environment.NONE, previous);
    }

    private LoadResult read(String text, Environment environment, Config previous) throws IOException {
        return ConfigReader.read(Files.writeString(dir.resolve("a.ini"), text), environment, previous);
    }

    private Config load(String text, Config previous) throws IOException {
        return ((LoadResult.Loaded) read(text, previous)).config();
    }

    @Test
    void setLastsUntilTheReload() throws IOException, ConfigException {
        Config running = load("[pgbouncer]\n", null).with(Settings.QUERY_TIMEOUT, "7");
        assertThat(running.show(Settings.QUERY_TIMEOUT)).isEqualTo("7");

        assertThat(load("[pgbouncer]\n", running).show(Settings.QUERY_TIMEOUT)).isEqualTo("0");
    }

    @Test
    void settingsWithoutADefaultKeepTheirValue() throws IOException, ConfigException {
        Config running = load("[pgbouncer]\nauth_file=f\n", null).with(Settings.AUTH_DBNAME, "authdb").with(Settings.VERBOSE, "3").with(Settings.CONFFILE,
                "b.ini");

        Config reloaded = load("[pgbouncer]\n", running);

        assertThat(reloaded.text(Settings.AUTH_FILE)).isEqualTo("f");
        assertThat(reloaded.text(Settings.AUTH_DBNAME)).isEqualTo("authdb");
        assertThat(reloaded.integer(Settings.VERBOSE)).isEqualTo(3);
        assertThat(reloaded.text(Settings.CONFFILE)).isEqualTo("b.ini");
    }

    @Test
    void startOnlySettingsStayAndTheirChangeIsWarnedAbout() throws IOException {
        Config running = load("[pgbouncer]\nlisten_port=7000\nlisten_addr=*\n", null);

        LoadResult.Loaded reloaded = (LoadResult.Loaded) read("[pgbouncer]\nlisten_port=7001\nlisten_addr=*\npkt_buf=rubbish\n", running);

        assertThat(reloaded.config().integer(Settings.LISTEN_PORT)).isEqualTo(7000);
        assertThat(reloaded.warnings()).extracting(ConfigProblem::key).containsExactly("listen_port", "pkt_buf");
        assertThat(load("[pgbouncer]\n", running).integer(Settings.LISTEN_PORT)).isEqualTo(7000);
    }

    @Test
    void setOfAStartOnlySettingSucceedsWithoutEffect() throws IOException, ConfigException {
        Config running = load("[pgbouncer]\n", null);

        assertThat(running.with(Settings.LISTEN_PORT, "1")).isSameAs(running);
        assertThat(running.with(Settings.LISTEN_PORT, "rubbish")).isSameAs(running);
    }

    @Test
    void failedSetTellsWhatIsAllowedAndChangesNothing() throws IOException {
        Config running = load("[pgbouncer]\n", null);

        assertThatThrownBy(() -> running.with(Settings.AUTH_TYPE, "bogus")).isInstanceOf(ConfigException.class).hasMessageContaining("scram-sha-256");
        assertThat(running.get(Settings.AUTH_TYPE)).isEqualTo(AuthType.MD5);
    }

    @Test
    void setChangesTheListToo() throws IOException, ConfigException {
        Config running = load("[pgbouncer]\nadmin_users=a\n", null);

        Config changed = running.with(Settings.ADMIN_USERS, "b, c");

        assertThat(changed.list(Settings.ADMIN_USERS)).containsExactly("b", "c");
        assertThat(running.list(Settings.ADMIN_USERS)).containsExactly("a");
        assertThat(load("[pgbouncer]\n", changed).list(Settings.ADMIN_USERS)).isEmpty();
    }

    @Test
    void failedLoadLeavesThePreviousAsItWas() throws IOException {
        Config running = load("[pgbouncer]\nquery_timeout=1\n[databases]\na=\n", null);

        LoadResult result = read("[pgbouncer]\nquery_timeout=2\n[databases]\nb=\n[nosuch]\n", running);

        assertThat(result).isInstanceOf(LoadResult.Failed.class);
        assertThat(running.show(Settings.QUERY_TIMEOUT)).isEqualTo("1");
        assertThat(running.databases()).containsOnlyKeys("a");
    }

    @Test
    void liveDatabaseKeepsItsForcedUser() throws IOException {
        Config running = load("[pgbouncer]\n[databases]\na = user=u password=p\n", null);

        LoadResult.Loaded reloaded = (LoadResult.Loaded) read("[pgbouncer]\n[databases]\na = host=h\n", running);

        DatabaseConfig a = reloaded.config().databases().get("a");
        assertThat(a.user()).isEqualTo("u");
        assertThat(a.password()).isEqualTo(new Secret("p"));
        assertThat(a.hosts()).containsExactly("h");
        assertThat(reloaded.warnings().toString()).contains("losing forced user not supported, keeping old setting");
    }

    @Test
    void environmentStaysAboveTheFileOnReload() throws IOException {
        Environment environment = new Environment(Map.of("PGBOUNCER_LISTEN_PORT", "7000", "PGBOUNCER_POOL_MODE", "statement"));
        String text = "[pgbouncer]\nlisten_port=1\npool_mode=session\n";
        Config running = ((LoadResult.Loaded) read(text, environment, null)).config();

        LoadResult.Loaded reloaded = (LoadResult.Loaded) read(text, environment, running);

        assertThat(reloaded.config().integer(Settings.LISTEN_PORT)).isEqualTo(7000);
        assertThat(reloaded.config().get(Settings.POOL_MODE)).isEqualTo(PoolMode.STATEMENT);
        assertThat(reloaded.warnings()).isEmpty();
    }

    @Test
    void eachKeyThatChoosesAServerReroutesItsDatabase() throws ConfigException, IOException {
        for (String key : new String[] {"dbname", "host", "port", "user", "connect_query", "auth_dbname", "auth_query"}) {
            assertThat(rerouted("x=", "x=" + key + "=1")).as(key).isTrue();
        }
        assertThat(rerouted("x=host=a,b", "x=host=a,b load_balance_hosts=disable")).isTrue();
        assertThat(rerouted("x=host=a,b", "x=host=a,b dbname=x port=5432 load_balance_hosts=round-robin")).isFalse();
        assertThat(rerouted("x=host=a", "x=host=a load_balance_hosts=disable")).isFalse();
        assertThat(rerouted("x=", "x=password=p pool_size=3 pool_mode=statement auth_user=u timezone=UTC server_lifetime=3")).isFalse();
    }

    private boolean rerouted(String before, String after) throws IOException {
        return !identity(before).equals(identity(after));
    }

    private ServerIdentity identity(String line) throws IOException {
        return load("[pgbouncer]\n[databases]\n" + line, null).databases().get("x").serverIdentity();
    }
}
