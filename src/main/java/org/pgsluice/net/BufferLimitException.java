package org.pgsluice.net;

import java.io.IOException;

/** A message must be kept that is too large for what the reactor may keep of large ones now. The connection is to be closed. */
public final class BufferLimitException extends IOException {
    private static final long serialVersionUID = 1;

    BufferLimitException(int bytes) {
        super("no buffer of " + bytes + " bytes");
    }
}
