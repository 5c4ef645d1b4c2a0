package org.pgsluice.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Where in a file, and in those that it includes, settings and entries stand: for words about them. Immutable. */
public final class Places {
    private final String file;
    private final Map<String, String> places = new HashMap<>();
    private final Set<Path> files = new LinkedHashSet<>();

    private Places(Path file) {
        this.file = file.toString();
        files.add(file);
    }

    /** The places of {@code file}, as far as it can be read. */
    public static Places of(Path file) {
        Places found = new Places(file);
        String section = "";
        for (IniFile.Line line : IniFile.read(file).lines()) {
            found.files.add(Path.of(line.file()));
            if (line instanceof IniFile.Section header) {
                section = header.name();
            } else if (line instanceof IniFile.Value value) {
                found.places.put(section + "/" + value.key(), value.file() + ":" + value.line());
            }
        }
        return found;
    }

    /** {@code file:line} of a setting; the file alone where it is not in it. */
    public String of(Setting<?> setting) {
        return of("pgbouncer", setting.name());
    }

    /** {@code file:line} of an entry; the file alone where it is not in it. */
    public String of(String section, String key) {
        return places.getOrDefault(section + "/" + key, file);
    }

    /** Whether the setting is given at all. */
    public boolean has(Setting<?> setting) {
        return places.containsKey("pgbouncer/" + setting.name());
    }

    /** The file and all that it includes. */
    public Set<Path> files() {
        return files;
    }
}
