package org.pgsluice.bench;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What one command asks for, and what all threads of it share. */
final class Round {
    final String kind;
    final int clients;
    final int threads;
    final int concurrency;
    final double settleSeconds;
    final double seconds;
    final SocketAddress address;
    final Requests requests;
    final CountDownLatch loggedIn;
    final AtomicInteger failures = new AtomicInteger();
    volatile String firstFailure = "";
    volatile boolean go;
    volatile boolean measuring;
    volatile boolean stop;

    private final Map<String, String> options;

    Round(Map<String, String> options) {
        this.options = options;
        kind = text("kind", "simple");
        clients = number("clients", 1);
        threads = Math.min(clients, number("threads", 1));
        concurrency = number("concurrency", 64);
        settleSeconds = Double.parseDouble(text("settle", "0.5"));
        seconds = Double.parseDouble(text("seconds", "3"));
        String host = text("host", "127.0.0.1");
        int port = number("port", 6432);
        address = host.startsWith("/") ? UnixDomainSocketAddress.of(host + "/.s.PGSQL." + port) : new InetSocketAddress(host, port);
        requests = new Requests(kind, text("sql", ""), number("batch", 10), number("bytes", 1 << 20));
        loggedIn = new CountDownLatch(clients);
    }

    /** The startup packet of the client with that index; {@code databases} and {@code users} spread the clients over many pools. */
    byte[] startup(int index) {
        int databases = number("databases", 0);
        int users = number("users", 0);
        String database = text("database", "bench") + (databases == 0 ? "" : index % databases);
        String user = text("user", "bench") + (users == 0 ? "" : index / Math.max(1, databases) % users);
        return new Bytes().message((char) 0, 196608, "user", user, "database", database, "client_encoding", "UTF8", new byte[1]).toArray();
    }

    String password() {
        return text("password", "");
    }

    void failed(String reason) {
        if (failures.getAndIncrement() == 0) {
            firstFailure = reason.replaceAll("\\s+", " ");
        }
    }

    private String text(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private int number(String name, int otherwise) {
        return Integer.parseInt(text(name, Integer.toString(otherwise)));
    }
}
