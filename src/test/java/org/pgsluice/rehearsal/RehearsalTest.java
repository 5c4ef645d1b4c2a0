package org.pgsluice.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RehearsalTest {
    /** A guest and the stand-in understand each other without a pooler between them, whatever way the password is shown. */
    @ParameterizedTest
    @EnumSource
    void guestTalksToTheStandIn(StandIn.Method method) throws Exception {
        int port = new StandIn().port();
        try (Guest guest = Guest.login(port, method.name())) {
            guest.query("select 1");
            guest.extended("", "select $1", 3);
            guest.named("s", "select $1");
            guest.copyIn(3);
            guest.query("copy out");
            guest.query("begin");
            guest.query("commit");
            guest.cancel(port);
        }
        try (Socket still = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(still.isConnected()).isTrue();
        }
    }
}
