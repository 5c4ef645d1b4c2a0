package org.pgsluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;

class LooksTest {
    private static final Set<Part<?>> CLIENTS = Set.of(Part.CLIENTS);

    private final List<Consumer<Snapshot>> underWay = new ArrayList<>();
    private final Looks looks = new Looks((parts, then) -> underWay.add(then));
    private final List<String> answered = new ArrayList<>();

    @Test
    void whoeverAsksDuringALookSharesTheNext() {
        looks.at(CLIENTS, snapshot -> answered.add("first"));
        looks.at(CLIENTS, snapshot -> answered.add("second"));
        looks.at(CLIENTS, snapshot -> answered.add("third"));
        assertThat(underWay).hasSize(1);

        underWay.getFirst().accept(Snapshot.EMPTY);

        assertThat(answered).as("the others asked after it had begun").containsExactly("first");
        assertThat(underWay).hasSize(2);
        underWay.getLast().accept(Snapshot.EMPTY);
        assertThat(answered).containsExactly("first", "second", "third");
        assertThat(underWay).hasSize(2);
    }

    @Test
    void otherPartsAreLookedAtMeanwhile() {
        looks.at(CLIENTS, snapshot -> answered.add("clients"));
        looks.at(Set.of(Part.POOLS), snapshot -> answered.add("pools"));

        underWay.getLast().accept(Snapshot.EMPTY);

        assertThat(answered).containsExactly("pools");
    }
}
