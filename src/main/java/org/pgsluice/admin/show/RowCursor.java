package org.pgsluice.admin.show;

import org.pgsluice.wire.MessageWriter;

/** The rows of an answer that are still to be written. */
public interface RowCursor {
    boolean hasNext();

    /** The file descriptor that goes with the next row, -1 for none. */
    int descriptor();

    /** Appends the next row as a DataRow. */
    void writeNext(MessageWriter out);
}
