/**
 * The console: database {@code pgbouncer}. A parser, one class a command, one a SHOW table. It sees clients, servers and pools through read-only views, and
 * acts through one interface of operations.
 */
@NullMarked
package org.pgsluice.admin;

import org.jspecify.annotations.NullMarked;
