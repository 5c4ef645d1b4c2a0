package org.pgsluice.simulation;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The prepared statements of a scripted session, by name; the unnamed one's is empty. */
final class ScriptedStatements {
    private record Prepared(String text, int tableVersion) {}

    private final Map<String, Prepared> byName = new TreeMap<>();

    @Nullable String get(String name) {
        Prepared found = byName.get(name);
        return found == null ? null : found.text();
    }

    void put(String name, String text, int tableVersion) {
        byName.put(name, new Prepared(text, tableVersion));
    }

    /** Whether there was one. */
    boolean remove(String name) {
        return byName.remove(name) != null;
    }

    /** What a Parse of that name destroys whatever becomes of it. */
    void forgetUnnamed(String parsed) {
        if (parsed.isEmpty()) {
            byName.remove("");
        }
    }

    /** As DEALLOCATE ALL does: the unnamed one stays. */
    void forget() {
        byName.keySet().removeIf(name -> !name.isEmpty());
    }

    /** Whether what it returns has changed since it was prepared. */
    boolean isStale(String name, int tableVersion) {
        Prepared found = byName.get(name);
        return found != null && found.text().startsWith("TABLE") && found.tableVersion() < tableVersion;
    }
}
