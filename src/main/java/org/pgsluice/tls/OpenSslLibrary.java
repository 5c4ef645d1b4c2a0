package org.pgsluice.tls;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/** Where OpenSSL's functions are. A class of its own, so that it can be asked whether they are there before any class that needs them is loaded. */
final class OpenSslLibrary {
    static final String SSL = "libssl.so.3";
    static final String CRYPTO = "libcrypto.so.3";

    private OpenSslLibrary() {}

    /** Fails with a sentence for people when the libraries are not installed. */
    static void require() throws TlsException {
        for (String name : new String[] {CRYPTO, SSL}) {
            try (Arena arena = Arena.ofConfined()) {
                SymbolLookup.libraryLookup(name, arena);
            } catch (IllegalArgumentException missing) {
                throw new TlsException("TLS needs OpenSSL 3, whose library " + name + " cannot be loaded: " + missing.getMessage());
            }
        }
    }
}
