package org.pgsluice.top;

import java.util.List;
import java.util.Map;

/**
 * What the command line of {@code pgsluice top} asks for. Where to connect to is given as psql's options and variables are.
 *
 * @param host a name or address, or the directory of a unix socket, which begins with a slash
 * @param once prints one picture and ends
 * @param seconds between two pictures
 */
record TopOptions(String host, int port, String user, String password, boolean once, int seconds) {
    static final String HELP = """
            Shows the pools of a running pooler, anew each second. q ends it.

            Usage:
              pgsluice top [OPTION]...

            Options:
              -h, --host=HOST       address of the pooler, or directory of its unix socket (PGHOST, else /tmp)
              -p, --port=PORT       its port (PGPORT, else 6432)
              -U, --username=NAME   a user of admin_users or stats_users (PGUSER, else pgbouncer)
              -n, --interval=SECS   seconds between two pictures (1)
              -1, --once            one picture, also where no terminal is
                  --help            show this help, then exit

            The password is that of PGPASSWORD.
            """;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_SECONDS = 3_600;

    /**
     * Reads the words.
     *
     * @throws IllegalArgumentException the message says which word is wrong
     */
    static TopOptions parse(List<String> words, Map<String, String> environment) {
        String host = environment.getOrDefault("PGHOST", "/tmp");
        String port = environment.getOrDefault("PGPORT", "6432");
        String user = environment.getOrDefault("PGUSER", "pgbouncer");
        String seconds = "1";
        boolean once = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-1") || word.equals("--once")) {
                once = true;
                continue;
            }
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            if (equals < 0 && i + 1 == words.size()) {
                throw new IllegalArgumentException("option without a value, or unknown: " + word);
            }
            String value = equals < 0 ? words.get(++i) : word.substring(equals + 1);
            switch (name) {
                case "-h", "--host" -> host = value;
                case "-p", "--port" -> port = value;
                case "-U", "--username" -> user = value;
                case "-n", "--interval" -> seconds = value;
                default -> throw new IllegalArgumentException("unknown option: " + word);
            }
        }
        return new TopOptions(host, number("port", port, MAX_PORT), user, environment.getOrDefault("PGPASSWORD", ""), once,
                number("interval", seconds, MAX_SECONDS));
    }

    private static int number(String what, String text, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // as one that is out of bounds
        }
        throw new IllegalArgumentException("no " + what + ": " + text);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port;
    }
}
