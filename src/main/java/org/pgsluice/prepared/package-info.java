/**
 * Named prepared statements across servers: what a client's name stands for, under which name a server knows it, and which of them a server has. The catalog is
 * shared by all reactors; the other types belong to one connection.
 */
@NullMarked
package org.pgsluice.prepared;

import org.jspecify.annotations.NullMarked;
