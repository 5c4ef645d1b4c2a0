package org.pgsluice.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which images of PgBouncer have their databases described by environment variables. Of several that are there the first in this order counts;
 * {@link #PREFIXED} and {@link #URL} may come together.
 */
enum VariableFamily {
    /** pgbouncer/pgbouncer and percona/percona-pgbouncer. The second port is the one of our own example, which had it before. */
    PREFIXED("DATABASES_HOST DATABASES", "DATABASES_", "DATABASES_USER and DATABASES_PASSWORD", 6432, 5432, true),
    /** bitnami/pgbouncer. */
    BITNAMI("POSTGRESQL_HOST PGBOUNCER_DSN_0", "POSTGRESQL_ PGBOUNCER_DSN_ PGBOUNCER_USERLIST",
            "POSTGRESQL_USERNAME and POSTGRESQL_PASSWORD, or PGBOUNCER_USERLIST", 6432, 0, true),
    /** crunchydata/crunchy-pgbouncer. */
    CRUNCHY("PG_SERVICE", "PG_PORT PGBOUNCER_PASSWORD", "PGBOUNCER_PASSWORD", 6432, 0, true),
    /** edoburu/pgbouncer, by one text. */
    URL("DATABASE_URL DATABASE_URLS", "", "user and password in the URL", 5432, 0, false),
    /** edoburu/pgbouncer, by single values, and brainsam/pgbouncer, which has the second port. */
    BARE("DB_HOST", "DB_PORT DB_USER DB_PASSWORD DB_NAME", "DB_USER and DB_PASSWORD", 5432, 6432, false);

    /** The image of bitnami knows a host by itself; this says that it is that image. */
    private static final String PASSWORD_OF_BITNAMI = "POSTGRESQL_PASSWORD";

    /** Names of variables, a blank between them; any of them names the server. */
    private final String describing;
    /** How the names of others begin, a blank between them. */
    private final String companions;
    private final String login;
    private final int port;
    private final int extraPort;
    private final boolean unixSocket;

    VariableFamily(String describing, String companions, String login, int port, int extraPort, boolean unixSocket) {
        this.describing = describing;
        this.companions = companions;
        this.login = login;
        this.port = port;
        this.extraPort = extraPort;
        this.unixSocket = unixSocket;
    }

    /** The family that describes a database; null: none does. */
    static @Nullable VariableFamily of(Environment environment) {
        for (VariableFamily family : values()) {
            for (String name : family.describing.split(" ")) {
                if (environment.isGiven(name)) {
                    return family;
                }
            }
        }
        return environment.isGiven(PASSWORD_OF_BITNAMI) ? BITNAMI : null;
    }

    /** Each family's variables that are there without the one that names the server, one line for each family. */
    static List<String> incomplete(Environment environment) {
        List<String> lines = new ArrayList<>();
        for (VariableFamily family : values()) {
            List<String> seen = new ArrayList<>();
            for (String companion : family.companions.isEmpty() ? new String[0] : family.companions.split(" ")) {
                seen.addAll(environment.startingWith(companion).keySet());
            }
            if (!seen.isEmpty()) {
                lines.add(String.join(", ", seen) + (seen.size() == 1 ? " is" : " are") + " set, but not " + family.describing.replace(" ", " or "));
            }
        }
        List<String> ofServer = List.copyOf(environment.startingWith("POSTGRES_").keySet());
        if (lines.isEmpty() && !ofServer.isEmpty()) {
            lines.add(String.join(", ", ofServer) + (ofServer.size() == 1 ? " is" : " are") + " for PostgreSQL's image, and not read");
        }
        return lines;
    }

    /** All variables that name a server. */
    static String all() {
        List<String> names = new ArrayList<>();
        for (VariableFamily family : values()) {
            names.add(family.describing.replace(" ", ", "));
        }
        return String.join(", ", names);
    }

    /** The variables that give a user and a password, in words. */
    String login() {
        return login;
    }

    /** The port that clients of the image expect. */
    int port() {
        return port;
    }

    /** Another port that clients may expect, since the variables do not tell images apart; 0: none. */
    int extraPort() {
        return extraPort;
    }

    /** Whether the image has a Unix socket in {@code /tmp}. */
    boolean unixSocket() {
        return unixSocket;
    }
}
