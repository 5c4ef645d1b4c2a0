package org.pgsluice.web;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.ClosingRow;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.TimesRow;

/** What the page shows, as JSON. All who look share one look at the pooler a second, and without them there is none. Any thread but a reactor's. */
final class Feed {
    private static final Set<Part<?>> PARTS = Set.of(
            Part.READINESS, Part.POOLS, Part.TIMES, Part.DATABASES, Part.SERVERS, Part.REACTORS, Part.LISTS, Part.MEM, Part.CLOSINGS);
    /** Whoever comes so much sooner gets what the others had. */
    private static final long FRESH_MILLIS = 900;

    /** Advice looks at each client. */
    private static final long ADVICE_MILLIS = 10_000;

    private final Look look;
    private final InstantSource clock;
    /** Tells the counters of this process from those of the next one. */
    private final long process;
    private long taken;
    private String latest = "";
    private long advised;
    private List<AdviceRow> advice = List.of();

    Feed(Look look, InstantSource clock) {
        this.look = look;
        this.clock = clock;
        this.process = clock.millis();
    }

    /** The state of this second. */
    synchronized String sample() throws NoAnswerException {
        long now = clock.millis();
        if (latest.isEmpty() || now - taken >= FRESH_MILLIS || now < taken) {
            if (now - advised >= ADVICE_MILLIS || now < advised) {
                advice = look.at(Set.of(Part.ADVICE)).rows(Part.ADVICE);
                advised = now;
            }
            latest = text(look.at(PARTS), now);
            taken = now;
        }
        return latest;
    }

    private String text(Snapshot snapshot, long now) {
        Json json = new Json().begin('{').name("at").value(now).name("process").value(process);
        json.name("ready").value(Probes.notReady(snapshot.rows(Part.READINESS).getFirst()));
        snapshot.rows(Part.LISTS).forEach(lists -> json.name("clients").value(lists.usedClients()).name("logins").value(lists.loginClients()));
        snapshot.rows(Part.MEM).stream().filter(row -> row.name().equals("heap")).forEach(heap -> json.name("heap").value(heap.used()));
        pools(json, snapshot);
        databases(json, snapshot.rows(Part.DATABASES));
        hosts(json, snapshot.rows(Part.SERVERS));
        reactors(json, snapshot.rows(Part.REACTORS));
        closings(json, snapshot.rows(Part.CLOSINGS));
        advice(json);
        return json.end('}').toString();
    }

    private static void pools(Json json, Snapshot snapshot) {
        Map<List<String>, TimesRow> times = new TreeMap<>(Comparator.comparing(List<String>::toString));
        snapshot.rows(Part.TIMES).forEach(row -> times.put(List.of(row.database(), row.user()), row));
        json.name("pools").begin('[');
        for (PoolRow pool : snapshot.rows(Part.POOLS)) {
            TimesRow spread = times.get(List.of(pool.database(), pool.user()));
            if (spread != null) {
                json.begin('{').name("database").value(pool.database()).name("user").value(pool.user()).name("mode").value(pool.poolMode());
                json.name("clients").value(pool.clientsActive()).name("waiting").value(pool.clientsWaiting()).name("maxwait").value(pool.maxWaitMicros());
                json.name("active").value(pool.serversActive()).name("idle").value(pool.serversIdle());
                json.name("other").value(pool.serversUsed() + pool.serversTested() + pool.serversBeingCanceled() + pool.serversActiveCancel());
                json.name("login").value(pool.serversLogin());
                json.name("transactions").value(spread.transactions());
                json.name("waits").values(spread.waits()).name("waitNanos").value(spread.waitNanos());
                json.name("queries").values(spread.queries()).name("queryNanos").value(spread.queryNanos()).end('}');
            }
        }
        json.end(']');
    }

    private static void databases(Json json, List<DatabaseRow> rows) {
        json.name("databases").begin('[');
        for (DatabaseRow row : rows) {
            json.begin('{').name("name").value(row.name()).name("size").value(row.poolSize()).name("reserve").value(row.reservePoolSize());
            json.name("paused").value(row.paused()).name("disabled").value(row.disabled()).end('}');
        }
        json.end(']');
    }

    private record Host(String name, String state) {}

    private static void hosts(Json json, List<SocketRow> servers) {
        Map<Host, Long> counts = new TreeMap<>(Comparator.comparing(Host::name).thenComparing(Host::state));
        for (SocketRow server : servers) {
            counts.merge(new Host(server.address() + ":" + server.port(), server.word()), 1L, Long::sum);
        }
        json.name("hosts").begin('[');
        counts.forEach((host, count) -> {
            json.begin('{').name("host").value(host.name()).name("state").value(host.state()).name("servers").value(count).end('}');
        });
        json.end(']');
    }

    private static void reactors(Json json, List<ReactorRow> rows) {
        json.name("reactors").begin('[');
        for (ReactorRow row : rows) {
            json.begin('{').name("clients").value(row.clients()).name("servers").value(row.servers()).name("waiting").value(row.waiting());
            json.name("cpu").value(row.cpuMicros()).name("turn").value(row.longestTurnMicros()).end('}');
        }
        json.end(']');
    }

    private static void closings(Json json, List<ClosingRow> rows) {
        json.name("closings").begin('[');
        for (ClosingRow row : rows) {
            json.begin('{').name("of").value(row.ofServers() ? "server" : "client").name("reason").value(row.reason().label());
            json.name("recent").value(row.recent()).name("total").value(row.total()).end('}');
        }
        json.end(']');
    }

    private void advice(Json json) {
        json.name("advice").begin('[');
        for (AdviceRow row : advice) {
            json.begin('{').name("severity").value(row.severity().word()).name("database").value(row.database()).name("user").value(row.user());
            json.name("finding").value(row.finding()).name("remedy").value(row.remedy()).name("setting").value(row.setting()).end('}');
        }
        json.end(']');
    }
}
