package org.pgsluice.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerStatementsTest {
    private final StatementCatalog catalog = new StatementCatalog();
    private final ServerStatements statements = new ServerStatements(catalog);
    private final PreparedStatement one = catalog.acquire(new byte[] {1}, "");
    private final PreparedStatement two = catalog.acquire(new byte[] {2}, "");
    private final PreparedStatement three = catalog.acquire(new byte[] {3}, "");

    @Test
    void statementUsedLongestAgoIsTheFirstToGo() {
        statements.add(one);
        statements.add(two);
        statements.add(three);
        assertThat(statements.overflow(3)).isNull();
        assertThat(statements.overflow(2)).isSameAs(one);

        assertThat(statements.touch(one)).isTrue();

        assertThat(statements.overflow(2)).isSameAs(two);
        statements.remove(two);
        assertThat(statements.touch(two)).isFalse();
        assertThat(statements.overflow(2)).isNull();
    }

    @Test
    void statementIsHeldOnceHoweverOftenItIsAdded() {
        statements.add(one);
        statements.add(one);
        catalog.release(one);
        assertThat(catalog.size()).isEqualTo(3);

        statements.remove(one);
        statements.remove(one);

        assertThat(catalog.size()).isEqualTo(2);
    }

    @Test
    void serverThatForgetsAllHoldsNone() {
        statements.add(one);
        statements.add(two);
        catalog.release(one);
        catalog.release(two);
        assertThat(catalog.size()).isEqualTo(3);

        statements.clear();

        assertThat(statements.size()).isZero();
        assertThat(catalog.size()).isEqualTo(1);
    }
}
