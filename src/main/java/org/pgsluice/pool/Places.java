package org.pgsluice.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.LoadBalanceHosts;
import org.pgsluice.config.ServerIdentity;

/**
 * Where the servers of one pool may be opened, and whose turn it is. A place that fails is left out until its next try is due, so the others are tried at once.
 * The books', under their lock.
 */
final class Places {
    private final List<Place> all = new ArrayList<>();
    private final boolean inTurn;
    private int next;

    Places(ServerIdentity identity) {
        inTurn = identity.balancing() == LoadBalanceHosts.ROUND_ROBIN;
        for (String host : identity.hosts()) {
            all.add(new Place(host, identity.port()));
        }
        if (all.isEmpty()) {
            all.add(Place.unixSocket(identity.port()));
        }
    }

    /** Where the next server is to be opened: the next one in turn, or the same one until it fails; null when none may be tried now. */
    @Nullable Place next(long now) {
        Place waiting = null;
        for (int i = 0; i < all.size(); i++) {
            int at = (next + i) % all.size();
            Place place = all.get(at);
            if (!place.failing() || (inTurn && place.due(now))) {
                next = inTurn ? (at + 1) % all.size() : at;
                return place;
            }
            waiting = Place.sooner(waiting, place);
        }
        return waiting != null && waiting.due(now) ? waiting : null;
    }

    /** Whether one may be tried now. */
    boolean due(long now) {
        for (Place place : all) {
            if (place.due(now)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the last try failed everywhere. */
    boolean allFailing() {
        for (Place place : all) {
            if (!place.failing()) {
                return false;
            }
        }
        return true;
    }

    /** In how many nanoseconds one may be tried; 0 for now. */
    long dueIn(long now) {
        Place soonest = null;
        for (Place place : all) {
            if (place.due(now)) {
                return 0;
            }
            soonest = Place.sooner(soonest, place);
        }
        return soonest == null ? 0 : soonest.retryNanos() - now;
    }

    /** The place of all servers; null where there are several. */
    @Nullable Place only() {
        return all.size() == 1 ? all.getFirst() : null;
    }

    List<Place> all() {
        return all;
    }

    /** What was known of failures is out of date: each place may be tried at once. */
    void forget() {
        all.forEach(Place::succeeded);
    }
}
