/**
 * What is left in the session of a server at the end of a transaction: the question that asks the server, its answer, what holds the server to its client, and
 * how to clean it. Pure; each object belongs to the reactor of its server.
 */
@NullMarked
package org.pgsluice.state;

import org.jspecify.annotations.NullMarked;
