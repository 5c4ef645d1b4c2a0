package org.pgsluice.process;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for, parsed as GNU getopt_long parses PgBouncer's: short options combine, long ones may be shortened while they stay unique,
 * options may follow the file, {@code --} ends them. The words are taken in order, so the first {@code --help}, {@code --version} or mistake decides.
 */
public sealed interface CommandLine {
    /**
     * Run the pooler.
     *
     * @param configFile none means that the environment configures; whether it does is for the caller to see
     * @param testConfig only read the configuration, say what is wrong with it or without effect, and exit
     * @param user the user to become; it outranks the setting {@code user}
     * @param verbose how often {@code -v} was given
     */
    record Run(@Nullable String configFile, boolean daemon, boolean quiet, boolean reboot, boolean testConfig, int verbose,
            @Nullable String user) implements CommandLine {}

    /** Print {@code text} on standard output and exit with 0. */
    record Answer(String text) implements CommandLine {}

    /** Print {@code text} on standard error and exit with 1. */
    record Mistake(String text) implements CommandLine {}

    /** @param exe the name that the program was called by, for the texts */
    static CommandLine parse(String exe, List<String> words) {
        return new CommandLineParser(exe, words).parse();
    }

    /** The mistake of naming no file, or more than one. */
    static Mistake noConfigurationFile(String exe) {
        return new Mistake(exe + ": no configuration file specified\n" + tryHelp(exe));
    }

    /** The answer to {@code --help}. */
    static String help(String exe) {
        return exe + " is a connection pooler for PostgreSQL.\n\nUsage:\n  " + exe + " [OPTION]... CONFIG_FILE\n  " + exe
                + " check CONFIG_FILE [--connect]\n" + """

                Options:
                  -d, --daemon         run in background (as a daemon)
                  -q, --quiet          run quietly
                  -R, --reboot         do an online reboot
                  -u, --user=USERNAME  assume identity of USERNAME
                  -v, --verbose        increase verbosity
                  -V, --version        show version, then exit
                  -h, --help           show this help, then exit
                      --test-config    check the configuration, then exit

                Without CONFIG_FILE the environment configures it, if it names a database.
                """;
    }

    private static String tryHelp(String exe) {
        return "Try \"" + exe + " --help\" for more information.\n";
    }
}
