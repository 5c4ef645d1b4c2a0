package org.pgsluice.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.pgsluice.web.Gate.Openness;

class GateTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.7");

    @Test
    void probesAreForAnybody() {
        assertThat(status(Openness.ANYBODY, "secret", ELSEWHERE, null, null)).isEqualTo(200);
    }

    @Test
    void withoutPasswordMetricsAreOpenAndThePageIsForThisMachine() {
        assertThat(status(Openness.READERS, "", ELSEWHERE, "db.example:9127", null)).isEqualTo(200);
        assertThat(status(Openness.LOCAL, "", HERE, "localhost:9127", null)).isEqualTo(200);
        assertThat(status(Openness.LOCAL, "", InetAddress.ofLiteral("::1"), "[::1]:9127", null)).isEqualTo(200);
        assertThat(status(Openness.LOCAL, "", ELSEWHERE, "localhost:9127", null)).isEqualTo(403);
        assertThat(status(Openness.ADMINS, "", HERE, "localhost", null)).isEqualTo(403);
    }

    /** A name that was made to lead to 127.0.0.1 has a browser of this machine ask for others. */
    @Test
    void anotherNameForThisMachineIsRefused() {
        assertThat(status(Openness.LOCAL, "", HERE, "evil.example:9127", null)).isEqualTo(403);
        assertThat(status(Openness.LOCAL, "", HERE, null, null)).isEqualTo(403);
    }

    @Test
    void proxyOfThisMachineSpeaksForOthers() {
        Gate gate = new Gate(() -> "");

        assertThat(gate.refusal(Openness.LOCAL, new Gate.Visitor(HERE, "localhost", "192.0.2.7", null))).isNotNull();
    }

    @Test
    void passwordOpensEverythingFromAnywhere() {
        for (Openness openness : Openness.values()) {
            assertThat(status(openness, "open sesame", ELSEWHERE, "x", basic("anybody:open sesame"))).isEqualTo(200);
            assertThat(status(openness, "open sesame", ELSEWHERE, "x", "Bearer open sesame")).isEqualTo(200);
        }
    }

    @Test
    void wrongPasswordOpensNothing() {
        for (Openness openness : new Openness[] {Openness.READERS, Openness.LOCAL, Openness.ADMINS}) {
            for (String given : new String[] {null, "", "Basic", "Basic ***", "Bearer", "Bearer secre", "Digest secret", basic("secret:"), basic("a:Secret")}) {
                assertThat(status(openness, "secret", HERE, "localhost", given)).as("%s %s", openness, given).isEqualTo(401);
            }
        }
    }

    @Test
    void passwordMayHaveColons() {
        assertThat(status(Openness.ADMINS, "a:b:c", HERE, "localhost", basic("me:a:b:c"))).isEqualTo(200);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static int status(Openness openness, String password, InetAddress from, String host, String authorization) {
        Reply refusal = new Gate(() -> password).refusal(openness, new Gate.Visitor(from, host, null, authorization));
        return refusal == null ? 200 : refusal.status();
    }
}
