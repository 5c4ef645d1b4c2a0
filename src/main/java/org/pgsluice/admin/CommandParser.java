package org.pgsluice.admin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.ShowTable;
import org.pgsluice.admin.show.ShowTables;
import org.pgsluice.config.ConsoleVersion;

/**
 * Reads one command: {@code WORD [WORD] [;]}, {@code SET WORD = VALUE [;]} or {@code SET WORD TO VALUE [;]}, where a word is bare (letters, digits,
 * underscores) or in double quotes with doubled quotes inside, and a value may also be in single quotes. What is neither may still be a statement that
 * drivers send by themselves.
 */
final class CommandParser {
    private static final int COMMAND_BYTES = 15;
    private static final int ARGUMENT_BYTES = 63;
    private static final int VALUE_BYTES = 255;
    private static final int ERROR_BYTES = 1023;
    private static final AdminCommand BAD_ARGUMENTS = new AdminCommand.Invalid("bad arguments");

    private final String query;
    private final ConsoleVersion version;
    private final CommandScanner scanner;

    private CommandParser(String query, ConsoleVersion version) {
        this.query = query;
        this.version = version;
        this.scanner = new CommandScanner(query);
    }

    static AdminCommand parse(String query, ConsoleVersion version) {
        CommandParser parser = new CommandParser(query, version);
        AdminCommand command = parser.command();
        if (command == null) {
            command = DriverStatements.recognise(query, version);
        }
        return command == null ? syntaxError(query) : command;
    }

    private @Nullable AdminCommand command() {
        scanner.blanks();
        if (scanner.atEnd()) {
            return new AdminCommand.Empty();
        }
        String word = scanner.word('"');
        if (word == null) {
            return null;
        }
        String argument = "";
        if (!scanner.atEnd()) {
            String second = scanner.blanks() ? scanner.word('"') : null;
            if (second == null) {
                return null;
            }
            if (!scanner.atEnd()) {
                return assignment();
            }
            argument = second;
        }
        if (longerThan(word, COMMAND_BYTES) || longerThan(argument, ARGUMENT_BYTES)) {
            return BAD_ARGUMENTS;
        }
        return command(word.toLowerCase(Locale.ROOT), argument);
    }

    private @Nullable AdminCommand command(String word, String argument) {
        String database = argument.isEmpty() ? null : argument;
        return switch (word) {
            case "show", "select" -> show(argument.toLowerCase(Locale.ROOT));
            case "reload" -> database == null ? new AdminCommand.Reload() : null;
            case "suspend" -> database == null ? new AdminCommand.Suspend() : null;
            case "pause" -> new AdminCommand.Pause(database);
            case "resume" -> new AdminCommand.Resume(database);
            case "kill" -> new AdminCommand.Kill(database);
            case "kill_client" -> new AdminCommand.KillClient(argument);
            case "disable" -> new AdminCommand.Disable(database);
            case "enable" -> new AdminCommand.Enable(database);
            case "reconnect" -> new AdminCommand.Reconnect(database);
            case "wait_close" -> new AdminCommand.WaitClose(database);
            case "shutdown" -> shutdown(argument.toLowerCase(Locale.ROOT));
            default -> null;
        };
    }

    private @Nullable AdminCommand show(String name) {
        if (name.equals("help")) {
            return new AdminCommand.Help();
        }
        ShowTable<?> table = ShowTables.find(name, version);
        return table == null ? null : new AdminCommand.Show(table);
    }

    private static @Nullable AdminCommand shutdown(String mode) {
        return switch (mode) {
            case "" -> new AdminCommand.Shutdown(ShutdownMode.IMMEDIATE);
            case "wait_for_servers" -> new AdminCommand.Shutdown(ShutdownMode.WAIT_FOR_SERVERS);
            case "wait_for_clients" -> new AdminCommand.Shutdown(ShutdownMode.WAIT_FOR_CLIENTS);
            default -> null;
        };
    }

    /**
     * Blanks around {@code to} may be missing, so a bare key is tried at its longest first and then shorter: {@code SET ato1} is no command, {@code SET ato
     * 1} sets a.
     */
    private @Nullable AdminCommand assignment() {
        scanner.restart();
        scanner.blanks();
        if (!scanner.keyword("set") || !scanner.blanks()) {
            return null;
        }
        int start = scanner.position();
        boolean quoted = scanner.next('"');
        String key = scanner.word('"');
        if (key == null) {
            return null;
        }
        for (int end = scanner.position(); end > start; end--) {
            scanner.moveTo(end);
            String value = value();
            if (value != null) {
                return assign(quoted ? key : query.substring(start, end), value);
            }
            if (quoted) {
                break;
            }
        }
        return null;
    }

    private @Nullable String value() {
        scanner.blanks();
        if (!scanner.symbol('=') && !scanner.keyword("to")) {
            return null;
        }
        scanner.blanks();
        String value = scanner.word(scanner.next('\'') ? '\'' : '"');
        return value != null && scanner.atEnd() ? value : null;
    }

    private static AdminCommand assign(String key, String value) {
        if (key.isEmpty() || longerThan(key, ARGUMENT_BYTES) || longerThan(value, VALUE_BYTES)) {
            return BAD_ARGUMENTS;
        }
        return DriverStatements.isIgnoredParameter(key) ? new AdminCommand.Pretended(List.of("SET")) : new AdminCommand.Assign(key, value);
    }

    private static boolean longerThan(String text, int bytes) {
        return text.length() > bytes || text.getBytes(StandardCharsets.UTF_8).length > bytes;
    }

    /** No more than PgBouncer's buffer for a message holds, and no half character at the end. */
    private static String cut(String message) {
        String text = message.length() > ERROR_BYTES ? message.substring(0, ERROR_BYTES) : message;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= ERROR_BYTES) {
            return text;
        }
        int end = ERROR_BYTES;
        while ((bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** The message of a query that is no command. */
    static AdminCommand.Invalid syntaxError(String query) {
        return new AdminCommand.Invalid(cut("invalid command '" + query + "', use SHOW HELP;"));
    }
}
