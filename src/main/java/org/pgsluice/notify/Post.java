package org.pgsluice.notify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.pgsluice.wire.Notification;

/** Who has subscribed to what of one hub, on one reactor; for that reactor's thread. */
final class Post {
    private final Map<String, Set<Subscriber>> byChannel = new HashMap<>();
    /** All of them, by what they have subscribed to; in the order in which they came. */
    private final Map<Subscriber, Set<String>> all = new LinkedHashMap<>();

    /** Who waits for which marker. */
    private final Map<Long, Subscriber> awaited = new HashMap<>();
    private long lastMarker;

    /** A number for a marker that {@code subscriber} waits for. */
    long marks(Subscriber subscriber) {
        awaited.put(++lastMarker, subscriber);
        return lastMarker;
    }

    void add(Subscriber subscriber, Set<String> channels) {
        all.computeIfAbsent(subscriber, fresh -> new LinkedHashSet<>()).addAll(channels);
        for (String channel : channels) {
            byChannel.computeIfAbsent(channel, fresh -> new LinkedHashSet<>()).add(subscriber);
        }
    }

    void remove(Subscriber subscriber, Set<String> channels) {
        Set<String> left = all.get(subscriber);
        if (left == null) {
            return;
        }
        left.removeAll(channels);
        for (String channel : channels) {
            Set<Subscriber> others = byChannel.get(channel);
            if (others != null && others.remove(subscriber) && others.isEmpty()) {
                byChannel.remove(channel);
            }
        }
    }

    void remove(Subscriber subscriber) {
        Set<String> channels = all.get(subscriber);
        if (channels != null) {
            remove(subscriber, Set.copyOf(channels));
            all.remove(subscriber);
        }
        awaited.values().remove(subscriber);
    }

    /** Tells those who have subscribed to its channel. */
    void deliver(Notification notification) {
        Set<Subscriber> subscribers = byChannel.get(notification.channel());
        if (subscribers != null) {
            tell(subscribers, subscriber -> subscriber.onNotification(notification));
        }
    }

    /** The hub has heard a marker. */
    void marker(long number) {
        Subscriber subscriber = awaited.remove(number);
        if (subscriber != null) {
            subscriber.onMarker(number);
        }
    }

    /** Nothing that was said lately is sure to have come. */
    void lost(String why) {
        tell(all.keySet(), subscriber -> subscriber.onLost(why));
    }

    /** Whoever is told may be closed by that, and leave. */
    private static void tell(Set<Subscriber> subscribers, Consumer<Subscriber> what) {
        List<Subscriber> now = new ArrayList<>(subscribers);
        for (Subscriber subscriber : now) {
            what.accept(subscriber);
        }
    }
}
