package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.pooler.StartFailure;

class PidFileTest {
    private final CapturedLog log = new CapturedLog();

    @TempDir
    Path dir;

    private Path path;
    private PidFile file;

    @BeforeEach
    void name() {
        path = dir.resolve("pgsluice.pid");
        file = new PidFile(path.toString());
    }

    @Test
    void holdsTheNumberUntilRemoved() throws Exception {
        file.check(log);
        file.write(123);

        assertThat(path).hasContent("123\n");
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));

        file.remove();

        assertThat(path).doesNotExist();
    }

    @Test
    void fileOfALivingProcessStopsTheStart() throws IOException {
        Files.writeString(path, ProcessHandle.current().pid() + "\n");

        assertThatThrownBy(() -> file.check(log)).isInstanceOf(StartFailure.class).hasMessage("pidfile '" + path + "' exists, another instance running?");
        file.remove();
        assertThat(path).as("not ours to remove").exists();
    }

    @Test
    void fileOfADeadProcessIsRemoved() throws Exception {
        Files.writeString(path, "2147483646\n");

        file.check(log);

        assertThat(path).doesNotExist();
        assertThat(log.lines()).containsExactly("LOG stale pidfile, removing");
    }

    @Test
    void fileWithoutANumberCountsAsLiving() throws IOException {
        Files.writeString(path, "what\n");

        assertThatThrownBy(() -> file.check(log)).hasMessageContaining("another instance running?");
    }

    @Test
    void placeThatCannotBeWrittenIsNamed() {
        PidFile nowhere = new PidFile(dir.resolve("none/pid").toString());

        assertThatThrownBy(() -> nowhere.write(1)).hasMessage("could not open pidfile '" + dir.resolve("none/pid") + "': No such file or directory");
    }

    @Test
    void emptyNameMeansNone() throws Exception {
        PidFile none = new PidFile("");
        none.check(log);
        none.write(1);
        none.remove();

        assertThat(none.isConfigured()).isFalse();
    }
}
