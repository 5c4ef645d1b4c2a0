package org.pgsluice.process;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pooler.Version;

/** One pass over the words. */
final class CommandLineParser {
    private static final List<String> LONG = List.of("quiet", "verbose", "help", "daemon", "version", "reboot", "user", "test-config");
    private static final char TEST_CONFIG = 't'; // has no short form
    private static final String SHORT = "qvhdVRu";

    private final String exe;
    private final List<String> words;
    private final List<String> files = new ArrayList<>();
    private int next;
    private boolean daemon;
    private boolean quiet;
    private boolean reboot;
    private boolean testConfig;
    private int verbose;
    private @Nullable String user;

    CommandLineParser(String exe, List<String> words) {
        this.exe = exe;
        this.words = words;
    }

    CommandLine parse() {
        boolean onlyFiles = false;
        while (next < words.size()) {
            String word = words.get(next++);
            CommandLine end = null;
            if (onlyFiles || word.equals("-") || !word.startsWith("-")) {
                files.add(word);
            } else if (word.equals("--")) {
                onlyFiles = true;
            } else if (word.startsWith("--")) {
                end = longOption(word.substring(2));
            } else {
                end = shortOptions(word);
            }
            if (end != null) {
                return end;
            }
        }
        if (files.size() > 1) {
            return CommandLine.noConfigurationFile(exe);
        }
        return new CommandLine.Run(files.isEmpty() ? null : files.getFirst(), daemon, quiet, reboot, testConfig, verbose, user);
    }

    private @Nullable CommandLine longOption(String given) {
        int equals = given.indexOf('=');
        String name = equals < 0 ? given : given.substring(0, equals);
        String value = equals < 0 ? null : given.substring(equals + 1);
        List<String> matches = new ArrayList<>();
        for (String option : LONG) {
            if (option.equals(name)) {
                matches = List.of(option);
                break;
            }
            if (option.startsWith(name)) {
                matches.add(option);
            }
        }
        if (matches.isEmpty()) {
            return mistake("unrecognized option '--" + given + "'");
        }
        if (matches.size() > 1) {
            StringBuilder text = new StringBuilder("option '--" + given + "' is ambiguous; possibilities:");
            for (String match : matches) {
                text.append(" '--").append(match).append('\'');
            }
            return mistake(text.toString());
        }
        String option = matches.getFirst();
        if (option.equals("user")) {
            if (value == null && next == words.size()) {
                return mistake("option '--user' requires an argument");
            }
            user = value == null ? words.get(next++) : value;
            return null;
        }
        return value == null ? take(letter(option)) : mistake("option '--" + option + "' doesn't allow an argument");
    }

    private @Nullable CommandLine shortOptions(String word) {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            if (SHORT.indexOf(letter) < 0) {
                return mistake("invalid option -- '" + letter + "'");
            }
            if (letter == 'u') {
                if (i + 1 == word.length() && next == words.size()) {
                    return mistake("option requires an argument -- 'u'");
                }
                user = i + 1 < word.length() ? word.substring(i + 1) : words.get(next++);
                return null;
            }
            CommandLine end = take(letter);
            if (end != null) {
                return end;
            }
        }
        return null;
    }

    private static char letter(String option) {
        return switch (option) {
            case "version" -> 'V';
            case "reboot" -> 'R';
            case "test-config" -> TEST_CONFIG;
            default -> option.charAt(0);
        };
    }

    private @Nullable CommandLine take(char letter) {
        switch (letter) {
            case 'q' -> quiet = true;
            case 'v' -> verbose++;
            case 'd' -> daemon = true;
            case 'R' -> reboot = true;
            case TEST_CONFIG -> testConfig = true;
            case 'V' -> {
                return new CommandLine.Answer(Version.text());
            }
            case 'h' -> {
                return new CommandLine.Answer(CommandLine.help(exe));
            }
            default -> throw new IllegalStateException("option " + letter);
        }
        return null;
    }

    private CommandLine.Mistake mistake(String what) {
        return new CommandLine.Mistake(exe + ": " + what + "\nTry \"" + exe + " --help\" for more information.\n");
    }
}
