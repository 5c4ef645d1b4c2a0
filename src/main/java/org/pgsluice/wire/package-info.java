/**
 * PostgreSQL's frontend/backend protocol, version 3: frames, tags, the few messages the pooler reads or writes, SQLSTATEs. No sockets and no policy: every
 * type here is a pure function of bytes. Manual: "Frontend/Backend Protocol".
 */
@NullMarked
package org.pgsluice.wire;

import org.jspecify.annotations.NullMarked;
