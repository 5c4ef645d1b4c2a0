package org.pgsluice.check;

import java.util.ArrayList;
import java.util.List;
import org.pgsluice.check.Finding.Severity;

/** What was found so far, in the order in which it was looked for. */
final class Findings {
    private final List<Finding> all = new ArrayList<>();

    void error(String place, String what, String remedy) {
        all.add(new Finding(Severity.ERROR, place, what, remedy));
    }

    void warning(String place, String what, String remedy) {
        all.add(new Finding(Severity.WARNING, place, what, remedy));
    }

    void note(String place, String what, String remedy) {
        all.add(new Finding(Severity.NOTE, place, what, remedy));
    }

    List<Finding> all() {
        return List.copyOf(all);
    }
}
