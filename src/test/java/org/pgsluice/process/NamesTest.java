package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.net.NameServers;
import org.pgsluice.pooler.StartFailure;

/** What resolv_conf does at the start. */
class NamesTest {
    @TempDir
    Path directory;

    @Test
    void withoutResolvConfTheSystemIsAsked() throws Exception {
        assertThat(Names.of(Config.defaults()).lookup()).isNotInstanceOf(NameServers.class);
    }

    @Test
    void nameServersOfTheFileAreAskedForNamesAndZones() throws Exception {
        Path file = Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.1\n");

        Names names = Names.of(Config.defaults().with(Settings.RESOLV_CONF, file.toString()));

        assertThat(names.lookup()).isInstanceOf(NameServers.class).isSameAs(names.zones());
    }

    @Test
    void aFileThatCannotBeUsedStopsTheStart() throws Exception {
        Path missing = directory.resolve("missing");
        Config config = Config.defaults().with(Settings.RESOLV_CONF, missing.toString());

        assertThatThrownBy(() -> Names.of(config)).isInstanceOf(StartFailure.class).hasMessage("resolv_conf: cannot use \"" + missing + "\": no such file");
    }
}
