package org.pgsluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintTest {
    private static long of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Fingerprint.of(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "SELECT 1 ~ select 2", "SELECT 1 ~ SELECT  1 ;", "SELECT a FROM t WHERE b = 'x' ~ SELECT a FROM t WHERE b = 'it''s'",
        "SELECT a FROM t WHERE b = $1 ~ SELECT a FROM t WHERE b = 42.5e3", "SELECT a /* why */ FROM t -- so ~ SELECT a FROM t",
        "INSERT INTO t VALUES (1, 'a', 2) ~ INSERT INTO t VALUES (7,'b')", "SELECT $a$x$a$ ~ SELECT 'x'",
        "SELECT a FROM t WHERE b IN (1, 2, 3) ~ SELECT a FROM t WHERE b IN (4)"
    })
    void textsThatDifferInConstantsAreTheSame(String one, String other) {
        assertThat(of(one)).isEqualTo(of(other));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "SELECT a ~ SELECT b", "SELECT a1 ~ SELECT a2", "SELECT ab ~ SELECT a b", "SELECT a FROM t ~ SELECT a FROM t WHERE b = 1", "SELECT 1 ~ SELECT a",
        "SELECT a, 1 ~ SELECT 1, a"
    })
    void otherStatementsAreOthers(String one, String other) {
        assertThat(of(one)).isNotEqualTo(of(other));
    }

    @Test
    void textThatIsCutAnywhereHasAFingerprint() {
        String text = "SELECT 'a''b', $t$ x $t$, 1.5 /* c */ -- d";
        for (int end = 0; end <= text.length(); end++) {
            of(text.substring(0, end));
        }

        assertThat(of("")).isNotEqualTo(of("x"));
    }
}
