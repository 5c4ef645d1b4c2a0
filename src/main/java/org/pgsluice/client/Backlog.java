package org.pgsluice.client;

import java.util.ArrayDeque;
import java.util.Set;
import org.pgsluice.wire.Notification;

/** Notifications that a client is to hear as soon as it may, in order. Clients share them; what counts for the limit is what this one would read. */
final class Backlog {
    private final ArrayDeque<Notification> waiting = new ArrayDeque<>(2);
    private long bytes;

    void add(Notification notification) {
        waiting.addLast(notification);
        bytes += notification.size();
    }

    void clear() {
        waiting.clear();
        bytes = 0;
    }

    /** Forgets those of channels that the client does not listen to any more: PostgreSQL does not tell them either. */
    void forget(Set<String> channels) {
        waiting.removeIf(notification -> {
            boolean gone = channels.contains(notification.channel());
            bytes -= gone ? notification.size() : 0;
            return gone;
        });
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    /** The messages of the first ones, {@code most} bytes unless the first alone has more; they are taken out. */
    byte[] take(int most) {
        int length = 0;
        int count = 0;
        for (Notification next : waiting) {
            int longer = length + next.message().length;
            if (count > 0 && longer > most) {
                break;
            }
            length = longer;
            count++;
        }
        byte[] messages = new byte[length];
        for (int at = 0; count > 0; count--) {
            Notification first = waiting.removeFirst();
            bytes -= first.size();
            System.arraycopy(first.message(), 0, messages, at, first.message().length);
            at += first.message().length;
        }
        return messages;
    }
}
