package org.pgsluice.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The load driver for what pgbench cannot do. It lives through all rounds, so that it is warm in each of them: a line of tab-separated name=value on standard
 * input is a command, a line in the same form is its answer. Commands: kind = simple | pipeline | copyin | connect | slow (a round; measured for
 * {@code seconds}), open (log in and stay), close (let those go).
 */
final class Load {
    private static final int LOGIN_SECONDS = 120;

    private final List<Loop> held = new ArrayList<>();
    private final List<Thread> heldThreads = new ArrayList<>();

    private Load() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Load load = new Load();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<String, String> options = new HashMap<>();
            for (String field : line.split("\t")) {
                int equals = field.indexOf('=');
                options.put(field.substring(0, equals), field.substring(equals + 1));
            }
            System.out.println(load.execute(options));
        }
        System.exit(0);
    }

    private String execute(Map<String, String> options) throws IOException, InterruptedException {
        if ("close".equals(options.get("kind"))) {
            return close();
        }
        Round round = new Round(options);
        List<Loop> loops = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < round.threads; i++) {
            Loop loop = new Loop(round, i);
            loops.add(loop);
            threads.add(Thread.ofPlatform().name("load-" + i).daemon().start(loop));
        }
        long begun = System.nanoTime();
        boolean all = round.loggedIn.await(LOGIN_SECONDS, TimeUnit.SECONDS);
        double loginSeconds = (System.nanoTime() - begun) / 1e9;
        if (!all) {
            round.failed(round.loggedIn.getCount() + " clients were not logged in after " + LOGIN_SECONDS + " s");
        }
        if (round.kind.equals("open")) {
            return open(round, loops, threads, loginSeconds);
        }
        round.go = true;
        wake(loops);
        Thread.sleep((long) (round.settleSeconds * 1000));
        Instant from = Instant.now();
        round.measuring = true;
        Thread.sleep((long) (round.seconds * 1000));
        round.measuring = false;
        Instant to = Instant.now();
        stop(loops, threads);
        return result(round, loops, loginSeconds) + "\tfrom=" + epoch(from) + "\tto=" + epoch(to);
    }

    private String open(Round round, List<Loop> loops, List<Thread> threads, double loginSeconds) throws InterruptedException {
        if (!round.requests.isEmpty()) {
            round.go = true;
            wake(loops);
            Thread.sleep((long) (round.settleSeconds * 1000));
        }
        held.addAll(loops);
        heldThreads.addAll(threads);
        return result(round, loops, loginSeconds);
    }

    private String close() throws InterruptedException {
        stop(held, heldThreads);
        held.clear();
        heldThreads.clear();
        return "failures=0";
    }

    private static void stop(List<Loop> loops, List<Thread> threads) throws InterruptedException {
        for (Loop loop : loops) {
            loop.round.stop = true;
        }
        wake(loops);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void wake(List<Loop> loops) {
        for (Loop loop : loops) {
            if (loop.selector.isOpen()) {
                loop.selector.wakeup();
            }
        }
    }

    private static String result(Round round, List<Loop> loops, double loginSeconds) {
        long transactions = 0;
        Latencies latencies = new Latencies();
        Latencies logins = new Latencies();
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (Loop loop : loops) {
            transactions += loop.transactions.get();
            latencies.add(loop.latencies);
            logins.add(loop.logins);
            int[] range = loop.range();
            least = Math.min(least, range[0]);
            most = Math.max(most, range[1]);
        }
        return "transactions=" + transactions + "\tp50=" + micros(latencies.quantile(0.5)) + "\tp99=" + micros(latencies.quantile(0.99)) + "\tmax="
                + micros(latencies.max())
                + "\tleast=" + least + "\tmost=" + most + "\tlogin_seconds=" + loginSeconds + "\tlogin_p50=" + micros(logins.quantile(0.5)) + "\tlogin_p99="
                + micros(logins.quantile(0.99)) + "\tlogin_max=" + micros(logins.max()) + "\tfailures=" + round.failures.get() + "\tfailure="
                + round.firstFailure;
    }

    private static double micros(long nanos) {
        return nanos / 1000.0;
    }

    private static double epoch(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }
}
