package org.pgsluice.web;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.TimesRow;

/**
 * The last hour, minute by minute: what each pool did and how long its clients waited. It is there before somebody looks, so a look a minute is taken as
 * long as HTTP is served. Any thread.
 */
final class History {
    private static final int MINUTES = 60;
    /** The busiest of a minute; the others are in no minute. */
    private static final int MOST_POOLS = 100;

    private final Deque<Minute> minutes = new ArrayDeque<>();
    private Map<List<String>, TimesRow> before = new HashMap<>();
    private boolean begun;

    private record Minute(long atMillis, List<Spread> pools) {}

    /** What one pool did in one minute. */
    private record Spread(String database, String user, long transactions, long waits, long waitNanos, int slowest) {}

    /** A minute is over; the first call only begins one. */
    synchronized void add(List<TimesRow> rows, long nowMillis) {
        Map<List<String>, TimesRow> now = new HashMap<>();
        List<Spread> pools = new ArrayList<>();
        for (TimesRow row : rows) {
            List<String> key = List.of(row.database(), row.user());
            now.put(key, row);
            pools.add(since(before.get(key), row));
        }
        before = now;
        if (begun) {
            pools.sort(Comparator.comparingLong(Spread::transactions).reversed());
            minutes.addLast(new Minute(nowMillis, List.copyOf(pools.subList(0, Math.min(MOST_POOLS, pools.size())))));
            if (minutes.size() > MINUTES) {
                minutes.removeFirst();
            }
        }
        begun = true;
    }

    private static Spread since(@Nullable TimesRow old, TimesRow now) {
        // A pool may have been dropped and made again.
        TimesRow from = old != null && old.transactions() <= now.transactions() ? old : null;
        long[] waits = now.waits().clone();
        long count = 0;
        for (int i = 0; i < waits.length; i++) {
            waits[i] -= from == null ? 0 : from.waits()[i];
            count += waits[i];
        }
        long above = 0;
        int slowest = waits.length - 1;
        // The bucket that 99 of 100 are in, or below.
        while (slowest > 0 && (above + waits[slowest]) * 100 <= count) {
            above += waits[slowest];
            slowest--;
        }
        return new Spread(now.database(), now.user(), now.transactions() - (from == null ? 0 : from.transactions()), count,
                now.waitNanos() - (from == null ? 0 : from.waitNanos()), slowest);
    }

    /** All of it as JSON, with the bounds of the buckets in seconds. */
    synchronized String text(double[] bounds) {
        Json json = new Json().begin('{').name("bounds").begin('[');
        for (double bound : bounds) {
            json.value(Double.isInfinite(bound) ? null : Double.toString(bound));
        }
        json.end(']').name("minutes").begin('[');
        for (Minute minute : minutes) {
            json.begin('{').name("at").value(minute.atMillis()).name("pools").begin('[');
            for (Spread pool : minute.pools()) {
                json.begin('[').value(pool.database()).value(pool.user()).value(pool.transactions()).value(pool.waits()).value(pool.waitNanos());
                json.value(pool.slowest()).end(']');
            }
            json.end(']').end('}');
        }
        return json.end(']').end('}').toString();
    }
}
