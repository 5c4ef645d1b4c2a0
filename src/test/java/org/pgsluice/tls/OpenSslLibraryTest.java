package org.pgsluice.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.pgsluice.config.SslMode;

class OpenSslLibraryTest {
    private static final TlsSettings SETTINGS = new TlsSettings("server_tls", SslMode.REQUIRE, "secure", "default", null, "", "", "", "auto", "auto");

    @Test
    void libraryThatIsNotThereIsNamedWithTheSettingThatNeedsIt() {
        assertThatThrownBy(() -> TlsContext.make(SETTINGS, false, new OpenSslLibrary("libcrypto.so.3", "libssl.so.none")))
                .isInstanceOf(TlsException.class)
                .hasMessageStartingWith("server_tls_sslmode: TLS needs OpenSSL 3, whose library libssl.so.none cannot be loaded: ");
        assertThatThrownBy(() -> TlsContext.make(SETTINGS, false, new OpenSslLibrary("/nosuch/libcrypto.so.3", "libssl.so.3")))
                .hasMessageStartingWith("server_tls_sslmode: TLS needs OpenSSL 3, whose library /nosuch/libcrypto.so.3 cannot be loaded: ");
    }

    @Test
    void libraryOfAnotherVersionIsNamed() {
        assertThatThrownBy(() -> TlsContext.make(SETTINGS, false, new OpenSslLibrary("libc.so.6", "libssl.so.3")))
                .hasMessage("server_tls_sslmode: TLS needs OpenSSL 3, and libc.so.6 is not of that version");
    }

    @Test
    void functionThatIsMissingIsNoCrash() {
        LinkageError missing = new ExceptionInInitializerError(new java.util.NoSuchElementException("Symbol not found: SSL_new"));

        assertThat(OpenSslLibrary.unusable("client_tls_sslmode", missing))
                .hasMessage("client_tls_sslmode: TLS needs OpenSSL 3, and libssl.so.3 or libcrypto.so.3 cannot be used: Symbol not found: SSL_new");
    }
}
