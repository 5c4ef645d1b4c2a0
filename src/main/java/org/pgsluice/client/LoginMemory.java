package org.pgsluice.client;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What clients that have not logged in keep of what they sent, over all reactors. It is bounded: beyond the limit those who have kept something for longest
 * are refused, since a login sends its few bytes at once and an attacker sends them slowly. One lock, taken only when a login begins or ends to keep bytes, or
 * its buffer grows. Any thread.
 */
final class LoginMemory {
    /** 800 unfinished startup packets of PostgreSQL's largest size, or 128 such passwords. */
    static final long MOST_BYTES = 8 << 20;

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
            Iterator<Map.Entry<ClientLogin, Integer>> oldest = held.entrySet().iterator();
            while (total > most && oldest.hasNext()) {
                Map.Entry<ClientLogin, Integer> next = oldest.next();
                oldest.remove();
                total -= next.getValue();
                refused.add(next.getKey());
            }
        }
        return refused;
    }

    /** How many bytes are kept. */
    long total() {
        synchronized (held) {
            return total;
        }
    }
}
