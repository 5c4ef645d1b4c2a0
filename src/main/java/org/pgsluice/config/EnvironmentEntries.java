package org.pgsluice.config;

import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration out of the environment, for when there is no file: ports, rights and defaults are those of the image whose variables describe the
 * database. With a file it only knows the users that such an image would add to its file of users. Used by one thread, once.
 */
final class EnvironmentEntries {
    /** Names the entry of the {@code DATABASES_*} family. */
    static final String ENTRY_NAME = "PGBOUNCER_DATABASE";
    /** Where most images have their users. */
    static final String USER_FILE = "/etc/pgbouncer/userlist.txt";

    private static final String FAMILY = "DATABASES_";
    private static final String CLIENT_SIDE_NAME = "DATABASES_CLIENT_SIDE_DBNAME";

    private static final Set<String> DATABASE_KEYS = EntryKeys.names(EntryKeys.OF_DATABASES);

    private final Environment environment;
    private final ConfigReader reader;
    private final EnvironmentUsers users;

    EnvironmentEntries(Environment environment, ConfigReader reader) {
        this.environment = environment;
        this.reader = reader;
        this.users = new EnvironmentUsers(environment, reader);
    }

    /** Fills the reader and gives the users whose passwords are known. */
    List<UserEntry> read() {
        VariableFamily family = VariableFamily.of(environment);
        if (family == null) {
            reader.problem(Problems.plain("environment", 0, "a file, or one of " + VariableFamily.all(),
                    "no configuration file, and no database server in the environment (" + VariableFamily.all() + ")"));
            return List.of();
        }
        presets(family);
        switch (family) {
            case BITNAMI -> new BitnamiEntries(environment, reader).read(users);
            case CRUNCHY -> CrunchyEntries.read(environment, reader, users);
            case PREFIXED, URL, BARE -> {
                prefixedFamily();
                if (!urls() && environment.isVariable("DB_HOST")) {
                    bareFamily();
                }
            }
        }
        settings(family);
        users.knowAll("ADMIN_USERS", "ADMIN_PASSWORDS");
        users.knowAll("STATS_USERS", "STATS_PASSWORDS");
        if (nobodyCanLogIn()) {
            reader.warning(Problems.warning("environment", 0, null, null, "nobody can log in: no password, no auth_file and no auth_user is known; set "
                    + family.login() + ", or PGBOUNCER_AUTH_FILE"));
        }
        return users.all();
    }

    /** The users that an image would write into {@code userFile}, which a mounted configuration names. */
    List<UserEntry> usersFor(String userFile) {
        String bare = environment.get("AUTH_FILE");
        if (userFile.equals(bare == null ? USER_FILE : bare)) {
            for (String variable : List.of("DATABASE_URL", "DATABASE_URLS")) {
                String urls = environment.getOrRead(variable, reader);
                for (String one : urls == null ? List.<String>of() : DatabaseUrl.split(urls)) {
                    DatabaseUrl url = DatabaseUrl.parse(one);
                    if (url != null) {
                        users.know(url.user(), url.password());
                    }
                }
            }
            users.know(environment.getOrRead("DB_USER", reader), environment.getOrRead("DB_PASSWORD", reader));
        } else if (userFile.equals(BitnamiEntries.USER_FILE) || userFile.equals(BitnamiEntries.MOUNTED_USER_FILE)) {
            new BitnamiEntries(environment, reader).know(users);
        } else if (userFile.equals(CrunchyEntries.USER_FILE)) {
            CrunchyEntries.know(environment, reader, users);
        }
        return users.all();
    }

    private void presets(VariableFamily family) {
        reader.preset(Settings.LISTEN_ADDR, "0.0.0.0");
        reader.preset(Settings.LISTEN_PORT, Integer.toString(family.port()));
        // A read-only root has no place for it.
        boolean socket = family.unixSocket() && Files.isWritable(environment.path("/tmp"));
        reader.preset(Settings.UNIX_SOCKET_DIR, socket ? "/tmp" : "");
        reader.preset(Settings.AUTH_TYPE, AuthType.SCRAM_SHA_256.word());
        reader.preset(Settings.ADMIN_USERS, "postgres");
        // JDBC drivers send it with every login
        reader.preset(Settings.IGNORE_STARTUP_PARAMETERS, "extra_float_digits");
        String userFile = switch (family) {
            case BITNAMI -> BitnamiEntries.MOUNTED_USER_FILE;
            case CRUNCHY -> CrunchyEntries.USER_FILE;
            case PREFIXED, URL, BARE -> USER_FILE;
        };
        if (environment.hasText(userFile)) {
            reader.preset(Settings.AUTH_FILE, userFile);
        }
    }

