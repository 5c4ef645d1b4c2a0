/**
 * Assembles, starts and stops the pooler, and everything between the process and its operating system: the command line, signals, the pidfile, the change of user,
 * the service manager. The only room besides {@code net} that may start threads and read clocks; it may use every other room, and none may use it.
 */
@NullMarked
package org.pgsluice.app;

import org.jspecify.annotations.NullMarked;
