package org.pgsluice.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a walk has found in a text so far, with at most {@link Suspicions#MOST} names of each kind. */
final class Found {
    /** What a text may do that cannot be read, or does what does not show. */
    static final int ANYTHING = SessionEffects.OPAQUE | SessionEffects.UNKNOWN_NAME | SessionEffects.RELEASE;

    private int effects;
    private Set<String> settings = Set.of();
    private List<Subscription> subscriptions = List.of();
    private List<Integer> parameters = List.of();

    void begin() {
        effects = SessionEffects.NONE;
        settings = Set.of();
        subscriptions = List.of();
        parameters = List.of();
    }

    void add(int more) {
        effects |= more;
    }

    void anything() {
        effects |= ANYTHING;
    }

    /** A setting that changes; those that name a role are a matter of their own. */
    void setting(String lower) {
        if (lower.equals("role") || lower.equals("session_authorization")) {
            effects |= SessionEffects.ROLE;
            return;
        }
        if (settings.isEmpty()) {
            settings = new LinkedHashSet<>();
        }
        if (settings.size() < Suspicions.MOST) {
            settings.add(lower);
        } else {
            effects |= SessionEffects.UNKNOWN_NAME;
        }
    }

    void parameter(int number) {
        if (parameters.isEmpty()) {
            parameters = new ArrayList<>();
        }
        if (parameters.size() < Suspicions.MOST) {
            parameters.add(number);
        } else {
            effects |= SessionEffects.UNKNOWN_NAME;
        }
    }

    void subscription(Subscription one) {
        if (subscriptions.isEmpty()) {
            subscriptions = new ArrayList<>();
        }
        if (subscriptions.size() < Suspicions.MOST) {
            subscriptions.add(one);
        } else {
            effects |= SessionEffects.OPAQUE;
        }
    }

    int effects() {
        return effects;
    }

    Set<String> settings() {
        return settings;
    }

    /** What a parameter would name is not known here. */
    void addTo(Suspicions all) {
        all.addAll(effects | (parameters.isEmpty() ? 0 : SessionEffects.UNKNOWN_NAME), settings, subscriptions);
    }

    Suspicion suspicion() {
        return settings.isEmpty() && subscriptions.isEmpty() && parameters.isEmpty()
                ? Suspicion.of(effects)
                : new Suspicion(effects, List.copyOf(settings), List.copyOf(subscriptions), List.copyOf(parameters));
    }
}
