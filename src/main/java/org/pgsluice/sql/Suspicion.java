package org.pgsluice.sql;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one text may do to a session. Immutable.
 *
 * @param effects bits of {@link SessionEffects}
 * @param settings the names of settings that it may change, in lower case
 * @param subscriptions its LISTENs and UNLISTENs
 * @param parameters the numbers, from 1, of parameters whose values are names of settings
 */
public record Suspicion(int effects, List<String> settings, List<Subscription> subscriptions, List<Integer> parameters) {
    /** Of a text that does nothing to a session. */
    public static final Suspicion NONE = new Suspicion(SessionEffects.NONE, List.of(), List.of(), List.of());

    /** Of a text that nobody has seen. */
    public static final Suspicion ANYTHING = of(SessionEffects.OPAQUE | SessionEffects.UNKNOWN_NAME | SessionEffects.RELEASE);

    private static final Suspicion NEXTVAL = new Suspicion(SessionEffects.NEXTVAL, List.of(), List.of(), List.of());

    /** Effects without any name. */
    public static Suspicion of(int effects) {
        return effects == 0 ? NONE : effects == SessionEffects.NEXTVAL ? NEXTVAL : new Suspicion(effects, List.of(), List.of(), List.of());
    }

    /** This and the other. */
    public Suspicion plus(Suspicion other) {
        if (other.isNone() || this == other || equals(other)) {
            return this;
        }
        if (isNone()) {
            return other;
        }
        Suspicions all = new Suspicions();
        all.add(this);
        all.add(other);
        Set<Integer> numbers = new LinkedHashSet<>(parameters);
        numbers.addAll(other.parameters);
        return new Suspicion(all.effects(), List.copyOf(all.settings()), List.copyOf(all.subscriptions()), List.copyOf(numbers));
    }

    /** Whether it is nothing at all. */
    public boolean isNone() {
        return effects == 0;
    }
}
