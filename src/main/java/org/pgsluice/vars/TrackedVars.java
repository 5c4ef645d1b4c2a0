package org.pgsluice.vars;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tracked parameters of one connection, as {@link Raw} values. For a client: what it asked for or was told; for a server: what it reported last. A value
 * that was never heard of is null, and is never bridged. Beside them stand the values of the login: those that a RESET brings back to a server, and that it
 * must bring back to a client.
 */
public final class TrackedVars {
    final TrackedNames names;
    final @Nullable String[] values;
    final @Nullable String[] atLogin;
    /** For a client: which ones it asked for at login. */
    long own;
    /** For a client: which ones follow it at all. */
    private long followed = -1;
    /** For a server: which ones the bridge has set, until it is through. */
    boolean @Nullable [] asked;
    /** For a server: which ones it has reported since it was ready last. */
    long fresh;
    /** For a server: which ones a SET of its session has given the value that they have. */
    long set;
    /** For a server: those that it does not report. */
    final Silent silent = new Silent();
    /** The settings beyond those that are tracked. */
    final Carrying carrying = new Carrying(this);
    final Likeness likeness = new Likeness(this);

    public TrackedVars(TrackedNames names) {
        this.names = names;
        this.values = new String[names.count()];
        this.atLogin = new String[names.count()];
    }

    public TrackedNames names() {
        return names;
    }

    /** The settings beyond those that are tracked. */
    public Carrying carrying() {
        return carrying;
    }

    public @Nullable String value(int index) {
        return values[index];
    }

    /** What a startup packet asks for, one char a byte; false when it is not tracked. */
    public boolean ask(String name, String bytes) {
        int index = names.indexOf(name);
        if (index < 0) {
            return false;
        }
        own |= 1L << index;
        set(index, Raw.of(bytes, Raw.OF_DATABASE));
        return true;
    }

    /**
     * For a client: only those follow it that PgBouncer tracked before 1.26, and those of track_extra_parameters.
     *
     * @return the name of one that it has asked for and that does not follow it; null for none
     */
    public @Nullable String followFew() {
        String asked = null;
        for (int i = 0; i < values.length; i++) {
            if (!names.isOfFew(i)) {
                asked = (own & 1L << i) != 0 ? names.name(i) : asked;
                values[i] = null;
                atLogin[i] = null;
                own &= ~(1L << i);
                followed &= ~(1L << i);
            }
        }
        changed();
        return asked;
    }

    /** For a client: whether the parameter at {@code index} follows it. */
    public boolean isFollowed(int index) {
        return (followed & 1L << index) != 0;
    }

    /** The login is through: what the values are now is what RESET brings back. */
    public void loggedIn() {
        System.arraycopy(values, 0, atLogin, 0, values.length);
        silent.positions = 0;
        for (int i = 0; i < values.length; i++) {
            silent.positions |= values[i] == null ? 1L << i : 0;
        }
        changed();
    }

    /** For a server: its configuration has changed the value of a parameter that nobody has SET. */
    public void reconfigured(int index) {
        atLogin[index] = values[index];
        changed();
    }

    /** For a client that has asked its server itself: all is as there. */
    public void copy(TrackedVars server) {
        System.arraycopy(server.values, 0, values, 0, values.length);
        System.arraycopy(server.atLogin, 0, atLogin, 0, values.length);
        changed();
    }

    /** For a client: what the server has by itself is what this client has, if its configuration may change that. Whether it may. */
    public boolean follow(int index, TrackedVars server) {
        if (!names.isConfigured(index) || !follows(index)) {
            return false;
        }
        put(index, server.values[index]);
        atLogin[index] = values[index];
        return true;
    }

    private boolean follows(int index) {
        return names.followsServer(index) && (own & 1L << index) == 0 && values[index] == atLogin[index];
    }

    /** For a server: whether it reports a parameter of that name, which is tracked. */
    public boolean reports(String name) {
        int index = names.indexOf(name);
        return index >= 0 && !silent.has(index);
    }

