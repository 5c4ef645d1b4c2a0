package org.pgsluice.check;

import org.pgsluice.config.AuthType;
import org.pgsluice.config.Config;
import org.pgsluice.config.Places;
import org.pgsluice.config.Settings;

/** What a file of PgBouncer's means here that its writer may not expect, and what is often forgotten. */
final class DifferenceChecks {
    private DifferenceChecks() {}

    static void differences(Places places, Config config, Findings findings) {
        if (config.on(Settings.SO_REUSEPORT)) {
            findings.note(places.of(Settings.SO_REUSEPORT), "so_reuseport = 1 is for several processes, each with limits and cancel keys of its own",
                    "One process uses several cores with reactors = 2 or more, and its limits hold for all of them");
        }
        if (places.has(Settings.JOB_NAME)) {
            findings.note(places.of(Settings.JOB_NAME), "job_name names a service on Windows and has no meaning here", "Leave it out");
        }
        if (config.list(Settings.LISTEN_ADDR).isEmpty()) {
            findings.note(places.of(Settings.LISTEN_ADDR), "listen_addr is not set: clients can connect over the Unix socket alone",
                    "Set it, for instance to 127.0.0.1");
        }
        if (config.list(Settings.ADMIN_USERS).isEmpty()) {
            findings.note(places.of(Settings.ADMIN_USERS),
                    "admin_users is empty: the console takes commands from the pooler's own system user alone, over the Unix socket",
                    "Name a user there");
        }
        AuthType type = config.get(Settings.AUTH_TYPE);
        if ((type == AuthType.ANY || type == AuthType.TRUST) && config.list(Settings.LISTEN_ADDR).stream().anyMatch(address -> !isLoopback(address))) {
            findings.warning(places.of(Settings.AUTH_TYPE), "auth_type lets everybody in without a password, and listen_addr is not this machine alone",
                    "Set scram-sha-256, or listen on 127.0.0.1");
        }
        if (config.databases().isEmpty() && config.autoDatabase() == null) {
            findings.warning(places.of("databases", ""), "there is no database that a client could ask for", "Add one to [databases], or * for all");
        }
    }

    private static boolean isLoopback(String address) {
        return address.equals("localhost") || address.startsWith("127.") || address.equals("::1");
    }
}
