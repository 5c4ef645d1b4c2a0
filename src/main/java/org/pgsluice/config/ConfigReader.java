package org.pgsluice.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the file and the environment into a {@link Config}, or tells everything that is wrong with them. Used by one thread, once. */
public final class ConfigReader {
    private final @Nullable Path file;
    private final Environment environment;
    private final Config base;
    private final SettingValues values;
    private final Entries entries = new Entries();
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private @Nullable Secret userList;

    private ConfigReader(@Nullable Path file, Environment environment, Config base) {
        this.file = file;
        this.environment = environment;
        this.base = base;
        this.values = base.values().copy();
    }

    /**
     * Reads the file, then what the environment says over it; or only the environment when there is no file.
     *
     * @param previous what runs now, for a reload: start-only settings keep its values, and so do settings without a default that nothing names any more;
     *     null, or
     *     {@link Config#defaults} with what the command line set, for the start
     */
    public static LoadResult read(@Nullable Path file, Environment environment, @Nullable Config previous) {
        return new ConfigReader(file, environment, previous == null ? Config.defaults() : previous).run();
    }

    private LoadResult run() {
        List<UserEntry> authUsers = List.of();
        if (file != null) {
            if (!base.loaded() && values.get(Settings.CONFFILE) == null) {
                values.set(Settings.CONFFILE, file.toString());
            }
            readFile(file);
            environment.override(this, null);
            String userFile = String.valueOf(values.get(Settings.AUTH_FILE));
            authUsers = new EnvironmentEntries(environment, this).usersFor(userFile);
            if (knowsUsers(authUsers) && Files.notExists(Path.of(userFile))) {
                values.set(Settings.AUTH_FILE, ""); // an image would have made it for them
            }
        } else {
            values.reset(base.loaded());
            authUsers = new EnvironmentEntries(environment, this).read();
        }
        if (!problems.isEmpty()) {
            return new LoadResult.Failed(List.copyOf(problems));
        }
        return new LoadResult.Loaded(new Config(file, values, entries.build(), authUsers, userList, true), List.copyOf(warnings));
    }

    private void readFile(Path main) {
        IniFile ini = IniFile.read(main);
        warnings.addAll(ini.warnings());
        boolean mainSection = false;
        String section = null;
        for (IniFile.Line line : ini.lines()) {
            if (problems.size() >= IniFile.MOST_PROBLEMS) {
                break;
            }
            if (line instanceof IniFile.Value value) {
                value(section, value);
                continue;
            }
            section = ((IniFile.Section) line).name();
            if (section.equals("pgbouncer")) {
                mainSection = true;
                values.reset(base.loaded());
            } else if (!section.equals("databases") && !section.equals("users") && !section.equals("peers")) {
                problems.add(Problems.badSection(line.file(), line.line(), section));
            }
        }
        problems.addAll(ini.problems());
        if (!mainSection && problems.isEmpty()) {
            problems.add(Problems.mainSectionMissing(main.toString()));
        }
    }

    private void value(@Nullable String section, IniFile.Value at) {
        if (section == null) {
            problems.add(Problems.withoutSection(at.file(), at.line(), at.key(), at.value()));
            return;
        }
        switch (section) {
            case "pgbouncer" -> setting(at);
            case "databases" -> {
                EntryReader reader = EntryReader.ofDatabase(at.value());
                database(reader.database(at.key()), at, reader);
            }
            case "users" -> {
                EntryReader reader = EntryReader.ofUser(at.value());
                UserConfig user = reader.user(at.key());
                if (check(user, at, "users", reader)) {
                    entries.users.put(at.key(), Objects.requireNonNull(user));
                }
            }
            case "peers" -> {
                EntryReader reader = EntryReader.ofPeer(at.value());
                PeerConfig peer = reader.peer(at.key());
                if (check(peer, at, "peers", reader)) {
                    entries.peers.put(Objects.requireNonNull(peer).id(), peer);
                }
            }
            // the header was reported; its values cannot be judged
            default -> {}
        }
    }

    private void setting(IniFile.Value at) {
        Setting<?> setting = Settings.find(at.key());
        if (setting == null) {
            problems.add(Problems.unknownParameter(at.file(), at.line(), at.key(), at.value(), Nearest.to(at.key(), names())));
            return;
        }
        String allowed = set(setting, at.value(), at.file(), at.line());
        if (allowed != null) {
            problems.add(Problems.badValue(at.file(), at.line(), "pgbouncer", setting, at.value(), allowed));
        }
    }

