package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredSecretTest {
    @Test
    void kindIsToldByTheText() {
        assertThat(StoredSecret.parse("")).isEqualTo(StoredSecret.None.INSTANCE);
        assertThat(StoredSecret.parse("pencil")).isInstanceOf(StoredSecret.Plain.class);
        assertThat(StoredSecret.parse(PostgresVerifiers.MD5_PENCIL_M1)).isInstanceOf(StoredSecret.Md5.class);
        assertThat(StoredSecret.parse(PostgresVerifiers.PENCIL)).isInstanceOf(StoredSecret.ScramVerifier.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "md5",
                "md57474753e4b2f9e23953d5977773aabb",
                "md57474753E4B2F9E23953D5977773AABB0",
                "SCRAM-SHA-256$",
                "SCRAM-SHA-256$:$:",
                "SCRAM-SHA-256$0:Gm2DHaO5QJl1YaZzZDRGKw==$wFvoJbXCewx/qVHUHivaMTvg8+GHPqdNPKAre4it0pg=:5YEMyIKg2/xgRsM/lzG2J12DdM/W8n5ECjhbiNiZur0=",
                "SCRAM-SHA-256$-1:Gm2DHaO5QJl1YaZzZDRGKw==$wFvoJbXCewx/qVHUHivaMTvg8+GHPqdNPKAre4it0pg=:5YEMyIKg2/xgRsM/lzG2J12DdM/W8n5ECjhbiNiZur0=",
                "SCRAM-SHA-256$99999999999:Gm2DHaO5QJl1YaZzZDRGKw==$wFvoJbXCewx/qVHUHivaMTvg8+GHPqdNPKAre4it0pg=:5YEMyIKg2/xgRsM/lzG2J12DdM/W8n5ECjhbiNiZur0=",
                "SCRAM-SHA-256$4096:!!!!$wFvoJbXCewx/qVHUHivaMTvg8+GHPqdNPKAre4it0pg=:5YEMyIKg2/xgRsM/lzG2J12DdM/W8n5ECjhbiNiZur0=",
                "SCRAM-SHA-256$4096:Gm2DHaO5QJl1YaZzZDRGKw==$AAAA:5YEMyIKg2/xgRsM/lzG2J12DdM/W8n5ECjhbiNiZur0=",
                "SCRAM-SHA-256$4096:Gm2DHaO5QJl1YaZzZDRGKw==$wFvoJbXCewx/qVHUHivaMTvg8+GHPqdNPKAre4it0pg="
            })
    void textThatIsAlmostAHashIsAPlainPassword(String text) {
        assertThat(StoredSecret.parse(text)).isInstanceOf(StoredSecret.Plain.class);
    }

    @Test
    void equalTextsAreEqualSecrets() {
        assertThat(StoredSecret.parse("pencil")).isEqualTo(StoredSecret.parse("pencil")).isNotEqualTo(StoredSecret.parse("pencils"));
        assertThat(StoredSecret.parse(PostgresVerifiers.PENCIL))
                .isEqualTo(StoredSecret.parse(PostgresVerifiers.PENCIL))
                .isNotEqualTo(StoredSecret.parse(PostgresVerifiers.SEVEN))
                .isNotEqualTo(StoredSecret.parse("pencil"));
    }

    @Test
    void nothingPrintsASecret() {
        Credentials plain = Conversation.credentials("alice", "pencil");
        plain.learn(new ScramKeys(new byte[32], new byte[32]));
        String md5 = Conversation.credentials("m1", PostgresVerifiers.MD5_PENCIL_M1).toString();
        String scram = Conversation.credentials("s1", PostgresVerifiers.PENCIL).toString();

        assertThat(plain.toString()).isEqualTo("Credentials[alice, Plain[***]]");
        assertThat(md5).isEqualTo("Credentials[m1, Md5[***]]");
        assertThat(scram).isEqualTo("Credentials[s1, ScramVerifier[***]]");
        assertThat(String.valueOf(plain.learntKeys())).isEqualTo("ScramKeys[***]");
        assertThat(new MockSalts(Conversation.random(1)).toString()).isEqualTo("MockSalts[***]");
        assertThat(AuthFile.parse("\"alice\" \"pencil\"\n").toString()).doesNotContain("pencil");
    }
}
