package org.pgsluice.admin.show;

import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One column of a SHOW table.
 *
 * @param value a String, Number or byte array by the type, null for NULL
 */
record Column<R>(String name, ValueType type, Function<R, @Nullable Object> value) {
    static <R> Column<R> text(String name, Function<R, @Nullable String> value) {
        return new Column<>(name, ValueType.TEXT, value::apply);
    }

    static <R> Column<R> time(String name, ToLongFunction<R> micros) {
        return new Column<>(name, ValueType.TIME, micros::applyAsLong);
    }

    static <R> Column<R> int4(String name, ToIntFunction<R> value) {
        return new Column<>(name, ValueType.INT4, value::applyAsInt);
    }

    /** A count that is meant to fit; a larger one is shown as the largest int4, or drivers would stumble over it. */
    static <R> Column<R> clampedInt4(String name, ToLongFunction<R> value) {
        return new Column<>(name, ValueType.INT4, row -> (int) Math.min(value.applyAsLong(row), Integer.MAX_VALUE));
    }

    static <R> Column<R> int8(String name, ToLongFunction<R> value) {
        return new Column<>(name, ValueType.INT8, value::applyAsLong);
    }

    static <R> Column<R> numeric(String name, ToLongFunction<R> value) {
        return new Column<>(name, ValueType.NUMERIC, value::applyAsLong);
    }

    static <R> Column<R> bytea(String name, Function<R, byte @Nullable []> value) {
        return new Column<>(name, ValueType.BYTEA, value::apply);
    }
}
