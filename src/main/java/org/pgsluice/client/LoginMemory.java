package org.pgsluice.client;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What clients that have not logged in keep of what they sent, over all reactors: bytes that are not complete, and the names and values of startup packets. It
 * is bounded: beyond the limit those who have kept much for longest are refused. A login of an application takes some hundred bytes and is spared. One lock,
 * taken when a login begins or ends to keep bytes, or its buffer grows. Any thread.
 */
final class LoginMemory {
    /** 500 unfinished startup packets of PostgreSQL's largest size, or 400 finished ones, or 128 such passwords. */
    static final long MOST_BYTES = 8 << 20;

    /** A login of an application takes less; it goes only when there are nothing but such. */
    private static final int ORDINARY = 1_024;

    private final long most;
    private final Map<ClientLogin, Integer> held = new LinkedHashMap<>();
    private long total;

    LoginMemory(long most) {
        this.most = most;
    }

    /** A login keeps so many bytes from now on. Returns those that have to go for it; they do not count any more. */
    List<ClientLogin> keeps(ClientLogin login, int bytes) {
        List<ClientLogin> refused = new ArrayList<>();
        synchronized (held) {
            Integer before = bytes == 0 ? held.remove(login) : held.put(login, bytes);
            total += bytes - (before == null ? 0 : before);
            refuseOldest(ORDINARY, refused);
            refuseOldest(0, refused);
        }
        return refused;
    }

    /** Until the rest is within the limit. */
    private void refuseOldest(int beyondBytes, List<ClientLogin> refused) {
        Iterator<Map.Entry<ClientLogin, Integer>> oldest = held.entrySet().iterator();
        while (total > most && oldest.hasNext()) {
            Map.Entry<ClientLogin, Integer> next = oldest.next();
            if (next.getValue() > beyondBytes) {
                oldest.remove();
                total -= next.getValue();
                refused.add(next.getKey());
            }
        }
    }

    /** How many bytes are kept. */
    long total() {
        synchronized (held) {
            return total;
        }
    }
}