    /** Sets, or warns that a start-only setting waits for the next start; gives null, or what would have been allowed. */
    @Nullable String set(Setting<?> setting, String raw, String source, int line) {
        if (!base.loaded() || setting.reloadable()) {
            return values.set(setting, raw);
        }
        if (environment.overrides(setting) && !environment.isVariable(source)) {
            return null;
        }
        SettingValues wanted = values.copy();
        String shown = values.show(setting);
        if (wanted.set(setting, raw) != null || !Objects.equals(wanted.show(setting), shown)) {
            warnings.add(Problems.warning(source, line, "pgbouncer", setting.name(),
                    setting.name() + " = " + (setting.secret() ? Secret.MASK : raw) + " waits for the next start, running with " + shown));
        }
        return null;
    }

    private void database(@Nullable DatabaseConfig database, IniFile.Value at, EntryReader reader) {
        if (!check(database, at, "databases", reader)) {
            return;
        }
        DatabaseConfig old = base.databases().get(at.key());
        DatabaseConfig taken = Objects.requireNonNull(database);
        if (old != null && old.user() != null && taken.user() == null) {
            warnings.add(Problems.warning(at.file(), at.line(), "databases", at.key(), "losing forced user not supported, keeping old setting"));
            taken = taken.withUserOf(old);
        }
        entries.add(taken);
    }

    private boolean check(@Nullable Record entry, IniFile.Value at, String section, EntryReader reader) {
        for (EntryReader.Doubt doubt : reader.doubts()) {
            warnings.add(Problems.warning(at.file(), at.line(), section, at.key(), doubt.text(at.key())));
        }
        if (entry == null) {
            problems.add(Problems.badEntry(at, section, reader));
        }
        return entry != null;
    }

    /** Gives a setting another default than the registry's; start-only settings of a running configuration stay as they are. */
    void preset(Setting<?> setting, String raw) {
        if (!base.loaded() || setting.reloadable()) {
            values.set(setting, raw);
        }
    }

    void add(DatabaseConfig database) {
        entries.add(database);
    }

    /** Takes {@code name = connection string} from a variable. */
    void database(String variable, String text) {
        int equals = text.indexOf('=');
        String name = (equals < 0 ? text : text.substring(0, equals)).strip();
        EntryReader reader = EntryReader.ofDatabase(equals < 0 ? "" : text.substring(equals + 1).strip());
        if (equals < 0 || name.isEmpty()) {
            problems.add(Problems.plain(variable, 0, "name=host=... port=...",
                    "environment variable " + variable + " is no line of section [databases]; allowed: name=host=... port=..."));
        } else {
            database(reader.database(name), new IniFile.Value(variable, 0, name, ""), reader);
        }
    }

    /** Takes lines of an auth_file. */
    void userList(Secret lines) {
        userList = lines;
    }

    <T> @Nullable T get(Setting<T> setting) {
        return values.get(setting);
    }

    boolean isSet(Setting<String> setting) {
        String value = values.get(setting);
        return value != null && !value.isEmpty();
    }

    /** Whether users can be known beside those of the environment, so far. */
    boolean knowsOtherUsers() {
        return userList != null || isSet(Settings.AUTH_FILE) || isSet(Settings.AUTH_USER) || entries.haveAuthUser();
    }

    private boolean knowsUsers(List<UserEntry> users) {
        return userList != null || !users.isEmpty();
    }

    /** Whether a database's server is on this machine and has this port: nobody else should take it. */
    boolean hasServerHere(int port) {
        return entries.haveServerHere(port);
    }

    void problem(ConfigProblem problem) {
        problems.add(problem);
    }

    void warning(ConfigProblem warning) {
        warnings.add(warning);
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Setting<?> setting : Settings.ALL) {
            names.add(setting.name());
        }
        return names;
    }

    /** The entries read so far. */
    static final class Entries {
        private final TreeMap<String, DatabaseConfig> databases = new TreeMap<>();
        private @Nullable DatabaseConfig autoDatabase;
        private final Map<String, UserConfig> users = new LinkedHashMap<>();
        private final TreeMap<Integer, PeerConfig> peers = new TreeMap<>();

        void add(DatabaseConfig database) {
            if (database.name().equals("*")) {
                autoDatabase = database;
            } else {
                databases.put(database.name(), database);
            }
        }

        boolean haveAuthUser() {
            for (DatabaseConfig database : all()) {
                if (database.authUser() != null) {
                    return true;
                }
            }
            return false;
        }

        boolean haveServerHere(int port) {
            for (DatabaseConfig database : all()) {
                for (String host : database.hosts()) {
                    if (database.serverPort() == port && (host.equals("localhost") || host.equals("::1") || host.startsWith("127."))) {
                        return true;
                    }
                }
            }
            return false;
        }

        private List<DatabaseConfig> all() {
            List<DatabaseConfig> all = new ArrayList<>(databases.values());
            if (autoDatabase != null) {
                all.add(autoDatabase);
            }
            return all;
        }

        Config.Entries build() {
            return new Config.Entries(databases, autoDatabase, users, peers);
        }
    }
}
