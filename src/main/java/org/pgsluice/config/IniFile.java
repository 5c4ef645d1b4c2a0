package org.pgsluice.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An ini file and all that it includes, as a list of headers and values. Goes on behind a syntax error, so that many of them are found. It is bounded, since
 * files that include themselves, or something else than a configuration, would fill the memory of a process that reloads.
 */
final class IniFile {
    /** So many problems are said. Somebody will mend them one by one; a file of another kind has millions. */
    static final int MOST_PROBLEMS = 100;

    private static final int MAX_INCLUDE = 10;
    /** Of all files together. 100,000 databases take a quarter of it. */
    private static final int MOST_BYTES = 64 << 20;

    private final List<Line> lines = new ArrayList<>();
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private int bytesLeft = MOST_BYTES;
    private boolean stopped;

    private IniFile() {}

    static IniFile read(Path file) {
        IniFile ini = new IniFile();
        ini.load(file, 0);
        return ini;
    }

    List<Line> lines() {
        return lines;
    }

    List<ConfigProblem> problems() {
        return problems;
    }

    List<ConfigProblem> warnings() {
        return warnings;
    }

    /** Gives whether the file itself could be read. */
    private boolean load(Path file, int depth) {
        String text;
        try {
            text = decode(bytes(file), file);
        } catch (IOException e) {
            problem(Problems.plain(file.toString(), 0, "a file that can be read", "could not load file \"" + file + "\": " + reason(e)));
            return false;
        }
        new Scan(file.toString(), text, depth).run();
        return true;
    }

    private void problem(ConfigProblem problem) {
        problems.add(problem);
        stopped |= problems.size() >= MOST_PROBLEMS;
    }

    private byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(bytesLeft + 1);
            if (bytes.length > bytesLeft) {
                stopped = true;
                throw new IOException("more than " + (MOST_BYTES >> 20) + " MiB of configuration");
            }
            bytesLeft -= bytes.length;
            return bytes;
        }
    }

    private String decode(byte[] bytes, Path file) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            warnings.add(Problems.warning(file.toString(), 0, null, null, "file \"" + file + "\" is not UTF-8 and is read as Latin-1"));
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** The reason in the words of strerror. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    /** One header or value and where it stood, lines counted from 1. */
    sealed interface Line {
        String file();

        int line();
    }

    record Section(String file, int line, String name) implements Line {}

    record Value(String file, int line, String key, String value) implements Line {}

    private final class Scan {
        private final String file;
        private final String text;
        private final int depth;
        private int at;
        private int line = 1;
        private int counted;

        Scan(String file, String text, int depth) {
            this.file = file;
            this.text = text;
            this.depth = depth;
        }

        void run() {
            while (!stopped) {
                while (at < text.length() && CNumber.isSpace(text.charAt(at))) {
                    at++;
                }
                if (at >= text.length()) {
                    return;
                }
                char c = text.charAt(at);
                if (c == '#' || c == ';') {
                    at = lineEnd();
                } else if (c == '[') {
                    section();
                } else if (text.startsWith("%include", at) && at + 8 < text.length() && isBlank(text.charAt(at + 8))) {
                    include();
                } else {
                    value();
                }
            }
        }

        private void section() {
            int end = lineEnd();
            int close = text.indexOf(']', at);
            if (close < 0 || close > end) {
                syntaxError("a section header that ends with ]");
                return;
            }
            lines.add(new Section(file, lineNumber(), text.substring(at + 1, close)));
            at = close + 1;
        }

        private void include() {
            int here = lineNumber();
            if (depth >= MAX_INCLUDE) {
                problem(Problems.plain(file, here, "files that include each other " + MAX_INCLUDE + " deep at most",
                        "include nesting level too deep (" + file + ":" + here + "), stopping loading"));
                stopped = true; // the files that got here would do so again
                return;
            }
            String name = text.substring(at + 8, lineEnd()).strip();
            at = lineEnd();
            boolean read;
            try {
                read = load(Path.of(name), depth + 1);
            } catch (InvalidPathException e) {
                read = false;
            }
            if (!read) {
                problem(Problems.plain(file, here, "the name of a file that can be read",
                        "error processing include file in configuration (" + file + ":" + here + "), stopping loading"));
            }
        }

        private void value() {
            String key;
            if (text.charAt(at) == '\'') {
                int close = text.indexOf('\'', at + 1);
                if (close <= at + 1 || close > lineEnd()) {
                    syntaxError("a name between single quotes");
                    return;
                }
                key = text.substring(at + 1, close);
                at = close + 1;
            } else {
                int start = at;
                while (at < text.length() && isKeyChar(text.charAt(at))) {
                    at++;
                }
                key = text.substring(start, at);
            }
            skipBlanks();
            if (at == text.length() || text.charAt(at) != '=') {
                syntaxError("name = value, names with other characters than letters, digits and _.-* in single quotes");
                return;
            }
            at++;
            skipBlanks();
            int end = lineEnd();
            lines.add(new Value(file, lineNumber(), key, text.substring(at, trimmedEnd(at, end))));
            at = end;
        }

        private void syntaxError(String allowed) {
            problem(Problems.syntax(file, lineNumber(), null, allowed));
            at = lineEnd();
        }

        private void skipBlanks() {
            while (at < text.length() && isBlank(text.charAt(at))) {
                at++;
            }
        }

        private int trimmedEnd(int from, int end) {
            while (end > from && CNumber.isSpace(text.charAt(end - 1))) {
                end--;
            }
            return end;
        }

        private int lineEnd() {
            int end = text.indexOf('\n', at);
            return end < 0 ? text.length() : end;
        }

        private int lineNumber() {
            for (; counted < at; counted++) {
                if (text.charAt(counted) == '\n') {
                    line++;
                }
            }
            return line;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isKeyChar(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-' || c == '*';
    }
}
