package org.pgsluice.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the variables of bitnami/pgbouncer say: one database by {@code POSTGRESQL_*}, more by {@code PGBOUNCER_DSN_n}. Used by one thread, once. */
final class BitnamiEntries {
    /** Its names for settings that have another name in PgBouncer. */
    static final Map<String, Setting<?>> SETTINGS = settings();
    /** Its other names, and those of what it does at its start, which there is no need for here. */
    static final Set<String> NAMES = Set.of("PGBOUNCER_DATABASE", "PGBOUNCER_USERLIST", "PGBOUNCER_CONNECT_QUERY", "PGBOUNCER_SET_DATABASE_USER",
            "PGBOUNCER_SET_DATABASE_PASSWORD", "PGBOUNCER_FAIL_ON_INVALID_DSN_FILE", "PGBOUNCER_INIT_SLEEP_TIME", "PGBOUNCER_INIT_MAX_RETRIES",
            "PGBOUNCER_FORCE_INITSCRIPTS", "PGBOUNCER_DAEMON_USER", "PGBOUNCER_DAEMON_GROUP");
    static final String DSN = "PGBOUNCER_DSN_";
    /** Where the image writes its users to. */
    static final String USER_FILE = "/opt/bitnami/pgbouncer/conf/userlist.txt";
    /** Where its users mount theirs. */
    static final String MOUNTED_USER_FILE = "/bitnami/pgbouncer/conf/userlist.txt";

    private final Environment environment;
    private final ConfigReader reader;
    private final String user;

    BitnamiEntries(Environment environment, ConfigReader reader) {
        this.environment = environment;
        this.reader = reader;
        this.user = valueOr("POSTGRESQL_USERNAME", "postgres");
    }

    private static Map<String, Setting<?>> settings() {
        Map<String, Setting<?>> names = new LinkedHashMap<>();
        names.put("PGBOUNCER_PORT", Settings.LISTEN_PORT);
        names.put("PGBOUNCER_LISTEN_ADDRESS", Settings.LISTEN_ADDR);
        names.put("PGBOUNCER_LOG_FILE", Settings.LOGFILE);
        names.put("PGBOUNCER_SOCKET_DIR", Settings.UNIX_SOCKET_DIR);
        names.put("PGBOUNCER_SOCKET_MODE", Settings.UNIX_SOCKET_MODE);
        names.put("PGBOUNCER_SOCKET_GROUP", Settings.UNIX_SOCKET_GROUP);
        return names;
    }

    /** Whether the image knows this name, alone or with the place of a file behind it. */
    static boolean isName(String variable) {
        return isBareName(variable) || variable.endsWith("_FILE") && isBareName(variable.substring(0, variable.length() - "_FILE".length()));
    }

    private static boolean isBareName(String name) {
        return SETTINGS.containsKey(name) || NAMES.contains(name) || name.startsWith(DSN);
    }

    /** Knows the user, as the image writes it into its file of users. */
    void know(EnvironmentUsers users) {
        users.know(user, environment.getOrRead("POSTGRESQL_PASSWORD", reader));
        String lines = environment.getOrRead("PGBOUNCER_USERLIST", reader);
        if (lines != null) {
            reader.userList(new Secret(lines));
        }
    }

    void read(EnvironmentUsers users) {
        reader.preset(Settings.ADMIN_USERS, user);
        for (Map.Entry<String, Setting<?>> name : SETTINGS.entrySet()) {
            setting(name.getKey(), name.getValue());
        }
        know(users);
        String name = valueOr("PGBOUNCER_DATABASE", "postgres");
        EntryPairs pairs = new EntryPairs(environment, reader);
        pairs.put("host", "POSTGRESQL_HOST");
        if (pairs.get("host") == null) {
            pairs.set("host", "postgresql", "POSTGRESQL_HOST");
        }
        pairs.put("port", "POSTGRESQL_PORT");
        if (isYes("PGBOUNCER_SET_DATABASE_USER")) {
            pairs.set("user", user, "POSTGRESQL_USERNAME");
        }
        if (isYes("PGBOUNCER_SET_DATABASE_PASSWORD")) {
            pairs.put("password", "POSTGRESQL_PASSWORD");
        }
        if (!name.equals("*")) {
            pairs.set("dbname", valueOr("POSTGRESQL_DATABASE", name), "POSTGRESQL_DATABASE");
        }
        pairs.put("connect_query", "PGBOUNCER_CONNECT_QUERY");
        pairs.add(name, "PGBOUNCER_DATABASE");
        for (int i = 0; dsn(DSN + i); i++) {
            // each number is one more
        }
    }

    private void setting(String variable, Setting<?> setting) {
        String raw = environment.getOrRead(variable, reader);
        if (raw == null || environment.overrides(setting)) {
            return;
        }
        if (setting == Settings.LISTEN_PORT && raw.startsWith("tcp://")) {
            reader.warning(Problems.warning(variable, 0, null, null,
                    "environment variable " + variable + " is a service's address, not a port, and is ignored"));
        } else {
            Environment.set(reader, variable, setting, raw);
        }
    }

    /** {@code name=connection string}; gives whether there is one of this number. */
    private boolean dsn(String variable) {
        String file = environment.get(variable + "_FILE");
        if (file != null && !Files.isReadable(Path.of(file)) && !isYes("PGBOUNCER_FAIL_ON_INVALID_DSN_FILE")) {
            reader.warning(Problems.warning(variable, 0, null, null,
                    "environment variable " + variable + "_FILE is ignored, and those after it: " + file + " cannot be read"));
            return false;
        }
        String text = environment.getOrRead(variable, reader);
        if (text == null) {
            return false;
        }
        reader.database(variable, text);
        return true;
    }

    private String valueOr(String variable, String otherwise) {
        String value = environment.getOrRead(variable, reader);
        return value == null ? otherwise : value;
    }

    private boolean isYes(String variable) {
        return List.of("1", "yes", "true").contains(valueOr(variable, "no").toLowerCase(Locale.ROOT));
    }
}
