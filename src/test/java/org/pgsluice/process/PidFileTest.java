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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.pooler.StartFailure;

class PidFileTest {
    /** A number that no process has. */
    private static final long OWN = 2147483645;

    private final CapturedLog log = new CapturedLog();

    @TempDir
    Path dir;

    private Path path;
    private PidFile file;

    @BeforeEach
    void name() {
        path = dir.resolve("pgsluice.pid");
        file = new PidFile(path.toString(), OWN);
    }

    @Test
    void holdsTheNumberUntilRemoved() throws Exception {
        file.check(log);
        file.write();

        assertThat(path).hasContent(OWN + "\n");
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
        PidFile nowhere = new PidFile(dir.resolve("none/pid").toString(), OWN);

        assertThatThrownBy(() -> nowhere.write()).hasMessage("could not open pidfile '" + dir.resolve("none/pid") + "': No such file or directory");
    }

    @Test
    void emptyNameMeansNone() throws Exception {
        PidFile none = new PidFile("", OWN);
        none.check(log);
        none.write();
        none.remove();

        assertThat(none.isConfigured()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\0\0\0\0"})
    void emptyFileOfAPowerCutIsRemoved(String text) throws Exception {
        Files.writeString(path, text);

        file.check(log);
        file.write();

        assertThat(path).hasContent(OWN + "\n");
    }

    @Test
    void ownNumberOfAnEarlierRunIsNoOtherInstance() throws Exception {
        long own = ProcessHandle.current().pid();
        PidFile mine = new PidFile(path.toString(), own);
        Files.writeString(path, own + "\n");

        mine.check(log);
        mine.write();

        assertThat(path).hasContent(own + "\n");
    }

    @Test
    void fileOfTheNextProcessStays() throws Exception {
        file.write();
        Files.writeString(path, "77\n");

        file.remove();

        assertThat(path).hasContent("77\n");
    }

    @Test
    void placeIsTriedBeforeAnotherProcessIsEnded() throws Exception {
        PidFile nowhere = new PidFile(dir.resolve("none/pid").toString(), OWN);

        assertThatThrownBy(() -> nowhere.checkPlace()).hasMessageContaining("No such file or directory");
        file.checkPlace();

        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void processThatIsReplacedMayBeNamedWhoeverListenedFirst() throws Exception {
        Files.writeString(path, ProcessHandle.current().pid() + "\n");

        file.checkPlace();

        assertThat(path).content().startsWith(String.valueOf(ProcessHandle.current().pid()));
    }

    @Test
    void placeThatFailsAfterATakeoverIsLoggedOnly() {
        new PidFile(dir.resolve("none/pid").toString(), OWN).takeOver(log);

        assertThat(log.lines()).last().asString().startsWith("ERROR could not open pidfile");
    }
}
