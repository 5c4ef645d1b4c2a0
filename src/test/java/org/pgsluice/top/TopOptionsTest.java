package org.pgsluice.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopOptionsTest {
    @Test
    void optionsAndVariablesArePsqls() {
        assertThat(TopOptions.parse(List.of(), Map.of())).isEqualTo(new TopOptions("/tmp", 6432, "pgbouncer", "", false, 1));
        assertThat(TopOptions.parse(List.of(), Map.of("PGHOST", "db", "PGPORT", "1", "PGUSER", "u", "PGPASSWORD", "secret")))
                .isEqualTo(new TopOptions("db", 1, "u", "secret", false, 1)).hasToString("u@db:1");
        assertThat(TopOptions.parse(List.of("-h", "a", "--port=7", "-U", "b", "-1", "--interval", "5"), Map.of("PGHOST", "db")))
                .isEqualTo(new TopOptions("a", 7, "b", "", true, 5));
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> TopOptions.parse(List.of("-x", "1"), Map.of())).hasMessage("unknown option: -x");
        assertThatThrownBy(() -> TopOptions.parse(List.of("-p"), Map.of())).hasMessage("option without a value, or unknown: -p");
        assertThatThrownBy(() -> TopOptions.parse(List.of("-p", "x"), Map.of())).hasMessage("no port: x");
        assertThatThrownBy(() -> TopOptions.parse(List.of("-n", "0"), Map.of())).hasMessage("no interval: 0");
    }
}
