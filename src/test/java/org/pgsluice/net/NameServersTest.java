package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names by name servers of one's own, asked of a small server on a free port. */
class NameServersTest {
    private static final int A = 1;
    private static final int SOA = 6;
    private static final int PTR = 12;
    private static final int AAAA = 28;
    private static final int NO_SUCH_NAME = 3;
    private static final int REFUSED = 5;

    @TempDir
    Path directory;

    private final Map<String, byte[]> records = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int failure = NO_SUCH_NAME;
    private DatagramSocket socket;
    private Thread thread;

    @BeforeEach
    void serve() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        thread = Thread.ofPlatform().start(this::answerAll);
    }

    @AfterEach
    void stop() throws InterruptedException {
        socket.close();
        thread.join();
    }

    @Test
    void namesAreAskedOfTheServersOfTheFile() throws Exception {
        records.put("db.example.org " + A, new byte[] {10, 0, 0, 1});
        records.put("db.example.org " + AAAA, InetAddress.ofLiteral("2001:db8::1").getAddress());

        assertThat(servers("").lookup("db.example.org"))
                .containsExactlyInAnyOrder(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("2001:db8::1"));
    }

    @Test
    void shortNamesAreTriedInTheDomainsOfTheFileFirst() throws Exception {
        records.put("db.two.example " + A, new byte[] {10, 0, 0, 2});
        records.put("db " + A, new byte[] {10, 0, 0, 3});

        assertThat(servers("search one.example two.example\n").lookup("db")).containsExactly(InetAddress.ofLiteral("10.0.0.2"));
        assertThat(asked).containsExactly("db.one.example 1", "db.one.example 28", "db.two.example 1", "db.two.example 28");
    }

    @Test
    void aNameWithEnoughDotsIsTriedAsItIsFirst() throws Exception {
        records.put("a.b " + A, new byte[] {10, 0, 0, 4});

        assertThat(servers("search one.example\noptions ndots:1\n").lookup("a.b")).containsExactly(InetAddress.ofLiteral("10.0.0.4"));
        assertThat(asked).first().isEqualTo("a.b 1");
        asked.clear();

        assertThat(servers("search one.example\noptions ndots:2\n").lookup("a.b")).containsExactly(InetAddress.ofLiteral("10.0.0.4"));
        assertThat(asked).first().isEqualTo("a.b.one.example 1");
    }

    @Test
    void whatNobodyKnowsDoesNotResolve() throws Exception {
        NameServers servers = servers("");

        assertThatThrownBy(() -> servers.lookup("nowhere.example")).isInstanceOf(UnknownHostException.class).hasMessage("nowhere.example");
    }

    @Test
    void aServerThatRefusesIsNoServerThatKnowsNothing() throws Exception {
        failure = REFUSED;
        NameServers servers = servers("search one.example\n");

        assertThatThrownBy(() -> servers.lookup("db")).isInstanceOf(UnknownHostException.class).hasMessageStartingWith("db: ");
    }

    @Test
    void theHostsFileComesFirst() throws Exception {
        Files.writeString(directory.resolve("hosts"), "# a comment\n10.1.1.1 primary DB # db3\n::9 db\n10.1.1.3 db3x\n");

        assertThat(servers("").lookup("db")).containsExactly(InetAddress.ofLiteral("10.1.1.1"), InetAddress.ofLiteral("::9"));
        assertThat(asked).isEmpty();
    }

    @Test
    void theNameOfAnAddressMustLeadBack() throws Exception {
        records.put("7.0.0.10.in-addr.arpa " + PTR, name("true.example"));
        records.put("8.0.0.10.in-addr.arpa " + PTR, name("true.example"));
        records.put("true.example " + A, new byte[] {10, 0, 0, 7});
        NameServers servers = servers("");

        assertThat(servers.nameOf(InetAddress.ofLiteral("10.0.0.7"))).isEqualTo("true.example");
        assertThat(servers.nameOf(InetAddress.ofLiteral("10.0.0.8"))).isNull();
        assertThat(servers.nameOf(InetAddress.ofLiteral("10.0.0.9"))).isNull();
    }

    @Test
    void addressesAreWrittenBackwards() {
        assertThat(NameServers.reverse(InetAddress.ofLiteral("192.0.2.1"))).isEqualTo("1.2.0.192.in-addr.arpa");
        assertThat(NameServers.reverse(InetAddress.ofLiteral("2001:db8::567:89ab")))
                .isEqualTo("b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    }

    @Test
    void zonesAreAskedOfTheSameServers() throws Exception {
        ByteArrayOutputStream soa = new ByteArrayOutputStream();
        soa.write(name("ns.example"));
        soa.write(name("root.example"));
        DataOutputStream numbers = new DataOutputStream(soa);
        for (int number : new int[] {2026112801, 3600, 900, 604800, 300}) {
            numbers.writeInt(number);
        }
        records.put("example " + SOA, soa.toByteArray());

        assertThat(servers("").serial("example")).isEqualTo(2026112801L);
        assertThat(servers("").serial("other")).isZero();
    }

    @Test
    void aFileSaysWhomToAskAndHow() throws Exception {
        Path file = Files.writeString(directory.resolve("all"), """
                # comment
                ; comment
                domain old.example
                search  one.example\ttwo.example # and no more
                nameserver 10.0.0.53
                nameserver ::1
                nameserver 10.0.0.54
                nameserver 10.0.0.55
                options rotate ndots:99 timeout:0 attempts:3 ndots:x
                sortlist 10.0.0.0
                nameserver
                """);

        assertThat(ResolverFile.read(file))
                .isEqualTo(new ResolverFile(List.of("10.0.0.53", "::1", "10.0.0.54"), List.of("one.example", "two.example"), 15, 1, 3));
    }

    @Test
    void aFileWithoutAServerIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("none"), "search one.example\n");

        assertThatThrownBy(() -> ResolverFile.read(file)).isInstanceOf(IOException.class).hasMessage("it has no line \"nameserver\"");
    }

    private NameServers servers(String lines) throws IOException {
        Path file = Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n" + lines);
        return new NameServers(ResolverFile.read(file), directory.resolve("hosts"), socket.getLocalPort());
    }

    private void answerAll() {
        byte[] buffer = new byte[1500];
        while (true) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                byte[] answer = answer(buffer, packet.getLength());
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private byte[] answer(byte[] question, int length) {
        StringBuilder name = new StringBuilder();
        int at = 12;
        while (question[at] != 0) {
            name.append(name.isEmpty() ? "" : ".").append(new String(question, at + 1, question[at], StandardCharsets.ISO_8859_1));
            at += 1 + question[at];
        }
        int type = (question[at + 1] & 0xff) << 8 | question[at + 2] & 0xff;
        int end = at + 5;
        assertThat(length).isGreaterThanOrEqualTo(end);
        String key = name.toString().toLowerCase(Locale.ROOT) + " " + type;
        asked.add(key);
        byte[] record = records.get(key);
        boolean named = records.keySet().stream().anyMatch(each -> each.startsWith(name + " "));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(question, 0, 2);
            out.writeShort(0x8180 | (record == null && !named ? failure : 0));
            out.writeShort(1);
            out.writeShort(record == null ? 0 : 1);
            out.writeInt(0);
            out.write(question, 12, end - 12);
            if (record != null) {
                out.writeShort(0xc00c);
                out.writeShort(type);
                out.writeShort(1);
                out.writeInt(60);
                out.writeShort(record.length);
                out.write(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] name(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String label : name.split("\\.", -1)) {
            bytes.write(label.length());
            bytes.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        bytes.write(0);
        return bytes.toByteArray();
    }
}
