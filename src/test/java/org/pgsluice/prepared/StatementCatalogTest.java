package org.pgsluice.prepared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementCatalogTest {
    private final StatementCatalog catalog = new StatementCatalog();

    private PreparedStatement acquire(String text) {
        return catalog.acquire(text.getBytes(StandardCharsets.US_ASCII), "");
    }

    @Test
    void equalTextsAreOneStatement() {
        PreparedStatement first = acquire("SELECT 1\0\0\0");

        assertThat(acquire("SELECT 1\0\0\0")).isSameAs(first);
        assertThat(acquire("SELECT 1\0\0\1")).isNotSameAs(first);
        assertThat(catalog.size()).isEqualTo(2);
    }

    @Test
    void statementIsForgottenWithItsLastUser() {
        PreparedStatement statement = acquire("SELECT 1");
        catalog.share(statement);
        catalog.release(statement);
        assertThat(acquire("SELECT 1")).isSameAs(statement);
        catalog.release(statement);
        catalog.release(statement);

        assertThat(catalog.size()).isZero();
        assertThat(acquire("SELECT 1")).isNotSameAs(statement);
    }

    @Test
    void nameOnServersIsNeverGivenTwice() {
        PreparedStatement first = acquire("SELECT 1");
        catalog.release(first);

        PreparedStatement again = acquire("SELECT 1");

        assertThat(first.serverName()).isEqualTo("PGBOUNCER_1".getBytes(StandardCharsets.US_ASCII));
        assertThat(again.serverName()).isEqualTo("PGBOUNCER_2".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void oneReleaseTooManyIsNoticed() {
        PreparedStatement statement = acquire("SELECT 1");
        catalog.release(statement);

        assertThatThrownBy(() -> catalog.release(statement)).isInstanceOf(AssertionError.class);
    }

    @Test
    void textsOfEqualHashAreFoundAsFastAsOthers() {
        int bits = 13;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 1 << bits; i++) {
                StringBuilder text = new StringBuilder();
                for (int bit = 0; bit < bits; bit++) {
                    text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                }
                acquire(text.toString());
            }
        }

        assertThat(catalog.size()).isEqualTo(1 << bits);
        assertThat(new PreparedStatement.Text(new byte[] {1, 2}, "").compareTo(new PreparedStatement.Text(new byte[] {1, 3}, ""))).isNegative();
    }

    @Test
    void memoryOfTextsAndNamesIsLimitedAndComesBack() {
        ClientStatements names = new ClientStatements(catalog);
        catalog.limit(10_000);
        int named = 0;
        for (PreparedStatement next = catalog.acquireIfRoom(new byte[] {0}, ""); next != null; next = catalog.acquireIfRoom(new byte[] {(byte) named}, "")) {
            names.put(new byte[] {(byte) named++}, next, false);
        }

        assertThat(named).isBetween(20, 40);
        assertThat(catalog.bytes()).isBetween(9_000L, 10_000L);
        assertThat(catalog.hasRoom(1)).isFalse();
        names.clear();
        assertThat(catalog.bytes()).isZero();
        assertThat(catalog.acquireIfRoom(new byte[10_000], "")).isNull();
    }

    @Test
    void threadsShareStatements() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    PreparedStatement statement = acquire("SELECT " + i % 7);
                    catalog.share(statement);
                    catalog.release(statement);
                    catalog.release(statement);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(catalog.size()).isZero();
    }
}
