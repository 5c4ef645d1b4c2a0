package org.pgsluice.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What container images are configured with. {@code PGBOUNCER_<SETTING>} overrides a setting of the file and stands for one when there is no file. Only
 * without a file, {@code DATABASES_*}, {@code DB_*} and {@code DATABASE_URL(S)} describe databases, and the bare names that such images know ({@code
 * POOL_MODE} …) are settings. An empty variable counts as none. Immutable; holds secrets and never shows them.
 */
public final class Environment {
    /** No variables at all. */
    public static final Environment NONE = new Environment(Map.of());

    private static final String PREFIX = "PGBOUNCER_";

    private final TreeMap<String, String> variables;

    public Environment(Map<String, String> variables) {
        this.variables = new TreeMap<>();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            if (!variable.getValue().isEmpty()) {
                this.variables.put(variable.getKey(), variable.getValue());
            }
        }
    }

    /** Whether it names a database server, so that no file is needed. */
    public boolean describesDatabase() {
        for (String name : new String[] {"DATABASES_HOST", "DB_HOST", "DATABASE_URL", "DATABASE_URLS"}) {
            if (variables.containsKey(name) || variables.containsKey(name + "_FILE")) {
                return true;
            }
        }
        return false;
    }

    @Nullable String get(String name) {
        return variables.get(name);
    }

    boolean isVariable(String name) {
        return variables.containsKey(name);
    }

    /** The variables whose names begin like this, in the order of their names. */
    NavigableMap<String, String> startingWith(String prefix) {
        return variables.subMap(prefix, true, prefix.concat("\uffff"), false);
    }

    boolean overrides(Setting<?> setting) {
        return variables.containsKey(PREFIX + setting.name().toUpperCase(Locale.ROOT));
    }

    /** The value of a variable, or the contents of the file that {@code <NAME>_FILE} names, without one line end at its end; null: neither is there. */
    @Nullable String getOrRead(String name, ConfigReader reader) {
        String value = variables.get(name);
        String variable = name + "_FILE";
        String file = variables.get(variable);
        if (file == null) {
            return value;
        }
        if (value != null) {
            reader.problem(Problems.plain(variable, 0, "one of the two", "environment variables " + name + " and " + variable + " are both set"));
            return null;
        }
        try {
            String text = Files.readString(Path.of(file));
            int end = text.length();
            end -= end > 0 && text.charAt(end - 1) == '\n' ? 1 : 0;
            end -= end < text.length() && end > 0 && text.charAt(end - 1) == '\r' ? 1 : 0;
            return text.substring(0, end);
        } catch (IOException e) {
            reader.problem(Problems.plain(variable, 0, "a file that can be read",
                    "could not load file \"" + file + "\" of environment variable " + variable + ": " + IniFile.reason(e)));
        } catch (InvalidPathException e) {
            reader.problem(Problems.plain(variable, 0, "a file that can be read", "environment variable " + variable + " does not name a file"));
        }
        return null;
    }

    /** Takes each {@code PGBOUNCER_<SETTING>}; the names of Kubernetes' own variables look like that too, so an unknown one is only warned about. */
    void override(ConfigReader reader, boolean withFile) {
        for (Map.Entry<String, String> variable : startingWith(PREFIX).entrySet()) {
            Setting<?> setting = Settings.find(variable.getKey().substring(PREFIX.length()).toLowerCase(Locale.ROOT));
            if (setting != null) {
                set(reader, variable.getKey(), setting, variable.getValue());
            } else if (withFile || !variable.getKey().equals(EnvironmentEntries.ENTRY_NAME)) {
                String text = "environment variable " + variable.getKey() + " has an unknown name and is ignored";
                reader.warning(Problems.warning(variable.getKey(), 0, null, null, text));
            }
        }
        if (withFile && variables.containsKey("DATABASES_HOST")) {
            reader.warning(Problems.warning("DATABASES_HOST", 0, null, null, "environment variable DATABASES_HOST is ignored, databases come from the file"));
        }
    }

    static void set(ConfigReader reader, String variable, Setting<?> setting, String raw) {
        String allowed = reader.set(setting, raw, variable, 0);
        if (allowed != null) {
            String shown = setting.secret() ? Secret.MASK : raw;
            reader.problem(Problems.badVariable(variable, "pgbouncer", setting.name(), shown, allowed));
        }
    }

    @Override
    public String toString() {
        return "Environment of " + variables.size() + " variables";
    }
}
