package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingValueTest {
    private static Config with(Setting<?> setting, String raw) throws ConfigException {
        return Config.defaults().with(setting, raw);
    }

    @ParameterizedTest
    @CsvSource({"20,20", "-1,-1", "+7,7", "0x1f,31", "0X1F,31", "0777,511", "0,0", "00,0", "-0x10,-16", "2147483647,2147483647", "-2147483648,-2147483648"})
    void integersAreReadLikeStrtolWithBaseZero(String raw, int value) throws ConfigException {
        assertThat(with(Settings.DEFAULT_POOL_SIZE, raw).integer(Settings.DEFAULT_POOL_SIZE)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1x", "20 ", "08", "0x", "0xg", "1.5", "--1", "-", "2147483648", "99999999999999999999", "on", "10s"})
    void integersMustBeWhole(String raw) {
        assertThatThrownBy(() -> with(Settings.DEFAULT_POOL_SIZE, raw)).isInstanceOf(ConfigException.class);
    }

    @Test
    void modeIsOctalInTheFileAndDecimalInShowConfig() throws ConfigException {
        assertThat(with(Settings.UNIX_SOCKET_MODE, "0700").show(Settings.UNIX_SOCKET_MODE)).isEqualTo("448");
    }

    @Test
    void unsignedReachesTwiceAsFarAsInteger() throws ConfigException {
        assertThat(with(Settings.MAX_PACKET_SIZE, "4294967295").get(Settings.MAX_PACKET_SIZE)).isEqualTo(4294967295L);
        assertThatThrownBy(() -> with(Settings.MAX_PACKET_SIZE, "-1")).hasMessageContaining("max_packet_size");
        assertThatThrownBy(() -> with(Settings.MAX_PACKET_SIZE, "4294967296")).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "15,15", "0.5,0.5", ".25,0.25", "3.,3", "1e3,1000", "0.0000019,1e-06", "0.0001,0.0001", "0.00001,1e-05", "1234567,1.23457e+06", "1000000,1e+06",
                "999999,999999",
        "123456.789,123457", "999999.5,1e+06", "0.1234567,0.123456", "12345678901,1.23457e+10", "+2,2", "0,0", "0.0,0"
    })
    void timesAreSecondsShownAsGeneralFloats(String raw, String shown) throws ConfigException {
        assertThat(with(Settings.QUERY_TIMEOUT, raw).show(Settings.QUERY_TIMEOUT)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "-0.5", "1s", "10ms", "1d", "1f", "x", ".", "1e", "inf", "nan", "1 2", "15 ", "1e300"})
    void timesAreNotNegativeAndHaveNoUnit(String raw) {
        assertThatThrownBy(() -> with(Settings.QUERY_TIMEOUT, raw)).isInstanceOf(ConfigException.class);
    }

    @Test
    void timesAreCutToMicroseconds() throws ConfigException {
        assertThat(with(Settings.QUERY_TIMEOUT, "1.0000019").get(Settings.QUERY_TIMEOUT)).isEqualTo(Duration.ofNanos(1_000_001_000));
        assertThat(with(Settings.QUERY_TIMEOUT, "2.5").nanos(Settings.QUERY_TIMEOUT)).isEqualTo(2_500_000_000L);
        assertThat(with(Settings.QUERY_TIMEOUT, "100000000000").nanos(Settings.QUERY_TIMEOUT)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void wordsAreReadInAnyCaseAndShownInLowerCase() throws ConfigException {
        Config config = with(Settings.POOL_MODE, "TransAction");

        assertThat(config.get(Settings.POOL_MODE)).isEqualTo(PoolMode.TRANSACTION);
        assertThat(config.show(Settings.POOL_MODE)).isEqualTo("transaction");
        assertThat(with(Settings.AUTH_TYPE, "scram-sha-256").get(Settings.AUTH_TYPE)).isEqualTo(AuthType.SCRAM_SHA_256);
        assertThat(with(Settings.CLIENT_TLS_SSLMODE, "verify-full").get(Settings.CLIENT_TLS_SSLMODE)).isEqualTo(SslMode.VERIFY_FULL);
    }

    @Test
    void unknownWordNamesThoseThatAreAllowed() {
        assertThatThrownBy(() -> with(Settings.POOL_MODE, "trans")).hasMessageContaining("allowed: session, transaction, statement");
    }

    @Test
    void authDatabaseMustNotBeTheConsole() throws ConfigException {
        assertThatThrownBy(() -> with(Settings.AUTH_DBNAME, "pgbouncer")).isInstanceOf(ConfigException.class);
        assertThat(with(Settings.AUTH_DBNAME, "authdb").text(Settings.AUTH_DBNAME)).isEqualTo("authdb");
    }

    @Test
    void unsetTextIsNullAndShownAsNullButAskedForAsEmpty() {
        Config config = Config.defaults();

        assertThat(config.get(Settings.AUTH_FILE)).isNull();
        assertThat(config.show(Settings.AUTH_FILE)).isNull();
        assertThat(config.text(Settings.AUTH_FILE)).isEmpty();
        assertThat(config.show(Settings.AUTH_HBA_FILE)).isEmpty();
    }

    @Test
    void listsAreTrimmedAndWithoutEmptyItems() throws ConfigException {
        Config config = with(Settings.ADMIN_USERS, " a, b ,,c c,");

        assertThat(config.list(Settings.ADMIN_USERS)).isEqualTo(List.of("a", "b", "c c")).isSameAs(config.list(Settings.ADMIN_USERS));
        assertThat(config.list(Settings.STATS_USERS)).isEmpty();
        assertThat(Config.defaults().list(Settings.ADMIN_USERS)).isEmpty();
    }

    @Test
    void anyNumberButZeroIsOn() throws ConfigException {
        assertThat(with(Settings.LOG_STATS, "0").on(Settings.LOG_STATS)).isFalse();
        assertThat(with(Settings.LOG_STATS, "2").on(Settings.LOG_STATS)).isTrue();
    }
}