    private void settings(VariableFamily family) {
        for (Setting<?> setting : Settings.ALL) {
            String variable = variable(setting);
            String raw = setting.bareVariable() ? environment.get(variable) : null;
            if (raw != null && !environment.overrides(setting)) {
                Environment.set(reader, variable, setting, raw);
            }
        }
        environment.override(reader, family);
        // Files of users often hold MD5 hashes, which SCRAM cannot be done with; by md5 whoever has a SCRAM verifier is asked for SCRAM all the same.
        if (family != VariableFamily.BITNAMI && !isGiven(Settings.AUTH_TYPE) && reader.isSet(Settings.AUTH_FILE)) {
            reader.preset(Settings.AUTH_TYPE, AuthType.MD5.word());
        }
        if (!isGiven(Settings.LISTEN_PORT) && !isGiven(Settings.EXTRA_LISTEN_PORT) && !reader.hasServerHere(family.extraPort())) {
            reader.preset(Settings.EXTRA_LISTEN_PORT, Integer.toString(family.extraPort()));
        }
    }

    private boolean isGiven(Setting<?> setting) {
        return environment.overrides(setting) || setting.bareVariable() && environment.isVariable(variable(setting));
    }

    private static String variable(Setting<?> setting) {
        return setting.name().toUpperCase(Locale.ROOT);
    }

    private boolean nobodyCanLogIn() {
        AuthType type = reader.get(Settings.AUTH_TYPE);
        boolean byPassword = type == AuthType.MD5 || type == AuthType.SCRAM_SHA_256 || type == AuthType.PLAIN;
        return byPassword && users.all().isEmpty() && !reader.knowsOtherUsers();
    }

    /** {@code DATABASES_<KEY>}: one server behind the fallback entry, and behind the database's own name, or behind the one name that is asked for. */
    private void prefixedFamily() {
        EntryPairs pairs = new EntryPairs(environment, reader);
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
        lines(environment.getOrRead("DATABASES", reader));
        if (pairs.get("host") == null) {
            return;
        }
        if (pairs.get("user") == null) {
            pairs.set("user", "postgres", FAMILY + "USER");
        }
        users.know(pairs.get("user"), pairs.get("password"));
        String name = environment.get(ENTRY_NAME);
        if (name == null) {
            name = environment.get(CLIENT_SIDE_NAME);
        }
        String dbname = pairs.get("dbname");
        if (name != null) {
            pairs.add(name, environment.isVariable(ENTRY_NAME) ? ENTRY_NAME : CLIENT_SIDE_NAME);
        } else if (pairs.add("*", FAMILY + "HOST") && dbname != null) {
            pairs.add(dbname, FAMILY + "DBNAME");
        }
    }

    /** {@code DATABASES}: lines of an ini file with commas between them; what begins no line of its own belongs to the one before it, as in a list of hosts. */
    private void lines(@Nullable String text) {
        StringBuilder line = new StringBuilder();
        for (String piece : text == null ? new String[0] : text.split(",", -1)) {
            int equals = piece.indexOf('=');
            boolean begins = equals > 0 && piece.substring(0, equals).strip().indexOf(' ') < 0;
            if (begins && !line.isEmpty()) {
                reader.database("DATABASES", line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : ",").append(piece);
        }
        if (!line.toString().isBlank()) {
            reader.database("DATABASES", line.toString());
        }
    }

    /** {@code DB_HOST} and its companions: clients log in as themselves, the user that is named being one whose password is known. */
    private void bareFamily() {
        EntryPairs pairs = new EntryPairs(environment, reader);
        pairs.put("host", "DB_HOST");
        pairs.put("port", "DB_PORT");
        pairs.put("auth_user", "DB_USER");
        pairs.put("client_encoding", "CLIENT_ENCODING");
        users.know(pairs.get("auth_user"), environment.getOrRead("DB_PASSWORD", reader));
        String name = environment.getOrRead("DB_NAME", reader);
        pairs.add(name == null ? "*" : name, "DB_NAME");
    }

    /** One database for each URL; gives whether there is any. */
    private boolean urls() {
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
        return url != null || urls != null;
    }

    private void database(String variable, String text) {
        DatabaseUrl url = DatabaseUrl.parse(text);
        if (url == null) {
            reader.problem(Problems.plain(variable, 0, DatabaseUrl.FORM, "invalid URL in environment variable " + variable + "; allowed: " + DatabaseUrl.FORM));
            return;
        }
        EntryPairs pairs = new EntryPairs(environment, reader);
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
        users.know(user, password);
        pairs.add(url.database() == null ? "*" : url.database(), variable);
    }
}
