package org.pgsluice.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of Markdown as its reader meets it: lines of prose apart from tables and code. */
record Page(Path path, List<String> lines) {
    private static final Pattern ITEM = Pattern.compile("\\s*([-*]|\\d+\\.)\\s+.*");
    private static final Pattern MARKER = Pattern.compile("^\\s*([-*]|\\d+\\.)\\s+");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)]\\(([^)]*)\\)");
    private static final Pattern CODE = Pattern.compile("`[^`]+`");
    private static final Pattern END = Pattern.compile("(?<=[.!?])[*_)]*\\s+(?=pgsluice|[\\p{Lu}`\\[(*\"])");

    /** A sentence with the line on which its paragraph begins. */
    record Sentence(int line, String text) {
        /** A word has a letter or a digit in it; what stands in backquotes is one, as is a link's address none. */
        int words() {
            int words = 0;
            for (String word : CODE.matcher(text).replaceAll("code").split("\\s+")) {
                words += word.chars().anyMatch(Character::isLetterOrDigit) ? 1 : 0;
            }
            return words;
        }
    }

    /** Every page of the repository but the measured results, which are records. */
    static List<Page> all() {
        List<Page> pages = new ArrayList<>();
        try (var files = Files.walk(Path.of("."), 3)) {
            for (Path file : files.filter(Page::isRead).sorted().toList()) {
                pages.add(read(file.normalize()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pages;
    }

    static Page read(Path path) {
        try {
            return new Page(path, Files.readAllLines(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRead(Path file) {
        String name = file.normalize().toString();
        return name.endsWith(".md") && !name.startsWith("target") && !name.startsWith("bench/results") && !name.startsWith(".");
    }

    /** Numbers, from 1, of the lines that are neither code nor a table. */
    List<Integer> proseLines() {
        List<Integer> numbers = new ArrayList<>();
        boolean code = false;
        boolean list = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.strip().startsWith("```")) {
                code = !code;
            } else if (!code && !line.startsWith("|") && !line.startsWith("<!--") && (list || !line.startsWith("    "))) {
                numbers.add(i + 1);
            }
            list = ITEM.matcher(line).matches() || list && !line.isBlank();
        }
        return numbers;
    }

    /** Sentences of paragraphs and list items; headings are none. */
    List<Sentence> sentences() {
        List<Sentence> sentences = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        int start = 0;
        int previous = 0;
        for (int number : proseLines()) {
            String line = lines.get(number - 1);
            boolean heading = line.startsWith("#");
            if (heading || line.isBlank() || number != previous + 1 || ITEM.matcher(line).matches()) {
                split(start, paragraph, sentences);
                start = number;
            }
            if (!heading) {
                paragraph.append(MARKER.matcher(line).replaceFirst("").strip()).append(' ');
            }
            previous = number;
        }
        split(start, paragraph, sentences);
        return sentences;
    }

    private static void split(int line, StringBuilder paragraph, List<Sentence> to) {
        String text = LINK.matcher(paragraph.toString().strip()).replaceAll("$1");
        paragraph.setLength(0);
        for (String sentence : END.split(text)) {
            if (!sentence.isBlank()) {
                to.add(new Sentence(line, sentence));
            }
        }
    }

    /** Where the page's links lead, tables included, code left out. */
    List<String> links() {
        List<String> links = new ArrayList<>();
        boolean code = false;
        for (String line : lines) {
            code ^= line.strip().startsWith("```");
            if (!code) {
                LINK.matcher(CODE.matcher(line).replaceAll("code")).results().map((MatchResult link) -> link.group(2)).forEach(links::add);
            }
        }
        return links;
    }

    /** The anchors that the page's headings make, as GitHub names them. */
    Set<String> anchors() {
        Set<String> anchors = new TreeSet<>();
        for (String line : lines) {
            if (line.startsWith("#")) {
                String heading = line.replaceFirst("^#+\\s+", "").toLowerCase(Locale.ROOT);
                anchors.add(heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
            }
        }
        return anchors;
    }

    /** What stands in backquotes outside code blocks, tables included. */
    List<String> quoted() {
        List<String> quoted = new ArrayList<>();
        boolean code = false;
        for (String line : lines) {
            code ^= line.strip().startsWith("```");
            if (!code) {
                CODE.matcher(line).results().map(match -> match.group().substring(1, match.group().length() - 1)).forEach(quoted::add);
            }
        }
        return quoted;
    }
}
