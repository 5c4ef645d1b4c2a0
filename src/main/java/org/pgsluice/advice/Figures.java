package org.pgsluice.advice;

/** Numbers as people read them. */
final class Figures {
    private static final long MILLI = 1_000;
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;

    private Figures() {}

    /** A time in microseconds: milliseconds below a second, a tenth of a second below a minute, then minutes. */
    static String time(long micros) {
        if (micros < SECOND) {
            return micros / MILLI + " ms";
        }
        return micros < MINUTE ? micros / SECOND + "." + micros % SECOND * 10 / SECOND + " s" : micros / MINUTE + " min";
    }

    /** {@code 1 client}, {@code 2 clients}. */
    static String count(long number, String singular) {
        return number + " " + singular + (number == 1 ? "" : "s");
    }

    /** The verb for that many. */
    static String verb(long number, String one, String many) {
        return number == 1 ? one : many;
    }

    /** A part in a hundred of a whole that is not 0. */
    static long percent(long part, long whole) {
        return part * 100 / whole;
    }
}
