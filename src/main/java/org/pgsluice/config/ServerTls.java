package org.pgsluice.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of TLS to the servers of one pool: for its user, else for its database, else for all. Immutable.
 *
 * @param mode how much TLS a connection has to have
 * @param negotiation how it begins
 * @param protocols the versions that may be used
 * @param ciphers those up to TLS 1.2
 * @param tls13Ciphers the suites of TLS 1.3, or null
 * @param caFile what vouches for the server's certificate; empty for the system's authorities
 * @param certFile the certificate that is shown to the server; empty for none
 * @param keyFile the key of that
 */
public record ServerTls(
        SslMode mode,
        SslNegotiation negotiation,
        String protocols,
        String ciphers,
        @Nullable String tls13Ciphers,
        String caFile,
        String certFile,
        String keyFile) {
    /** What {@code config} says where {@code database} and {@code user} say nothing else. */
    public static ServerTls of(Config config, @Nullable DatabaseConfig database, @Nullable UserConfig user) {
        Lookup lookup = new Lookup(config, database == null ? null : database.values(), user == null ? null : user.values());
        return new ServerTls(
                lookup.required(Settings.SERVER_TLS_SSLMODE, ServerTlsKeys.OF_DATABASES.mode(), ServerTlsKeys.OF_USERS.mode()),
                lookup.required(Settings.SERVER_TLS_SSLNEGOTIATION, ServerTlsKeys.OF_DATABASES.negotiation(), ServerTlsKeys.OF_USERS.negotiation()),
                lookup.required(Settings.SERVER_TLS_PROTOCOLS, ServerTlsKeys.OF_DATABASES.protocols(), ServerTlsKeys.OF_USERS.protocols()),
                lookup.required(Settings.SERVER_TLS_CIPHERS, ServerTlsKeys.OF_DATABASES.ciphers(), ServerTlsKeys.OF_USERS.ciphers()),
                lookup.find(Settings.SERVER_TLS13_CIPHERS, ServerTlsKeys.OF_DATABASES.tls13Ciphers(), ServerTlsKeys.OF_USERS.tls13Ciphers()),
                lookup.required(Settings.SERVER_TLS_CA_FILE, ServerTlsKeys.OF_DATABASES.caFile(), ServerTlsKeys.OF_USERS.caFile()),
                lookup.required(Settings.SERVER_TLS_CERT_FILE, ServerTlsKeys.OF_DATABASES.certFile(), ServerTlsKeys.OF_USERS.certFile()),
                lookup.required(Settings.SERVER_TLS_KEY_FILE, ServerTlsKeys.OF_DATABASES.keyFile(), ServerTlsKeys.OF_USERS.keyFile()));
    }

    /** Written out, as {@link #hashCode} is: what the compiler makes for a record is put together when it is first called, which is dear in a start. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServerTls that
                && mode == that.mode
                && negotiation == that.negotiation
                && protocols.equals(that.protocols)
                && ciphers.equals(that.ciphers)
                && Objects.equals(tls13Ciphers, that.tls13Ciphers)
                && caFile.equals(that.caFile)
                && certFile.equals(that.certFile)
                && keyFile.equals(that.keyFile);
    }

    /** Many pools have equal settings, and few differ in more than these. */
    @Override
    public int hashCode() {
        return ((mode.name().hashCode() * 31 + caFile.hashCode()) * 31 + certFile.hashCode()) * 31 + keyFile.hashCode();
    }

    /** Whether nothing is asked for but TLS where the server offers it: a connection without it is as good. */
    public boolean isMild() {
        return mode.compareTo(SslMode.REQUIRE) < 0
                && negotiation == SslNegotiation.POSTGRES
                && protocols.equals(Settings.SERVER_TLS_PROTOCOLS.defaultValue())
                && ciphers.equals(Settings.SERVER_TLS_CIPHERS.defaultValue())
                && tls13Ciphers == null
                && caFile.isEmpty()
                && certFile.isEmpty()
                && keyFile.isEmpty();
    }

    /** Three places to look for a value, the narrowest first. */
    private record Lookup(Config config, @Nullable EntryValues database, @Nullable EntryValues user) {
        <T> @Nullable T find(Setting<T> setting, EntryKey<T> ofDatabase, EntryKey<T> ofUser) {
            T narrow = user == null ? null : user.get(ofUser);
            if (narrow == null && database != null) {
                narrow = database.get(ofDatabase);
            }
            return narrow == null ? config.get(setting) : narrow;
        }

        <T> T required(Setting<T> setting, EntryKey<T> ofDatabase, EntryKey<T> ofUser) {
            return Objects.requireNonNull(find(setting, ofDatabase, ofUser));
        }
    }
}
