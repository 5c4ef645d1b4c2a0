package org.pgsluice.auth.rules;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.NamePattern;

/**
 * The databases or users that a rule is about. Immutable.
 *
 * @param sameUser a database with the user's own name
 * @param replication clients that ask for physical replication
 * @param unknown what only PostgreSQL could tell, such as the members of a role; null when there is nothing of the kind
 */
record NameList(boolean all, boolean sameUser, boolean replication, Set<String> names, List<NamePattern> patterns, @Nullable String unknown) {
    /** Whether {@code name} is among them; {@code other} is the user of a database. */
    boolean has(String name, String other) {
        if (all || sameUser && name.equals(other) || names.contains(name)) {
            return true;
        }
        for (NamePattern pattern : patterns) {
            if (pattern.matches(name)) {
                return true;
            }
        }
        return false;
    }

    /** Reads a comma list. */
    static NameList read(Words words, boolean databases, Path file) throws BadLine {
        Reader reader = new Reader(databases);
        do {
            Words.Word word = words.take();
            if (word == null || word.comma()) {
                throw new BadLine(databases ? "did not find database" : "did not find user");
            }
            reader.take(word, file, 0);
        } while (words.takeComma());
        return reader.list();
    }

    /** Gathers the names of one list. */
    private static final class Reader {
        private static final int DEEPEST = 10;

        private final boolean databases;
        private final Set<String> names = new HashSet<>();
        private final List<NamePattern> patterns = new ArrayList<>();
        private boolean all;
        private boolean sameUser;
        private boolean replication;
        private @Nullable String unknown;

        Reader(boolean databases) {
            this.databases = databases;
        }

        NameList list() {
            return new NameList(all, sameUser, replication, Set.copyOf(names), List.copyOf(patterns), unknown);
        }

        void take(Words.Word word, Path file, int depth) throws BadLine {
            if (word.is("all")) {
                all = true;
            } else if (databases && word.is("sameuser")) {
                sameUser = true;
            } else if (databases && word.is("replication")) {
                replication = true;
            } else if (databases && (word.is("samerole") || word.is("samegroup")) || word.begins('+')) {
                unknown = word.text();
            } else if (word.begins('@')) {
                readFile(RuleLines.beside(file, word.text().substring(1)), depth);
            } else if (word.begins('/')) {
                patterns.add(pattern(word.text()));
            } else {
                names.add(word.text());
            }
        }

        private void readFile(Path file, int depth) throws BadLine {
            if (depth == DEEPEST) {
                throw new BadLine("files of names name each other more than " + DEEPEST + " deep");
            }
            try {
                for (RuleLines.Line line : RuleLines.split(file)) {
                    Words words = new Words(line.text());
                    for (Words.Word word = words.take(); word != null; word = words.take()) {
                        if (!word.comma()) {
                            take(word, file, depth + 1);
                        }
                    }
                }
            } catch (IOException e) {
                throw new BadLine("could not open " + file + ": " + RuleLines.reason(e));
            }
        }
    }

    static NamePattern pattern(String word) throws BadLine {
        try {
            return NamePattern.of(word);
        } catch (PatternSyntaxException e) {
            throw new BadLine("invalid regular expression \"" + word.substring(1) + "\": " + e.getDescription());
        }
    }
}
