package org.pgsluice.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration out of the environment, for when there is no file: it listens on every IPv4 address, port 5432, asks for SCRAM, and knows the
 * databases and users that the variables name. Used by one thread, once.
 */
final class EnvironmentEntries {
    /** Names the entry of the {@code DATABASES_*} family. */
    static final String ENTRY_NAME = "PGBOUNCER_DATABASE";

    private static final String FAMILY = "DATABASES_";
    private static final String CLIENT_SIDE_NAME = "DATABASES_CLIENT_SIDE_DBNAME";

    private static final Set<String> DATABASE_KEYS = EntryKeys.names(EntryKeys.OF_DATABASES);

    private final Environment environment;
    private final ConfigReader reader;
    private final Map<String, UserEntry> users = new LinkedHashMap<>();
    private final List<String> owners = new ArrayList<>();

    EnvironmentEntries(Environment environment, ConfigReader reader) {
        this.environment = environment;
        this.reader = reader;
    }

    /** Fills the reader and gives the users whose passwords are known. */
    List<UserEntry> read() {
        if (!environment.describesDatabase()) {
            reader.problem(Problems.plain("environment", 0, "a file, or one of DATABASES_HOST, DB_HOST, DATABASE_URL, DATABASE_URLS",
                    "no configuration file, and no database server in the environment (DATABASES_HOST, DB_HOST, DATABASE_URL or DATABASE_URLS)"));
            return List.of();
        }
        prefixedFamily();
        String url = environment.getOrRead("DATABASE_URL", reader);
        String urls = environment.getOrRead("DATABASE_URLS", reader);
        if (url != null) {
            database("DATABASE_URL", url);
        }
        if (urls != null) {
            for (String one : DatabaseUrl.split(urls)) {
                database("DATABASE_URLS", one);
            }
        }
        if (url == null && urls == null && environment.isVariable("DB_HOST")) {
            bareFamily();
        }
        settings();
        passwords("ADMIN_USERS", "ADMIN_PASSWORDS");
        passwords("STATS_USERS", "STATS_PASSWORDS");
        return List.copyOf(users.values());
    }

    private void settings() {
        reader.preset(Settings.LISTEN_ADDR, "0.0.0.0");
        reader.preset(Settings.LISTEN_PORT, "5432");
        reader.preset(Settings.UNIX_SOCKET_DIR, "");
        reader.preset(Settings.AUTH_TYPE, AuthType.SCRAM_SHA_256.word());
        reader.preset(Settings.ADMIN_USERS, owners.isEmpty() ? "postgres" : String.join(",", owners));
        // JDBC drivers send it with every login
        reader.preset(Settings.IGNORE_STARTUP_PARAMETERS, "extra_float_digits");
        for (Setting<?> setting : Settings.ALL) {
            String variable = setting.name().toUpperCase(Locale.ROOT);
            String raw = setting.bareVariable() ? environment.get(variable) : null;
            if (raw != null && !environment.overrides(setting)) {
                Environment.set(reader, variable, setting, raw);
            }
        }
        environment.override(reader, false);
    }

    /** {@code DATABASES_<KEY>}: one server behind the fallback entry, and behind the database's own name, or behind the one name that is asked for. */
    private void prefixedFamily() {
        Pairs pairs = new Pairs();
        for (Map.Entry<String, String> variable : environment.startingWith(FAMILY).entrySet()) {
            String key = variable.getKey().substring(FAMILY.length()).toLowerCase(Locale.ROOT);
            String base = key.endsWith("_file") ? key.substring(0, key.length() - "_file".length()) : key;
            if (DATABASE_KEYS.contains(base)) {
                pairs.put(base, FAMILY + base.toUpperCase(Locale.ROOT));
            } else if (!variable.getKey().equals(CLIENT_SIDE_NAME)) {
                reader.warning(Problems.warning(variable.getKey(), 0, null, null,
                        "environment variable " + variable.getKey() + " has an unknown name and is ignored"));
            }
        }
        if (!pairs.values.containsKey("host")) {
            return;
        }
        know(pairs.values.get("user"), pairs.values.get("password"));
        String name = environment.get(ENTRY_NAME);
        if (name == null) {
            name = environment.get(CLIENT_SIDE_NAME);
        }
        String dbname = pairs.values.get("dbname");
        if (name != null) {
            pairs.add(name, environment.isVariable(ENTRY_NAME) ? ENTRY_NAME : CLIENT_SIDE_NAME);
        } else if (pairs.add("*", FAMILY + "HOST") && dbname != null) {
            pairs.add(dbname, FAMILY + "DBNAME");
        }
    }

