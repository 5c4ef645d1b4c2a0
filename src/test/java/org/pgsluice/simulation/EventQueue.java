package org.pgsluice.simulation;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Reactor;

/**
 * What is going to happen, by time and then by the order in which it was decided. Timers are told from the rest, since a world that only waits for timers is
 * idle.
 */
final class EventQueue {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long made;
    private int busy;

    Event add(long time, boolean timer, Runnable action) {
        Event event = new Event(time, made++, timer, action);
        events.add(event);
        if (!timer) {
            busy++;
        }
        return event;
    }

    /** Takes the next event unless it is after {@code until}. */
    @Nullable Event poll(long until) {
        Event next = events.peek();
        while (next != null && next.cancelled) {
            events.remove();
            next = events.peek();
        }
        if (next == null || next.time > until) {
            return null;
        }
        events.remove();
        next.taken = true;
        if (!next.timer) {
            busy--;
        }
        return next;
    }

    /** Whether anything but timers is to come. */
    boolean isBusy() {
        return busy > 0;
    }

    final class Event implements Comparable<Event>, Reactor.Timer {
        final long time;
        final Runnable action;
        private final long order;
        private final boolean timer;
        private boolean cancelled;
        private boolean taken;

        private Event(long time, long order, boolean timer, Runnable action) {
            this.time = time;
            this.order = order;
            this.timer = timer;
            this.action = action;
        }

        @Override
        public void cancel() {
            if (!cancelled && !taken) {
                cancelled = true;
                if (!timer) {
                    busy--;
                }
            }
        }

        @Override
        public int compareTo(Event other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(order, other.order);
        }
    }
}
