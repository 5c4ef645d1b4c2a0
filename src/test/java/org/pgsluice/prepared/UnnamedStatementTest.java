package org.pgsluice.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnnamedStatementTest {
    private static final long SERVER = 7;

    private final StatementCatalog catalog = new StatementCatalog();
    private final UnnamedStatement statement = new UnnamedStatement(catalog);

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

    @Test
    void longTextsOfAllClientsHaveARoom() {
        catalog.limit(150_000);
        UnnamedStatement other = new UnnamedStatement(catalog);
        byte[] text = "SELECT 1".repeat(10_000).getBytes(StandardCharsets.UTF_8);

        parse("SELECT 1".repeat(10_000));
        statement.parsed(SERVER);
        other.parseSent(SERVER, 0);
        other.text(ByteBuffer.wrap(text), 0, text.length, text.length);
        other.parsed(SERVER);

        assertThat(text()).hasSize(80_000);
        assertThat(other.text()).isNull();
        assertThat(other.isOn(SERVER)).isTrue();
        assertThat(catalog.bytes()).isBetween(80_000L, 150_000L);

        parse("SELECT 2".repeat(1000));
        statement.close();
        statement.parsed(SERVER);
        assertThat(catalog.bytes()).isZero();
        other.parseSent(SERVER, 0);
        other.text(ByteBuffer.wrap(text), 0, text.length, text.length);
        other.parsed(SERVER);
        assertThat(other.text()).isNotNull();
    }

    @Test
    void textThatHoldsNoMoreTakesNoRoom() {
        parse("SELECT 1".repeat(10_000));
        statement.skipped();
        assertThat(catalog.bytes()).isZero();

        parse("SELECT 1".repeat(10_000));
        statement.parsed(SERVER);
        statement.destroyed();
        assertThat(catalog.bytes()).isZero();
    }
}
