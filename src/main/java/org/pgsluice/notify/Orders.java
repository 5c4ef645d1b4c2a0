package org.pgsluice.notify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a hub's server is to do, in order: what is ordered while it is at work goes to it in one write behind that. On the hub's reactor. */
final class Orders {
    private record Order(String sql, @Nullable Runnable then) {}

    private final Consumer<List<String>> server;
    private List<Order> waiting = new ArrayList<>();
    private List<Order> running = List.of();

    /** @param server runs statements, and calls {@link #onAnswered} then */
    Orders(Consumer<List<String>> server) {
        this.server = server;
    }

    /** Whether the server is at work. */
    boolean running() {
        return !running.isEmpty();
    }

    /** Has the server do {@code sql}, which may be nothing, and {@code then} this process something. */
    void add(String sql, @Nullable Runnable then) {
        waiting.add(new Order(sql, then));
        next();
    }

    /** The server has done what it was asked for. */
    void onAnswered() {
        List<Order> done = running;
        running = List.of();
        for (Order order : done) {
            if (order.then() != null) {
                order.then().run();
            }
        }
        next();
    }

    private void next() {
        if (!running.isEmpty() || waiting.isEmpty()) {
            return;
        }
        running = waiting;
        waiting = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        for (Order order : running) {
            if (!order.sql().isEmpty()) {
                statements.add(order.sql());
            }
        }
        if (statements.isEmpty()) {
            onAnswered();
        } else {
            server.accept(statements);
        }
    }
}
