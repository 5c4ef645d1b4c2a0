package org.pgsluice.vars;

import java.util.ArrayList;
import java.util.List;

/**
 * Which parameters are tracked: five that every client library sets, and those of track_extra_parameters. Fixed at start; shared by all connections. Names
 * compare without regard to case, as in PostgreSQL.
 */
public final class TrackedNames {
    private static final List<String> ALWAYS = List.of("DateStyle", "client_encoding", "TimeZone", "standard_conforming_strings", "application_name");

    /** Positions in every {@link TrackedVars}; those of track_extra_parameters stand behind them. */
    public static final int DATE_STYLE = 0;

    public static final int CLIENT_ENCODING = 1;
    public static final int TIME_ZONE = 2;
    public static final int STANDARD_CONFORMING_STRINGS = 3;
    public static final int APPLICATION_NAME = 4;

    /** A set of positions is a long; PostgreSQL reports not a quarter as many. */
    private static final int MOST = Long.SIZE;

    private final String[] names;

    public TrackedNames(List<String> extra) {
        List<String> all = new ArrayList<>(ALWAYS);
        for (String name : extra) {
            boolean known = false;
            for (String other : all) {
                known |= other.equalsIgnoreCase(name);
            }
            if (!known && all.size() < MOST) {
                all.add(name);
            }
        }
        names = all.toArray(new String[0]);
    }

    public int count() {
        return names.length;
    }

    public String name(int index) {
        return names[index];
    }

    /** Whether two values that differ in case alone are two: names of applications and of schemas are, those of encodings and time zones are not. */
    boolean caseMatters(int index) {
        return index >= APPLICATION_NAME;
    }

    /** Whether its value is a list of names, which SET would take apart. */
    boolean isList(int index) {
        return names[index].equalsIgnoreCase("search_path");
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
