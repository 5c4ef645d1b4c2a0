package org.pgsluice.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * {@code pgsluice demo --tour}: shows in less than a minute what the pooler does, against the demo's own PostgreSQL. Each step says what it does, and prints
 * what it saw. On the main thread, with threads of its own for clients that wait.
 */
final class Tour {
    private static final int CLIENTS = 50;

    private final int port;
    private final int postgresPort;
    private final PostgresCluster postgres;
    private final PrintStream out;

    Tour(int port, int postgresPort, PostgresCluster postgres, PrintStream out) {
        this.port = port;
        this.postgresPort = postgresPort;
        this.postgres = postgres;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        pooling();
        sessions();
        pause();
        outage();
        out.println("That was the tour. 'demo' without --tour lets you try it yourself.");
    }

    private void pooling() throws IOException, InterruptedException {
        title("1. Pooling: " + CLIENTS + " clients share a few server connections");
        List<TourClient> clients = new ArrayList<>();
        try {
            Set<String> servers = new TreeSet<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client());
            }
            List<FutureTask<String>> answers = new ArrayList<>();
            for (TourClient client : clients) {
                answers.add(asks(client, "SELECT pg_backend_pid() FROM pg_sleep(0.02)"));
            }
            for (FutureTask<String> answer : answers) {
                servers.add(result(answer));
            }
            said(CLIENTS + " clients are connected and have asked at the same time; PostgreSQL's processes that answered: " + String.join(", ", servers));
            show("SHOW POOLS");
        } finally {
            close(clients);
        }
    }

    private void sessions() throws IOException {
        title("2. Sessions: clients that share a server do not notice each other");
        try (TourClient ada = client();
                TourClient bob = client()) {
            ada.ask("SET work_mem = '77MB'");
            ada.ask("PREPARE mine AS SELECT 'a statement of Ada'");
            said("Ada: SET work_mem = '77MB'; PREPARE mine AS ...");
            said("Bob: SHOW work_mem gives " + bob.value("SHOW work_mem"));
            said("Ada: SHOW work_mem gives " + ada.value("SHOW work_mem") + "; EXECUTE mine gives '" + ada.value("EXECUTE mine") + "'");
            said("Bob: EXECUTE mine gives the error: " + error(bob, "EXECUTE mine"));
        }
    }

    private void pause() throws IOException, InterruptedException {
        title("3. PAUSE: the database is held back, and nobody sees an error");
        try (TourClient console = new TourClient(port, "pgbouncer");
                TourClient client = client()) {
            client.value("SELECT 1");
            console.ask("PAUSE demo");
            said("PAUSE demo: no connection to PostgreSQL is left, so it could be moved, restarted or upgraded now");
            long begun = System.nanoTime();
            FutureTask<String> answer = asks(client, "SELECT 'the answer'");
            Thread.sleep(1_500);
            said("a client asks, and waits: " + (answer.isDone() ? "it was answered!" : "no answer yet"));
            console.ask("RESUME demo");
            said("RESUME demo: it got '" + result(answer) + "' after " + seconds(begun));
        }
    }

    private void outage() throws IOException, InterruptedException {
        title("4. PostgreSQL goes away and comes back: clients wait, and none fails");
        List<TourClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                clients.add(client());
                clients.getLast().value("SELECT 1");
            }
            long begun = System.nanoTime();
            postgres.close();
            said("PostgreSQL is stopped; " + clients.size() + " clients are connected to the pooler");
            List<FutureTask<String>> answers = new ArrayList<>();
            for (TourClient client : clients) {
                answers.add(asks(client, "SELECT pg_backend_pid()"));
            }
            Thread.sleep(1_000);
            said("all of them ask; answered so far: " + answers.stream().filter(FutureTask::isDone).count());
            postgres.start(postgresPort, List.of());
            Set<String> servers = new TreeSet<>();
            for (FutureTask<String> answer : answers) {
                servers.add(result(answer));
            }
            said("PostgreSQL is started again: all " + answers.size() + " were answered " + seconds(begun) + " after it went, by new processes: "
                    + String.join(", ", servers));
            show("SHOW ADVICE");
        } finally {
            close(clients);
        }
    }

    private TourClient client() throws IOException {
        return new TourClient(port, "demo");
    }

    private void show(String table) throws IOException {
        try (TourClient console = new TourClient(port, "pgbouncer")) {
            said(table + ":");
            console.ask(table).stream().filter(row -> !row.startsWith("pgbouncer ")).forEach(row -> out.println("        " + row));
        }
    }

    private static FutureTask<String> asks(TourClient client, String sql) {
        FutureTask<String> answer = new FutureTask<>(() -> client.value(sql));
        Thread asker = new Thread(answer, "a client that waits");
        asker.setDaemon(true);
        asker.start();
        return answer;
    }

    private static String result(FutureTask<String> answer) throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException("a client got an error: " + e.getCause(), e);
        }
    }

    private static String error(TourClient client, String sql) throws IOException {
        String answer;
        try {
            answer = client.value(sql);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        throw new IOException("no error came, but: " + answer);
    }

    private static void close(List<TourClient> clients) throws IOException {
        for (TourClient client : clients) {
            client.close();
        }
    }

    private static String seconds(long begun) {
        long tenths = (System.nanoTime() - begun) / 100_000_000;
        return tenths / 10 + "." + tenths % 10 + " s";
    }

    private void title(String text) {
        out.println();
        out.println(text);
    }

    private void said(String text) {
        out.println("    " + text);
    }
}
