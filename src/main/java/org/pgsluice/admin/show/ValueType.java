package org.pgsluice.admin.show;

/** The types of columns, with PostgreSQL's oid and size (bytes, -1 for varying). */
enum ValueType {
    TEXT(25, -1),
    /** Microseconds since the epoch, shown as a text. */
    TIME(25, -1),
    INT4(23, 4),
    INT8(20, 8),
    /** A whole number, never negative. */
    NUMERIC(1700, -1),
    BYTEA(17, -1);

    final int oid;
    final int size;

    ValueType(int oid, int size) {
        this.oid = oid;
        this.size = size;
    }
}
