/**
 * Between the process and its operating system: the command line, signals, the pidfile, the change of user, the service manager, the assembly and the start.
 * Owns the starting thread and the one that waits for signals. The only room besides {@code net} that may start threads and read clocks. It may use every other
 * room, and none may use it.
 */
@NullMarked
package org.pgsluice.process;

import org.jspecify.annotations.NullMarked;
