package org.pgsluice.auth.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.IdentMap;
import org.pgsluice.auth.NamePattern;

/** Reads an ident file: lines of a map's name, a name outside, and a user. Blocks; used by one thread. */
final class IdentFile {
    private static final String KIND = "ident";

    private IdentFile() {}

    /** The maps by name, in the file's order. */
    static Map<String, IdentMap> read(Path file, Findings findings) {
        Map<String, List<IdentMap.Mapping>> mappings = new LinkedHashMap<>();
        for (RuleLines.Line line : RuleLines.read(KIND, file, findings)) {
            try {
                read(line, mappings, findings);
            } catch (BadLine bad) {
                findings.problem(line, KIND, String.valueOf(bad.getMessage()));
            }
        }
        Map<String, IdentMap> maps = new LinkedHashMap<>();
        mappings.forEach((name, lines) -> maps.put(name, new IdentMap(name, lines)));
        return maps;
    }

    private static void read(RuleLines.Line line, Map<String, List<IdentMap.Mapping>> mappings, Findings findings) throws BadLine {
        Words words = new Words(line.text());
        Words.Word map = required(words.take(), "map");
        Words.Word outside = required(words.take(), "system user");
        Words.Word user = required(words.take(), "database user");
        if (words.peek() != null) {
            throw new BadLine("unsupported parameters");
        }
        if (user.begins('+')) {
            findings.warning(line, KIND, user.text() + " is not supported, the line is left out");
            return;
        }
        NamePattern system = pattern(outside);
        boolean captured = system.isExpression() && !user.quoted() && user.text().contains("\\1");
        if (captured && system.groups() < 1) {
            throw new BadLine("\\1 needs a group in parentheses in " + system.text());
        }
        NamePattern target = user.is("all") ? null : captured ? NamePattern.literal(user.text()) : pattern(user);
        mappings.computeIfAbsent(map.text(), name -> new ArrayList<>()).add(new IdentMap.Mapping(system, target, captured));
    }

    private static NamePattern pattern(Words.Word word) throws BadLine {
        return word.quoted() ? NamePattern.literal(word.text()) : NameList.pattern(word.text());
    }

    private static Words.Word required(Words.@Nullable Word word, String what) throws BadLine {
        if (word == null || word.comma()) {
            throw new BadLine("did not find " + what);
        }
        return word;
    }
}
