package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {
    /** Rows of name, default (\N for NULL), changeable, as PgBouncer's console shows them. */
    private static List<String[]> pgbouncersRows() throws IOException {
        try (InputStream in = SettingsTest.class.getResourceAsStream("settings.tsv")) {
            List<String[]> rows = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                rows.add(line.split("\t", -1));
            }
            return rows.subList(1, rows.size());
        }
    }

    @Test
    void namesAndOrderAreThoseOfShowConfigWithOursBehind() throws IOException {
        List<String> names = new ArrayList<>();
        for (String[] row : pgbouncersRows()) {
            names.add(row[0]);
        }
        assertThat(names).hasSize(100);
        names.addAll(List.of("reactors", "engine", "handover_timeout", "max_login_failures", "max_prepared_statement_memory", "server_tls_sslnegotiation",
                "auth_jwt_keys", "auth_jwt_audience", "auth_jwt_issuer", "auth_jwt_claim", "auth_jwt_map", "auth_jwt_leeway", "session_state",
                "max_pinned_servers", "pinned_idle_timeout", "sequence_values", "session_functions", "session_audit",
                "max_notification_backlog", "max_listen_channels", "max_pool_listen_channels", "http_listen", "http_password", "console_version",
                "extra_listen_port", "drain_delay", "drain_timeout", "log_format", "log_min_duration_wait", "log_min_duration_query",
                "log_statement_text"));

        assertThat(Settings.ALL).extracting(Setting::name).isEqualTo(names);
    }

    @Test
    void defaultsAndChangeabilityAreThoseOfShowConfig() throws IOException {
        for (String[] row : pgbouncersRows()) {
            Setting<?> setting = Settings.find(row[0]);

            assertThat(setting.defaultRaw()).as(row[0]).isEqualTo(row[1].equals("\\N") ? null : row[1]);
            assertThat(setting.reloadable() ? "yes" : "no").as(row[0]).isEqualTo(row[2]);
        }
    }

    @Test
    void defaultsShowAsTheyAreWritten() {
        Config config = Config.defaults();

        for (Setting<?> setting : Settings.ALL) {
            String expected = switch (setting.name()) {
                case "unix_socket_mode" -> "511";
                case "verbose" -> "0";
                default -> setting.defaultRaw();
            };
            assertThat(config.show(setting)).as(setting.name()).isEqualTo(expected);
        }
    }

    @Test
    void eachConstantIsTheUpperCaseOfItsName() throws ReflectiveOperationException {
        for (Setting<?> setting : Settings.ALL) {
            assertThat(Settings.class.getField(setting.name().toUpperCase(Locale.ROOT)).get(null)).isSameAs(setting);
            assertThat(Settings.find(setting.name())).isSameAs(setting);
        }
    }

    @Test
    void eachSettingHasOneSentenceOfReference() {
        Set<String> sentences = new HashSet<>();
        for (Setting<?> setting : Settings.ALL) {
            assertThat(setting.doc()).as(setting.name()).endsWith(".").doesNotContain(". ").hasSizeGreaterThan(20);
            assertThat(sentences.add(setting.doc())).as(setting.name()).isTrue();
        }
    }

    @Test
    void keysOfDatabasesAndUsersAreTheNarrowerScopesOfTheirSettings() {
        for (Setting<?> setting : Settings.ALL) {
            if (setting == Settings.USER) {
                continue; // the system's user here, PostgreSQL's there
            }
            String key = setting == Settings.DEFAULT_POOL_SIZE ? "pool_size" : setting.name();
            String sample = switch (setting.name()) {
                case "server_tls_sslmode" -> "require";
                case "server_tls_sslnegotiation" -> "direct";
                case "session_state" -> "carry";
                case "max_pinned_servers" -> "3";
                default -> "session";
            };
            boolean perDatabase = EntryReader.ofDatabase(key + "=" + sample).database("d") != null;
            boolean perUser = EntryReader.ofUser(key + "=" + sample).user("u") != null;

            assertThat(setting.scopes().contains(Setting.Scope.DATABASE)).as(setting.name() + " per database").isEqualTo(perDatabase);
            assertThat(setting.scopes().contains(Setting.Scope.USER)).as(setting.name() + " per user").isEqualTo(perUser);
        }
    }

    @Test
    void namesAreMatchedLetterForLetter() {
        assertThat(Settings.find("POOL_MODE")).isNull();
        assertThat(Settings.find("nosuch")).isNull();
    }
}
