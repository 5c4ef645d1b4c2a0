package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthFileTest {
    private static StoredSecret secret(AuthFile file, String user) {
        Credentials found = file.find(user);
        assertThat(found).as(user).isNotNull();
        return found.secret();
    }

    @Test
    void usersCommentsBlankLinesAndTheRestOfALine() {
        AuthFile file = AuthFile.parse("; comment \"x\" \"y\"\n\n \t\"alice\"  \"pencil\" \"ignored\" ; more\r\n  ;\n\"bob\"x\"y\"");

        assertThat(file.problems()).isEmpty();
        assertThat(file.users().keySet()).containsExactly("alice", "bob");
        assertThat(secret(file, "alice")).isEqualTo(StoredSecret.parse("pencil"));
    }

    @Test
    void emptySecretIsNone() {
        AuthFile file = AuthFile.parse("\"alice\" \"\"\n\"bob\" \"b\"");

        assertThat(secret(file, "alice")).isEqualTo(StoredSecret.None.INSTANCE);
        assertThat(secret(file, "bob")).isEqualTo(StoredSecret.parse("b"));
        assertThat(file.problems()).isEmpty();
    }

    @Test
    void doubledQuoteIsAQuote() {
        AuthFile file = AuthFile.parse("\"al\"\"ice\" \"pen\"\"\"\"cil\"\"\"\n");

        assertThat(secret(file, "al\"ice")).isEqualTo(StoredSecret.parse("pen\"\"cil\""));
    }

    @Test
    void secretMayStandOnALaterLine() {
        assertThat(secret(AuthFile.parse("\"alice\"\n\n  \"pencil\"\n"), "alice")).isEqualTo(StoredSecret.parse("pencil"));
    }

    @Test
    void laterLineOfAUserWins() {
        assertThat(secret(AuthFile.parse("\"alice\" \"one\"\n\"alice\" \"two\"\n"), "alice")).isEqualTo(StoredSecret.parse("two"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob \"x\"", "\"bob", "\"bob\"", "\"bob\" \"x", "\"bob\" x", "\0", "\"bob\" \"x\0\"\n"})
    void brokenLineEndsTheReadingAndKeepsWhatCameBefore(String line) {
        AuthFile file = AuthFile.parse("\"alice\" \"pencil\"\n; comment\n" + line);

        assertThat(file.users().keySet()).containsExactly("alice");
        assertThat(file.problems()).containsExactly(new AuthFile.Problem(3, "broken auth file"));
    }

    @Test
    void nothingAfterABrokenLineIsRead() {
        AuthFile file = AuthFile.parse("broken\n\"alice\" \"pencil\"\n");

        assertThat(file.users()).isEmpty();
    }

    @Test
    void lengthsHaveLimits() {
        String user = "u".repeat(127);
        String password = "p".repeat(65_530);

        AuthFile fits = AuthFile.parse("\"" + user + "\" \"" + password + "\"\n");
        AuthFile longUser = AuthFile.parse("\"u" + user + "\" \"x\"\n\"bob\" \"x\"\n");
        AuthFile longPassword = AuthFile.parse("\"bob\" \"p" + password + "\"\n");

        assertThat(secret(fits, user)).isEqualTo(StoredSecret.parse(password));
        assertThat(longUser.problems()).containsExactly(new AuthFile.Problem(1, "username too long in auth file"));
        assertThat(longUser.users()).isEmpty();
        assertThat(longPassword.problems()).containsExactly(new AuthFile.Problem(1, "password too long in auth file"));
    }

    @Test
    void bytesOfAPasswordAreKept(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("users");
        Files.write(path, "\"alice\" \"\u00ff\u00fe\"\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(secret(AuthFile.read(path), "alice")).isEqualTo(StoredSecret.parse(new byte[] {(byte) 0xff, (byte) 0xfe}));
    }

    @Test
    void userNameThatIsNotUtf8IsSkipped(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("users");
        Files.write(path, "\"\u00ff\" \"x\"\n\"bob\" \"y\"\n".getBytes(StandardCharsets.ISO_8859_1));

        AuthFile file = AuthFile.read(path);

        assertThat(file.users().keySet()).containsExactly("bob");
        assertThat(file.problems()).containsExactly(new AuthFile.Problem(1, "username is not UTF-8 in auth file"));
    }

    @Test
    void unchangedUserKeepsItsCredentials(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("users");
        Files.writeString(path, "\"alice\" \"one\"\n\"bob\" \"two\"\n\"eve\" \"three\"\n");
        AuthFile before = AuthFile.read(path);
        assertThat(before.isCurrent(path)).isTrue();

        Files.writeString(path, "\"alice\" \"one\"\n\"bob\" \"changed\"\n");
        assertThat(before.isCurrent(path)).isFalse();
        AuthFile after = before.reread(path);

        assertThat(after.find("alice")).isSameAs(before.find("alice"));
        assertThat(after.find("bob")).isNotSameAs(before.find("bob"));
        assertThat(after.find("eve")).isNull();
    }

    @Test
    void fileThatIsGoneIsNotCurrent(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("users");
        Files.writeString(path, "\"alice\" \"one\"\n");
        AuthFile file = AuthFile.read(path);
        Files.delete(path);

        assertThat(file.isCurrent(path)).isFalse();
        assertThat(AuthFile.EMPTY.isCurrent(path)).isFalse();
    }
}