    /** For a server: it has said what it has of a parameter that it does not report; null for its own. {@code client}: whose doing it is. */
    void learned(int index, @Nullable String value, @Nullable TrackedVars client) {
        put(index, value == null ? atLogin[index] : names.one(value));
        silent.begin(index);
        silent.end(index, value != null);
        if (client != null) {
            client.put(index, value == null ? client.atLogin[index] : values[index]);
        }
    }

    /** A number by which connections are likely to be alike or not. It is no proof: {@link #differsFrom} says what a server has to be told. */
    public int fingerprint() {
        return likeness.fingerprint();
    }

    void changed() {
        likeness.forget();
    }

    void put(int index, @Nullable String value) {
        if (isFollowed(index)) {
            values[index] = value;
            changed();
        }
    }

    /** For a client that has had no server yet: the value of the newest server's login, if the client asked for none. Whether it is another one. */
    public boolean renew(int index, String standard) {
        if ((own & 1L << index) != 0 || standard.equals(values[index])) {
            return false;
        }
        set(index, standard);
        atLogin[index] = values[index];
        return true;
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

    /** Equal values are one String: they are few, and comparing a client with a server, which is done for each transaction, then compares references. */
    public void set(int index, String value) {
        put(index, names.one(value));
    }

    /**
     * Takes a report of the server. Its bytes beyond ASCII are in the client_encoding that holds when the server is ready again, which may be reported behind
     * them.
     *
     * @param bytes the value, one char a byte
     * @return its position, or -1 when it is not tracked; see {@link #fresh}
     */
    public int reported(String name, String bytes) {
        int index = names.indexOf(name);
        if (index < 0) {
            return index;
        }
        String encoding = index == TrackedNames.CLIENT_ENCODING ? bytes : values[TrackedNames.CLIENT_ENCODING];
        set(index, Raw.of(bytes, encoding == null ? Raw.OF_DATABASE : encoding));
        fresh |= 1L << index;
        set &= ~(1L << index);
        silent.positions &= ~(1L << index);
        for (long left = fresh; left != 0; left &= left - 1) {
            int other = Long.numberOfTrailingZeros(left);
            String value = values[other];
            if (index == TrackedNames.CLIENT_ENCODING && value != null && Raw.encoding(value) != null) {
                set(other, Raw.of(Raw.bytes(value), bytes));
            }
        }
        return index;
    }

    /** The positions that were reported since the server was ready last, as a set of bits. */
    public long fresh() {
        return fresh;
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

    /** A statement was run in the server's session that may have been a RESET. */
    public void settingsForgotten() {
        set = 0;
        silent.unsure = silent.positions;
        changed();
    }

    /** For a server: whether it has more of a client than tracked parameters: other settings, a role, or another user. What is told to it may fail by that. */
    public boolean hasCarried() {
        return carrying.set() != Carried.NONE || carrying.unsure() || isAnotherUser();
    }

    /** For a server: whether its session is another user's than its login was. */
    boolean isAnotherUser() {
        String user = values[TrackedNames.SESSION_AUTHORIZATION];
        return user != null && !user.equals(atLogin[TrackedNames.SESSION_AUTHORIZATION]);
    }

    // ---------------------------------------------------------------- the bridge

    /** Takes over the values at {@code positions}, a set of bits. */
    public void adopt(long positions, TrackedVars from) {
        for (long left = positions; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            put(index, from.values[index]);
        }
    }

    /** Whether a server with {@code server}'s values has to be told something before it may serve a client with these. */
    public boolean differsFrom(TrackedVars server) {
        // What most clients of a pool have is what its servers have: one comparison.
        if (likeness.agrees(server.likeness)) {
            return false;
        }
        if (carrying.differsFrom(server.carrying)) {
            return true;
        }
        boolean alike = true;
        for (int i = 0; i < values.length; i++) {
            if (differs(i, server)) {
                return true;
            }
            String value = values[i];
            alike &= value == server.values[i] && value == atLogin[i] && (value == server.atLogin[i] || !names.followsServer(i));
        }
        if (alike) {
            likeness.agree(server.likeness);
        }
        return false;
    }

    /** The statements that give a server with {@code server}'s values these, each a query of its own; it is noted there which ones. */
    public List<String> bridgeFrom(TrackedVars server) {
        BridgePlan plan = new BridgePlan();
        boolean[] noted = server.asked == null ? new boolean[values.length] : server.asked;
        server.asked = noted;
        String encoding = values[TrackedNames.CLIENT_ENCODING];
        server.silent.mark();
        boolean other = carrying.differsFrom(server.carrying);
        boolean asSelf = other && CarriedPlan.begin(carrying, server, plan);
        for (int i = 0; i < values.length; i++) {
            if (!differs(i, server)) {
                continue;
            }
            noted[i] = true;
            server.silent.begin(i);
            server.changed();
            String own = values[i];
            if (own == null) {
                plan.unset(names, i, server.atLogin[i]);
            } else if (follows(i)) {
                plan.unset(names, i, null);
            } else {
                // A value beyond ASCII is set in its own client_encoding; then the client's follows anyway.
                noted[TrackedNames.CLIENT_ENCODING] |= Raw.encoding(own) != null;
                if (i != TrackedNames.CLIENT_ENCODING) {
                    plan.set(names, i, own);
                }
            }
        }
        CarriedPlan.end(this, server, other, asSelf, plan);
        return plan.end(encoding, differs(TrackedNames.CLIENT_ENCODING, server));
    }

    /**
     * After the bridge: takes over the server's spelling of what was set, so that a value that is equal in meaning does not differ for ever.
     *
     * @param heard is told of each change; may be null
     * @return whether the server has these values now; false when another one changed meanwhile, so that one more bridge is needed
     */
    public boolean adoptSpelling(TrackedVars server, @Nullable Heard heard) {
        boolean bridged = true;
        server.carrying.bridged(carrying.set());
        server.changed();
        for (int i = 0; i < values.length; i++) {
            String own = values[i];
            String theirs = server.values[i];
            if (server.silent.has(i)) {
                bridged &= silentSet(i, server);
                continue;
            }
            if (own == null || theirs == null || own.equals(theirs)) {
                continue;
            }
            if (follows(i) && server.asked != null && server.asked[i]) {
                // The RESET has shown what it is.
                server.atLogin[i] = theirs;
            }
            if (differs(i, server) && (server.asked == null || !server.asked[i])) {
                bridged = false;
                continue;
            }
            put(i, theirs);
            if (heard != null) {
                heard.changed(i, own, theirs);
            }
            if (own.equals(atLogin[i])) {
                atLogin[i] = theirs;
            }
        }
        for (int i = 0; i < values.length; i++) {
            server.set |= server.asked != null && server.asked[i] ? 1L << i : 0;
        }
        if (bridged) {
            server.asked = null;
        }
        return bridged;
    }

    /** For a server: PostgreSQL has refused the plan, which was one query, and so nothing of it was done. */
    public void refused() {
        silent.takeBack();
        asked = null;
        changed();
    }

    /** Notes what a server that does not report a parameter has since the bridge. Whether it is what this client is to have. */
    private boolean silentSet(int index, TrackedVars server) {
        if (server.asked != null && server.asked[index]) {
            server.put(index, values[index] == null ? server.atLogin[index] : values[index]);
            server.silent.end(index, values[index] != null);
        }
        return !differs(index, server);
    }

    /** Told of a value that has changed its spelling. */
    @FunctionalInterface
    public interface Heard {
        void changed(int index, String from, String to);
    }

    private boolean differs(int index, TrackedVars server) {
        if (!isFollowed(index)) {
            return false;
        }
        String own = values[index];
        String theirs = server.values[index];
        if (server.silent.has(index)) {
            return server.silent.differs(index, own != null, own != null && own.equals(theirs));
        }
        if (follows(index)) {
            return theirs != server.atLogin[index];
        }
        if (own == theirs) {
            // What the client has SET must be SET here too, or it would be taken for the server's own after a RESET of something else.
            String mine = atLogin[index];
            return own != mine && own != null && mine != null && own == server.atLogin[index] && (server.set & 1L << index) == 0;
        }
        return own != null && theirs != null && !(names.caseMatters(index) ? own.equals(theirs) : own.equalsIgnoreCase(theirs));
    }
}
