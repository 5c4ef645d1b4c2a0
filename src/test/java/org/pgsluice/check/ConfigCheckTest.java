package org.pgsluice.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.Config;
import org.pgsluice.config.Environment;

class ConfigCheckTest {
    private static final String GOOD = "listen_addr = 127.0.0.1\nadmin_users = boss\nauth_type = md5\nunix_socket_dir =\n";

    @TempDir
    Path directory;

    private final FakeMachine machine = new FakeMachine();

    /** One on which everything is as it should be, until a test says otherwise. */
    private static final class FakeMachine implements Machine {
        final List<String> refusals = new ArrayList<>();
        final Set<String> unknownHosts = new HashSet<>();
        final Set<Path> open = new HashSet<>();
        final List<String> reached = new ArrayList<>();
        long mostOpenFiles = -1;
        boolean taken;
        boolean down;
        boolean writable = true;

        @Override
        public List<String> refusals(Config config) {
            return refusals;
        }

        @Override
        public boolean canBeResolved(String host) {
            return !unknownHosts.contains(host);
        }

        @Override
        public boolean isListenedOn(int port) {
            return taken;
        }

        @Override
        public long mostOpenFiles() {
            return mostOpenFiles;
        }

        @Override
        public boolean isReadableByAll(Path file) {
            return open.contains(file);
        }

        @Override
        public boolean isWritableDirectory(Path path) {
            return writable;
        }

        @Override
        public void connect(SocketAddress address) throws IOException {
            if (down) {
                throw new IOException("Connection refused");
            }
            reached.add("connect " + address);
        }

        @Override
        public void bind(InetSocketAddress address) throws IOException {
            if (taken) {
                throw new IOException("Address already in use");
            }
            reached.add("bind " + address);
        }
    }

    private Path file() {
        return directory.resolve("p.ini");
    }

    private List<String> check(String databases, String settings, boolean connects) throws IOException {
        Files.writeString(file(), "[databases]\n" + databases + "\n[pgbouncer]\n" + settings);
        return ConfigCheck.run(file(), Environment.NONE, machine, connects).stream().map(Finding::toString)
                .map(line -> line.replace(directory + "/", "")).toList();
    }

    private List<String> check(String databases, String settings) throws IOException {
        return check(databases, GOOD + settings, false);
    }

    /** Without the sums of connections, which are said of each server. */
    private List<String> odd(String databases, String settings) throws IOException {
        return check(databases, settings).stream().filter(line -> !line.contains("pools of one user each")).toList();
    }

    @Test
    void goodFileHasSumsAlone() throws IOException {
        assertThat(check("a = host=h pool_size=5\nb = host=h pool_size=7", "")).singleElement().asString()
                .startsWith("p.ini: note: pools of one user each open up to 12 connections to h:5432");
        assertThat(machine.reached).as("nobody asked to connect").isEmpty();
    }

    @Test
    void mistakesHaveTheirLinesAndTheNearestName() throws IOException {
        assertThat(check("a = host=h pool_mode=sesion", "max_client_con = 5\npool_mode = all\n")).satisfiesExactly(
                line -> assertThat(line).startsWith("p.ini:2: error: invalid pool mode: sesion").contains("Allowed: "),
                line -> assertThat(line).startsWith("p.ini:8: error: unknown parameter: pgbouncer/max_client_con")
                        .endsWith("Allowed: the names of SHOW CONFIG, perhaps max_client_conn"),
                line -> assertThat(line).startsWith("p.ini:9: error: invalid value \"all\" for parameter pool_mode"));
    }

    @Test
    void fileThatIsNotThereIsNamed() {
        assertThat(ConfigCheck.run(directory.resolve("none.ini"), Environment.NONE, machine, false)).first().asString()
                .contains("none.ini: error: could not load file").contains("No such file or directory");
    }

    @Test
    void whatTheStartWouldRefuseIsAnErrorWithItsPlace() throws IOException {
        machine.refusals.add("/etc/users.txt:7: broken auth file");
        machine.refusals.add("cannot load certificate");

        assertThat(odd("a = host=h", "")).containsExactly("/etc/users.txt:7: error: broken auth file", "p.ini: error: cannot load certificate");
    }

    @Test
    void quotedAndSeveralResetQueriesAreErrors() throws IOException {
        assertThat(odd("a = host=h", "server_reset_query = 'DISCARD ALL'\n")).singleElement().asString()
                .startsWith("p.ini:8: error: server_reset_query stands in quotes").endsWith("Write it without: server_reset_query = DISCARD ALL");
        assertThat(odd("a = host=h", "server_reset_query = DISCARD ALL; SET a.b = 1\n")).singleElement().asString()
                .startsWith("p.ini:8: error: server_reset_query has several statements");
        assertThat(odd("a = host=h", "server_reset_query = DISCARD ALL;\n")).isEmpty();
        assertThat(odd("a = host=h", "server_reset_query = RESET ALL; UNLISTEN *\n")).isEmpty();
    }

