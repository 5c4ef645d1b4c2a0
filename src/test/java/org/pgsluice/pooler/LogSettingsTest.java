package org.pgsluice.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.log.LogLines;

class LogSettingsTest {
    @TempDir
    Path directory;

    private final LogLines lines = new LogLines(InstantSource.system(), 1);

    @Test
    void formatIsThatOfTheSetting() throws Exception {
        lines.setQuiet(true);
        Path file = directory.resolve("p.log");
        Config text = Config.defaults().with(Settings.LOGFILE, file.toString());

        assertThat(LogSettings.open(lines, text)).isNull();
        lines.info("one");
        assertThat(LogSettings.open(lines, text.with(Settings.LOG_FORMAT, "json"))).isNull();
        lines.info("two");
        assertThat(LogSettings.open(lines, text.with(Settings.LOG_FORMAT, "text"))).isNull();
        lines.info("three");

        assertThat(Files.readAllLines(file)).satisfiesExactly(
                line -> assertThat(line).endsWith(" [1] LOG one"),
                line -> assertThat(line).startsWith("{\"time\":").endsWith(",\"level\":\"LOG\",\"pid\":1,\"message\":\"two\"}"),
                line -> assertThat(line).endsWith(" [1] LOG three"));
    }

    @Test
    void fileThatCannotBeOpenedIsNamed() throws Exception {
        Config config = Config.defaults().with(Settings.LOGFILE, directory.resolve("none/p.log").toString());

        assertThat(LogSettings.open(lines, config)).startsWith("Cannot open logfile: '" + directory).endsWith("No such file or directory");
    }
}
