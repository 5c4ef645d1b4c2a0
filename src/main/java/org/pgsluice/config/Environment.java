package org.pgsluice.config;

import java.util.List;
import java.util.Map;

/** What container images are configured with. Holds secrets: never shown as a whole. */
public final class Environment {
    private final Map<String, String> variables;

    public Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** Whether it names a database server, so that no file is needed. */
    public boolean describesDatabase() {
        return variables.containsKey("DATABASES_HOST") || variables.containsKey("DB_HOST") || variables.containsKey("DATABASE_URL")
                || variables.containsKey("DATABASE_URLS");
    }

    void override(ConfigReader reader) {}

    List<UserEntry> describe(ConfigReader reader) {
        return List.of();
    }

    @Override
    public String toString() {
        return "Environment of " + variables.size() + " variables";
    }
}
