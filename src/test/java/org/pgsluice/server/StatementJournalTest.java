package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pgsluice.prepared.ClientStatements;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.prepared.ServerStatements;
import org.pgsluice.prepared.StatementCatalog;

class StatementJournalTest {
    private final StatementCatalog catalog = new StatementCatalog();
    private final ServerStatements present = new ServerStatements(catalog);
    private final ClientStatements names = new ClientStatements(catalog);
    private final StatementJournal journal = new StatementJournal(present, catalog, 1, () -> "here");

    private PreparedStatement acquire(int text) {
        return catalog.acquire(new byte[] {(byte) text, 0}, "");
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private PreparedStatement named(String name) {
        return names.get(ByteBuffer.wrap(bytes(name)), 0, name.length());
    }

    private boolean waits(int segment, String name) {
        return journal.waits(segment, ByteBuffer.wrap(bytes(name)), 0, name.length());
    }

    private void parse(int segment, String name, PreparedStatement statement) {
        journal.parse(segment, statement, true, names, bytes(name));
    }

    @Test
    void effectIsThereAtOnceAndHoldsWhenItIsDone() {
        PreparedStatement statement = acquire(1);
        parse(0, "a", statement);
        assertThat(named("a")).isSameAs(statement);
        assertThat(present.touch(statement)).isTrue();

        journal.done();

        assertThat(named("a")).isSameAs(statement);
        assertThat(statement.isProvenOn("here")).isTrue();
        assertThat(statement.isProvenOn("elsewhere")).isFalse();
    }

    @Test
    void replacedNameHasItsOldMeaningWhenBothAreUndone() {
        PreparedStatement old = acquire(1);
        parse(0, "a", old);
        journal.done();
        journal.closeName(1, names, bytes("a"));
        parse(1, "a", acquire(2));
        journal.close(1, old);

        journal.undone(3);

        assertThat(named("a")).isSameAs(old);
        assertThat(present.touch(old)).isTrue();
        names.clear();
        present.clear();
        assertThat(catalog.size()).isZero();
    }

    @Test
    void laterSegmentWaitsForWhatIsOpenInAnEarlierOneAndForNothingElse() {
        PreparedStatement statement = acquire(1);
        parse(4, "a", statement);

        assertThat(waits(4, "a")).isFalse();
        assertThat(waits(5, "a")).isTrue();
        assertThat(waits(5, "b")).isFalse();
        assertThat(journal.waits(4, statement)).isFalse();
        assertThat(journal.waits(5, statement)).isTrue();
        assertThat(journal.overflow(5, 0)).isNull();
        journal.done();
        assertThat(waits(5, "a")).isFalse();
        assertThat(journal.overflow(5, 0)).isSameAs(statement);
    }

    @Test
    void forgetAllTouchesOnlyWhatStoodBeforeIt() {
        PreparedStatement before = acquire(1);
        parse(0, "before", before);
        journal.done();
        journal.closeName(1, names, bytes("before"));
        PreparedStatement behind = acquire(2);
        parse(1, "behind", behind);

        journal.forgotAll(names);

        assertThat(present.touch(before)).isFalse();
        assertThat(named("behind")).isSameAs(behind);
        assertThat(present.touch(behind)).isTrue();
        journal.undone(2);
        assertThat(named("before")).isNull();
        assertThat(named("behind")).isNull();
        assertThat(catalog.size()).isZero();
    }

    /** Segments of random effects, each of which holds or is undone as a whole from some place on, against maps that are copied before each message. */
    @Test
    void namesAreWhatTheyWereBeforeTheFirstMessageThatCameToNothing() {
        for (long seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            List<PreparedStatement> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(acquire(i));
            }
            Map<String, PreparedStatement> model = new HashMap<>();
            for (int segment = 0; segment < 10; segment++) {
                List<Map<String, PreparedStatement>> before = new ArrayList<>();
                int effects = random.nextInt(6);
                for (int i = 0; i < effects; i++) {
                    before.add(new HashMap<>(model));
                    String name = "n" + random.nextInt(3);
                    if (model.remove(name) != null) {
                        journal.closeName(segment, names, bytes(name));
                    } else {
                        PreparedStatement statement = all.get(random.nextInt(all.size()));
                        model.put(name, statement);
                        parse(segment, name, catalog.share(statement));
                    }
                }
                int good = random.nextInt(effects + 1);
                for (int i = 0; i < good; i++) {
                    journal.done();
                }
                if (good < effects) {
                    journal.undone(effects - good);
                    model = before.get(good);
                }
                for (int i = 0; i < 3; i++) {
                    assertThat(named("n" + i)).as("seed %d", seed).isSameAs(model.get("n" + i));
                }
            }
            names.clear();
            present.clear();
            all.forEach(catalog::release);
            assertThat(catalog.size()).as("seed %d", seed).isZero();
        }
    }
}
