package org.pgsluice.auth.rules;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The lines of an HBA or ident file and of all that it includes, in order. A backslash at its end joins a line with the next one. Blocks; used by one thread.
 */
final class RuleLines {
    private static final int DEEPEST = 10;

    private final String kind;
    private final Findings findings;
    private final List<Line> lines = new ArrayList<>();

    private RuleLines(String kind, Findings findings) {
        this.kind = kind;
        this.findings = findings;
    }

    /** Where a line begins, and what is in it. */
    record Line(Path file, int number, String text) {}

    /** Reads {@code file}; {@code kind}, "hba" or "ident", is for the messages. */
    static List<Line> read(String kind, Path file, Findings findings) {
        RuleLines reader = new RuleLines(kind, findings);
        try {
            reader.read(file, 0);
        } catch (IOException e) {
            findings.problem("could not open " + kind + " config file " + file + ": " + reason(e));
        }
        return reader.lines;
    }

    private void read(Path file, int depth) throws IOException {
        for (Line line : split(file)) {
            Words words = new Words(line.text());
            try {
                Words.Word first = words.peek();
                if (first == null) {
                    continue;
                }
                if (!first.is("include") && !first.is("include_if_exists") && !first.is("include_dir")) {
                    lines.add(line);
                    continue;
                }
                words.take();
                Words.Word name = words.take();
                if (name == null || name.comma() || words.peek() != null) {
                    throw new BadLine(first.text() + " needs one file name");
                }
                if (depth == DEEPEST) {
                    throw new BadLine("files are included more than " + DEEPEST + " deep");
                }
                include(first.text(), beside(file, name.text()), depth);
            } catch (BadLine bad) {
                findings.problem(line, kind, String.valueOf(bad.getMessage()));
            }
        }
    }

    private void include(String how, Path target, int depth) throws BadLine {
        try {
            if (how.equals("include_dir")) {
                for (Path file : confFiles(target)) {
                    read(file, depth + 1);
                }
            } else if (!how.equals("include_if_exists") || Files.exists(target)) {
                read(target, depth + 1);
            }
        } catch (IOException e) {
            throw new BadLine("could not open " + target + ": " + reason(e));
        }
    }

    private static List<Path> confFiles(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*.conf")) {
            for (Path file : all) {
                if (!file.getFileName().toString().startsWith(".") && Files.isRegularFile(file)) {
                    files.add(file);
                }
            }
        }
        Collections.sort(files);
        return files;
    }

    /** A file's lines, joined; each keeps the number of its first part. */
    static List<Line> split(Path file) throws IOException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it is not UTF-8", e);
        }
        List<Line> lines = new ArrayList<>();
        StringBuilder joined = new StringBuilder();
        int number = 0;
        int first = 1;
        for (String part : text.split("\n", -1)) {
            number++;
            String line = part.endsWith("\r") ? part.substring(0, part.length() - 1) : part;
            if (line.endsWith("\\")) {
                joined.append(line, 0, line.length() - 1);
                continue;
            }
            lines.add(new Line(file, first, joined.append(line).toString()));
            joined.setLength(0);
            first = number + 1;
        }
        if (!joined.isEmpty()) {
            lines.add(new Line(file, first, joined.toString()));
        }
        return lines;
    }

    /** A file named in another: a relative name is looked for beside that one. */
    static Path beside(Path file, String name) {
        return file.resolveSibling(name);
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException none -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            case NotDirectoryException file -> "Not a directory";
            default -> String.valueOf(e.getMessage());
        };
    }
}
