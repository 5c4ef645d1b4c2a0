package org.pgsluice.auth.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pgsluice.auth.IdentMap;
import org.pgsluice.auth.NameCheck;

class IdentFileTest {
    private final Findings findings = new Findings();

    @TempDir
    Path directory;

    private Map<String, IdentMap> maps(String text) throws IOException {
        return IdentFile.read(Files.writeString(directory.resolve("ident.conf"), text), findings);
    }

    private boolean lets(String text, String outside, String user) throws IOException {
        return new NameCheck(maps(text).get("m")).lets(List.of(outside), user);
    }

    @ParameterizedTest
    @CsvSource({
        "root, postgres, true", "root, app, false", "deploy, anybody, true", "quoted, all, true", "quoted, other, false", "other, postgres, false",
        "two words, app, true",
    })
    void linesSayWhoMayBeWhom(String outside, String user, boolean expected) throws IOException {
        String text = "# comment\nm root postgres\nm deploy all # anybody\nm quoted \"all\"\nm \"two words\" app\nelse root app\n";

        assertThat(lets(text, outside, user)).isEqualTo(expected);
        assertThat(findings.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "alice@example.com, alice, true", "alice@example.com, bob, false", "alice@example.org, alice, false", "alice@example.org, guest, true",
    })
    void groupOfAnExpressionIsPutIntoTheUser(String outside, String user, boolean expected) throws IOException {
        assertThat(lets("m /^(.*)@example\\.com$ \\1\nm /@example\\.org$ guest\n", outside, user)).isEqualTo(expected);
    }

    @Test
    void userMayBeAnExpressionAndAQuotedOneIsNone() throws IOException {
        assertThat(lets("m root /^app_\n", "root", "app_one")).isTrue();
        assertThat(lets("m root \"/^app_\"\n", "root", "app_one")).isFalse();
        assertThat(lets("m /(.*) \"\\1\"\n", "root", "root")).isFalse();
    }

    @Test
    void expressionThatNeverEndsLetsNobodyIn() throws IOException {
        assertThat(lets("m /^(x+x+)+y$ all\n", "x".repeat(100), "app")).isFalse();
    }

    @Test
    void withoutAMapTheNamesAreTheSame() {
        assertThat(NameCheck.SAME.lets(List.of("a", "b"), "b")).isTrue();
        assertThat(NameCheck.SAME.lets(List.of("B"), "b")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "m | did not find system user", "m root | did not find database user", "m root app more | unsupported parameters",
        "m /( app | invalid regular expression", "m /root \\1 | \\1 needs a group",
    })
    void brokenLineIsNamed(String line, String why) throws IOException {
        maps(line + "\n");

        assertThat(findings.problems()).singleElement().asString().startsWith("ident line 1: " + why).endsWith("ident.conf:1)");
    }
}