    /** {@code DB_HOST} and its companions: clients log in as themselves, the user that is named being one whose password is known. */
    private void bareFamily() {
        Pairs pairs = new Pairs();
        pairs.put("host", "DB_HOST");
        pairs.put("port", "DB_PORT");
        pairs.put("auth_user", "DB_USER");
        pairs.put("client_encoding", "CLIENT_ENCODING");
        know(pairs.values.get("auth_user"), environment.getOrRead("DB_PASSWORD", reader));
        String name = environment.getOrRead("DB_NAME", reader);
        pairs.add(name == null ? "*" : name, "DB_NAME");
    }

    private void database(String variable, String text) {
        DatabaseUrl url = DatabaseUrl.parse(text);
        if (url == null) {
            reader.problem(Problems.plain(variable, 0, DatabaseUrl.FORM, "invalid URL in environment variable " + variable + "; allowed: " + DatabaseUrl.FORM));
            return;
        }
        Pairs pairs = new Pairs();
        pairs.put("client_encoding", "CLIENT_ENCODING");
        for (Map.Entry<String, String> pair : url.pairs().entrySet()) {
            if (DATABASE_KEYS.contains(pair.getKey())) {
                pairs.set(pair.getKey(), pair.getValue(), variable);
            } else if (pair.getKey().equals("sslmode")) {
                if (!environment.overrides(Settings.SERVER_TLS_SSLMODE) && !environment.isVariable("SERVER_TLS_SSLMODE")) {
                    Environment.set(reader, variable, Settings.SERVER_TLS_SSLMODE, pair.getValue());
                }
            } else {
                reader.warning(Problems.warning(variable, 0, null, pair.getKey(),
                        "parameter " + pair.getKey() + " of the URL in environment variable " + variable + " is unknown and ignored"));
            }
        }
        String user = url.user() == null ? environment.getOrRead("DB_USER", reader) : url.user();
        String password = url.password() == null ? environment.getOrRead("DB_PASSWORD", reader) : url.password();
        if (user != null) {
            pairs.set("auth_user", user, variable);
        }
        know(user, password);
        pairs.add(url.database() == null ? "*" : url.database(), variable);
    }

    private void know(@Nullable String user, @Nullable String password) {
        if (user == null) {
            return;
        }
        if (!owners.contains(user)) {
            owners.add(user);
        }
        if (password != null) {
            users.putIfAbsent(user, new UserEntry(user, new Secret(password)));
        }
    }

    /** Users and as many passwords, both as comma lists. */
    private void passwords(String usersVariable, String passwordsVariable) {
        String secrets = environment.getOrRead(passwordsVariable, reader);
        if (secrets == null) {
            return;
        }
        String given = environment.get(usersVariable);
        List<String> names = SettingValues.split(given == null ? "postgres" : given);
        String[] each = secrets.split(",", -1);
        if (names.size() != each.length) {
            reader.problem(Problems.plain(passwordsVariable, 0, "as many passwords as users",
                    "environment variable " + passwordsVariable + " has " + each.length + " passwords for the " + names.size() + " users of " + usersVariable));
            return;
        }
        for (int i = 0; i < each.length; i++) {
            users.putIfAbsent(names.get(i), new UserEntry(names.get(i), new Secret(each[i])));
        }
    }

    /** The pairs of one entry, and the variables that they came from. */
    private final class Pairs {
        final Map<String, String> values = new LinkedHashMap<>();
        private final Map<String, String> variables = new LinkedHashMap<>();

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
}
