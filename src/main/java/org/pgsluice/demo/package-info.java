/**
 * {@code pgsluice demo}: a throw-away PostgreSQL with the pooler in front of it. A program of its own that lies in the same jar, so it touches no other room
 * and the pooler never loads it; its libraries (PostgreSQL's binaries and an XZ decoder) lie beside the jar in {@code demo-lib}. The integration tests start
 * their servers with it too. Everything runs on the thread that calls; children are processes.
 */
@NullMarked
package org.pgsluice.demo;

import org.jspecify.annotations.NullMarked;
