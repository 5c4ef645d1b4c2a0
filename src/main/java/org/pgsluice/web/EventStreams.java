package org.pgsluice.web;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events: each open page hears of each second. A stream ends by itself before an answer may take no longer, and the browser begins the next one; so
 * who does not read is cut off. Each on its request's own thread.
 */
final class EventStreams {
    private static final int MOST = 16;
    private static final int EVENTS = 50;

    private final Site site;
    private final Semaphore places = new Semaphore(MOST);
    private final CountDownLatch end = new CountDownLatch(1);

    EventStreams(Site site) {
        this.site = site;
    }

    /** Writes one stream, or gives false where there are enough. */
    boolean serve(HttpExchange exchange) throws IOException {
        if (!places.tryAcquire()) {
            return false;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("retry: 500\n\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < EVENTS && (i == 0 || !end.await(1, TimeUnit.SECONDS)); i++) {
                out.write(("data: " + site.event() + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (NoAnswerException e) {
            return true; // the stream ends, and the browser tries again
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
        return true;
    }

    /** Ends all of them. */
    void close() {
        end.countDown();
    }
}
