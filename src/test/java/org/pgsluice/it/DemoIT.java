package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.it.Sql.value;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.demo.Ports;

/** {@code pgsluice demo} from outside. */
@DisabledIfSystemProperty(named = "pooler", matches = ".+", disabledReason = "the demo is of our own launcher")
class DemoIT {
    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();
    private int port;
    private int postgresPort;

    @BeforeEach
    void letEveryoneIn() throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
        port = Ports.free();
        postgresPort = Ports.free();
    }

    @AfterEach
    void leaveNothingRunning() {
        started.forEach(Process::destroy);
    }

    @Test
    void startsBothAndLeavesNothingBehind() throws Exception {
        Process demo = start();
        awaitText(demo, "Ctrl-C stops both");
        List<ProcessHandle> children = demo.descendants().toList();

        try (Connection connection = connect()) {
            assertThat(value(connection, "SHOW server_version")).startsWith("18.");
            demo.destroy();

            assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(demo.exitValue()).isZero();
        assertThat(children).hasSizeGreaterThan(2).noneMatch(ProcessHandle::isAlive);
        assertThat(Ports.accepts(port) || Ports.accepts(postgresPort)).isFalse();
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void stoppedWhileItStartsLeavesNothingBehind() throws Exception {
        Process demo = start();
        awaitText(demo, "Starting");

        demo.destroy();

        assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isZero();
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void keptDataAreThereAgain() throws Exception {
        String kept = temp.resolve("kept").toString();
        Process first = start("--keep", kept);
        awaitText(first, "The data stay in " + kept);
        try (Connection connection = connect()) {
            Sql.execute(connection, "CREATE TABLE guests AS SELECT 'Ada' AS name");
        }
        first.destroy();
        first.waitFor();

        Process second = start("--keep", kept);
        awaitText(second, "Ctrl-C stops both");
        try (Connection connection = connect()) {
            assertThat(value(connection, "TABLE guests")).isEqualTo("Ada");
        }
        second.destroy();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tourShowsWhatItSaysAndEnds() throws Exception {
        Process demo = start("--tour");
        String text = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(text).isZero();
        assertThat(text).contains("50 clients are connected", "Bob: SHOW work_mem gives 4MB", "Ada: SHOW work_mem gives 77MB", "no answer yet",
                "it got 'the answer'", "answered so far: 0", "all 20 were answered", "That was the tour.");
        assertThat(text).as("no colours").doesNotContain("\u001b");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void mistakesEndWithOneLineAndOne() throws Exception {
        Process demo = start("--keep");

        assertThat(demo.errorReader().lines()).last().asString().endsWith("pgsluice: --keep needs a value");
        assertThat(demo.waitFor()).isEqualTo(1);
    }

    private Connection connect() throws Exception {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/demo", "demo", "demo");
    }

    private static void awaitText(Process demo, String text) throws IOException {
        BufferedReader lines = demo.inputReader();
        String line = lines.readLine();
        while (line != null && !line.contains(text)) {
            line = lines.readLine();
        }
        assertThat(line).as("a line with '%s'", text).isNotNull();
    }

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of("pgsluice").toAbsolutePath().toString(), "demo"));
        command.addAll(List.of("--port", String.valueOf(port), "--postgres-port", String.valueOf(postgresPort)));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("PGSLUICE_NO_BUILD", "1");
        builder.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temp);
        Process process = builder.start();
        started.add(process);
        return process;
    }
}
