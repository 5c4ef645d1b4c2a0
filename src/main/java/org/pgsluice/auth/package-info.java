/**
 * Proof of identity, both ways: what a client must show to us, and what we show to PostgreSQL. Pure exchanges of message bodies, no sockets; what takes long
 * (key derivation) is handed out as work for another thread.
 */
@NullMarked
package org.pgsluice.auth;

import org.jspecify.annotations.NullMarked;
