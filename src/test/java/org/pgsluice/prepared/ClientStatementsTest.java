package org.pgsluice.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClientStatementsTest {
    private final StatementCatalog catalog = new StatementCatalog();
    private final ClientStatements statements = new ClientStatements(catalog);

    private PreparedStatement acquire(String text) {
        return catalog.acquire(text.getBytes(StandardCharsets.UTF_8), "");
    }

    private void put(String name, PreparedStatement statement) {
        statements.put(name.getBytes(StandardCharsets.UTF_8), statement, false);
    }

    private PreparedStatement get(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(bytes.length + 7).put(3, bytes);
        return statements.get(message, 3, 3 + bytes.length);
    }

    private boolean remove(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return statements.remove(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    @Test
    void nameIsFoundInTheMiddleOfAMessageAndNoPrefixOfItIs() {
        PreparedStatement statement = acquire("SELECT 1");
        put("name", statement);

        assertThat(get("name")).isSameAs(statement);
        assertThat(get("nam")).isNull();
        assertThat(get("names")).isNull();
        assertThat(get("")).isNull();
    }

    @Test
    void namesAreTheSameThatAgreeInSixtyThreeBytes() {
        String name = "n".repeat(63);
        PreparedStatement statement = acquire("SELECT 1");
        put(name + "a", statement);

        assertThat(get(name)).isSameAs(statement);
        assertThat(get(name + "b")).isSameAs(statement);
        assertThat(get(name.substring(1))).isNull();
        assertThat(remove(name + "c")).isTrue();
        assertThat(get(name + "a")).isNull();
        assertThat(catalog.size()).isZero();
        assertThat(catalog.bytes()).isZero();
    }

    @Test
    void forgottenStatementIsReleased() {
        put("a", acquire("SELECT 1"));
        put("b", acquire("SELECT 1"));
        put("c", acquire("SELECT 2"));
        assertThat(catalog.size()).isEqualTo(2);

        assertThat(remove("a")).isTrue();
        assertThat(remove("a")).isFalse();
        assertThat(catalog.size()).isEqualTo(2);
        remove("b");
        assertThat(catalog.size()).isEqualTo(1);
        statements.clear();
        assertThat(catalog.size()).isZero();
        assertThat(statements.size()).isZero();
        assertThat(get("c")).isNull();
    }

    @Test
    void detachedNameLeavesTheUseOfItsStatementToTheCaller() {
        PreparedStatement statement = acquire("SELECT 1");
        put("a", statement);

        assertThat(statements.detach(ByteBuffer.wrap(new byte[] {'a'}), 0, 1)).isSameAs(statement);

        assertThat(get("a")).isNull();
        assertThat(catalog.size()).isEqualTo(1);
        assertThat(statements.detach(ByteBuffer.wrap(new byte[] {'a'}), 0, 1)).isNull();
    }

    @Test
    void behavesAsAMapUnderAnyMixOfCalls() {
        for (long seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            Map<String, PreparedStatement> model = new HashMap<>();
            for (int i = 0; i < 600; i++) {
                String name = "s" + random.nextInt(40);
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        if (!model.containsKey(name)) {
                            PreparedStatement statement = acquire("SELECT " + random.nextInt(10));
                            model.put(name, statement);
                            put(name, statement);
                        }
                    }
                    case 2 -> assertThat(remove(name)).as("seed %d", seed).isEqualTo(model.remove(name) != null);
                    case 3 -> assertThat(get(name)).as("seed %d", seed).isSameAs(model.get(name));
                    default -> throw new AssertionError();
                }
                assertThat(statements.size()).as("seed %d", seed).isEqualTo(model.size());
            }
            model.forEach((name, statement) -> assertThat(get(name)).isSameAs(statement));
            int[] seen = new int[1];
            statements.forEachName((name, statement) -> seen[0]++);
            assertThat(seen[0]).as("seed %d", seed).isEqualTo(model.size());
            assertThat(catalog.size()).as("seed %d", seed).isEqualTo(new HashSet<>(model.values()).size());
            statements.clear();
            assertThat(catalog.size()).as("seed %d", seed).isZero();
        }
    }
}
