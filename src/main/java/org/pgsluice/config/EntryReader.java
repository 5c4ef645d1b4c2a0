package org.pgsluice.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the pairs of one entry into its record and gathers all that is wrong with them. Used by one thread, for one entry. */
final class EntryReader {
    private static final int MAX_NAME_BYTES = 63;

    private final Map<String, String> pairs;
    private final String masked;
    private final List<Flaw> flaws = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();

    EntryReader(Map<String, String> pairs, String masked) {
        this.pairs = pairs;
        this.masked = masked;
    }

    private static EntryReader of(String raw, List<EntryKey<?>> keys, String brokenText) {
        Set<String> showable = EntryKeys.names(keys);
        for (EntryKey<?> key : keys) {
            if (key.secret()) {
                showable.remove(key.name());
            }
        }
        ConnectionString string = ConnectionString.parse(raw, showable);
        EntryReader reader = new EntryReader(string.pairs(), string.masked());
        if (string.broken()) {
            reader.flaws.add(new Flaw("", brokenText, "key=value pairs, each value bare up to the next blank or in single quotes, none empty"));
        }
        return reader;
    }

    static EntryReader ofDatabase(String raw) {
        return of(raw, EntryKeys.OF_DATABASES, "syntax error in connection string");
    }

    static EntryReader ofUser(String raw) {
        return of(raw, EntryKeys.OF_USERS, "syntax error in user settings");
    }

    static EntryReader ofPeer(String raw) {
        return of(raw, EntryKeys.OF_PEERS, "syntax error in connection string");
    }

    /** The entry; null when there are flaws. */
    @Nullable DatabaseConfig database(String name) {
        if (name.equals("pgbouncer")) {
            flaws.add(new Flaw("name", "database name \"pgbouncer\" is reserved", "any other name"));
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            flaws.add(new Flaw("name", "too long db name: " + name, "names of up to " + MAX_NAME_BYTES + " bytes"));
        }
        EntryValues values = read(EntryKeys.OF_DATABASES, "unrecognized connection parameter: ");
        return flaws.isEmpty() ? new DatabaseConfig(name, values) : null;
    }

    /** The entry; null when there are flaws. */
    @Nullable UserConfig user(String name) {
        EntryValues values = read(EntryKeys.OF_USERS, "unrecognized user parameter: ");
        return flaws.isEmpty() ? new UserConfig(name, values) : null;
    }

    /** The entry; null when there are flaws. */
    @Nullable PeerConfig peer(String id) {
        int number = CNumber.isWhole(id) ? CNumber.atoi(id) : 0;
        if (number < 1 || number > 0xffff) {
            flaws.add(new Flaw("id", "ids of peers must be a number larger than 0 and at most 65536", "a number from 1 to 65535 as the peer's id"));
        }
        EntryValues values = read(EntryKeys.OF_PEERS, "unrecognized connection parameter: ");
        if (values.get(EntryKeys.PEER_HOST) == null) {
            flaws.add(new Flaw("host", "host was not provided for peer " + id, "host=…"));
        }
        return flaws.isEmpty() ? new PeerConfig(number, values) : null;
    }

    private EntryValues read(List<EntryKey<?>> keys, String unknownText) {
        checkKeys(EntryKeys.names(keys), unknownText);
        Map<EntryKey<?>, Object> values = new HashMap<>();
        for (EntryKey<?> key : keys) {
            String given = pairs.containsKey(key.name()) || key.older() == null ? key.name() : key.older();
            String raw = pairs.get(given);
            Object value = raw == null ? null : key.reading().read(given, raw, this);
            if (value != null) {
                values.put(key, value);
            }
        }
        return new EntryValues(values);
    }

    List<Flaw> flaws() {
        return flaws;
    }

    /** What was taken but hardly meant. */
    List<Doubt> doubts() {
        return doubts;
    }

    /** The entry's text without its secrets. */
    String masked() {
        return masked;
    }

    private void checkKeys(Set<String> known, String text) {
        for (String key : pairs.keySet()) {
            if (!known.contains(key)) {
                String near = Nearest.to(key, known);
                flaws.add(new Flaw(key, text + key, near == null ? "the keys of the reference" : "perhaps " + near));
            }
        }
    }

    /** A port, for its key; what is wrong with it goes to {@code problems}. */
    static Integer port(String key, String raw, EntryReader problems) {
        int port = CNumber.atoi(raw);
        if (port < 1 || port > 0xffff) {
            problems.flaws.add(new Flaw(key, "invalid port: " + raw, "a port from 1 to 65535"));
        }
        return problems.number(key, raw);
    }

    /** A number as C's atoi reads it; one with something behind it is a doubt. */
    int number(String key, String raw) {
        int value = CNumber.atoi(raw);
        if (!CNumber.isWhole(raw)) {
            doubts.add(new Doubt(key, raw, value));
        }
        return value;
    }

    /** One of {@code words}; null, and a flaw, when it is none. */
    <E extends Enum<E> & Word> @Nullable E oneOf(String key, String raw, String text, E[] words) {
        Parsed<E> parsed = new Codec.OneOf<>(words).parse(raw);
        if (parsed instanceof Parsed.Value<E> good) {
            return good.value();
        }
        flaws.add(new Flaw(key, text + raw, ((Parsed.Bad<E>) parsed).allowed()));
        return null;
    }

    /**
     * What makes the entry unusable, in PgBouncer's words, and what would have been taken; the key is "name" for the entry's own name and "" for its
     * whole text.
     */
    record Flaw(String key, String text, String allowed) {}

    /** A number with something behind it, of which only the front is read, as PgBouncer does. */
    record Doubt(String key, String raw, int value) {
        String text(String name) {
            return "\"" + raw + "\" for " + key + " of " + name + " is read as " + value;
        }
    }
}
