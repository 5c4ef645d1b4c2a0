package org.pgsluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pgsluice.wire.StartupPacket.CancelRequest;
import org.pgsluice.wire.StartupPacket.GssEncRequest;
import org.pgsluice.wire.StartupPacket.Invalid;
import org.pgsluice.wire.StartupPacket.SslRequest;
import org.pgsluice.wire.StartupPacket.Startup;

class StartupPacketTest {
    private static final String LAYOUT = "invalid startup packet layout: expected terminator as last byte";

    private static MessageWriter packet(int code) {
        return new MessageWriter().beginUntagged().int32(code);
    }

    private static StartupPacket read(MessageWriter packet) {
        return StartupPacket.read(packet.end().toBuffer());
    }

    @Test
    void parametersComeInTheOrderSentAndTheLastOfEqualNamesWins() {
        StartupPacket packet = read(packet(StartupPacket.PROTOCOL_3_0)
                .cstring("user").cstring("a").cstring("database").cstring("d").cstring("user").cstring("é").cstring("options").cstring("").int8(0));

        assertThat(packet).isInstanceOfSatisfying(Startup.class, startup -> {
            assertThat(startup.protocolMinor()).isZero();
            assertThat(startup.parameters().toString()).isEqualTo("{user=\u00c3\u00a9, database=d, options=}");
            assertThat(StartupPacket.utf8(startup.parameters().get("user"))).isEqualTo("é");
            assertThat(startup.protocolOptions()).isEmpty();
        });
    }

    @Test
    void newerMinorVersionsAndTheirOptionsAreSeen() {
        StartupPacket packet = read(packet((3 << 16) | 9999).cstring("_pq_.x").cstring("1").cstring("user").cstring("u").cstring("_pq_.y").cstring("2")
                .int8(0));

        assertThat(packet).isInstanceOfSatisfying(Startup.class, startup -> {
            assertThat(startup.protocolMinor()).isEqualTo(9999);
            assertThat(startup.protocolOptions()).containsExactly("_pq_.x", "_pq_.y");
        });
    }

    @Test
    void requestsForEncryptionAreToldFromOneAnother() {
        assertThat(read(packet(StartupPacket.CODE_SSL))).isEqualTo(new SslRequest());
        assertThat(read(packet(StartupPacket.CODE_GSSENC))).isEqualTo(new GssEncRequest());
    }

    @Test
    void keyOfACancelRequestIsAllThatFollows() {
        byte[] key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

        assertThat(read(packet(StartupPacket.CODE_CANCEL).bytes(key))).isInstanceOfSatisfying(CancelRequest.class,
                request -> assertThat(request.key()).isEqualTo(key));
        assertThat(read(packet(StartupPacket.CODE_CANCEL))).isInstanceOfSatisfying(CancelRequest.class, request -> assertThat(request.key()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"131072, old V2 protocol not supported", "65536, unsupported protocol version 1.0", "262147, unsupported protocol version 4.3",
            "-1, unsupported protocol version 65535.65535"})
    void otherVersionsAreRefusedInWords(int code, String reason) {
        assertThat(read(packet(code))).isEqualTo(new Invalid(reason));
    }

    @Test
    void packetCutAnywhereIsInvalidAndNeverHalfRead() {
        byte[] whole = packet(StartupPacket.PROTOCOL_3_0).cstring("user").cstring("someone").cstring("database").cstring("db").int8(0).end().toBytes();
        for (int length = 8; length < whole.length; length++) {
            StartupPacket packet = StartupPacket.read(ByteBuffer.wrap(whole, 0, length));

            assertThat(packet).as("cut to %d bytes", length).isEqualTo(new Invalid(LAYOUT));
        }
    }

    @Test
    void bytesBehindTheTerminatorAreInvalid() {
        assertThat(read(packet(StartupPacket.PROTOCOL_3_0).cstring("user").cstring("a").int8(0).int8(0))).isEqualTo(new Invalid(LAYOUT));
        assertThat(read(packet(StartupPacket.PROTOCOL_3_0).int8(0).cstring("user").cstring("a").int8(0))).isEqualTo(new Invalid(LAYOUT));
    }

    @Test
    void packetIsReadFromWhereTheBufferStands() {
        byte[] whole = packet(StartupPacket.PROTOCOL_3_0).cstring("user").cstring("a").int8(0).end().toBytes();
        ByteBuffer around = ByteBuffer.allocate(whole.length + 20).put(7, whole).position(7).limit(7 + whole.length);

        assertThat(StartupPacket.read(around)).isInstanceOf(Startup.class);
    }

    @Test
    void noiseIsReadWithoutAnException() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[8 + random.nextInt(40)];
            random.nextBytes(noise);
            ByteBuffer packet = ByteBuffer.wrap(noise);
            if (i % 2 == 0) {
                packet.putInt(4, StartupPacket.PROTOCOL_3_0);
                noise[noise.length - 1] = 0;
            }

            assertThat(StartupPacket.read(packet)).isNotNull();
        }
    }
}
