package org.pgsluice.tls;

import java.io.IOException;

/** Why TLS cannot be had: of a context, what is wrong with its settings; of a connection, in OpenSSL's words. The message has nothing secret. */
public final class TlsException extends IOException {
    private static final long serialVersionUID = 1;

    public TlsException(String message) {
        super(message);
    }
}
