package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.simulation.RawServer;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/** Cancel keys as PgBouncer marks them, requests that go on to peers, and the versions of the protocol that keys depend on. */
class PeersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final SocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7777);
    /** A number of two bytes, 0x1234. */
    private static final String SETTINGS = "peer_id = 4660\n[peers]\n4660 = host=127.0.0.1 port=1\n513 = host=127.0.0.1 port=7777 pool_size=1\n";

    private final List<byte[]> forwarded = new ArrayList<>();

    private static LinkWorld world(String settings) {
        return new LinkWorld(SimulatedPooler.config("pool_mode = transaction\n" + settings), 2);
    }

    private RawServer peer(LinkWorld world, boolean answers) {
        return new RawServer(world.outside, PEER, (connection, bytes) -> {
            forwarded.add(bytes);
            if (answers) {
                connection.close();
            }
        });
    }

    private static byte[] startup(int minor, String... parameters) {
        MessageWriter packet = new MessageWriter().beginUntagged().int32(3 << 16 | minor);
        for (String part : parameters) {
            packet.cstring(part);
        }
        return packet.int8(0).end().toBytes();
    }

    private static ScriptedClient login(LinkWorld world, int minor, String... more) {
        String[] all = Arrays.copyOf(new String[] {"user", "someone", "database", "db"}, 4 + more.length);
        System.arraycopy(more, 0, all, 4, more.length);
        ScriptedClient client = world.pooler.connect(0, world.outside);
        client.send(startup(minor, all));
        world.network.runUntil(() -> ScriptedClient.describe(client.received()).endsWith("Z(I) "), 60 * SECOND);
        return client;
    }

    private static byte[] message(ScriptedClient client, char tag) {
        ByteBuffer in = ByteBuffer.wrap(client.received());
        while (in.hasRemaining()) {
            byte[] body = new byte[in.getInt(in.position() + 1) - 4];
            byte found = in.get(in.position());
            in.position(in.position() + 5);
            in.get(body);
            if (found == tag) {
                return body;
            }
        }
        return new byte[0];
    }

    private static byte[] packet(byte[] key) {
        return new MessageWriter().beginUntagged().int32(StartupPacket.CODE_CANCEL).bytes(key).end().toBytes();
    }

    private static ScriptedClient cancel(LinkWorld world, byte[] key) {
        ScriptedClient asker = world.pooler.connect(1, world.outside);
        asker.send(packet(key));
        return asker;
    }

    private static byte[] key(int length, int peer, int hops) {
        byte[] key = new byte[length];
        Arrays.fill(key, (byte) 0x54);
        key[1] = (byte) peer;
        key[2] = (byte) (peer >> 8);
        key[7] = (byte) (0x54 | hops);
        return key;
    }

    @ParameterizedTest
    @CsvSource({"0, 8", "1, 8", "2, 32", "3, 32", "9999, 32"})
    void keyIsMarkedAsPgBouncerDoesItAndLongForWhoKnowsLongOnes(int minor, int length) {
        byte[] key = message(login(world(SETTINGS), minor), 'K');

        assertThat(key).hasSize(length);
        assertThat(key[0]).isNotNegative();
        assertThat(key[1]).isEqualTo((byte) 0x34);
        assertThat(key[2]).isEqualTo((byte) 0x12);
        assertThat(key[7] & 3).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"8, 3", "8, 0", "32, 3", "32, 1"})
    void ownKeyCancelsHoweverOftenItWasForwarded(int length, int hops) {
        LinkWorld world = world(SETTINGS);
        ScriptedClient client = login(world, length == 8 ? 0 : 2);
        byte[] key = message(client, 'K');
        client.takeReceived();
        client.send(new Requests().query("WAIT 60000 'a.1'").toBytes());
        world.network.advance(SECOND / 10);
        key[7] = (byte) (key[7] & ~3 | hops);

        ScriptedClient asker = cancel(world, key);
        world.network.advance(SECOND);

        assertThat(asker.ended()).isTrue();
        assertThat(ScriptedClient.describe(client.received())).contains("C57014");
        assertThat(forwarded).isEmpty();
    }

    @Test
    void keyThatDiffersBehindItsFirstBytesIsNobodys() {
        LinkWorld world = world("");
        byte[] key = message(login(world, 2), 'K');
        key[31] ^= 1;

        ScriptedClient asker = cancel(world, key);
        world.network.advance(SECOND);

        assertThat(asker.ended()).isTrue();
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.contains("failed cancel request"));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 32})
    void requestOfAPeersClientGoesOnWithAHopLess(int length) {
        LinkWorld world = world(SETTINGS);
        peer(world, true);

        ScriptedClient asker = cancel(world, key(length, 513, 2));
        world.network.advance(SECOND);

        assertThat(forwarded).containsExactly(packet(key(length, 513, 1)));
        assertThat(asker.ended()).isTrue();
        assertThat(asker.received()).isEmpty();
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.contains("peer-513@127.0.0.1:7777 closing because: successfully sent cancel request"));
    }

    @ParameterizedTest
    @CsvSource({"513, 0, its TTL was exhausted", "514, 3, could not find peer to forward request to", "0, 3, could not find peer to forward request to"})
    void requestThatLeadsNowhereEnds(int peer, int hops, String reason) {
        LinkWorld world = world(SETTINGS);
        peer(world, true);

        ScriptedClient asker = cancel(world, key(8, peer, hops));
        world.network.advance(SECOND);

        assertThat(asker.ended()).isTrue();
        assertThat(forwarded).isEmpty();
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.contains(reason));
    }

    @Test
    void noMoreThanThePoolSizeAreUnderWayToOnePeer() {
        LinkWorld world = world("cancel_wait_timeout = 3\n" + SETTINGS);
        RawServer peer = peer(world, false);
        ScriptedClient first = cancel(world, key(8, 513, 3));
        world.network.advance(SECOND);
        ScriptedClient second = cancel(world, key(8, 513, 2));
        world.network.advance(2 * SECOND);
        ScriptedClient third = cancel(world, key(8, 513, 1));
        world.network.advance(2 * SECOND);
        assertThat(second.ended()).isTrue();
        assertThat(peer.peers()).hasSize(1);

        world.outside.perform(peer.peers().getFirst()::close);
        world.network.advance(SECOND);

        assertThat(first.ended()).isTrue();
        assertThat(third.ended()).isFalse();
        assertThat(peer.peers()).hasSize(2);
        assertThat(world.pooler.log.lines()).anyMatch(line -> line.contains("cancel_wait_timeout"));
    }

    @Test
    void peerThatIsAwayEndsTheRequest() {
        LinkWorld world = world(SETTINGS);

        ScriptedClient asker = cancel(world, key(8, 513, 3));
        world.network.advance(SECOND);

        assertThat(asker.ended()).isTrue();
        assertThat(asker.received()).isEmpty();
    }

    /** The newest minor version that is spoken, and the options that are not known. */
    @ParameterizedTest
    @CsvSource({"0, ''", "1, '3.0'", "2, ''", "3, '3.2'", "9999, '3.2'"})
    void versionIsNegotiatedWhereAnotherWasAskedFor(int minor, String told) {
        byte[] plain = message(login(world(""), minor), 'v');
        byte[] withOption = message(login(world(""), minor, "_pq_.grease", "x"), 'v');

        assertThat(plain).hasSize(told.isEmpty() ? 0 : 8);
        if (!told.isEmpty()) {
            assertThat(ByteBuffer.wrap(plain).getInt()).isEqualTo(3 << 16 | told.charAt(2) - '0');
        }
        assertThat(ByteBuffer.wrap(withOption).getInt()).isEqualTo(3 << 16 | (minor < 2 ? 0 : 2));
        assertThat(ByteBuffer.wrap(withOption).getInt(4)).isEqualTo(1);
        assertThat(withOption).endsWith("_pq_.grease\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
