/**
 * The metrics: what each one is called and means, and where in a {@link org.pgsluice.admin.view.Snapshot} its numbers stand. Nothing is counted here. Names and
 * labels of {@code pgbouncer_} are those of pgbouncer_exporter; what goes beyond begins with {@code pgsluice_}.
 */
@NullMarked
package org.pgsluice.metrics;

import org.jspecify.annotations.NullMarked;
