package org.pgsluice.tls;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/**
 * Where OpenSSL's functions are. A class of its own, so that it can be asked whether they are there before any class that needs them is loaded.
 *
 * @param crypto the name of the library with the ciphers
 * @param ssl the name of the library with the protocol
 */
record OpenSslLibrary(String crypto, String ssl) {
    static final String SSL = "libssl.so.3";
    static final String CRYPTO = "libcrypto.so.3";
    static final OpenSslLibrary INSTALLED = new OpenSslLibrary(CRYPTO, SSL);

    /** Every OpenSSL 3 has it, and no older one. */
    private static final String MARK = "OPENSSL_version_major";

    /**
     * Fails with a sentence for people when the libraries are not installed, or are no OpenSSL 3.
     *
     * @param setting what asks for TLS
     */
    void require(String setting) throws TlsException {
        for (String name : new String[] {crypto, ssl}) {
            try (Arena arena = Arena.ofConfined()) {
                SymbolLookup found = SymbolLookup.libraryLookup(name, arena);
                if (name.equals(crypto) && found.find(MARK).isEmpty()) {
                    throw new TlsException(setting + ": TLS needs OpenSSL 3, and " + name + " is not of that version");
                }
            } catch (IllegalArgumentException missing) {
                throw new TlsException(setting + ": TLS needs OpenSSL 3, whose library " + name + " cannot be loaded: " + missing.getMessage());
            }
        }
    }

    /** What to say when a function was not found in a library that is there. */
    static TlsException unusable(String setting, LinkageError broken) {
        Throwable why = broken.getCause() == null ? broken : broken.getCause();
        return new TlsException(setting + ": TLS needs OpenSSL 3, and " + SSL + " or " + CRYPTO + " cannot be used: " + why.getMessage());
    }
}