    @Test
    void authQueryThatAsksForNobodyIsNamed() throws IOException {
        assertThat(odd("a = host=h", "auth_query = SELECT usename, passwd FROM pg_shadow\n")).singleElement().asString()
                .startsWith("p.ini:8: warning: auth_query does not ask for $1");
    }

    @Test
    void hostThatCannotBeLookedUpIsNamed() throws IOException {
        machine.unknownHosts.add("nohost");

        assertThat(odd("a = host=/run\nb = host=h,nohost", "")).containsExactly(
                "p.ini:3: warning: b: the host nohost cannot be looked up here. See that the name is right, and that this machine's resolver knows it");
    }

    @Test
    void secretsThatAllMayReadAreNamed() throws IOException {
        machine.open.add(file());
        machine.open.add(directory.resolve("users.txt"));
        assertThat(odd("a = host=h", "auth_file = " + directory.resolve("users.txt") + "\n")).singleElement().asString()
                .startsWith("p.ini:8: warning: auth_file = users.txt may be read by all");

        assertThat(odd("a = host=h password=secret", "")).singleElement().asString().startsWith("p.ini: warning: may be read by all").doesNotContain("secret");
    }

    @Test
    void directoriesMustBeThere() throws IOException {
        machine.writable = false;

        assertThat(odd("a = host=h", "logfile = /nowhere/p.log\npidfile = /nowhere/p.pid\n")).hasSize(2)
                .allMatch(line -> line.contains("error") && line.contains("/nowhere is no directory"));
    }

    @Test
    void filesThatTheSystemDoesNotAllowAreAnError() throws IOException {
        machine.mostOpenFiles = 1024;

        assertThat(odd("a = host=h pool_size=20", "max_client_conn = 1000\n")).singleElement().asString()
                .startsWith("p.ini:8: error: max_client_conn and the pools need up to 1030 open files, and this user may open 1024");
        assertThat(odd("a = host=h pool_size=14", "max_client_conn = 1000\n")).isEmpty();
    }

    @Test
    void sizesThatDoNotFitAreNamed() throws IOException {
        assertThat(odd("a = host=h pool_size=20 reserve_pool_size=5 max_db_connections=24", "")).singleElement().asString()
                .startsWith("p.ini:2: warning: a: pool_size and reserve_pool_size come to 25, and max_db_connections allows 24");
        assertThat(odd("a = host=h user=u pool_size=5 min_pool_size=6", "")).singleElement().asString().contains("min_pool_size = 6 is never reached");
        assertThat(odd("a = host=h min_pool_size=2", "")).singleElement().asString().contains("note: a: min_pool_size holds while a client is connected");
    }

    @Test
    void whoListensAlreadyIsNamedWithoutListening() throws IOException {
        machine.taken = true;

        assertThat(odd("a = host=h", "listen_port = 7000\n")).singleElement().asString().startsWith("p.ini:8: warning: a process listens on port 7000");
    }

    @Test
    void connectionsAreTriedWhereSomebodyAsks() throws IOException {
        assertThat(check("a = host=127.0.0.1 port=5433", GOOD, true)).hasSize(1);
        assertThat(machine.reached).containsExactly("connect /127.0.0.1:5433", "bind /127.0.0.1:6432");

        machine.down = true;
        machine.taken = true;
        assertThat(check("a = host=127.0.0.1 port=5433", GOOD, true)).satisfiesOnlyOnce(
                line -> assertThat(line).startsWith("p.ini:2: error: a: cannot connect to 127.0.0.1:5433: Connection refused")).satisfiesOnlyOnce(
                line -> assertThat(line).startsWith("p.ini:4: error: cannot listen on 127.0.0.1:6432: Address already in use"));
    }

    @Test
    void whatIsOtherwiseThanInPgBouncerIsNoted() throws IOException {
        assertThat(odd("a = host=h", "so_reuseport = 1\njob_name = x\n")).satisfiesExactly(
                line -> assertThat(line).startsWith("p.ini:8: note: so_reuseport = 1"), line -> assertThat(line).startsWith("p.ini:9: note: job_name"));
    }

    @Test
    void doorsThatStandOpenAreNamed() throws IOException {
        assertThat(check("a = host=h", "listen_addr = *\nadmin_users = x\nauth_type = trust\nunix_socket_dir =\n", false)).satisfiesOnlyOnce(
                line -> assertThat(line).startsWith("p.ini:6: warning: auth_type lets everybody in"));
        assertThat(check("", "unix_socket_dir =\nauth_type = md5\n", false)).satisfiesExactly(
                line -> assertThat(line).contains("note: listen_addr is not set"), line -> assertThat(line).contains("note: admin_users is empty"),
                line -> assertThat(line).contains("warning: there is no database"));
    }

    @Test
    void placesReachIntoIncludedFiles() throws IOException {
        Path more = Files.writeString(directory.resolve("more.ini"), "[pgbouncer]\n" + GOOD + "server_check_query = 'select 1'\n");

        assertThat(odd("a = host=h", "%include " + more + "\n")).singleElement().asString()
                .startsWith("more.ini:6: error: server_check_query stands in quotes");
    }
}
