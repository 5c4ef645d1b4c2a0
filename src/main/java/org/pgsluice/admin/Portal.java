package org.pgsluice.admin;

import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.Formats;
import org.pgsluice.admin.show.RowCursor;

/** A statement that was bound, and how far its rows have been fetched. */
final class Portal {
    final PreparedCommand statement;
    final Formats formats;
    /** The rows, once it was executed and while there are more. */
    @Nullable RowCursor rows;
    /** Whether it was executed to its end. */
    boolean finished;

    Portal(PreparedCommand statement, Formats formats) {
        this.statement = statement;
        this.formats = formats;
    }
}
