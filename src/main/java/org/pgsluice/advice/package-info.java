/**
 * What to change, and why: rules over the numbers that the console shows. Pure: a snapshot goes in, rows of SHOW ADVICE come out. A rule says what it has found
 * only with the number that shows it, and names the setting that changes it. Any thread.
 */
@NullMarked
package org.pgsluice.advice;

import org.jspecify.annotations.NullMarked;
