package org.pgsluice.metrics;

import java.util.ArrayList;
import java.util.List;

/** All metrics there are, in the order in which they are described. */
final class Families {
    static final List<Family> ALL = all();

    private Families() {}

    private static List<Family> all() {
        List<Family> all = new ArrayList<>(ExporterFamilies.all());
        all.addAll(OwnFamilies.all());
        all.addAll(ProcessFamilies.all());
        return List.copyOf(all);
    }
}
