package org.pgsluice.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What container images are configured with. {@code PGBOUNCER_<SETTING>} overrides a setting of the file and stands for one when there is no file. Only
 * without a file, one {@link VariableFamily} describes databases, and the bare names that such images know ({@code POOL_MODE} …) are settings. An empty
 * variable counts as none. Immutable; holds secrets and never shows them.
 */
public final class Environment {
    /** No variables at all. */
    public static final Environment NONE = new Environment(Map.of());

    private static final String PREFIX = "PGBOUNCER_";
    private static final String FILE = "_FILE";

    private final TreeMap<String, String> variables;
    private final Path root;

    public Environment(Map<String, String> variables) {
        this(variables, Path.of("/"));
    }

    /**
     * An environment in which the places of files that images have begin elsewhere.
     *
     * @param root the directory that {@code /} stands for
     */
    Environment(Map<String, String> variables, Path root) {
        this.root = root;
        this.variables = new TreeMap<>();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            if (!variable.getValue().isEmpty()) {
                this.variables.put(variable.getKey(), variable.getValue());
            }
        }
    }

    /** Whether it names a database server, so that no file is needed. */
    public boolean describesDatabase() {
        return VariableFamily.of(this) != null;
    }

    /** What is there of the variables that could describe a database, and what is missing, one line for each image's family; empty if nothing is there. */
    public List<String> incompleteDatabases() {
        return VariableFamily.incomplete(this);
    }

    /** Options of the command line that images take from a variable. */
    public List<String> options() {
        String flags = get("PGBOUNCER_EXTRA_FLAGS");
        List<String> words = new ArrayList<>();
        for (String word : flags == null ? new String[0] : flags.strip().split("[ \t\n]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** Whether the image of its {@code DATABASES_*} would write no log to standard error. */
    public boolean asksForQuiet() {
        return isVariable("QUIET") && VariableFamily.of(this) == VariableFamily.PREFIXED;
    }

    /** Where this place of an image's file is. */
    Path path(String place) {
        return root.resolve(place.substring(1));
    }

    /** Whether a file with something in it is at this place of an image, and can be read. */
    boolean hasText(String place) {
        return Files.isReadable(path(place)) && path(place).toFile().length() > 0;
    }

    /** Whether there is a variable, or one that names its file. */
    boolean isGiven(String name) {
        return isVariable(name) || isVariable(name + "_FILE");
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
        return isGiven(PREFIX + setting.name().toUpperCase(Locale.ROOT));
    }

    /** The value of a variable, or the contents of the file that {@code <NAME>_FILE} names, without one line end at its end; null: neither is there. */
    @Nullable String getOrRead(String name, ConfigReader reader) {
        String value = variables.get(name);
        String variable = name + FILE;
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

    /**
     * Takes each {@code PGBOUNCER_<SETTING>}; the names of Kubernetes' own variables look like that too, so an unknown one is only warned about.
     *
     * @param family what describes the databases; null: a file does
     */
    void override(ConfigReader reader, @Nullable VariableFamily family) {
        for (String variable : startingWith(PREFIX).keySet()) {
            String name = variable;
            Setting<?> setting = setting(name);
            if (setting == null && name.endsWith(FILE)) {
                name = name.substring(0, name.length() - FILE.length());
                setting = setting(name);
            }
            String raw = setting == null ? null : getOrRead(name, reader);
            if (setting != null && raw != null) {
                set(reader, variable, setting, raw);
            } else if (setting == null && !isKnown(variable, family)) {
                String text = "environment variable " + variable + " has an unknown name and is ignored";
                reader.warning(Problems.warning(variable, 0, null, null, text));
            }
        }
        for (String described : family == null ? List.of("DATABASES_HOST", "POSTGRESQL_HOST", "PG_SERVICE") : List.<String>of()) {
            if (variables.containsKey(described)) {
                String text = "environment variable " + described + " is ignored, databases come from the file";
                reader.warning(Problems.warning(described, 0, null, null, text));
            }
        }
    }

    private static @Nullable Setting<?> setting(String variable) {
        return Settings.find(variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT));
    }

    private static boolean isKnown(String variable, @Nullable VariableFamily family) {
        return variable.equals("PGBOUNCER_EXTRA_FLAGS")
                || family != null && variable.equals(EnvironmentEntries.ENTRY_NAME)
                || family == VariableFamily.BITNAMI && BitnamiEntries.isName(variable)
                || family == VariableFamily.CRUNCHY && CrunchyEntries.isName(variable);
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
