/**
 * The admin console of a running pooler: a client of it, what its commands do, and the rows that SHOW collects. Each console lives on its client's reactor;
 * commands run on the first one, and sessions are looked at on their own. What consoles have to do is cut into slices, of which each turn of a reactor has
 * one. The console's language and its tables are in {@code admin}.
 */
@NullMarked
package org.pgsluice.console;

import org.jspecify.annotations.NullMarked;
