package org.pgsluice.admin.show;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;

/**
 * What one SHOW answers: which parts of the view it needs, its rows and its columns. Immutable.
 *
 * @param <R> the type of its rows
 */
public final class ShowTable<R> {
    private final Set<Part<?>> parts;
    private final Function<Snapshot, List<R>> rows;
    private final List<Column<R>> columns;
    private final @Nullable ToIntFunction<R> descriptor;

    private ShowTable(Set<Part<?>> parts, Function<Snapshot, List<R>> rows, List<Column<R>> columns, @Nullable ToIntFunction<R> descriptor) {
        this.parts = parts;
        this.rows = rows;
        this.columns = columns;
        this.descriptor = descriptor;
    }

    /** The rows of one part. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    static <R> ShowTable<R> of(Part<R> part, Column<R>... columns) {
        return of(part, List.of(columns));
    }

    static <R> ShowTable<R> of(Part<R> part, List<Column<R>> columns) {
        return of(Set.of(part), snapshot -> snapshot.rows(part), columns);
    }

    /** Rows that are made of those of some parts. */
    static <R> ShowTable<R> of(Set<Part<?>> parts, Function<Snapshot, List<R>> rows, List<Column<R>> columns) {
        return new ShowTable<>(parts, rows, columns, null);
    }

    /** The same table, each row of which is sent with a file descriptor. */
    ShowTable<R> withDescriptor(ToIntFunction<R> fd) {
        return new ShowTable<>(parts, rows, columns, fd);
    }

    /** One column and one row that never change; {@code name} is the column's. */
    static ShowTable<String> constant(String name, String value) {
        return new ShowTable<>(Set.of(), snapshot -> List.of(value), List.of(Column.text(name, row -> row)), null);
    }

    /** What has to be collected. */
    public Set<Part<?>> parts() {
        return parts;
    }

    public int columnCount() {
        return columns.size();
    }

    /** Whether descriptors go with the rows; such a table is for administrators only. */
    public boolean carriesDescriptors() {
        return descriptor != null;
    }

    /** Appends the RowDescription. */
    public void describe(MessageWriter out, Formats formats) {
        out.begin(BackendTag.ROW_DESCRIPTION).int16(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Column<R> column = columns.get(i);
            out.cstring(column.name()).int32(0).int16(0);
            out.int32(column.type().oid).int16(column.type().size).int32(-1).int16(formats.code(i));
        }
        out.end();
    }

    /** The rows of {@code snapshot}, ready to be written in {@code formats}. */
    public RowCursor read(Snapshot snapshot, Formats formats, ValueWriter values) {
        return new Cursor(rows.apply(snapshot), formats, values);
    }

    private final class Cursor implements RowCursor {
        private final List<R> list;
        private final Formats formats;
        private final ValueWriter values;
        private int next;

        Cursor(List<R> list, Formats formats, ValueWriter values) {
            this.list = list;
            this.formats = formats;
            this.values = values;
        }

        @Override
        public boolean hasNext() {
            return next < list.size();
        }

        @Override
        public int descriptor() {
            return descriptor == null ? -1 : descriptor.applyAsInt(list.get(next));
        }

        @Override
        public void writeNext(MessageWriter out) {
            R row = list.get(next++);
            out.begin(BackendTag.DATA_ROW).int16(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                Column<R> column = columns.get(i);
                values.write(out, column.type(), column.value().apply(row), formats.code(i) == Formats.BINARY);
            }
            out.end();
        }
    }
}
