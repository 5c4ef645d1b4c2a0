/**
 * Rules from files: which client has to use which method, in PostgreSQL's and PgBouncer's form. Files are read and checked as a whole, beside the reactors;
 * what comes of them is immutable and may be asked on any thread.
 */
@NullMarked
package org.pgsluice.auth.rules;

import org.jspecify.annotations.NullMarked;
