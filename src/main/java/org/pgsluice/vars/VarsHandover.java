package org.pgsluice.vars;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/** Carries {@link TrackedVars} to another process, by name: that one may track others. */
public final class VarsHandover {
    private VarsHandover() {}

    /** Writes the known values, and what is known of them. */
    public static void write(TrackedVars vars, HandoverWriter out) {
        write(vars.names, vars.values, out);
        write(vars.names, vars.atLogin, out);
        write(vars.names, vars.own, out);
        write(vars.names, vars.silent.positions, out);
        write(vars.names, vars.silent.given, out);
        write(vars.carrying.set(), out);
        write(vars.carrying.atLogin(), out);
        out.flag(vars.carrying.unsure());
        write(vars.carrying.statements(), out);
        out.flag(vars.carrying.statementsUnsure());
    }

    private static void write(Carried all, HandoverWriter out) {
        out.number(all.size());
        all.forEach((name, value) -> out.text(name).text(value));
    }

    private static void write(TrackedNames names, @Nullable String[] all, HandoverWriter out) {
        int known = 0;
        for (String value : all) {
            known += value == null ? 0 : 1;
        }
        out.number(known);
        for (int i = 0; i < all.length; i++) {
            if (all[i] != null) {
                out.text(names.name(i)).text(all[i]);
            }
        }
    }

    private static void write(TrackedNames names, long positions, HandoverWriter out) {
        out.number(Long.bitCount(positions));
        for (long left = positions; left != 0; left &= left - 1) {
            out.text(names.name(Long.numberOfTrailingZeros(left)));
        }
    }

    /** Reads what {@link #write} wrote; what is not tracked here is left out. */
    public static void read(TrackedVars vars, HandoverReader in) {
        read(vars.names, vars.values, in);
        read(vars.names, vars.atLogin, in);
        if (in.format() >= 2) {
            vars.own = positions(vars.names, in);
            vars.silent.positions = positions(vars.names, in);
            vars.silent.given = positions(vars.names, in);
            // Nobody has counted what ran while it was handed over.
            vars.silent.unsure = vars.silent.positions;
        } else {
            vars.own = -1;
        }
        if (in.format() >= 3) {
            vars.carrying.restore(settings(in), settings(in), in.flag());
        }
        if (in.format() >= 4) {
            vars.carrying.restoreStatements(settings(in), in.flag());
        }
    }

    private static SortedMap<String, String> settings(HandoverReader in) {
        SortedMap<String, String> all = new TreeMap<>();
        for (int left = in.count(); left > 0; left--) {
            all.put(in.text(), in.text());
        }
        return all;
    }

    private static void read(TrackedNames names, @Nullable String[] all, HandoverReader in) {
        for (int left = in.count(); left > 0; left--) {
            int index = names.indexOf(in.text());
            String value = in.text();
            if (index >= 0) {
                all[index] = names.one(value);
            }
        }
    }

    private static long positions(TrackedNames names, HandoverReader in) {
        long positions = 0;
        for (int left = in.count(); left > 0; left--) {
            int index = names.indexOf(in.text());
            positions |= index < 0 ? 0 : 1L << index;
        }
        return positions;
    }

    /** Gives {@code vars}, which are new, what was read. */
    public static void fill(TrackedVars vars, TrackedVars read) {
        for (int i = 0; i < vars.values.length; i++) {
            if (vars.values[i] == null) {
                vars.put(i, read.values[i]);
            }
            if (vars.atLogin[i] == null) {
                vars.atLogin[i] = read.atLogin[i];
            }
        }
        vars.carrying.restore(read.carrying.set().toMap(), read.carrying.atLogin().toMap(), read.carrying.unsure());
        vars.carrying.restoreStatements(read.carrying.statements().toMap(), read.carrying.statementsUnsure());
        vars.own |= read.own;
        vars.silent.positions |= read.silent.positions;
        vars.silent.given |= read.silent.given;
        vars.silent.unsure |= read.silent.unsure;
    }
}
