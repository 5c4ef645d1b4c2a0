/**
 * A world in one thread: reactors, connections, a clock and randomness that all come from one seed. The same seed gives the same run, event by event. What
 * breaks the rules of {@link org.pgsluice.net.Connection} and {@link org.pgsluice.net.Reactor} fails the run.
 */
@NullMarked
package org.pgsluice.simulation;

import org.jspecify.annotations.NullMarked;
