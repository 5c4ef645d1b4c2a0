package org.pgsluice.config;

/** What the variables of crunchydata/crunchy-pgbouncer say: one server, whose function tells the secrets of users. Used by one thread, once. */
final class CrunchyEntries {
    /** Where the image has its users, and where they are mounted. */
    static final String USER_FILE = "/pgconf/users.txt";

    /** The only user that the image knows by itself. */
    private static final String USER = "pgbouncer";

    private CrunchyEntries() {}

    static boolean isName(String variable) {
        return variable.startsWith("PGBOUNCER_PASSWORD");
    }

    /** Knows the user, as the image writes it into its file of users. */
    static void know(Environment environment, ConfigReader reader, EnvironmentUsers users) {
        users.know(USER, environment.getOrRead("PGBOUNCER_PASSWORD", reader));
    }

    static void read(Environment environment, ConfigReader reader, EnvironmentUsers users) {
        reader.preset(Settings.LISTEN_ADDR, "*");
        reader.preset(Settings.AUTH_TYPE, AuthType.MD5.word());
        reader.preset(Settings.AUTH_QUERY, "SELECT username, password from pgbouncer.get_auth($1)");
        reader.preset(Settings.ADMIN_USERS, USER);
        reader.preset(Settings.STATS_USERS, USER);
        know(environment, reader, users);
        EntryPairs pairs = new EntryPairs(environment, reader);
        pairs.put("host", "PG_SERVICE");
        pairs.put("port", "PG_PORT");
        pairs.set("auth_user", USER, "PG_SERVICE");
        pairs.add("*", "PG_SERVICE");
    }
}
