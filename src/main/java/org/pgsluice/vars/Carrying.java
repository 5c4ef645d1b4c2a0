package org.pgsluice.vars;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings beyond the tracked ones of one connection, and the statements that are prepared by SQL. For a client: what it has, and what it asked for at its
 * login; for a server: what is set on it. Part of the {@link TrackedVars} of that connection.
 */
public final class Carrying {
    /** What one client may have of settings: so many, and so many characters of names and values. */
    private static final int MOST_SETTINGS = 512;

    private static final int MOST_CHARACTERS = 1024 * 1024;

    private final TrackedVars vars;
    private Carried set = Carried.NONE;
    private Carried atLogin = Carried.NONE;
    /** The statements that are prepared by SQL: texts by names. */
    private Carried statements = Carried.NONE;

    private boolean statementsUnsure;
    /** For a server: a statement may have changed what it has, and nobody has asked it since. */
    private boolean unsure;

    Carrying(TrackedVars vars) {
        this.vars = vars;
    }

    /** What the connection has. */
    public Carried set() {
        return set;
    }

    /** For a client: what it asked for in its startup packet, which a RESET brings back. */
    public Carried atLogin() {
        return atLogin;
    }

    /** For a client at its login: all settings that it asks for and that are not tracked, by their {@link #key}, each value one char a byte. */
    public void ask(Map<String, String> settings) {
        SortedMap<String, String> all = new TreeMap<>();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (!setting.getKey().equals(Carried.ROLE) || !setting.getValue().equalsIgnoreCase("none")) {
                all.put(setting.getKey(), Raw.of(setting.getValue(), Raw.OF_DATABASE));
            }
        }
        atLogin = vars.names.sets().of(all);
        change(atLogin);
    }

    /** PostgreSQL compares names of settings without regard to the case of ASCII. */
    public static String key(String name) {
        if (Raw.isAscii(name)) {
            return name.toLowerCase(Locale.ROOT);
        }
        StringBuilder key = new StringBuilder(name);
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            key.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c);
        }
        return key.toString();
    }

    /** For a server: whether settings like these, which its session has now, can be carried: there is a bound for one client and one for all. */
    private boolean hasRoom(SortedMap<String, String> settings) {
        if (set.is(settings)) {
            return true;
        }
        long characters = 0;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            characters += setting.getKey().length() + setting.getValue().length();
        }
        return settings.size() <= MOST_SETTINGS && characters <= MOST_CHARACTERS && vars.names.sets().hasRoom(settings);
    }

    /** Whether there is room for more statements that were prepared by SQL. */
    public boolean hasRoomForStatements() {
        return vars.names.sets().hasRoom();
    }

    /** For a server: a statement may have changed what it has that nobody will ask about. */
    public void doubt() {
        unsure = true;
        statementsUnsure = statements != Carried.NONE;
        vars.changed();
    }

    /** Whether a server with {@code server}'s settings has to be told something before it may serve a client with these. */
    boolean differsFrom(Carrying server) {
        return set != server.set || (server.unsure && set != Carried.NONE) || differsInStatements(server);
    }

    /** Whether a server lacks a statement of the client's, or has another one. */
    boolean differsInStatements(Carrying server) {
        return statements != server.statements || server.statementsUnsure;
    }

    /** For a server: the plan is through, and it has what {@code client} has. */
    void bridged(Carried now) {
        unsure = false;
        change(now);
    }

    /**
     * What the server of this name has said of itself at the end of a transaction.
     *
     * @param client whose transaction it was; null when it has left
     * @param settings those that were set in the session, {@link Raw} values by their names in lower case; tracked ones may be among them
     * @param all whether all settings were asked for; otherwise those are as before that the server does not report
     * @return false, and nothing has changed, when there are more than can be carried
     */
    public static boolean adopt(@Nullable TrackedVars client, TrackedVars server, SortedMap<String, String> settings, boolean all) {
        if (!server.carrying.hasRoom(settings)) {
            return false;
        }
        SortedMap<String, String> beyond = new TreeMap<>(settings);
        for (int i = 0; i < server.names.count(); i++) {
            String value = beyond.remove(key(server.names.name(i)));
            if (all && server.silent.has(i)) {
                server.learned(i, value, client);
            }
        }
        server.carrying.bridged(server.carrying.set.is(beyond) ? server.carrying.set : server.names.sets().of(beyond));
        if (client != null) {
            client.carrying.follow(server.carrying.set);
        }
        return true;
    }

    /**
     * What the server of this name has said of the statements that were prepared by SQL.
     *
     * @param client whose transaction it was; null when it has left
     * @param forgets whether the client's statements that the server did not have are forgotten too
     */
    public static void adoptStatements(@Nullable TrackedVars client, TrackedVars server, SortedMap<String, String> texts, boolean forgets) {
        Carried before = server.carrying.statements;
        server.carrying.statementsAre(before.is(texts) ? before : server.names.sets().of(texts));
        if (client == null) {
            return;
        }
        Carrying own = client.carrying;
        if (forgets || own.statements == before) {
            own.statementsAre(server.carrying.statements);
            return;
        }
        SortedMap<String, String> all = new TreeMap<>(texts);
        own.statements.forEach((name, text) -> {
            if (before.value(name) == null) {
                all.putIfAbsent(name, text);
            }
        });
        own.statementsAre(client.names.sets().of(all));
    }

    /**
     * For a server: the names of settings that its session has other than is known.
     *
     * @param settings those that are set in the session, {@link Raw} values by their names in lower case; tracked ones may be among them. Not to be used again
     */
    public Set<String> unexpected(SortedMap<String, String> settings) {
        Set<String> found = new TreeSet<>();
        for (int i = 0; i < vars.names.count(); i++) {
            String value = settings.remove(key(vars.names.name(i)));
            if (vars.silent.has(i) && !vars.silent.isAs(i, value, vars.values[i])) {
                found.add(key(vars.names.name(i)));
            }
        }
        settings.forEach((name, value) -> {
            if (!value.equals(set.value(name))) {
                found.add(name);
            }
        });
        set.forEach((name, value) -> {
            if (!settings.containsKey(name) && !value.isEmpty()) {
                found.add(name);
            }
        });
        return found;
    }

    /** The statements that the connection has prepared by SQL: texts by names, one char a byte. */
    public Carried statements() {
        return statements;
    }

    void statementsAre(Carried now) {
        statements = now;
        statementsUnsure = false;
        vars.changed();
    }

    /** For a server: whether it may have other statements than are known. */
    boolean statementsUnsure() {
        return statementsUnsure;
    }

    /** For a client: the server has these, and what it asked for at its login holds where they say nothing. */
    private void follow(Carried server) {
        if (atLogin == Carried.NONE) {
            change(server);
            return;
        }
        SortedMap<String, String> all = atLogin.toMap();
        server.forEach((name, value) -> all.put(name, value));
        change(set.is(all) ? set : server.is(all) ? server : vars.names.sets().of(all));
    }

    private void change(Carried next) {
        set = next;
        vars.changed();
    }

    /** Goes on where another process was. */
    void restore(SortedMap<String, String> values, SortedMap<String, String> login, boolean doubtful) {
        atLogin = vars.names.sets().of(login);
        unsure = doubtful;
        change(vars.names.sets().of(values));
    }

    void restoreStatements(SortedMap<String, String> texts, boolean doubtful) {
        statementsAre(vars.names.sets().of(texts));
        statementsUnsure = doubtful;
    }

    /** For a server: whether it may have something else than is known. */
    boolean unsure() {
        return unsure;
    }
}
