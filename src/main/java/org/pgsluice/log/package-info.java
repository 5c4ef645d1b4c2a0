/**
 * Log lines in PgBouncer's format on stderr, in a file and in syslog. A line is on disk before the call returns: tools (and the console's users) read the
 * file right after an answer.
 */
@NullMarked
package org.pgsluice.log;

import org.jspecify.annotations.NullMarked;
