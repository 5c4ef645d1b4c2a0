package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.pooler.Version;

/** The launcher and the process it becomes, from outside. Needs the jar. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of("pgsluice").toAbsolutePath();

    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();
    private Path dir;

    @BeforeEach
    void makeADirectoryWithASpaceThatEveryoneMayUse() throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        dir = Files.createDirectory(temp.resolve("a b"));
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @AfterEach
    void leaveNoServerBehind() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void versionAndHelpAreTheServersOwn() throws Exception {
        assertThat(output(LAUNCHER.toString(), "--vers")).isEqualTo(Version.text());
        assertThat(output(LAUNCHER.toString(), "-qh")).isEqualTo(CommandLine.help(LAUNCHER.toString()));
    }

    @Test
    void answersThroughALinkOfAnotherName() throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("pgbouncer"), LAUNCHER);

        assertThat(output(link.toString(), "--help")).startsWith(link + " is a connection pooler");
    }

    @Test
    void mistakesEndWithOne() throws Exception {
        Process process = start(LAUNCHER.toString(), "--bogus");

        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith(LAUNCHER + ": unrecognized option '--bogus'\n");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void archiveOfAnotherJarIsNotUsed() throws Exception {
        Path launcher = Files.copy(LAUNCHER, dir.resolve("pgsluice"), StandardCopyOption.COPY_ATTRIBUTES);
        Path java = Files.writeString(dir.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path jar = Files.writeString(dir.resolve("pgsluice.jar"), "four");
        FileTime built = FileTime.from(Instant.ofEpochSecond(1_700_000_000));
        Files.setLastModifiedTime(jar, built);
        Path archive = Files.writeString(dir.resolve("pgsluice-4-1700000000.aot"), "archive");
        String[] command = {"env", "PGSLUICE_JAVA=" + java, launcher.toString(), "p.ini"};

        assertThat(output(command).lines()).contains("-XX:AOTCache=" + archive).endsWith("-jar", jar.toString(), "p.ini");

        Files.writeString(jar, "fives");
        Files.setLastModifiedTime(jar, built);

        assertThat(output(command)).doesNotContain("AOTCache");
    }

    @ParameterizedTest
    @EnumSource(names = {"QUIT", "TERM", "INT"})
    void signalsEndTheVeryProcessThatWasStarted(ProcessSignal signal) throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("pgbouncer"), LAUNCHER);
        Process process = startServer(link, config());
        BufferedReader lines = process.errorReader();
        String line = lines.readLine();
        while (line != null && !line.contains("process up: PgBouncer 1.26.1")) {
            line = lines.readLine();
        }

        assertThat(line).contains("[" + process.pid() + "] LOG");
        assertThat(Path.of("/proc/" + process.pid() + "/comm")).hasContent("pgbouncer");
        output("kill", "-" + signal, String.valueOf(process.pid()));
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(lines.readLine()).contains("got SIG" + signal);
    }

    /** Words that stand before the name of a file that is a pipe to which nobody writes. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--test-config", "check"})
    void signalEndsTheReadingOfAFileThatNeverComes(String word) throws Exception {
        Path pipe = dir.resolve("pipe.ini");
        output("mkfifo", "-m", "666", pipe.toString());
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), word, pipe.toString()));
        command.remove("");
        Process process = start(command.toArray(String[]::new));

        try (OutputStream opened = Files.newOutputStream(pipe)) { // which takes until it is read
            output("kill", "-TERM", String.valueOf(process.pid()));

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(word.isEmpty() ? 0 : 1);
            opened.flush();
        }
    }

    @Test
    void logfileThatCannotBeOpenedEndsTheStart() throws Exception {
        Path file = Files.writeString(config(), "logfile = /nowhere/log\n", StandardOpenOption.APPEND);
        Process process = startServer(LAUNCHER, file);

        assertThat(process.errorReader().lines()).singleElement().asString().endsWith("FATAL Cannot open logfile: '/nowhere/log': No such file or directory");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void otherUserThanRootStaysWhatItIs() throws Exception {
        Path file = Files.writeString(config(), "user = root\n", StandardOpenOption.APPEND);
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), file.toString()));
        if (ProcessUser.uid() == 0) {
            command.addAll(0, List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        }
        Process process = start(command.toArray(String[]::new));
        List<String> said = process.errorReader().lines().takeWhile(line -> !line.contains("process up: ")).toList();

        assertThat(said).anySatisfy(line -> assertThat(line).contains("cannot become user 'root' without being root, going on as user "));
        assertThat(process.isAlive()).isTrue();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Test
    void extraPortThatIsTakenStopsNoStart() throws Exception {
        int free = freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = Files.writeString(config(), "listen_addr = 127.0.0.1\nlisten_port = " + free + "\nextra_listen_port = "
                    + taken.getLocalPort() + "\n", StandardOpenOption.APPEND);
            Process process = startServer(LAUNCHER, file);
            List<String> said = process.errorReader().lines().takeWhile(line -> !line.contains("process up: ")).toList();

            assertThat(said).anySatisfy(line -> assertThat(line).contains("listening on 127.0.0.1:" + free))
                    .anySatisfy(line -> assertThat(line).contains("cannot listen on 127.0.0.1:" + taken.getLocalPort()));
            assertThat(process.isAlive()).isTrue();
        }
    }

    @Test
    void demoOfAnInstallationFailsLoudly() throws Exception {
        Path launcher = Files.copy(LAUNCHER, dir.resolve("pgsluice"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createLink(dir.resolve("pgsluice.jar"), Path.of("target/pgsluice.jar").toAbsolutePath());
        Process process = start(launcher.toString(), "demo");

        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("the demo needs PostgreSQL's programs in " + dir + "/demo-lib");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void installationOverTheRunningOneLeavesItAlone() throws Exception {
        Path prefix = dir.resolve("prefix");
        output(LAUNCHER.toString(), "install", prefix.toString());
        Path jar = prefix.resolve("lib/pgsluice/pgsluice.jar");
        Path running = Files.createLink(dir.resolve("running.jar"), jar);
        Object before = Files.getAttribute(running, "unix:ino");

        output(LAUNCHER.toString(), "install", prefix.toString());

        assertThat(Files.getAttribute(jar, "unix:ino")).as("another file lies there").isNotEqualTo(before);
        assertThat(running).as("the one that runs is as it was").hasSameBinaryContentAs(jar);
        try (var files = Files.list(jar.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".aot")))
                    .containsExactlyInAnyOrder("pgsluice", "pgsluice.jar");
        }
        isWellRehearsed(jar.resolveSibling("pgsluice"));
    }

    /** What the second compiler has not compiled in the rehearsal it never compiles, as the profiles in the archive have it. */
    private void isWellRehearsed(Path installed) throws Exception {
        Process process = start("env", "PGSLUICE_JAVA_OPTS=-XX:+AOTPrintTrainingInfo", installed.toString(), dir.resolve("no.ini").toString());

        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(told).as("the archive is in use").contains("Archived TrainingData");
        long methods = told.lines().filter(line -> line.matches("\\s*C org/pgsluice.*#\\d+L4 .*")).map(line -> line.replaceAll("#.*", "")).distinct().count();
        assertThat(methods).as("of ours that were compiled fully").isGreaterThan(450);
    }

    /** A launcher of its own, whose java is that script, as the words that call it. */
    private List<String> launcherWithJava(String script) throws IOException {
        Path launcher = Files.copy(LAUNCHER, dir.resolve("pgsluice"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(dir.resolve("pgsluice.jar"), "jar");
        Path java = Files.writeString(dir.resolve("java"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return List.of("env", "PGSLUICE_JAVA=" + java, launcher.toString());
    }

    @Test
    void descriptorsThatAreClosedAreOpenForTheServer() throws Exception {
        Path seen = dir.resolve("seen");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"));
        command.addAll(launcherWithJava("a=$(readlink /proc/$$/fd/0) b=$(readlink /proc/$$/fd/1) c=$(readlink /proc/$$/fd/2)\necho $a $b $c >'" + seen + "'"));
        command.add("p.ini");

        assertThat(start(command.toArray(String[]::new)).waitFor()).isZero();

        assertThat(seen).hasContent("/dev/null /dev/null /dev/null");
    }

    @Test
    void installationThatIsInterruptedLeavesNoRehearsal() throws Exception {
        List<String> command = new ArrayList<>(launcherWithJava("exec sleep 30"));
        command.addAll(List.of("install", dir.resolve("prefix").toString()));
        Path lib = dir.resolve("prefix/lib/pgsluice");
        Process process = start(command.toArray(String[]::new));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (names(lib).stream().noneMatch(name -> name.startsWith("rehearsal")) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }

        process.destroy();

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(names(lib)).containsExactlyInAnyOrder("pgsluice", "pgsluice.jar");
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void namesAreUtf8InTheLocaleC() throws Exception {
        Path file = Files.move(config(), dir.resolve("cönf.ini"));
        Process process = start("env", "LC_ALL=C", LAUNCHER.toString(), "--test-config", file.toString());

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("configuration is valid\n");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void jvmLeavesNoDoorForTools() throws Exception {
        Process process = startServer(LAUNCHER, config());
        BufferedReader lines = process.errorReader();
        String line = lines.readLine();
        while (line != null && !line.contains("process up: ")) {
            line = lines.readLine();
        }

        assertThat(line).isNotNull();
        assertThat(Path.of("/tmp/.java_pid" + process.pid())).doesNotExist();
    }

    @Test
    void fileOfRootIsReadBeforeTheUserChanges() throws Exception {
        Assumptions.assumeTrue(ProcessUser.uid() == 0, "needs root");
        Path users = Files.writeString(dir.resolve("users"), "\"app\" \"secret\"\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        Process process = startServer(LAUNCHER, Files.writeString(config(), "auth_file = " + users + "\n", StandardOpenOption.APPEND));
        BufferedReader lines = process.errorReader();
        String said = "";
        for (String line = lines.readLine(); line != null && !line.contains("process up: "); line = lines.readLine()) {
            said += line;
        }

        assertThat(said).isNotEmpty().doesNotContain("auth_file");
    }

    private Process startServer(Path launcher, Path file) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        if (ProcessUser.uid() == 0) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(file.toString());
        return start(command.toArray(String[]::new));
    }

    private Path config() throws IOException {
        Path file = dir.resolve("p.ini");
        return Files.writeString(file, "[databases]\n[pgbouncer]\nlisten_port = 6432\nunix_socket_dir = " + dir + "\nauth_type = any\n");
    }

    private String output(String... command) throws Exception {
        Process process = start(command);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return text;
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("PGSLUICE_NO_BUILD", "1");
        Process process = builder.start();
        started.add(process);
        return process;
    }
}
