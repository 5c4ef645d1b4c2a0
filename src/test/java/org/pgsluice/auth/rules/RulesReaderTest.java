package org.pgsluice.auth.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;

class RulesReaderTest {
    @TempDir
    Path directory;

    @Test
    void typeThatLetsNobodyInIsSaidBeforehand() throws Exception {
        assertThat(RulesReader.read(Config.defaults().with(Settings.AUTH_TYPE, "hba")).problems()).containsExactly("auth_type=hba needs auth_hba_file");
    }

    @Test
    void filesAreReadOnlyWhereTheyCount() throws Exception {
        Config config = Config.defaults().with(Settings.AUTH_HBA_FILE, "nowhere").with(Settings.AUTH_IDENT_FILE, "nowhere");

        assertThat(RulesReader.read(config).problems()).isEmpty();
        assertThat(RulesReader.read(config.with(Settings.AUTH_TYPE, "hba")).problems()).containsExactly(
                "could not open ident config file nowhere: No such file or directory",
                "could not open hba config file nowhere: No such file or directory");
    }

    @Test
    void mapsOfTheIdentFileAreKnownToTheRules() throws Exception {
        Path ident = Files.writeString(directory.resolve("ident.conf"), "m root app\n");
        Path hba = Files.writeString(directory.resolve("hba.conf"), "local all all peer map=m\nlocal all all peer map=n\n");
        Config config = Config.defaults().with(Settings.AUTH_HBA_FILE, hba.toString()).with(Settings.AUTH_IDENT_FILE, ident.toString());

        assertThat(RulesReader.read(config.with(Settings.AUTH_TYPE, "hba")).problems()).singleElement().asString().contains("Ident map n is not found");
    }

    @Test
    void certificatesNeedTheModeThatVerifiesThem() throws Exception {
        Config config = Config.defaults().with(Settings.AUTH_TYPE, "cert");

        assertThat(RulesReader.read(config).problems()).containsExactly("auth_type=cert requires client_tls_sslmode=SSLMODE_VERIFY_FULL");
        Config verified = config.with(Settings.CLIENT_TLS_SSLMODE, "verify-full");
        assertThat(RulesReader.read(verified).problems()).containsExactly("auth_type=cert requires client_tls_ca_file");
        assertThat(RulesReader.read(verified.with(Settings.CLIENT_TLS_CA_FILE, "ca.pem")).problems()).isEmpty();
    }

    @Test
    void optionsOfLdapAreNeededAndChecked() throws Exception {
        Config config = Config.defaults().with(Settings.AUTH_TYPE, "ldap");

        assertThat(RulesReader.read(config).problems()).containsExactly("auth_ldap_options is null");
        assertThat(RulesReader.read(config.with(Settings.AUTH_LDAP_OPTIONS, "ldapserver=h")).problems()).singleElement().asString()
                .startsWith("auth_ldap_options: \"ldap\" requires");
    }
}
