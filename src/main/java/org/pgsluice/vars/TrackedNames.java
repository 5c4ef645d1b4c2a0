package org.pgsluice.vars;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which parameters are tracked: ten that PostgreSQL reports and a session may set, and those of track_extra_parameters. Fixed at start; shared by all
 * connections. Names compare without regard to case, as in PostgreSQL.
 */
public final class TrackedNames {
    private static final List<String> ALWAYS = List.of(
            "DateStyle",
            "client_encoding",
            "TimeZone",
            "standard_conforming_strings",
            "application_name",
            "default_transaction_read_only",
            "session_authorization",
            "search_path",
            "IntervalStyle",
            "scram_iterations");

    /** Positions in every {@link TrackedVars}; those of track_extra_parameters stand behind them. */
    public static final int DATE_STYLE = 0;

    public static final int CLIENT_ENCODING = 1;
    public static final int TIME_ZONE = 2;
    public static final int STANDARD_CONFORMING_STRINGS = 3;
    public static final int APPLICATION_NAME = 4;
    public static final int DEFAULT_TRANSACTION_READ_ONLY = 5;
    public static final int SESSION_AUTHORIZATION = 6;
    public static final int SEARCH_PATH = 7;
    public static final int INTERVAL_STYLE = 8;

    /** So many were tracked before PgBouncer 1.26. */
    private static final int FEW = 5;

    /** A set of positions is a long; PostgreSQL reports not a quarter as many. */
    private static final int MOST = Long.SIZE;

    private final String[] names;
    /** The positions of those that are in track_extra_parameters. */
    private final long extra;
    private final AtomicLong agreements = new AtomicLong();
    private final CarriedSets sets = new CarriedSets();
    private final Spellings spellings = new Spellings();

    public TrackedNames(List<String> extra) {
        List<String> all = new ArrayList<>(ALWAYS);
        long positions = 0;
        for (String name : extra) {
            int index = 0;
            while (index < all.size() && !all.get(index).equalsIgnoreCase(name)) {
                index++;
            }
            if (index == all.size() && index < MOST) {
                all.add(name);
            }
            positions |= index < MOST ? 1L << index : 0;
        }
        names = all.toArray(new String[0]);
        this.extra = positions;
    }

    /** Whether a client that asks for it in its startup packet is heard: ignore_startup_parameters counts more, unless track_extra_parameters names it. */
    public boolean mayBeAsked(String name, List<String> ignored) {
        int index = indexOf(name);
        return index >= 0 && ((extra & 1L << index) != 0 || !contains(ignored, name));
    }

    /** Whether a list has a name, in whatever case. */
    public static boolean contains(List<String> list, String name) {
        for (String one : list) {
            if (one.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is one of the first five, or named in track_extra_parameters. */
    boolean isOfFew(int index) {
        return index < FEW || (extra & 1L << index) != 0;
    }

    /** What the connections carry beyond them. */
    CarriedSets sets() {
        return sets;
    }

    /** The one String that is equal to a value, for all connections. */
    String one(String value) {
        return spellings.of(value);
    }

    /** The number of the next {@link Agreement}. */
    long nextAgreement() {
        return agreements.incrementAndGet();
    }

    public int count() {
        return names.length;
    }

    public String name(int index) {
        return names[index];
    }

    /** Whether two values that differ in case alone are two: names of applications and of schemas are, those of encodings and time zones are not. */
    boolean caseMatters(int index) {
        return index >= APPLICATION_NAME && index != DEFAULT_TRANSACTION_READ_ONLY;
    }

    /**
     * Whether a client that neither asked for a value nor SET one has the server's own, whatever it was told at login. An administrator who makes a server
     * read-only, and the user that a connection belongs to, count more than what was so once.
     */
    boolean followsServer(int index) {
        return isConfigured(index) || index == SESSION_AUTHORIZATION;
    }

    /** Whether an administrator may change the server's own value while clients have it. The user of a connection nobody changes but its client. */
    boolean isConfigured(int index) {
        return index == DEFAULT_TRANSACTION_READ_ONLY;
    }

    /** Whether its value is a list of names, which SET would take apart. */
    boolean isList(int index) {
        return index == SEARCH_PATH;
    }

    /** The position of a parameter, or -1 when it is not tracked. */
    public int indexOf(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }
}
