/**
 * The whole pooler, put together over given reactors, and what concerns all of it: upkeep, reload, pause and suspension, the ways to an end, statistics. Most
 * of it runs on the first reactor; what concerns a session runs on that session's. No threads, clocks or sockets of its own, so that the simulation can run it.
 */
@NullMarked
package org.pgsluice.pooler;

import org.jspecify.annotations.NullMarked;
