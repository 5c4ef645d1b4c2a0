/**
 * Cancel requests: the keys that lead to clients, and the short life of a request on its way to PostgreSQL. The server that it is for goes to no other client
 * until the request has ended, so that a late one never hits a stranger.
 */
@NullMarked
package org.pgsluice.cancel;

import org.jspecify.annotations.NullMarked;
