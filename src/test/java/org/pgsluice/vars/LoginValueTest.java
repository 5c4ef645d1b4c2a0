package org.pgsluice.vars;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginValueTest {
    private final TrackedNames names = new TrackedNames(List.of());

    private String taken(int index, String asked, String standard, int major) {
        return LoginValue.of(names, index, asked, standard, major);
    }

    /** What PostgreSQL 15 and 18 show after such a login. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ISO           | ISO, MDY | ISO, MDY",
                "iso           | SQL, DMY | ISO, DMY",
                "SQL           | ISO, MDY | SQL, MDY",
                "DMY           | ISO, MDY | ISO, DMY",
                "European      | ISO, MDY | ISO, DMY",
                "US            | ISO, DMY | ISO, MDY",
                "NonEuropean   | ISO, DMY | ISO, MDY",
                "German        | ISO, MDY | German, DMY",
                "German, MDY   | ISO, YMD | German, MDY",
                "MDY, German   | ISO, YMD | German, MDY",
                "PostgreSQL,dmy| ISO, MDY | Postgres, DMY",
                "DEFAULT       | SQL, YMD | SQL, YMD",
                "default, DMY  | SQL, YMD | SQL, DMY",
                "ISO, SQL      | ISO, MDY | ISO, SQL",
                "nonsense      | ISO, MDY | nonsense",
                "''            | ISO, MDY | ISO, MDY",
            })
    void partOfADateStyleIsCompletedByTheServersOwn(String asked, String standard, String taken) {
        assertThat(taken(TrackedNames.DATE_STYLE, asked, standard, 18)).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"plain, 18, plain", "K\u00fcche, 15, K?che", "K\u00fcche, 16, K\\xfcche", "a\u0001b\u007f, 18, a\\x01b\\x7f", "a\u0001b, 0, a?b",
            "it's, 18, it's"})
    void applicationNameKeepsPrintableAsciiOnly(String asked, int major, String taken) {
        assertThat(taken(TrackedNames.APPLICATION_NAME, Raw.of(asked, Raw.OF_DATABASE), "", major)).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"latin1, LATIN1", "unicode, UTF8", "'utf-8', UTF8", "iso-8859-15, LATIN9", "iso_8859_5, ISO_8859_5", "Shift_JIS, SJIS", "euc-jp, EUC_JP",
            "windows-1251, WIN1251", "sql ascii, SQL_ASCII", "nope, nope"})
    void encodingIsCalledAsPostgresReportsIt(String asked, String taken) {
        assertThat(taken(TrackedNames.CLIENT_ENCODING, asked, "UTF8", 18)).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"60, xxx, 63", "60, xxxyy, 63", "62, \u00fc, 62", "61, \u00fcz, 63"})
    void applicationNameHasSixtyThreeBytesAndNoPartOfALetter(int fill, String end, int taken) {
        String asked = "a".repeat(fill) + new String(end.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(taken(TrackedNames.APPLICATION_NAME, Raw.of(asked, Raw.OF_DATABASE), "", 15)).hasSize(taken);
    }

    @Test
    void spellingThatMeansTheServersOwnIsTheServers() {
        assertThat(taken(TrackedNames.CLIENT_ENCODING, "utf-8", "UTF8", 18)).isEqualTo("UTF8");
        assertThat(taken(TrackedNames.INTERVAL_STYLE, "ISO_8601", "postgres", 18)).isEqualTo("iso_8601");
        assertThat(taken(TrackedNames.TIME_ZONE, "europe/vienna", "Europe/Vienna", 18)).isEqualTo("Europe/Vienna");
        assertThat(taken(TrackedNames.APPLICATION_NAME, "App", "app", 18)).isEqualTo("App");
    }
}
