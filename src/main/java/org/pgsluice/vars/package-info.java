/**
 * The parameters that follow a client from server to server: what PostgreSQL reports by ParameterStatus and the pooler tracks, per client and per server, and
 * the SET that bridges a difference. Plain data of whichever reactor owns the connection.
 */
@NullMarked
package org.pgsluice.vars;

import org.jspecify.annotations.NullMarked;
