package org.pgsluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.config.AuthType;

class AuthRulesTest {
    private static final ConnectionFacts FACTS =
            new ConnectionFacts(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711), false, false, null);

    private static AuthMethod method(AuthType type, String forcedUser) {
        return AuthRules.of(type).methodFor(FACTS, new Identity("db", "somebody", forcedUser));
    }

    @Test
    void namesThatCountForNothingNeedAForcedUser() {
        assertThat(method(AuthType.ANY, "app")).isEqualTo(new AuthMethod.Forced());
        assertThat(method(AuthType.ANY, null)).isEqualTo(new AuthMethod.Refused("auth_type=any requires forced user"));
    }

    @ParameterizedTest
    @EnumSource(value = AuthType.class, names = {"ANY", "TRUST", "PLAIN", "MD5", "SCRAM_SHA_256"})
    void methodThatNeedsNoFileIsTaken(AuthType type) {
        assertThat(method(type, "app")).isNotInstanceOf(AuthMethod.Refused.class);
    }
}
