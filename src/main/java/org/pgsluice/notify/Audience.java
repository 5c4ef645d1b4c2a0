package org.pgsluice.notify;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who has subscribed to what of one hub, whatever their reactors. On the hub's reactor. */
final class Audience {
    private record Member(int lane, Set<String> channels) {}

    private final int lanes;
    private final Map<Subscriber, Member> members = new LinkedHashMap<>();
    private final Map<String, int[]> counts = new HashMap<>();

    Audience(int lanes) {
        this.lanes = lanes;
    }

    /** Counts a subscriber of reactor {@code lane} in; those of its channels that nobody had subscribed to. */
    Set<String> join(Subscriber subscriber, int lane, Set<String> channels) {
        Member member = members.computeIfAbsent(subscriber, fresh -> new Member(lane, new LinkedHashSet<>()));
        Set<String> fresh = new LinkedHashSet<>();
        for (String channel : channels) {
            if (member.channels().add(channel)) {
                int[] ofChannel = counts.get(channel);
                if (ofChannel == null) {
                    ofChannel = new int[lanes];
                    counts.put(channel, ofChannel);
                    fresh.add(channel);
                }
                ofChannel[lane]++;
            }
        }
        return fresh;
    }

    /** Ends some of its subscriptions; those channels that nobody has subscribed to any more. */
    Set<String> leave(Subscriber subscriber, Set<String> channels) {
        Set<String> unheard = new LinkedHashSet<>();
        Member member = members.get(subscriber);
        if (member == null) {
            return unheard;
        }
        for (String channel : channels) {
            int[] ofChannel = member.channels().remove(channel) ? counts.get(channel) : null;
            if (ofChannel != null) {
                ofChannel[member.lane()]--;
                if (isZero(ofChannel)) {
                    counts.remove(channel);
                    unheard.add(channel);
                }
            }
        }
        return unheard;
    }

    /** Ends all of them. */
    Set<String> leave(Subscriber subscriber) {
        Member member = members.get(subscriber);
        Set<String> unheard = member == null ? Set.of() : leave(subscriber, Set.copyOf(member.channels()));
        members.remove(subscriber);
        return unheard;
    }

    /** All are about to be closed: what they leave then is not there any more. */
    void clear() {
        members.clear();
        counts.clear();
    }

    /** The reactor of a subscriber; -1 for one that has left. */
    int laneOf(Subscriber subscriber) {
        Member member = members.get(subscriber);
        return member == null ? -1 : member.lane();
    }

    /** How many each reactor has for a channel; null for none. Not to be changed. */
    int @Nullable [] countsOf(String channel) {
        return counts.get(channel);
    }

    /** The channels that somebody has subscribed to. */
    Set<String> channels() {
        return counts.keySet();
    }

    private static boolean isZero(int[] counts) {
        for (int count : counts) {
            if (count != 0) {
                return false;
            }
        }
        return true;
    }
}
