package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.Environment;

class CheckCommandTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ThisMachine machine = new ThisMachine();

    private int run(String... words) {
        return new CheckCommand("pgsluice", Environment.NONE, machine).run(List.of(words), new PrintStream(out), new PrintStream(err));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("p.ini"), text);
    }

    @Test
    void statusSaysWhetherThereAreErrors() throws IOException {
        Path file = write("[databases]\na = host=127.0.0.1\n[pgbouncer]\nauth_type = trust\nunix_socket_dir = " + directory + "\n");
        assertThat(run("check", file.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("the configuration is valid\n");

        write("[pgbouncer]\nauth_file = " + directory.resolve("none") + "\nunix_socket_dir = " + directory + "\n");
        assertThat(run("check", file.toString())).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("error: could not open auth_file", "\n1 error, 1 warning, 2 notes: ")
                .endsWith("the configuration is not valid\n");
    }

    @Test
    void wordsThatMakeNoSenseAreAnsweredWithTheUsage() {
        assertThat(run("check", "a", "b")).isEqualTo(1);
        assertThat(run("check", "--conect")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("usage: pgsluice check FILE [--connect]\n".repeat(2));
    }

    @Test
    void fileThatIsCalledSoIsNoCommand() {
        assertThat(CheckCommand.isAskedFor(List.of("check"))).isFalse();
        assertThat(CheckCommand.isAskedFor(List.of("check", "p.ini"))).isTrue();
        assertThat(CheckCommand.isAskedFor(List.of("p.ini", "check"))).isFalse();
    }

    @Test
    void machineKnowsWhoListensAndWhoMayRead() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            assertThat(machine.isListenedOn(socket.getLocalPort())).isTrue();
        }
        Path file = write("");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(machine.isReadableByAll(file)).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(machine.isReadableByAll(file)).isTrue();
        assertThat(machine.canBeResolved("127.0.0.1")).isTrue();
    }
}
