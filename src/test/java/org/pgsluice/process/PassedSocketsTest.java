package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;

class PassedSocketsTest {
    private static final PassedSockets NONE = PassedSockets.of(Map.of(), 7);

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"7, 2, 2", "8, 2, 0", "'', 2, 0", "7, '', 0", "7, x, 0", "7, -1, 0", "seven, 1, 0"})
    void socketsAreOursIfTheyAreForOurProcess(String pid, String count, int expected) {
        assertThat(PassedSockets.of(Map.of("LISTEN_PID", pid, "LISTEN_FDS", count), 7).count()).isEqualTo(expected);
    }

    @Test
    void withoutTheVariablesThereAreNone() {
        assertThat(NONE.count()).isZero();
    }

    @Test
    void whatTheEngineCannotDoIsNamedWithTheEngine() throws Exception {
        Config plain = config("");
        PassedSockets one = PassedSockets.of(Map.of("LISTEN_PID", "7", "LISTEN_FDS", "1"), 7);

        assertThat(NONE.beyond("nio", plain, false)).isNull();
        assertThat(NONE.beyond("nio", plain, true)).isEqualTo("online restart (-R) needs the engine \"epoll\", and this is \"nio\"");
        assertThat(one.beyond("nio", plain, false)).startsWith("a socket passed from service manager needs");
        assertThat(NONE.beyond("nio", config("unix_socket_dir = @name"), false)).startsWith("unix_socket_dir = @name needs the engine \"epoll\"");
    }

    @Test
    void abstractHostIsNamedWithItsDatabase() throws Exception {
        Path file = Files.writeString(temp.resolve("p.ini"), "[databases]\nd = host=@name\n[pgbouncer]\n");

        assertThat(NONE.beyond("nio", load(file), false)).startsWith("host=@name of database d needs the engine \"epoll\"");
    }

    private Config config(String line) throws Exception {
        return load(Files.writeString(temp.resolve("p.ini"), "[databases]\n* =\n[pgbouncer]\n" + line + "\n"));
    }

    private static Config load(Path file) {
        return ((LoadResult.Loaded) ConfigReader.read(file, new Environment(Map.of()), Config.defaults())).config();
    }

    @Test
    void journalIsKnownByItsDeviceAndInode() throws Exception {
        Path file = Files.createFile(temp.resolve("stream"));
        Map<String, Object> there = Files.readAttributes(file, "unix:dev,ino");

        assertThat(Journal.isStream(there.get("dev") + ":" + there.get("ino"), file)).isTrue();
        assertThat(Journal.isStream("1:" + there.get("ino"), file)).isFalse();
        assertThat(Journal.isStandardError(null)).isFalse();
        assertThat(Journal.isStream("1:2", temp.resolve("nothing"))).isFalse();
    }
}
