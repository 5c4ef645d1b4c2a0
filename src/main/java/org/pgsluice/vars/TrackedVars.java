package org.pgsluice.vars;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/**
 * The tracked parameters of one connection, as {@link Raw} values. For a client: what it asked for or was told; for a server: what it reported last. A value that was never
 * heard of is null, and is never bridged.
 */
public final class TrackedVars {
    private final TrackedNames names;
    private final @Nullable String[] values;
    /** For a server: which ones the bridge has set, until it is through. */
    private boolean @Nullable [] asked;
    /** For a server: which ones it has reported since it was ready last. */
    private long fresh;

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

    /** What a startup packet asks for, one char a byte; false when it is not tracked. */
    public boolean ask(String name, String bytes) {
        return set(name, Raw.of(bytes, Raw.OF_DATABASE));
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

    /**
     * Takes a report of the server. Its bytes beyond ASCII are in the client_encoding that holds when the server is ready again, which may be reported behind them.
     *
     * @param bytes the value, one char a byte
     * @return the positions whose values are new, as a set of bits; 0 when the parameter is not tracked
     */
    public long reported(String name, String bytes) {
        int index = names.indexOf(name);
        if (index < 0) {
            return 0;
        }
        String encoding = index == TrackedNames.CLIENT_ENCODING ? bytes : values[TrackedNames.CLIENT_ENCODING];
        set(index, Raw.of(bytes, encoding == null ? Raw.OF_DATABASE : encoding));
        long changed = 1L << index;
        if (index != TrackedNames.CLIENT_ENCODING) {
            fresh |= changed;
            return changed;
        }
        for (long left = fresh; left != 0; left &= left - 1) {
            int other = Long.numberOfTrailingZeros(left);
            String value = values[other];
            if (value != null && Raw.encoding(value) != null) {
                set(other, Raw.of(Raw.bytes(value), bytes));
                changed |= 1L << other;
            }
        }
        return changed;
    }

    /** The server is ready: what it reported until now is in the encoding that it has now. */
    public void reportsEnd() {
        fresh = 0;
    }

    /**
     * For a client at its login: takes over the server's value where it asked for none, and spells the one that it asked for as PostgreSQL does.
     *
     * @param standard what the server reports at login
     * @param serverMajor its version, 0 when unknown
     */
    public void complete(int index, String standard, int serverMajor) {
        String asked = values[index];
        set(index, asked == null ? standard : LoginValue.of(names, index, asked, standard, serverMajor));
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

    /** Takes over the values at {@code positions}, a set of bits. */
    public void adopt(long positions, TrackedVars from) {
        for (long left = positions; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            values[index] = from.values[index];
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

    /** The statements that give a server with {@code server}'s values these, each a query of its own; it is noted there which ones. */
    public List<String> bridgeFrom(TrackedVars server) {
        BridgePlan plan = new BridgePlan();
        boolean[] noted = server.asked == null ? new boolean[values.length] : server.asked;
        server.asked = noted;
        String encoding = values[TrackedNames.CLIENT_ENCODING];
        for (int i = 0; i < values.length; i++) {
            String own = values[i];
            if (own != null && differs(i, server)) {
                noted[i] = true;
                // A value beyond ASCII is set in its own client_encoding; then the client's follows anyway.
                noted[TrackedNames.CLIENT_ENCODING] |= Raw.encoding(own) != null;
                if (i != TrackedNames.CLIENT_ENCODING) {
                    plan.set(names, i, own);
                }
            }
        }
        return plan.end(encoding, differs(TrackedNames.CLIENT_ENCODING, server));
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
}
