package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.pgsluice.demo.Ports;

/** HTTP of a running program: from the start, through RELOAD and online restart, to the end. */
class WebIT {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void addressFollowsTheConfiguration() throws Exception {
        int first = Ports.free();
        try (PooledDatabase database = PooledDatabase.open(18, WebIT.class, "http_listen = 127.0.0.1:" + first, "http_password = sesame street")) {
            PoolerProcess pooler = database.pooler();
            await(() -> get(first, "/ready").body().equals("ready\n"));
            assertThat(get(first, "/health").body()).isEqualTo("ok\n");
            assertThat(get(first, "/config").statusCode()).isEqualTo(401);
            assertThat(get(first, "/config", "Authorization", "Bearer sesame street").body()).contains("{\"key\":\"http_password\",\"value\":\"****\"");

            try (var console = database.console(); var statement = console.createStatement()) {
                int second = Ports.free();
                replace(pooler, ":" + first, ":" + second);
                statement.execute("RELOAD");
                await(() -> get(second, "/ready").statusCode() == 200);
                await(() -> !Ports.accepts(first));

                try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    replace(pooler, ":" + second, ":" + taken.getLocalPort());
                    statement.execute("RELOAD");
                    await(() -> pooler.log().contains("ERROR cannot listen for HTTP on 127.0.0.1:" + taken.getLocalPort()
                            + ": Address already in use, still serving HTTP on 127.0.0.1:" + second));
                    assertThat(get(second, "/ready").statusCode()).isEqualTo(200);
                    replace(pooler, ":" + taken.getLocalPort(), ":" + second);
                }
                // From all addresses to one of them and back: the old socket is in the way of the new one.
                replace(pooler, "127.0.0.1:" + second, "*:" + second);
                statement.execute("RELOAD");
                await(() -> pooler.log().contains("serving HTTP on *:" + second));
                assertThat(get(second, "/ready").statusCode()).isEqualTo(200);

                statement.execute("PAUSE");
                assertThat(get(second, "/ready").body()).isEqualTo("not ready: paused\n");
                statement.execute("RESUME");
                assertThat(get(second, "/ready").body()).isEqualTo("ready\n");
            }
            assertThat(pooler.log()).doesNotContain("sesame");
        }
    }

    @Test
    void topIsAPictureOfTheConsole() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(18, WebIT.class);
                var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            ProcessBuilder builder = new ProcessBuilder("./pgsluice", "top", "--once", "-h", "127.0.0.1", "-p", Integer.toString(database.pooler().port()),
                    "-U", "app").redirectErrorStream(true);
            builder.environment().putAll(Map.of("PGPASSWORD", "app", "PGSLUICE_NO_BUILD", "1", "JAVA_HOME", System.getProperty("java.home")));
            Process top = builder.start();
            String text = new String(top.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(top.waitFor()).as(text).isZero();
            assertThat(text).contains("PgBouncer 1.26.1  active\n", "2 clients, 0 waiting").containsPattern("webit/app +session +1 ").doesNotContain("\033");
        }
    }

    @Test
    void newProcessServesInPlaceOfTheOldOne() throws Exception {
        int port = Ports.free();
        try (PooledDatabase database = PooledDatabase.open(18, WebIT.class, "http_listen = 127.0.0.1:" + port)) {
            await(() -> get(port, "/ready").statusCode() == 200);
            try (var connection = database.connect(); var statement = connection.createStatement()) {
                statement.execute("SELECT 1");
                database.pooler().restart();
                await(() -> get(port, "/ready").statusCode() == 200);
                statement.execute("SELECT 1");
            }
            assertThat(database.pooler().log()).doesNotContain("cannot listen for HTTP").contains("serving HTTP on 127.0.0.1:" + port);
        }
    }

    private static void replace(PoolerProcess pooler, String what, String by) throws IOException {
        Files.writeString(pooler.ini(), Files.readString(pooler.ini()).replace(what + "\n", by + "\n"));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (IOException notYet) {
                assertThat(System.nanoTime()).as(notYet.toString()).isLessThan(deadline);
            }
            assertThat(System.nanoTime()).as("ten seconds have passed").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private HttpResponse<String> get(int port, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(10));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
