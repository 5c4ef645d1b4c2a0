/**
 * {@code pgsluice check}: what a configuration would do, said before a start. What the start would refuse, what is probably not meant, and what is otherwise
 * than in PgBouncer. Each finding names its place, what was found and the remedy. Blocks: for a program of its own, never beside a pooler.
 */
@NullMarked
package org.pgsluice.check;

import org.jspecify.annotations.NullMarked;
