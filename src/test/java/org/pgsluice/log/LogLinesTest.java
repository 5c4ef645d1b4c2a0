package org.pgsluice.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LogLinesTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2024-02-29T23:59:58.007Z"));
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final LogLines log = new LogLines(now::get, 4711, ZoneName.UTC, new Outlet(stderr));

    @TempDir
    Path dir;

    @Test
    void lineHasTimeZoneProcessAndLevel() {
        log.info("listening on 127.0.0.1:6432");
        now.set(Instant.parse("2024-03-01T00:00:00.999Z"));
        log.warning("late");

        assertThat(text()).isEqualTo("2024-02-29 23:59:58.007 UTC [4711] LOG listening on 127.0.0.1:6432\n2024-03-01 00:00:00.999 UTC [4711] WARNING late\n");
    }

    @Test
    void dateAgreesWithTheCalendar() {
        Random random = new Random(7);
        DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
        for (int i = 0; i < 2000; i++) {
            now.set(Instant.ofEpochMilli(random.nextLong(-2_000_000_000_000L, 10_000_000_000_000L)));
            stderr.reset();

            log.info("x");

            assertThat(text()).startsWith(format.format(LocalDateTime.ofInstant(now.get(), ZoneOffset.UTC)) + " UTC");
        }
    }

    @Test
    void newlineCannotPassForALineOfItsOwn() {
        log.error("first\nsecond\r\u001b[0m\n");

        assertThat(text()).endsWith(" ERROR first\n\tsecond??[0m\n");
    }

    @Test
    void controlCharactersOfBothSetsAreReplaced() {
        assertThat(LogLines.clean("a\u0085b\u009b0mc\u00a0\u00e9")).isEqualTo("a?b?0mc\u00a0\u00e9");
    }

    @Test
    void longMessageIsCut() {
        log.info("x".repeat(100_000));

        assertThat(text()).hasSizeLessThan(LogLines.MAX_MESSAGE + 100).endsWith("x\n");
    }

    /** Whoever writes is a reactor, and so nobody would be served. */
    @Test
    @Timeout(20)
    @EnabledOnOs(OS.LINUX)
    void pipeThatNobodyReadsHoldsNobodyUp() throws Exception {
        Path pipe = dir.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        String line = "x".repeat(500);

        log.setTargets(new LogTargets(pipe.toString(), false, "", ""));
        for (int i = 0; i < 1_000; i++) {
            log.info(line);
        }

        try (BufferedReader reader = new BufferedReader(new InputStreamReader(new FileInputStream(pipe.toFile()), StandardCharsets.UTF_8))) {
            int kept = 0;
            while (reader.ready() && reader.readLine().endsWith(line)) {
                kept++;
            }
            log.info("last");
            assertThat(kept).isBetween(10, 990);
            assertThat(reader.readLine()).endsWith(" [4711] WARNING " + (1_000 - kept) + " lines of the log were lost here");
            assertThat(reader.readLine()).endsWith(" LOG last");
        }
    }

    @Test
    void linesThatADiskDidNotTakeAreCounted() {
        ByteArrayOutputStream disk = new ByteArrayOutputStream();
        AtomicInteger failing = new AtomicInteger(2);
        LogLines full = new LogLines(now::get, 4711, ZoneName.UTC, new Outlet(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                if (failing.getAndDecrement() > 0) {
                    throw new IOException("No space left on device");
                }
                disk.write(one);
            }

            @Override
            public void write(byte[] line) throws IOException {
                disk.write(line, 0, failing.get() > 0 ? 5 : 0);
                write(line[0]);
                disk.write(line, 1, line.length - 1);
            }
        }));

        full.info("one");
        full.info("two");
        full.info("three");

        assertThat(disk.toString(StandardCharsets.UTF_8)).startsWith("2024-\n").endsWith("""

                2024-02-29 23:59:58.007 UTC [4711] WARNING 2 lines of the log were lost here
                2024-02-29 23:59:58.007 UTC [4711] LOG three
                """);
    }

    @Test
    void verboseDecidesWhatIsShown() {
        log.debug("hidden");
        log.setVerbose(1);
        log.debug("shown");
        log.write(Level.NOISE, "hidden too");
        log.setVerbose(2);
        log.write(Level.NOISE, "noise");

        assertThat(text().lines()).hasSize(2).first().asString().endsWith("DEBUG shown");
    }

    @Test
    void fileGetsLinesThoughStandardErrorIsQuiet() throws IOException {
        Path file = dir.resolve("log");
        Files.writeString(file, "old\n");
        log.setQuiet(true);
        log.setTargets(targets(file));
        log.info("new");

        assertThat(Files.readString(file)).startsWith("old\n").endsWith("LOG new\n");
        assertThat(text()).isEmpty();
    }

    @Test
    void rotatedFileIsLetGo() throws IOException {
        Path file = dir.resolve("log");
        log.setTargets(targets(file));
        log.info("before");
        Files.move(file, dir.resolve("log.1"));
        log.info("still before");

        log.setTargets(targets(file));
        log.info("after");

        assertThat(Files.readAllLines(dir.resolve("log.1"))).hasSize(2);
        assertThat(Files.readString(file)).endsWith("LOG after\n");
    }

    @Test
    void fileThatCannotBeOpenedChangesNothing() throws IOException {
        Path file = dir.resolve("log");
        log.setTargets(targets(file));

        assertThatThrownBy(() -> log.setTargets(targets(dir.resolve("none/log")))).hasMessageContaining("No such file or directory");
        log.info("goes on");

        assertThat(Files.readString(file)).endsWith("goes on\n");
    }

    @Test
    void journalGetsThePriorityAndNoTime() {
        log.setJournal(true);
        log.warning("a\nb");

        assertThat(text()).isEqualTo("<4>a b\n");
    }

    @Test
    void syslogTakesALine() throws IOException {
        log.setTargets(new LogTargets("", true, "pgsluice-test", "local3"));
        log.info("to syslog, if there is one: 100% sure");

        assertThat(text()).endsWith("100% sure\n");
        assertThat(Syslog.code("local3")).isEqualTo(19);
        assertThat(Syslog.code("what")).isEqualTo(Syslog.code("daemon"));
    }

    @Test
    void zoneNamesAreTheCLibrarys() {
        assertThat(name("Europe/Berlin", "2024-07-01T00:00:00Z")).isEqualTo("CEST");
        assertThat(name("Europe/Berlin", "2024-01-01T00:00:00Z")).isEqualTo("CET");
        assertThat(name("Europe/Dublin", "2024-07-01T00:00:00Z")).isEqualTo("IST");
        assertThat(name("Europe/Dublin", "2024-01-01T00:00:00Z")).isEqualTo("GMT");
        assertThat(name("America/Sao_Paulo", "2024-01-01T00:00:00Z")).isEqualTo("-03");
        assertThat(name("Asia/Kolkata", "2024-01-01T00:00:00Z")).isEqualTo("IST");
        assertThat(name("America/New_York", "2024-07-01T00:00:00Z")).isEqualTo("EDT");
        assertThat(ZoneName.of(ZoneOffset.ofHoursMinutes(5, 30)).name(19800)).isEqualTo("+0530");
    }

    private static String name(String zone, String time) {
        ZoneName name = ZoneName.of(ZoneId.of(zone));
        return name.name(name.offsetSeconds(Instant.parse(time).getEpochSecond()));
    }

    private static LogTargets targets(Path file) {
        return new LogTargets(file.toString(), false, "", "");
    }

    private String text() {
        return stderr.toString(StandardCharsets.UTF_8);
    }
}
