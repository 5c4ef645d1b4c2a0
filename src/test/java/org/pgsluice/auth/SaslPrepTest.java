package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SaslPrepTest {
    /** A password and what PostgreSQL 15 made of it: the same keys, so the same preparation. */
    static Stream<Arguments> passwordsAndVerifiers() {
        return Stream.of(
                Arguments.of(
                        "asciiAsItIs",
                        "pencil",
                        "SCRAM-SHA-256$4096:Gm2DHaO5QJl1YaZzZDRGKw==$wFvoJbXCewx/qVHUHivaMTvg8+GHPqdNPKAre4it0pg=:5YEMyIKg2/xgRsM/lzG2J12DdM/W8n5ECjhbiNiZur0="),
                Arguments.of(
                        "compatibilityForm",
                        "\u2168",
                        "SCRAM-SHA-256$4096:Cq9GLtq8GsfE0Mh/Y3+1wA==$2GxWuJmKbmgOXawvEvD0EazBXR5TNMTFHXCRKxdJDWg=:RiyNCmsUp4VlpDboLY4BgRrRpcrGnuxnq8tg0vXqcgw="),
                Arguments.of(
                        "nonAsciiSpaceIsSpace",
                        "a\u00a0b",
                        "SCRAM-SHA-256$4096:lj+Bj1umn27NLR86Xgq1PA==$SZtSnO7g1U6hloQ49fXqF3/E3viw5wQ2wPA7q7B7Ti4=:KeNaIhzaFYJrWA2O3b753NfARpBzjZgmVsYWkCqr+YM="),
                Arguments.of(
                        "softHyphenIsNothing",
                        "I\u00adX",
                        "SCRAM-SHA-256$4096:1j2ClfY1mATLSO1tt5oJGw==$jahYRqsEi74TFCvmEdba2JtwatqEnCfll+yFuzthbyM=:sjjRbSi9ECtKU2Lnix2/Uyl+yaiokdIOikdMW0KXEv8="),
                Arguments.of(
                        "ordinalIsLetter",
                        "\u00aa",
                        "SCRAM-SHA-256$4096:5LOHfh1FUbuY3L0+IcV+Nw==$g6+m+WwJO9nqJDaVXUTi5QfYuK3gFazGHHR53jtlT7Q=:zcH6zZry6gKbwrShakuid9eRXJZn8zG0065DAU4qYxk="),
                Arguments.of(
                        "combinedAccent",
                        "e\u0301",
                        "SCRAM-SHA-256$4096:R1RJtDRef45w07wBFIO2tg==$epna5s9GPLBCofrT901GEJUabNyV4IpSR2ULp+qh04A=:XFLtL5pzfGfbj+82zz7EAw5jDYDwuZ5ZsJCG4dNiIls="),
                Arguments.of(
                        "unassignedInUnicode32AsItIs",
                        "e\u0301\ud83d\ude00",
                        "SCRAM-SHA-256$4096:gUwCCVZi40i7x6/yEiMSjA==$VSjyyNgwM4c9RaBtbezaDr693kfncaiRd04H2/z7YxQ=:wyxX9mPN/sKof88Whg5k2JVKSZ2alTzEvFx+ugFh2Nk="),
                Arguments.of(
                        "rightToLeftMustEndSo",
                        "\u06271",
                        "SCRAM-SHA-256$4096:2YCxjKHB2KbqICN8eEyFYQ==$2fIMTaior4YQl7q/Gl4h1/SkCLWV0Z3IWV9kjU02O+I=:G+dFj+yKDSYJVtazU9LkQU1nycnaFY8ysMsJ2Kf1o1s="),
                Arguments.of(
                        "rightToLeftWithDigitInside",
                        "\u06271\u0628",
                        "SCRAM-SHA-256$4096:Tl9KR0B2CLnqm3elfw6gtQ==$ZNagDrFbfXqKTd1qGkM/2dI1Ms8E3ge33j8JyThGIr8=:zb0x8VFKYm+4CziCGWKFKU+1+xojzbVbvh8CgnuQqEQ="),
                Arguments.of(
                        "controlCharacterAsItIs",
                        "\u0007\u00aa",
                        "SCRAM-SHA-256$4096:349eIhvP4IE7t3SZ2v+3Pg==$rEbzBEE03bXTaWvndo1uwcQobm0PsAuA/X2BNEHBVLM=:PYhfbwaDXfGTheetuBXgdfpnbzu9Ny+qRJmMwyY4lh4="),
                Arguments.of(
                        "zeroWidthSpaceIsSpace",
                        "\u200bx\u00aa",
                        "SCRAM-SHA-256$4096:UYneVsAG8pXvP3MdAwiRNA==$9p5/LZ+z6KqFYuossoCBBZohx6ivFZEwlNqwb4ZMtH0=:1iotV46LmkpbUQK8MfJ/i3D3IRMS67Nj7Y/u0cqtPBA="),
                Arguments.of(
                        "ligatureAndMarks",
                        "\ufb01\u1e9b\u0323",
                        "SCRAM-SHA-256$4096:ek5FPzxf4vRW72jOP0oIvw==$9MjG76yAwEuvp0gwqQAEm/mgnAZmGwNuaAKtfhv/rjg=:iGAI605TwW7K6ClEwEnS6DMsvZKXZCpbr7Bnz87CEmg="),
                Arguments.of(
                        "longPassword",
                        "x".repeat(200) + "\u00e4",
                        "SCRAM-SHA-256$4096:ZpL2CjO6tdbH3Sh15OG7eQ==$Rcg4bNfWx+bN3GT1lwykX4yqolfOhJRc0SVgf/f8pSs=:+W8+Jn3HaKq4cg36oxHvW8rr5aKr6IqlBxlhRjBnAow="));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passwordsAndVerifiers")
    void keysAreThoseOfPostgres(String what, String password, String verifier) {
        StoredSecret.ScramVerifier stored = (StoredSecret.ScramVerifier) StoredSecret.parse(verifier);

        ScramKeys keys = Scram.deriveKeys(password.getBytes(StandardCharsets.UTF_8), stored.salt(), stored.iterations());

        assertThat(keys.storedKey()).isEqualTo(stored.storedKey());
        assertThat(keys.serverKey()).isEqualTo(stored.serverKey());
    }

    @Test
    void bytesThatAreNotUtf8StayAsTheyAre() {
        byte[] password = {(byte) 0xff, (byte) 0xfe, 'a'};

        assertThat(SaslPrep.prepare(password)).isSameAs(password);
    }

    @Test
    void passwordOfNothingButIgnoredCharactersStaysAsItIs() {
        byte[] password = "\u00ad".getBytes(StandardCharsets.UTF_8);

        assertThat(SaslPrep.prepare(password)).isSameAs(password);
    }

    @Test
    void rangesEndWhereTheyEnd() {
        StringPrepTables tables = new StringPrepTables();

        assertThat(tables.isUnassigned(0x0220)).isFalse();
        assertThat(tables.isUnassigned(0x0221)).isTrue();
        assertThat(tables.isUnassigned(0x0222)).isFalse();
        assertThat(tables.isProhibited(0x1f)).isTrue();
        assertThat(tables.isProhibited(0x20)).isFalse();
        assertThat(tables.isNonAsciiSpace(0x2000)).isTrue();
        assertThat(tables.isNonAsciiSpace(0x200b)).isTrue();
        assertThat(tables.isNonAsciiSpace(0x200c)).isFalse();
        assertThat(tables.isMappedToNothing(0x200c)).isTrue();
        assertThat(tables.isUnassigned(0x10ffff)).isFalse();
        assertThat(tables.isProhibited(0x10ffff)).isTrue();
    }
}
