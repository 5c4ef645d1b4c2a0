package org.pgsluice.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pairs of one database that the environment describes, and the variables that they came from. Used by one thread. */
final class EntryPairs {
    private final Environment environment;
    private final ConfigReader reader;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> variables = new LinkedHashMap<>();

    EntryPairs(Environment environment, ConfigReader reader) {
        this.environment = environment;
        this.reader = reader;
    }

    @Nullable String get(String key) {
        return values.get(key);
    }

    /** Takes the variable's value, if there is one and the key has none yet. */
    void put(String key, String variable) {
        String value = environment.getOrRead(variable, reader);
        if (value != null && key.equals("port") && value.startsWith("tcp://")) {
            // what Kubernetes sets for a service of that name
            reader.warning(Problems.warning(variable, 0, null, null,
                    "environment variable " + variable + " is a service's address, not a port, and is ignored"));
        } else if (value != null && !values.containsKey(key)) {
            set(key, value, variable);
        }
    }

    void set(String key, String value, String variable) {
        values.put(key, value);
        variables.put(key, variable);
    }

    /** Makes the entry, or says why not; gives whether it was made. */
    boolean add(String name, String nameVariable) {
        // So that pg_stat_activity shows whose connections these are while no client has named itself.
        values.putIfAbsent("application_name", "pgsluice");
        EntryReader entry = new EntryReader(values, "");
        DatabaseConfig database = entry.database(name);
        for (EntryReader.Flaw flaw : entry.flaws()) {
            String variable = variables.getOrDefault(flaw.key(), nameVariable);
            reader.problem(Problems.badVariable(variable, "databases", flaw.key(), values.getOrDefault(flaw.key(), name), flaw.allowed()));
        }
        for (EntryReader.Doubt doubt : entry.doubts()) {
            if (!flawed(entry, doubt.key())) {
                String variable = variables.getOrDefault(doubt.key(), nameVariable);
                reader.problem(Problems.badVariable(variable, "databases", doubt.key(), doubt.raw(), "a whole number"));
            }
        }
        if (database != null && entry.doubts().isEmpty()) {
            reader.add(database);
            return true;
        }
        return false;
    }

    private static boolean flawed(EntryReader entry, String key) {
        for (EntryReader.Flaw flaw : entry.flaws()) {
            if (flaw.key().equals(key)) {
                return true;
            }
        }
        return false;
    }
}
