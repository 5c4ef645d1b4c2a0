package org.pgsluice.process;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.config.Config;
import org.pgsluice.config.HostPort;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Log;
import org.pgsluice.pooler.Pooler;
import org.pgsluice.server.Lane;
import org.pgsluice.web.Site;
import org.pgsluice.web.WebServer;

/**
 * Has HTTP served where {@code http_listen} says, from the start on and after each change of it. Nothing of it is loaded while that is empty. Sockets are
 * opened and closed on a thread of their own; the rest is on the first reactor.
 */
final class HttpListener {
    /** At the start the port may still be that of the process whose place is taken. */
    private static final long RETRY_NANOS = 200_000_000L;
    private static final long SLOW_RETRY_NANOS = 1_000_000_000L;
    private static final long MINUTE_NANOS = 60_000_000_000L;
    /** So many failures in a row are worth no line of the log. */
    private static final int SILENT_TRIES = 10;

    private final Pooler pooler;
    private final PoolerView view;
    private final Log log;
    private volatile @Nullable Site site;
    private String wanted = "";
    private int tries;
    private @Nullable Served served;
    private boolean busy;
    private boolean ended;

    /** A server, and what {@code http_listen} was for it. */
    private record Served(String text, int port, WebServer server) {}

    /** What came of a change: what is served now, and why it is not what was wanted. */
    private record Outcome(@Nullable Served now, @Nullable String failure) {}

    HttpListener(Pooler pooler, PoolerView view, Log log) {
        this.pooler = pooler;
        this.view = view;
        this.log = log;
    }

    /** Sees to it that {@code http_listen} is so. */
    void follow(Config config) {
        String text = config.text(Settings.HTTP_LISTEN);
        if (!ended && !text.equals(wanted)) {
            wanted = text;
            tries = 0;
            work();
        }
    }

    /** Lets go of the port: another process takes it. */
    void end() {
        ended = true;
        wanted = "";
        work();
    }

    /** One thing at a time; what was asked for meanwhile comes next. */
    private void work() {
        if (busy || wanted.equals(served == null ? "" : served.text())) {
            return;
        }
        busy = true;
        Served before = served;
        String text = wanted;
        Thread.ofVirtual().name("http-listener").start(() -> {
            Outcome outcome = change(before, text);
            pooler.onMain(() -> done(text, outcome));
        });
    }

    private Outcome change(@Nullable Served before, String text) {
        if (before == null) {
            return open(text);
        }
        HostPort address = HostPort.parse(text);
        if (address == null) {
            before.server().close();
            return new Outcome(null, null);
        }
        if (before.port() == address.port()) {
            // Its socket would be in the way of the new one.
            before.server().close();
            Outcome outcome = open(text);
            return outcome.now() != null ? outcome : new Outcome(open(before.text()).now(), outcome.failure());
        }
        Outcome outcome = open(text);
        if (outcome.now() == null) {
            return new Outcome(before, outcome.failure());
        }
        before.server().close();
        return outcome;
    }

    private Outcome open(String text) {
        HostPort address = HostPort.parse(text);
        if (address == null) {
            return new Outcome(null, null);
        }
        try {
            WebServer.prepare();
            Site site = site();
            WebServer server = WebServer.open(address, Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory()), site,
                    () -> pooler.books().config().text(Settings.HTTP_PASSWORD), log);
            log.info("serving HTTP on " + address);
            return new Outcome(new Served(text, address.port(), server), null);
        } catch (IOException e) {
            return new Outcome(null, String.valueOf(e.getMessage()));
        } catch (NoClassDefFoundError e) {
            return new Outcome(null, "cannot serve HTTP: this Java runtime has no module jdk.httpserver (" + e.getMessage() + ")");
        } catch (RuntimeException | Error thrown) {
            return new Outcome(null, "cannot serve HTTP: " + thrown);
        }
    }

    /** One for all servers that there will be: it has the last hour. Called by one thread at a time. */
    private Site site() {
        Site known = site;
        if (known == null) {
            Site made = new Site(view, List.of(pooler.lanes()).stream().map(Lane::reactor).toList(), InstantSource.system());
            site = made;
            pooler.onMain(() -> keepMinute(made));
            return made;
        }
        return known;
    }

    private void keepMinute(Site of) {
        pooler.main().scheduleLazily(MINUTE_NANOS, () -> keepMinute(of));
        if (served != null || busy) {
            Thread.ofVirtual().name("http-minute").start(of::keepMinute);
        }
    }

    private void done(String text, Outcome outcome) {
        busy = false;
        served = outcome.now();
        boolean asked = wanted.equals(text);
        if (outcome.failure() == null || !asked) {
            work();
        } else if (served != null) {
            log.error(outcome.failure() + ", still serving HTTP on " + served.text());
            wanted = served.text();
        } else {
            if (++tries == SILENT_TRIES) {
                log.error(outcome.failure() + ", trying on");
            }
            pooler.main().schedule(tries < SILENT_TRIES ? RETRY_NANOS : SLOW_RETRY_NANOS, this::work);
        }
    }
}
