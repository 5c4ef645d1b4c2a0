package org.pgsluice.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One whole configuration: every setting's value and all databases, users and peers. Immutable; read on any thread. */
public final class Config {
    private final @Nullable Path file;
    private final SettingValues values;
    private final Entries entries;
    private final List<UserEntry> authUsers;
    private final @Nullable Secret userList;
    private final boolean loaded;

    Config(@Nullable Path file, SettingValues values, Entries entries, List<UserEntry> authUsers, @Nullable Secret userList, boolean loaded) {
        this.file = file;
        this.values = values;
        this.entries = entries;
        this.authUsers = List.copyOf(authUsers);
        this.userList = userList;
        this.loaded = loaded;
    }

    /** Every setting at its default and no entries: what a load starts from, also a place for what the command line says. */
    public static Config defaults() {
        return new Config(null, SettingValues.defaults(), Entries.NONE, List.of(), null, false);
    }

    /** The value; null: unset. */
    public <T> @Nullable T get(Setting<T> setting) {
        return values.get(setting);
    }

    public int integer(Setting<Integer> setting) {
        Integer value = get(setting);
        return value == null ? 0 : value;
    }

    /** Whether a 1/0 setting is on: anything but 0 is. */
    public boolean on(Setting<Integer> setting) {
        return integer(setting) != 0;
    }

    /** Nanoseconds, at most {@link Long#MAX_VALUE}. */
    public long nanos(Setting<Duration> setting) {
        Duration value = get(setting);
        if (value == null) {
            return 0;
        }
        return value.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : value.toNanos();
    }

    /** The text, "" when it is unset. */
    public String text(Setting<String> setting) {
        String value = get(setting);
        return value == null ? "" : value;
    }

    /** The items of a comma list, without blanks around them and without empty ones. */
    public List<String> list(Setting<String> setting) {
        return values.list(setting);
    }

    /** SHOW CONFIG's text; null: NULL. */
    public @Nullable String show(Setting<?> setting) {
        return values.show(setting);
    }

    /** Databases by name, in the order of their names, without the fallback. */
    public SortedMap<String, DatabaseConfig> databases() {
        return entries.databases();
    }

    /** The {@code *} entry, which stands for every database that is not named; null: there is none. */
    public @Nullable DatabaseConfig autoDatabase() {
        return entries.autoDatabase();
    }

    public Map<String, UserConfig> users() {
        return entries.users();
    }

    public SortedMap<Integer, PeerConfig> peers() {
        return entries.peers();
    }

    /** Users with secrets that the environment gives, beside those of auth_file, whose entry for the same name counts. */
    public List<UserEntry> authUsers() {
        return authUsers;
    }

    /** Lines of an auth_file that the environment gives, beside {@link #authUsers}; null: none. */
    public @Nullable Secret userList() {
        return userList;
    }

    /** The file that was read; null: none, all came from the environment. */
    public @Nullable Path file() {
        return file;
    }

    /** Whether this came from a load, after which start-only settings stay as they are. */
    boolean loaded() {
        return loaded;
    }

    SettingValues values() {
        return values;
    }

    /**
     * This configuration with one setting changed, as SET does it: a start-only setting of a loaded configuration silently stays as it is.
     *
     * @throws ConfigException the value is not one of the setting's
     */
    public Config with(Setting<?> setting, String raw) throws ConfigException {
        if (loaded && !setting.reloadable()) {
            return this;
        }
        SettingValues changed = values.copy();
        String allowed = changed.set(setting, raw);
        if (allowed != null) {
            throw new ConfigException(Problems.badValue("SET", 0, "pgbouncer", setting, raw, allowed));
        }
        return new Config(file, changed, entries, authUsers, userList, loaded);
    }

    /** The entries of the sections other than {@code [pgbouncer]}; unmodifiable. */
    record Entries(
            SortedMap<String, DatabaseConfig> databases,
            @Nullable DatabaseConfig autoDatabase,
            Map<String, UserConfig> users,
            SortedMap<Integer, PeerConfig> peers) {
        static final Entries NONE = new Entries(new TreeMap<>(), null, Map.of(), new TreeMap<>());

        Entries {
            databases = Collections.unmodifiableSortedMap(databases);
            users = Collections.unmodifiableMap(users);
            peers = Collections.unmodifiableSortedMap(peers);
        }
    }
}
