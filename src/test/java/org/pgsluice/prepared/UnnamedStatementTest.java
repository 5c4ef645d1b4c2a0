package org.pgsluice.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnnamedStatementTest {
    private static final long SERVER = 7;

    private final UnnamedStatement statement = new UnnamedStatement();

    private void parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        statement.parseSent(SERVER, 0);
        statement.text(ByteBuffer.wrap(bytes), 0, bytes.length, bytes.length);
    }

    private @Nullable String text() {
        ByteBuffer known = statement.text();
        return known == null ? null : StandardCharsets.UTF_8.decode(known).toString();
    }

    @Test
    void parsesFromBeforeARestartAreAnsweredFirst() {
        statement.underWayFromBefore(2);
        parse("SELECT 3");

        statement.parsed(SERVER);
        assertThat(text()).isNull();
        statement.skipped();
        statement.parsed(SERVER);
        assertThat(text()).isEqualTo("SELECT 3");
        assertThat(statement.isOn(SERVER)).isTrue();
    }

    @Test
    void skippedParseLeavesTheOneBefore() {
        parse("SELECT 1");
        parse("SELECT 2");
        statement.parsed(SERVER);
        statement.skipped();
        assertThat(text()).isEqualTo("SELECT 1");
    }
}
