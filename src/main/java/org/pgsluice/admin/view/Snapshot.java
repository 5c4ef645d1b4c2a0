package org.pgsluice.admin.view;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parts of the pooler that were asked for, at one moment; the others are empty. Rows stand in the order in which they are shown. Immutable. */
public final class Snapshot {
    /** Nothing was asked for. */
    public static final Snapshot EMPTY = new Snapshot(Map.of());

    private final Map<Part<?>, List<?>> rows;

    private Snapshot(Map<Part<?>, List<?>> rows) {
        this.rows = rows;
    }

    /** A snapshot with the rows of one part. */
    public static <R> Snapshot of(Part<R> part, List<R> rows) {
        return EMPTY.with(part, rows);
    }

    /** The same with the rows of one part more. */
    public <R> Snapshot with(Part<R> part, List<R> of) {
        Map<Part<?>, List<?>> more = new HashMap<>(rows);
        more.put(part, List.copyOf(of));
        return new Snapshot(more);
    }

    /** The rows of a part; none where it was not asked for. */
    @SuppressWarnings("unchecked") // only with() fills the map, with the type of the part
    public <R> List<R> rows(Part<R> part) {
        return (List<R>) rows.getOrDefault(part, List.of());
    }

    /** The same with {@linkplain FdRow#masked masked} sockets. */
    public Snapshot masked() {
        List<FdRow> sockets = rows(Part.FDS);
        return sockets.isEmpty() ? this : with(Part.FDS, sockets.stream().map(FdRow::masked).toList());
    }
}
