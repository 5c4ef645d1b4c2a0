package org.pgsluice.config;

import java.util.List;

/** The keys by which a database or a user has TLS to its servers of its own; each has the name of the setting whose place it takes. */
record ServerTlsKeys(
        EntryKey<SslMode> mode,
        EntryKey<SslNegotiation> negotiation,
        EntryKey<String> protocols,
        EntryKey<String> ciphers,
        EntryKey<String> tls13Ciphers,
        EntryKey<String> caFile,
        EntryKey<String> certFile,
        EntryKey<String> keyFile) {
    static final ServerTlsKeys OF_DATABASES = make();
    static final ServerTlsKeys OF_USERS = make();

    private static ServerTlsKeys make() {
        return new ServerTlsKeys(
                new EntryKey<>("server_tls_sslmode", null, false,
                        (key, raw, problems) -> problems.oneOf(key, raw, "invalid server_tls_sslmode: ", SslMode.values())),
                new EntryKey<>("server_tls_sslnegotiation", null, false,
                        (key, raw, problems) -> problems.oneOf(key, raw, "invalid server_tls_sslnegotiation: ", SslNegotiation.values())),
                text("server_tls_protocols"),
                text("server_tls_ciphers"),
                text("server_tls13_ciphers"),
                text("server_tls_ca_file"),
                text("server_tls_cert_file"),
                text("server_tls_key_file"));
    }

    private static EntryKey<String> text(String name) {
        return new EntryKey<>(name, null, false, (key, raw, problems) -> raw);
    }

    List<EntryKey<?>> all() {
        return List.of(mode, negotiation, protocols, ciphers, tls13Ciphers, caFile, certFile, keyFile);
    }
}
