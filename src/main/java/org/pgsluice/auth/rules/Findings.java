package org.pgsluice.auth.rules;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with the rules that are being read, and what is worth a warning; each names file and line. Used by one thread. */
final class Findings {
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void problem(String text) {
        problems.add(text);
    }

    void problem(RuleLines.Line line, String kind, String text) {
        problems.add(at(line, kind, text));
    }

    void warning(RuleLines.Line line, String kind, String text) {
        warnings.add(at(line, kind, text));
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    private static String at(RuleLines.Line line, String kind, String text) {
        return kind + " line " + line.number() + ": " + text + " (" + line.file() + ":" + line.number() + ")";
    }
}
