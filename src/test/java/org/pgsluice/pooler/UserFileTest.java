package org.pgsluice.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.log.CapturedLog;

class UserFileTest {
    private final CapturedLog log = new CapturedLog();

    @TempDir
    Path directory;

    @Test
    void missingFileIsNamed() throws Exception {
        Path missing = directory.resolve("missing.txt");

        assertThat(UserFile.isGood(config(missing), log)).isFalse();
        assertThat(log.lines()).containsExactly("ERROR could not open auth_file " + missing + ": No such file or directory");
    }

    @Test
    void brokenLineIsNamed() throws Exception {
        Path broken = Files.writeString(directory.resolve("broken.txt"), "\"app\" \"secret\"\nnonsense\n");

        assertThat(UserFile.isGood(config(broken), log)).isFalse();
        assertThat(log.lines()).singleElement().asString().startsWith("ERROR " + broken + ":2: ");
    }

    @Test
    void goodFileAndNoneAreGood() throws Exception {
        Path good = Files.writeString(directory.resolve("good.txt"), "\"app\" \"secret\"\n");

        assertThat(UserFile.isGood(config(good), log)).isTrue();
        assertThat(UserFile.isGood(Config.defaults(), log)).isTrue();
        assertThat(log.lines()).isEmpty();
    }

    private static Config config(Path users) throws Exception {
        return Config.defaults().with(Settings.AUTH_FILE, users.toString());
    }
}
