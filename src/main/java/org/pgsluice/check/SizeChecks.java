package org.pgsluice.check;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Places;
import org.pgsluice.config.Settings;

/** Whether limits and sizes fit each other and the machine. */
final class SizeChecks {
    private static final int OWN_FILES = 10;

    private SizeChecks() {}

    static void sizes(Places places, Config config, Machine machine, Findings findings) {
        Map<String, Integer> byServer = new TreeMap<>();
        long servers = 0;
        for (DatabaseConfig database : config.databases().values()) {
            int size = sized(places, config, database, findings);
            servers += size;
            if (!database.hosts().isEmpty()) {
                byServer.merge(String.join(",", database.hosts()) + ":" + database.serverPort(), size, Integer::sum);
            }
        }
        long files = config.integer(Settings.MAX_CLIENT_CONN) + servers + OWN_FILES;
        long most = machine.mostOpenFiles();
        if (most >= 0 && files > most) {
            findings.error(places.of(Settings.MAX_CLIENT_CONN),
                    "max_client_conn and the pools need up to " + files + " open files, and this user may open " + most,
                    "Raise the limit (LimitNOFILE= in a unit, ulimit -n in a shell), or lower max_client_conn");
        }
        byServer.forEach((server, sum) -> findings.note(places.of("databases", ""),
                "pools of one user each open up to " + sum + " connections to " + server + "; each further user adds as many",
                "See that PostgreSQL's max_connections allows it; max_db_connections and max_user_connections bound it"));
    }

    /** The size of one user's pool, which counts in the sums. */
    private static int sized(Places places, Config config, DatabaseConfig database, Findings findings) {
        String place = places.of("databases", database.name());
        int size = or(database.poolSize(), config.integer(Settings.DEFAULT_POOL_SIZE));
        int reserve = or(database.reservePoolSize(), config.integer(Settings.RESERVE_POOL_SIZE));
        int least = or(database.minPoolSize(), config.integer(Settings.MIN_POOL_SIZE));
        int most = or(database.maxDbConnections(), config.integer(Settings.MAX_DB_CONNECTIONS));
        if (most > 0 && size + reserve > most) {
            findings.warning(place,
                    database.name() + ": pool_size and reserve_pool_size come to " + (size + reserve) + ", and max_db_connections allows " + most
                            + " for all users together",
                    "Pools of several users will take servers from each other; lower the sizes, or raise the limit");
        }
        if (size > 0 && least > size) {
            findings.warning(place, database.name() + ": min_pool_size = " + least + " is never reached, since pool_size = " + size, "Lower it");
        }
        if (least > 0 && database.user() == null) {
            findings.note(place, database.name() + ": min_pool_size holds while a client is connected, since the entry has no user=",
                    "Give the entry a user to keep servers without clients");
        }
        return size + reserve;
    }

    private static int or(@Nullable Integer own, int general) {
        return own == null ? general : own;
    }
}
