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

    /** What OpenSSL takes for a handshake that has stopped in its middle, at most. */
    static final int HANDSHAKE_BYTES = 64 * 1024;

    /** For 2,048 of them; who has stopped for longest has to go for the next. */
    static final long MOST_HANDSHAKE_BYTES = 2_048L * HANDSHAKE_BYTES;

    /** A login of an application takes less; it goes only when there are nothing but such. */
    private static final int ORDINARY = 1_024;

    private final long most;
    private final Map<ClientLogin, Integer> held = new LinkedHashMap<>();
    private long total;

    LoginMemory(long most) {
        this.most = most;
    }

    /** A login keeps so many bytes from now on. Those that have to go for it are told, and do not count any more. */
    void keeps(ClientLogin login, int bytes) {
        List<ClientLogin> refused = new ArrayList<>();
        synchronized (held) {
            Integer before = bytes == 0 ? held.remove(login) : held.put(login, bytes);
            total += bytes - (before == null ? 0 : before);
            refuseOldest(ORDINARY, refused);
            refuseOldest(0, refused);
        }
        refused.forEach(ClientLogin::refuseForMemory);
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
