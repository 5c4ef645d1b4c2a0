package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.SocketOptions;

/** What the settings of sockets ask of the reactors; what those make of it, their contract proves. */
class ListenSettingsTest {
    @TempDir
    Path directory;

    private ListenOptions options(String... settings) throws IOException {
        Path file = Files.writeString(directory.resolve("pooler.ini"), "[databases]\ndb =\n[pgbouncer]\n" + String.join("\n", settings) + "\n");
        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(file, Environment.NONE, null);
        return Listening.options(loaded.config());
    }

    @Test
    void everySettingOfAListenerIsUsed() throws IOException {
        ListenOptions options = options(
                "listen_backlog = 17",
                "so_reuseport = 1",
                "tcp_defer_accept = 45",
                "unix_socket_mode = 0711",
                "unix_socket_group = staff",
                "tcp_keepalive = 1",
                "tcp_keepcnt = 2",
                "tcp_keepidle = 30",
                "tcp_keepintvl = 4",
                "tcp_user_timeout = 5000",
                "tcp_socket_buffer = 60000");

        assertThat(options).isEqualTo(new ListenOptions(17, true, 45, 0711, "staff", new SocketOptions(true, 2, 30, 4, 5000, 60000)));
    }

    @Test
    void nobodyInParticularOwnsTheSocketUnlessAsked() throws IOException {
        assertThat(options("so_reuseport = 0", "tcp_keepalive = 0").unixGroup()).isNull();
        assertThat(options("tcp_keepalive = 0").accepted().keepalive()).isFalse();
    }
}
