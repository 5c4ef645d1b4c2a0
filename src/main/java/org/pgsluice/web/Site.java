package org.pgsluice.web;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.ConfigRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.metrics.Exposition;
import org.pgsluice.net.Reactor;
import org.pgsluice.stats.Times;

/** What stands at which path, and for whom. Any thread but a reactor's. */
public final class Site {
    /** Where the page hears of each second; it is written by {@link EventStreams}. */
    static final String EVENTS = "/events";

    private final Look look;
    private final Probes probes;
    private final Feed feed;
    private final History history = new History();
    private final InstantSource clock;
    private volatile @Nullable Reply page;

    /**
     * The site of one pooler.
     *
     * @param reactors its event loops, the first one first
     */
    public Site(PoolerView view, List<Reactor> reactors, InstantSource clock) {
        this.look = new Look(view, reactors.getFirst()::execute);
        this.probes = new Probes(look, reactors.stream().<Executor>map(reactor -> reactor::execute).toList());
        this.feed = new Feed(look, clock);
        this.clock = clock;
    }

    /** Keeps for the page what happened since the last call. To be called each minute. */
    public void keepMinute() {
        try {
            history.add(look.at(Set.of(Part.TIMES)).rows(Part.TIMES), clock.millis());
        } catch (NoAnswerException e) {
            return; // the next minute has both
        }
    }

    /** For whom the path is; null when there is nothing. */
    Gate.@Nullable Openness openness(String path) {
        return switch (path) {
            case "/health", "/ready" -> Gate.Openness.ANYBODY;
            case "/metrics" -> Gate.Openness.READERS;
            case "/config" -> Gate.Openness.ADMINS;
            case "/", EVENTS, "/history" -> Gate.Openness.LOCAL;
            default -> null;
        };
    }

    /** The answer to a visitor that may have it. */
    Reply answer(String path, @Nullable String query, @Nullable String accept) throws NoAnswerException, InterruptedException {
        return switch (path) {
            case "/" -> page();
            case "/history" -> Reply.of(Reply.JSON, history.text(Times.bounds()));
            case "/health" -> probes.health();
            case "/ready" -> probes.ready("paused=ready".equals(query));
            case "/metrics" -> metrics(Exposition.forAccept(accept));
            case "/config" -> Reply.of(Reply.JSON, config());
            default -> throw new IllegalArgumentException(path);
        };
    }

    /** What the page is told of this second. */
    String event() throws NoAnswerException {
        return feed.sample();
    }

    private Reply page() {
        Reply known = page;
        if (known == null) {
            known = PageText.read();
            page = known;
        }
        return known;
    }

    private Reply metrics(Exposition exposition) throws NoAnswerException {
        return new Reply(200, exposition.contentType(), Map.of(), exposition.write(look.at(Exposition.parts())));
    }

    private String config() throws NoAnswerException {
        Json json = new Json().begin('[');
        for (ConfigRow row : look.at(Set.of(Part.CONFIG)).rows(Part.CONFIG)) {
            json.begin('{').name("key").value(row.key()).name("value").value(row.value()).name("default").value(row.defaultValue());
            json.name("changeable").value(row.changeable()).end('}');
        }
        return json.end(']') + "\n";
    }
}
