package org.pgsluice.simulation;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The prepared statements of a scripted session, by name; the unnamed one's is empty. */
public final class ScriptedStatements {
    /** {@code sql}: the PREPARE that it came by; null for a Parse. */
    private record Prepared(String text, int tableVersion, @Nullable String sql) {}

    private final Map<String, Prepared> byName = new TreeMap<>();
    private int prepares;

    @Nullable String get(String name) {
        Prepared found = byName.get(name);
        return found == null ? null : found.text();
    }

    void put(String name, String text, int tableVersion) {
        byName.put(name, new Prepared(text, tableVersion, null));
    }

    void putSql(String name, String text, int tableVersion, String sql) {
        byName.put(name, new Prepared(text, tableVersion, sql));
        prepares++;
    }

    /** How often a statement was prepared by SQL. */
    public int prepares() {
        return prepares;
    }

    /** What is prepared by SQL: the PREPAREs by their names. */
    public Map<String, String> ofSql() {
        Map<String, String> all = new TreeMap<>();
        byName.forEach((name, prepared) -> {
            if (prepared.sql() != null) {
                all.put(name, prepared.sql());
            }
        });
        return all;
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
