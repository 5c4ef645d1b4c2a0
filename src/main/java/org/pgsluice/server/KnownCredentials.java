package org.pgsluice.server;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.Credentials;
import org.pgsluice.pool.PoolKey;

/**
 * Credentials by database and user, with what was derived or learnt for them; the ones that were not used for longest are forgotten beyond a limit. Any
 * thread: one lock, held for map work only, once or twice a login.
 *
 * <p>The JDK's map in order of access does all that is asked for here. A cache library would add a megabyte, threads and the loading of its classes to the
 * first login.
 */
public final class KnownCredentials {
    private final Map<PoolKey, Credentials> inOrderOfUse;

    KnownCredentials(int most) {
        inOrderOfUse = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PoolKey, Credentials> eldest) {
                return size() > most;
            }
        };
    }

    /** The user's credentials; null when they are not known (any more). */
    public @Nullable Credentials find(String database, String user) {
        synchronized (inOrderOfUse) {
            return inOrderOfUse.get(new PoolKey(database, user));
        }
    }

    /**
     * The known credentials of the same user if they have the same secret, so that what was derived stays known; otherwise {@code current} itself. Keeps
     * nothing.
     */
    public Credentials refreshed(String database, Credentials current) {
        Credentials known = find(database, current.name());
        return known != null && known.secret().equals(current.secret()) ? known : current;
    }

    /** Keeps credentials that have proven right; returns them. */
    public Credentials keep(String database, Credentials credentials) {
        synchronized (inOrderOfUse) {
            inOrderOfUse.put(new PoolKey(database, credentials.name()), credentials);
        }
        return credentials;
    }
}
