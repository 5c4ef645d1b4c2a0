package org.pgsluice.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pgsluice.admin.view.ConfigRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.Readiness;
import org.pgsluice.config.HostPort;
import org.pgsluice.demo.Ports;
import org.pgsluice.log.CapturedLog;
import org.pgsluice.metrics.SampleSnapshot;
import org.pgsluice.net.Engines;
import org.pgsluice.net.Incidents;
import org.pgsluice.net.ThreadedReactor;

/** A real server on a real socket, in front of a pooler whose view is made up. */
class WebServerTest {
    private Readiness readiness = new Readiness(true, false, false, PoolerState.ACTIVE);
    private String password = "";
    private int port;
    private ThreadedReactor reactor;
    private WebServer server;

    @BeforeEach
    void open() throws IOException {
        Incidents none = new Incidents() {
            @Override
            public void onUncaught(Throwable thrown) {
                throw new AssertionError(thrown);
            }

            @Override
            public void onWarning(String message) {}

            @Override
            public void onError(String message) {}
        };
        reactor = Engines.choose("nio", none).open(0, none);
        reactor.start();
        port = Ports.free();
        server = serve(port);
    }

    private WebServer serve(int at) throws IOException {
        WebServer.prepare();
        Site site = new Site((parts, then) -> then.accept(SampleSnapshot.of("db").with(Part.READINESS, List.of(readiness))
                .with(Part.CONFIG, List.of(new ConfigRow("http_password", "****", "", true)))), List.of(reactor), InstantSource.system());
        return WebServer.open(new HostPort("127.0.0.1", at), Executors.newVirtualThreadPerTaskExecutor(), site, () -> password, new CapturedLog());
    }

    @AfterEach
    void close() throws InterruptedException {
        server.close();
        reactor.stop();
        reactor.awaitStopped(5_000);
    }

    @Test
    void probesSayWhatIsSo() throws IOException {
        assertThat(get("/health")).startsWith("HTTP/1.1 200 ").endsWith("ok\n");
        assertThat(get("/ready")).startsWith("HTTP/1.1 200 ").endsWith("ready\n");

        readiness = new Readiness(true, false, false, PoolerState.PAUSED);
        assertThat(get("/ready")).startsWith("HTTP/1.1 503 ").endsWith("not ready: paused\n");
        assertThat(get("/ready?paused=ready")).startsWith("HTTP/1.1 200 ").endsWith("ready: paused\n");

        readiness = new Readiness(true, false, false, PoolerState.SUSPENDED);
        assertThat(get("/ready?paused=ready")).startsWith("HTTP/1.1 503 ").endsWith("not ready: suspended\n");
        readiness = new Readiness(false, false, false, PoolerState.ACTIVE);
        assertThat(get("/ready")).startsWith("HTTP/1.1 503 ").endsWith("not ready: no socket is listened on\n");
        readiness = new Readiness(true, true, false, PoolerState.PAUSED);
        assertThat(get("/ready?paused=ready")).startsWith("HTTP/1.1 503 ").endsWith("not ready: shutting down\n");
        readiness = new Readiness(false, true, true, PoolerState.ACTIVE);
        assertThat(get("/ready")).startsWith("HTTP/1.1 503 ").endsWith("not ready: another process takes over\n");
        assertThat(get("/health")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void configurationNeedsThePassword() throws IOException {
        assertThat(get("/config")).startsWith("HTTP/1.1 403 ").endsWith("set http_password to see the configuration here\n");

        password = "secret";

        assertThat(get("/config")).startsWith("HTTP/1.1 401 ").contains("Www-authenticate: Basic ");
        assertThat(get("/config", "Authorization: Bearer secret")).startsWith("HTTP/1.1 200 ")
                .endsWith("[{\"key\":\"http_password\",\"value\":\"****\",\"default\":\"\",\"changeable\":true}]\n");
    }

    @Test
    void metricsAreZippedForWhoTakesThat() throws IOException {
        assertThat(get("/metrics")).startsWith("HTTP/1.1 200 ").contains("Content-type: text/plain; version=0.0.4").contains("\npgbouncer_up 1.0\n");
        assertThat(get("/metrics", "Accept-Encoding: gzip")).contains("Content-encoding: gzip").doesNotContain("pgbouncer_up");
    }

    @Test
    void pageHearsOfEachSecond() throws IOException {
        assertThat(get("/")).startsWith("HTTP/1.1 200 ").contains("Content-security-policy: default-src 'none'");
        assertThat(get("/history")).endsWith("\"minutes\":[]}");
        try (Socket stream = stream()) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8));

            assertThat(data(lines)).startsWith("data: {\"at\":").contains("\"pools\":[{\"database\":\"db\"");
            assertThat(data(lines)).startsWith("data: {\"at\":");
            server.close();
            assertThat(data(lines)).isNull();
        }
    }

    @Test
    void streamsAreBounded() throws IOException {
        List<Socket> streams = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                Socket stream = stream();
                streams.add(stream);
                data(new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8)));
            }

            assertThat(get("/events")).startsWith("HTTP/1.1 503 ").endsWith("too many pages are open\n");
            assertThat(get("/health")).startsWith("HTTP/1.1 200 ");
        } finally {
            for (Socket stream : streams) {
                stream.close();
            }
        }
    }

    private Socket stream() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    /** The next event; null at the end. */
    private static String data(BufferedReader lines) throws IOException {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    return line;
                }
            }
        } catch (SocketException e) {
            // cut off, which is an end
        }
        return null;
    }

    @Test
    void nothingElseIsAnswered() throws IOException {
        assertThat(get("/../etc/passwd")).startsWith("HTTP/1.1 404 ");
        assertThat(get("/health/")).startsWith("HTTP/1.1 404 ");
        assertThat(ask("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD");
        assertThat(ask("HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
    }

    @Test
    void largeHeaderIsNotKept() throws IOException {
        String large = "X-Large: " + "x".repeat(100_000);

        assertThat(get("/health", large)).doesNotStartWith("HTTP/1.1 200 ");
    }

    /** The pooler's own descriptors and memory are not for those who open sockets and say nothing. */
    @Test
    void connectionsAreBounded() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try {
            int closed = 0;
            for (int i = 0; i < 80; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                silent.add(socket);
                socket.setSoTimeout(i < 64 ? 1 : 5_000);
                closed += isClosed(socket) ? 1 : 0;
            }

            assertThat(closed).isEqualTo(16);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void portInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int at = taken.getLocalPort();

            assertThatThrownBy(() -> serve(at)).isInstanceOf(IOException.class)
                    .hasMessage("cannot listen for HTTP on 127.0.0.1:" + at + ": Address already in use");
        }
    }

    private String get(String path, String... headers) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + String.join("", List.of(headers).stream().map(h -> h + "\r\n")
                .toList()) + "\r\n");
    }

    private String ask(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return "cut off";
        }
    }
}
