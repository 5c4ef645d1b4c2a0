package org.pgsluice.advice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.AdviceRow.Severity;

/** What the rules have found. */
final class Findings {
    private static final Comparator<AdviceRow> ORDER = Comparator.comparing(AdviceRow::severity)
            .thenComparing(AdviceRow::database, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(AdviceRow::user, Comparator.nullsLast(Comparator.naturalOrder()));

    private final List<AdviceRow> rows = new ArrayList<>();

    /** Begins a finding of the whole pooler. */
    Finding of(Severity severity, String rule) {
        return new Finding(severity, null, null, rule);
    }

    /** Begins a finding of a database, or of one user's pool there. */
    Finding of(Severity severity, String rule, @Nullable String database, @Nullable String user) {
        return new Finding(severity, database, user, rule);
    }

    /** The most urgent first; among equals in the order of the rules. */
    List<AdviceRow> sorted() {
        rows.sort(ORDER);
        return rows;
    }

    /** One that lacks its words yet. */
    final class Finding {
        private final Severity severity;
        private final @Nullable String database;
        private final @Nullable String user;
        private final String rule;

        private Finding(Severity severity, @Nullable String database, @Nullable String user, String rule) {
            this.severity = severity;
            this.database = database;
            this.user = user;
            this.rule = rule;
        }

        void says(long measured, String finding, String setting, String remedy) {
            rows.add(new AdviceRow(severity, database, user, rule, measured, finding, setting, remedy));
        }
    }
}
