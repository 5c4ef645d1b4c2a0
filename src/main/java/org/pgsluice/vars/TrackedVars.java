package org.pgsluice.vars;

import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/**
 * The tracked parameters of one connection. For a client: what it asked for or was told; for a server: what it reported last. A value that was never heard of is null, and
 * is never bridged.
 */
public final class TrackedVars {
    private final TrackedNames names;
    private final @Nullable String[] values;
    /** For a server: which ones the bridge has set, until it is through. */
    private boolean @Nullable [] asked;

    public TrackedVars(TrackedNames names) {
        this.names = names;
        this.values = new String[names.count()];
    }

    public TrackedNames names() {
        return names;
    }

    public @Nullable String value(int index) {
        return values[index];
    }

    /** Sets one by name; false when it is not tracked. */
    public boolean set(String name, String value) {
        int index = names.indexOf(name);
        if (index < 0) {
            return false;
        }
        set(index, value);
        return true;
    }

    /** Values are interned: they are few, and comparing a client with a server, which is done for each transaction, then compares references. */
    public void set(int index, String value) {
        values[index] = value.intern();
    }

    /** Writes the known values, by name: the process that takes over may track others. */
    public void handOver(HandoverWriter out) {
        int known = 0;
        for (String value : values) {
            known += value == null ? 0 : 1;
        }
        out.number(known);
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                out.text(names.name(i)).text(values[i]);
            }
        }
    }

    /** Reads what {@link #handOver} wrote; what is not tracked here is left out. */
    public void takeOver(HandoverReader in) {
        for (int left = in.count(); left > 0; left--) {
            set(in.text(), in.text());
        }
    }

    /** Takes over the values that are missing here. */
    public void fillUnset(TrackedVars from) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                values[i] = from.values[i];
            }
        }
    }

    /** Whether a server with {@code server}'s values has to be told something before it may serve a client with these. */
    public boolean differsFrom(TrackedVars server) {
        for (int i = 0; i < values.length; i++) {
            if (differs(i, server)) {
                return true;
            }
        }
        return false;
    }

    /** One simple query that gives a server with {@code server}'s values these; it is noted there which ones. */
    public String bridgeFrom(TrackedVars server) {
        StringBuilder sql = new StringBuilder();
        boolean[] noted = server.asked == null ? new boolean[values.length] : server.asked;
        server.asked = noted;
        for (int i = 0; i < values.length; i++) {
            String own = values[i];
            if (own != null && differs(i, server)) {
                noted[i] = true;
                sql.append("SET ").append(names.name(i)).append('=');
                if (names.name(i).equalsIgnoreCase("search_path")) {
                    // Reported as a list that is quoted already; an empty element would not be accepted back.
                    sql.append(own.equals("\"\"") ? "''" : own);
                } else {
                    quote(own, sql);
                }
                sql.append(';');
            }
        }
        return sql.toString();
    }

    /**
     * After the bridge: takes over the server's spelling of what was set, so that a value that is equal in meaning does not differ for ever.
     *
     * @param heard is told of each change (name, old, new); may be null
     * @return whether the server has these values now; false when another one changed meanwhile, so that one more bridge is needed
     */
    public boolean adoptSpelling(TrackedVars server, @Nullable Heard heard) {
        boolean bridged = true;
        for (int i = 0; i < values.length; i++) {
            String own = values[i];
            String theirs = server.values[i];
            if (own == null || theirs == null || own.equals(theirs)) {
                continue;
            }
            if (differs(i, server) && (server.asked == null || !server.asked[i])) {
                bridged = false;
                continue;
            }
            if (heard != null) {
                heard.changed(names.name(i), own, theirs);
            }
            values[i] = theirs;
        }
        if (bridged) {
            server.asked = null;
        }
        return bridged;
    }

    /** Told of a value that changed its spelling. */
    public interface Heard {
        void changed(String name, String from, String to);
    }

    private boolean differs(int index, TrackedVars server) {
        String own = values[index];
        String theirs = server.values[index];
        return own != theirs && own != null && theirs != null && !(names.caseMatters(index) ? own.equals(theirs) : own.equalsIgnoreCase(theirs));
    }

    /** A literal that is right whether or not standard_conforming_strings is on. */
    private static void quote(String text, StringBuilder out) {
        if (text.indexOf('\\') >= 0) {
            out.append('E');
        }
        out.append('\'');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'' || c == '\\') {
                out.append(c);
            }
            out.append(c);
        }
        out.append('\'');
    }
}
