/**
 * One connection to PostgreSQL: how it is opened and logged in, which replies are due on it and to whom, how it is checked, reset and closed. A session belongs
 * to the reactor that it is attached to; the pool's books hand it over.
 */
@NullMarked
package org.pgsluice.server;

import org.jspecify.annotations.NullMarked;
