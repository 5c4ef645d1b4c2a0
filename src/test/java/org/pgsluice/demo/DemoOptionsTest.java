package org.pgsluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {
    @Test
    void valuesStandBehindTheNameOrAnEqualsSign() {
        assertThat(DemoOptions.parse(List.of("--port", "7000", "--postgres-port=7001", "--keep", "a=b")))
                .isEqualTo(new DemoOptions(7000, 7001, "a=b", false, false));
        assertThat(DemoOptions.parse(List.of())).isEqualTo(new DemoOptions(0, 0, null, false, false));
        assertThat(DemoOptions.parse(List.of("--tour", "--port=7")).tour()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "--bogus, unknown word '--bogus' (--help shows the options)",
        "--port, --port needs a value",
        "--port=0, --port needs a port between 1 and 65535",
        "--port=65536, --port needs a port between 1 and 65535",
        "--postgres-port=x, --postgres-port needs a port between 1 and 65535"
    })
    void mistakeIsNamed(String word, String message) {
        assertThatThrownBy(() -> DemoOptions.parse(List.of(word))).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message);
    }

    @Test
    void portsDiffer() {
        assertThatThrownBy(() -> DemoOptions.parse(List.of("--port=7", "--postgres-port=7"))).hasMessage("--port and --postgres-port are both 7");
    }
}
