package org.pgsluice.sql;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the statements of a client may have done to its server since somebody looked: effects, and the names that go with them. At most {@link #MOST} names of
 * each kind; what goes beyond is a name that is not known. For the thread of the client's reactor.
 */
public final class Suspicions {
    /** So many names of settings, and so many LISTENs and UNLISTENs, are kept. */
    public static final int MOST = 256;

    private int effects;
    private int hash;
    private Set<String> settings = Set.of();
    private List<Subscription> subscriptions = List.of();

    /** Bits of {@link SessionEffects}. */
    public int effects() {
        return effects;
    }

    /** Whether one of those effects is there. */
    public boolean any(int bits) {
        return (effects & bits) != 0;
    }

    /** A hash of the last text that is a reason to ask, by which people may know it again; 0 when there is none. */
    public int hash() {
        return hash;
    }

    /** The text from {@code from} to {@code to} is a reason to ask. */
    public void textIs(ByteBuffer text, int from, int to) {
        int all = 1;
        for (int i = from; i < to; i++) {
            all = 31 * all + text.get(i);
        }
        hash = all;
    }

    /** The names of settings that may have changed, in lower case. */
    public Set<String> settings() {
        return Collections.unmodifiableSet(settings);
    }

    /** The LISTENs and UNLISTENs, in order. Where they are too many, OPAQUE is there too. */
    public List<Subscription> subscriptions() {
        return Collections.unmodifiableList(subscriptions);
    }

    public void add(int more) {
        effects |= more;
    }

    public void add(Suspicion one) {
        addAll(one.effects(), one.settings(), one.subscriptions());
    }

    /** Adds what others have; their order is kept. */
    void addAll(int more, Collection<String> names, Collection<Subscription> channels) {
        effects |= more;
        if (!names.isEmpty()) {
            names.forEach(this::addSetting);
        }
        if (!channels.isEmpty()) {
            channels.forEach(this::add);
        }
    }

    public void addSetting(String name) {
        if (settings.isEmpty()) {
            settings = new LinkedHashSet<>();
        }
        if (settings.size() < MOST) {
            settings.add(name);
        } else if (!settings.contains(name)) {
            effects |= SessionEffects.UNKNOWN_NAME;
        }
    }

    private void add(Subscription one) {
        if (subscriptions.isEmpty()) {
            subscriptions = new ArrayList<>();
        }
        if (subscriptions.size() < MOST) {
            subscriptions.add(one);
        } else {
            effects |= SessionEffects.OPAQUE;
        }
    }

    /** Forgets which settings got their values of the login: those are there. */
    public void forgetDefaults() {
        effects &= ~(SessionEffects.DEFAULT | SessionEffects.LOCAL_DEFAULT);
    }

    /** Forgets what concerns notifications alone: somebody has seen to that. */
    public void forgetSubscriptions() {
        effects &= ~(SessionEffects.LISTEN | SessionEffects.UNLISTEN | SessionEffects.NOTIFY | SessionEffects.CHANNELS);
        subscriptions = List.of();
    }

    /** Forgets all: somebody has looked. */
    public void clear() {
        effects = SessionEffects.NONE;
        hash = 0;
        settings = Set.of();
        subscriptions = List.of();
    }
}
