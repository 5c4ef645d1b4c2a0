/**
 * The training run of an installation: clients of every kind and a PostgreSQL that only pretends, around the real pooler in the same JVM. The start-up archive
 * that the JVM writes at its end holds the classes that were loaded and the profiles of the methods that ran, so that a start, and the first logins and queries
 * after it, are quick. Threads of its own, which block.
 */
@NullMarked
package org.pgsluice.rehearsal;

import org.jspecify.annotations.NullMarked;
