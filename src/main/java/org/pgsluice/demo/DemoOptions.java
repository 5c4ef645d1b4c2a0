package org.pgsluice.demo;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words after {@code demo}.
 *
 * @param port the pooler's; 0: 6432, or any free one
 * @param postgresPort PostgreSQL's; 0: 54320, or any free one
 * @param keep the directory that keeps the data; null: a temporary one
 * @param tour whether it shows what the pooler does, and ends
 */
record DemoOptions(int port, int postgresPort, @Nullable String keep, boolean tour, boolean help) {
    private static final Set<String> NAMES = Set.of("--port", "--postgres-port", "--keep");

    static String help(String program) {
        return """
                %s demo starts a PostgreSQL server of its own and the pooler in front of it, until Ctrl-C.

                Usage:
                  %1$s demo [OPTION]...

                Options:
                  --port N           the pooler's port (6432, or a free one)
                  --postgres-port N  PostgreSQL's port (54320, or a free one)
                  --keep DIR         keep the data in DIR, and use them again
                  --tour             show in a minute what the pooler does, and end
                  --help             show this help, then exit
                """
                .formatted(program);
    }

    /** Throws {@link IllegalArgumentException} with a line for the user. */
    static DemoOptions parse(List<String> words) {
        int port = 0;
        int postgresPort = 0;
        String keep = null;
        boolean tour = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--help") || word.equals("-h")) {
                return new DemoOptions(0, 0, null, false, true);
            }
            if (word.equals("--tour")) {
                tour = true;
                continue;
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("unknown word '" + word + "' (--help shows the options)");
            }
            if (equals < 0 && ++i == words.size()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            String value = equals < 0 ? words.get(i) : word.substring(equals + 1);
            switch (name) {
                case "--port" -> port = port(name, value);
                case "--postgres-port" -> postgresPort = port(name, value);
                default -> keep = value;
            }
        }
        if (port != 0 && port == postgresPort) {
            throw new IllegalArgumentException("--port and --postgres-port are both " + port);
        }
        return new DemoOptions(port, postgresPort, keep, tour, false);
    }

    private static int port(String name, String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a number out of range
        }
        throw new IllegalArgumentException(name + " needs a port between 1 and 65535, not '" + value + "'");
    }
}
