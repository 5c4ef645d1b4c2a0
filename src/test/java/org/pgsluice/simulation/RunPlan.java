package org.pgsluice.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a seed chose: the configuration, the number of everybody, how the network and the servers behave.
 *
 * @param calm nothing breaks and nothing is forbidden, so that no guest may see an error that it did not ask for
 * @param slowNames host names take their time to be found
 * @param changes the configuration changes under way, by RELOAD and SET
 * @param authQuery alice is not in the file of users; the server is asked for her
 * @param ini the configuration without the line that names auth_file
 */
record RunPlan(
        boolean calm,
        int reactors,
        int guests,
        int stepsEach,
        String mode,
        boolean passwords,
        boolean namedStatements,
        LinkConditions conditions,
        boolean resets,
        boolean slowNames,
        boolean changes,
        boolean authQuery,
        Limits limits,
        String ini) {
    static final List<String> USERS = List.of("alice", "bob");
    static final List<String> DATABASES = List.of("one", "two", "forced");
    /** The user whom the servers of the database {@code forced} log in as. */
    static final String OWNER = "owner";

    /** Logins may wait for the pool that is asked, and for as long as others do. */
    private static final String ASKING = "auth_user = asker\nauth_query = SELECT usename, passwd FROM pg_shadow WHERE usename=$1\nclient_login_timeout = 0\n";

    /** The contents of auth_file. */
    String users() {
        StringBuilder text = new StringBuilder();
        for (String user : List.of("alice", "bob", OWNER, "root", "asker")) {
            if (!authQuery || !user.equals("alice")) {
                text.append('"').append(user).append("\" \"secret of ").append(user).append("\"\n");
            }
        }
        return text.toString();
    }

    /** 0 is for none, as in the configuration; {@code sizeTwo} is that of the database {@code two}. */
    record Limits(int size, int sizeTwo, int reserve, int perDatabase, int perUser, int clients, int clientsPerDatabase, int clientsPerUser) {
        int poolSize(String database) {
            return (database.equals("two") && sizeTwo > 0 ? sizeTwo : size) + reserve;
        }
    }

    static RunPlan of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean calm = random.nextInt(3) == 0;
        boolean resets = !calm && random.nextInt(3) == 0;
        String mode = List.of("transaction", "transaction", "transaction", "session", "statement").get(random.nextInt(5));
        int reserve = random.nextInt(3) == 0 ? random.nextInt(1, 3) : 0;
        int guests = random.nextInt(5, random.nextInt(3) == 0 ? 61 : 20);
        Limits limits = new Limits(
                random.nextInt(1, 6),
                random.nextInt(3) == 0 ? random.nextInt(1, 4) : 0,
                reserve,
                random.nextInt(3) == 0 ? random.nextInt(1, 7) : 0,
                random.nextInt(3) == 0 ? random.nextInt(1, 7) : 0,
                calm || random.nextInt(3) != 0 ? 1_000 : random.nextInt(3, guests + 1),
                !calm && random.nextInt(4) == 0 ? random.nextInt(3, guests + 1) : 0,
                !calm && random.nextInt(4) == 0 ? random.nextInt(3, guests + 1) : 0);
        boolean passwords = random.nextInt(3) == 0;
        boolean authQuery = random.nextInt(4) == 0;
        int statements = List.of(0, 1, 3, 100).get(random.nextInt(4));
        LinkConditions conditions = random.nextInt(3) == 0 ? LinkConditions.CALM : resets ? LinkConditions.HOSTILE : LinkConditions.ROUGH;
        return new RunPlan(
                calm,
                random.nextInt(1, 4),
                guests,
                random.nextInt(3, 25),
                mode,
                passwords,
                statements > 0 || mode.equals("session"),
                conditions,
                resets,
                random.nextInt(3) == 0,
                random.nextInt(3) == 0,
                authQuery,
                limits,
                ini(random, calm, mode, passwords, authQuery, statements, limits) + (authQuery ? ASKING : ""));
    }

    /** The same where guests must bear errors. */
    RunPlan troubled() {
        return new RunPlan(
                false, reactors, guests, stepsEach, mode, passwords, namedStatements, conditions, resets, slowNames, changes, authQuery, limits, ini);
    }

    private static String ini(SplittableRandom random, boolean calm, String mode, boolean passwords, boolean asking, int statements, Limits limits) {
        List<String> lines = new ArrayList<>();
        String place = " = host=127.0.0.1 port=5432";
        lines.add("[databases]");
        lines.add("one" + place + (random.nextInt(6) == 0 ? " min_pool_size=1" : ""));
        lines.add("two" + place + (limits.sizeTwo() > 0 ? " pool_size=" + limits.sizeTwo() : ""));
        lines.add("forced" + place + " user=" + OWNER + (random.nextInt(6) == 0 ? " min_pool_size=1" : ""));
        lines.add("[pgbouncer]");
        lines.add("admin_users = root");
        lines.add("auth_type = " + (passwords ? "plain" : "trust"));
        lines.add("pool_mode = " + mode);
        lines.add("default_pool_size = " + limits.size());
        lines.add("max_prepared_statements = " + statements);
        lines.add("max_client_conn = " + limits.clients());
        lines.add("max_db_connections = " + limits.perDatabase());
        lines.add("max_user_connections = " + limits.perUser());
        lines.add("max_db_client_connections = " + limits.clientsPerDatabase());
        lines.add("max_user_client_connections = " + limits.clientsPerUser());
        lines.add("reserve_pool_size = " + limits.reserve());
        lines.add("reserve_pool_timeout = " + random.nextInt(3));
        lines.add("server_login_retry = " + random.nextInt(1, 4));
        lines.add("query_wait_timeout = " + (calm ? 0 : random.nextInt(3) == 0 ? random.nextInt(1, 10) : 120));
        lines.add("suspend_timeout = " + (calm ? 0 : random.nextInt(3)));
        maybe(lines, random, "pkt_buf = " + random.nextInt(64, 300));
        maybe(lines, random, "server_round_robin = 1");
        maybe(lines, random, "sbuf_loopcnt = " + random.nextInt(3));
        maybe(lines, random, "server_lifetime = " + random.nextInt(1, 10));
        maybe(lines, random, "server_idle_timeout = " + random.nextInt(1, 5));
        maybe(lines, random, "server_check_delay = " + random.nextInt(2));
        maybe(lines, random, "server_check_query = ");
        maybe(lines, random, "server_reset_query_always = 1");
        if (!mode.equals("session")) {
            maybe(lines, random, "server_reset_query = ");
        }
        if (!calm || !mode.equals("session")) {
            // With sessions, RECONNECT has it end clients.
            maybe(lines, random, "server_fast_close = 1");
        }
        maybe(lines, random, "query_wait_notify = 1");
        if (!calm) {
            maybe(lines, random, "query_timeout = " + random.nextInt(1, 4));
            maybe(lines, random, "idle_transaction_timeout = " + random.nextInt(1, 3));
            maybe(lines, random, "transaction_timeout = " + random.nextInt(1, 4));
            maybe(lines, random, "client_idle_timeout = " + random.nextInt(1, 4));
            maybe(lines, random, "server_connect_timeout = " + random.nextInt(1, 4));
            if (!asking) {
                maybe(lines, random, "client_login_timeout = " + random.nextInt(1, 4));
            }
            maybe(lines, random, "cancel_wait_timeout = " + random.nextInt(1, 4));
        }
        lines.add("session_state = " + (random.nextInt(3) == 0 ? "reported" : "carry"));
        return String.join("\n", lines) + "\n";
    }

    /** The configuration with other limits, with databases that are elsewhere or gone for a while, with another pool mode where nobody can tell. */
    String changed(SplittableRandom random) {
        List<String> lines = new ArrayList<>();
        for (String line : ini.lines().toList()) {
            String name = line.substring(0, Math.max(0, line.indexOf(" = ")));
            switch (name) {
                case "two" -> {
                    if (calm || random.nextInt(4) != 0) {
                        lines.add(random.nextBoolean() ? line : line.replace("127.0.0.1", "127.0.0.2"));
                    }
                }
                case "one", "forced" -> lines.add(random.nextInt(3) != 0 ? line
                        : line.replace("127.0.0.1", "127.0.0.2") + " pool_size=" + random.nextInt(1, 5));
                case "default_pool_size" -> lines.add(name + " = " + random.nextInt(1, 6));
                case "reserve_pool_size", "max_db_connections", "max_user_connections" -> lines.add(random.nextBoolean() ? line
                        : name + " = " + random.nextInt(4));
                case "pool_mode" -> {
                    boolean fixed = namedStatements || mode.equals("statement") || (calm && ini.contains("server_fast_close"));
                    lines.add(fixed || random.nextBoolean() ? line : name + " = session");
                }
                default -> lines.add(line);
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static void maybe(List<String> lines, SplittableRandom random, String line) {
        if (random.nextInt(4) == 0) {
            lines.add(line);
        }
    }
}
