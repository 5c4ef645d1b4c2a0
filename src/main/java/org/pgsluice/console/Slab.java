package org.pgsluice.console;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many places PgBouncer would have for connections of a kind. It takes memory for 50 of them with the first, doubles that whenever it does not do, and
 * never gives it back. Nothing is kept here for who has left; the number is for dashboards that read {@code free_clients} and {@code free_servers}. Any thread.
 */
final class Slab {
    private static final int FIRST = 50;

    private final AtomicInteger capacity = new AtomicInteger();

    /** The places that are left while {@code used} of them are taken. */
    int free(int used) {
        return capacity.updateAndGet(before -> grown(before, used)) - used;
    }

    private static int grown(int before, int used) {
        int size = before == 0 && used > 0 ? FIRST : before;
        while (size < used) {
            size *= 2;
        }
        return size;
    }
}
