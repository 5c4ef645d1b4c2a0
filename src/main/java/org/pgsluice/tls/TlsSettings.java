package org.pgsluice.tls;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;
import org.pgsluice.config.SslMode;

/**
 * What one side's TLS is made of, in the words of the configuration. Immutable.
 *
 * @param prefix how the names of its settings begin, for messages: {@code client_tls} or {@code server_tls}
 * @param mode how much TLS a connection has to have
 * @param protocols a list of {@code tlsv1.0} to {@code tlsv1.3}, or {@code secure}, {@code all}
 * @param ciphers those up to TLS 1.2, in OpenSSL's notation; {@code default} for OpenSSL's own
 * @param tls13Ciphers the suites of TLS 1.3; null or empty for OpenSSL's own
 * @param keyFile our private key; empty for none
 * @param certFile our certificate, and those that lead to its authority; empty for none
 * @param caFile the certificates that vouch for the other side's, and revocation lists; empty for the system's
 * @param dheParams {@code auto}, {@code none} or {@code legacy}
 * @param ecdhCurve {@code auto}, {@code none}, or groups in OpenSSL's notation
 */
public record TlsSettings(
        String prefix, SslMode mode, String protocols, String ciphers, @Nullable String tls13Ciphers, String keyFile, String certFile, String caFile,
        String dheParams, String ecdhCurve) {
    /** What {@code config} says of clients. */
    public static TlsSettings ofClients(Config config) {
        return new TlsSettings("client_tls", mode(config, Settings.CLIENT_TLS_SSLMODE), config.text(Settings.CLIENT_TLS_PROTOCOLS),
                config.text(Settings.CLIENT_TLS_CIPHERS), config.get(Settings.CLIENT_TLS13_CIPHERS), config.text(Settings.CLIENT_TLS_KEY_FILE),
                config.text(Settings.CLIENT_TLS_CERT_FILE), config.text(Settings.CLIENT_TLS_CA_FILE), config.text(Settings.CLIENT_TLS_DHEPARAMS),
                config.text(Settings.CLIENT_TLS_ECDHCURVE));
    }

    private static SslMode mode(Config config, Setting<SslMode> setting) {
        return Objects.requireNonNull(config.get(setting));
    }

    /** Whether the other side's certificate must be vouched for. */
    boolean verifies() {
        return mode.compareTo(SslMode.VERIFY_CA) >= 0;
    }

    /** The name of one of its settings, for messages. */
    String setting(String end) {
        return prefix + "_" + end;
    }
}
