package org.pgsluice.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.ShowTable;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.wire.PgError;

/** What a command answers, whatever protocol it came by. */
sealed interface Answer {
    /** The rows of a table. */
    record Rows(ShowTable<?> table, Snapshot snapshot) implements Answer {}

    /** No rows: a notice perhaps, and the tags of the commands that were done. */
    record Complete(List<String> tags, @Nullable PgError notice) implements Answer {}

    /** An error. */
    record Refused(Outcome.Failed reason) implements Answer {}

    /** There was no command. */
    record Nothing() implements Answer {}
}
