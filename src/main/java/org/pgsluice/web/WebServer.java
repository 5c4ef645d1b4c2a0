package org.pgsluice.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.HostPort;
import org.pgsluice.log.Log;

/**
 * The JDK's HTTP server on one address. Its connections, the time of a request and of an answer, and what it reads are bounded; who asks too slowly is cut off.
 * Any thread.
 */
public final class WebServer implements AutoCloseable {
    /** How long an answer may take. A stream of events ends before that. */
    static final int ANSWER_SECONDS = 60;

    private static final int BACKLOG = 16;
    private static final int WORTH_ZIPPING = 4096;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Site site;
    private final EventStreams streams;
    private final Gate gate;
    private final Log log;

    private WebServer(HttpServer server, ExecutorService threads, Site site, Gate gate, Log log) {
        this.server = server;
        this.threads = threads;
        this.site = site;
        this.streams = new EventStreams(site);
        this.gate = gate;
        this.log = log;
    }

    /** Tells the JDK's server its bounds. It reads them once, when its first class is loaded, and there is no other way. */
    public static void prepare() {
        System.setProperty("jdk.httpserver.maxConnections", "64");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "32");
        System.setProperty("sun.net.httpserver.idleInterval", "30");
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(ANSWER_SECONDS));
        System.setProperty("sun.net.httpserver.maxReqHeaders", "64");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "16384");
        System.setProperty("sun.net.httpserver.drainAmount", "4096");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /**
     * Listens and serves.
     *
     * @param threads one for each request; they may wait
     * @param password asked for with each request; empty for none
     * @throws IOException it cannot listen there; the message says where and why
     */
    public static WebServer open(HostPort address, ExecutorService threads, Site site, Supplier<String> password, Log log) throws IOException {
        InetSocketAddress socket = address.isAll()
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        HttpServer http;
        try {
            http = HttpServer.create(socket, BACKLOG);
        } catch (IOException e) {
            throw new IOException("cannot listen for HTTP on " + address + ": " + e.getMessage(), e);
        }
        WebServer server = new WebServer(http, threads, site, new Gate(password), log);
        http.setExecutor(threads);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            Reply refusal = refusal(exchange);
            if (refusal != null) {
                send(exchange, refusal);
            } else if (!exchange.getRequestURI().getPath().equals(Site.EVENTS)) {
                send(exchange, reply(exchange));
            } else if (!streams.serve(exchange)) {
                send(exchange, Reply.line(503, "too many pages are open"));
            }
        }
    }

    private @Nullable Reply refusal(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        Gate.Openness openness = site.openness(path);
        if (openness == null) {
            return Reply.line(404, "there is nothing here");
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Reply.line(405, "only GET is answered").with("Allow", "GET, HEAD");
        }
        return gate.refusal(openness, visitor(exchange));
    }

    private Reply reply(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        try {
            return site.answer(path, exchange.getRequestURI().getQuery(), exchange.getRequestHeaders().getFirst("Accept"));
        } catch (NoAnswerException e) {
            return Reply.line(503, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.line(503, "the server ends");
        } catch (RuntimeException | Error thrown) {
            log.error("HTTP " + path + ": " + thrown);
            return Reply.line(500, "this has failed: the log says how");
        }
    }

    private static Gate.Visitor visitor(HttpExchange exchange) {
        @Nullable String forwarded = exchange.getRequestHeaders().getFirst("X-Forwarded-For");
        return new Gate.Visitor(
                exchange.getRemoteAddress().getAddress(),
                exchange.getRequestHeaders().getFirst("Host"),
                forwarded == null ? exchange.getRequestHeaders().getFirst("Forwarded") : forwarded,
                exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", reply.type());
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body();
        String encodings = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        if (body.length >= WORTH_ZIPPING && encodings != null && encodings.contains("gzip")) {
            body = zipped(body);
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        boolean bodiless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
        exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] zipped(byte[] body) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(body);
        }
        return zipped.toByteArray();
    }

    /** Listens no more, and cuts off who is still there. */
    @Override
    public void close() {
        streams.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
