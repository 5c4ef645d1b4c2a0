package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tools that scripts, hooks and monitoring find the process with. They are asked for a name that no other process of the machine has. Needs the jar. */
class ProcessNameIT {
    private static final Path LAUNCHER = Path.of("pgsluice").toAbsolutePath();

    /** {@code NAME} stands for the name, {@code INI} for the file. */
    private static final List<String> FINDERS = List.of("pgrep NAME", "pgrep -x NAME", "pgrep --exact NAME", "pgrep -f NAME",
            "pgrep -f ^[^[:space:]]*/NAME.*[[:space:]]INI$", "pidof NAME", "ps -o pid= -C NAME");

    @TempDir
    Path dir;

    private final String name = "pgs" + Long.toHexString(System.nanoTime() & 0xffff_ffffL);
    private final List<Process> started = new ArrayList<>();
    private Path program;
    private Path ini;

    @BeforeEach
    void linkTheLauncherUnderTheName() throws IOException {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxrwxrwx"));
        program = Files.createSymbolicLink(dir.resolve(name), LAUNCHER);
        ini = Files.writeString(dir.resolve("p.ini"), "[databases]\n[pgbouncer]\nunix_socket_dir = " + dir + "\nauth_type = any\npidfile = " + dir + "/pid\n");
    }

    @AfterEach
    void leaveNoServerBehind() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void everyFinderFindsOneProcessAlsoAfterARestart() throws Exception {
        Process first = start();
        assertFound(first.pid());
        Process second = start("-R");
        assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();

        assertFound(second.pid());
        assertThat(output("pgrep", "-c", "-f", name)).as("no shell, no java beside it").isEqualTo("1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"killall -INT NAME", "pkill -INT --exact NAME"})
    void signalsByNameReachIt(String command) throws Exception {
        Process process = start();
        output(command.replace("NAME", name).split(" "));

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private void assertFound(long pid) throws Exception {
        for (String finder : FINDERS) {
            String command = finder.replace("NAME", name).replace("INI", ini.toString());
            assertThat(output(command.split(" ")).strip()).as(command).isEqualTo(String.valueOf(pid));
        }
    }

    /** Gives it once it is up. */
    private Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if (ProcessUser.uid() == 0) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.addAll(List.of(options));
        command.add(ini.toString());
        Process process = begin(command.toArray(String[]::new));
        BufferedReader lines = process.errorReader();
        String line = lines.readLine();
        while (line != null && !line.contains("process up: ")) {
            line = lines.readLine();
        }
        assertThat(line).as("its line when it is up").isNotNull();
        return process;
    }

    private String output(String... command) throws Exception {
        return new String(begin(command).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Process begin(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("PGSLUICE_NO_BUILD", "1");
        Process process = builder.start();
        started.add(process);
        return process;
    }
}
