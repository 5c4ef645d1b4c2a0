package org.pgsluice.web;

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

/** What stands at which path, and for whom. Any thread but a reactor's. */
public final class Site {
    private final Look look;
    private final Probes probes;

    /**
     * The site of one pooler.
     *
     * @param reactors its event loops, the first one first
     */
    public Site(PoolerView view, List<Reactor> reactors) {
        this.look = new Look(view, reactors.getFirst()::execute);
        this.probes = new Probes(look, reactors.stream().<Executor>map(reactor -> reactor::execute).toList());
    }

    /** For whom the path is; null when there is nothing. */
    Gate.@Nullable Openness openness(String path) {
        return switch (path) {
            case "/health", "/ready" -> Gate.Openness.ANYBODY;
            case "/metrics" -> Gate.Openness.READERS;
            case "/config" -> Gate.Openness.ADMINS;
            case "/" -> Gate.Openness.LOCAL;
            default -> null;
        };
    }

    /** The answer to a visitor that may have it. */
    Reply answer(String path, @Nullable String query, @Nullable String accept) throws NoAnswerException, InterruptedException {
        return switch (path) {
            case "/" -> Reply.of(Reply.TEXT, "pgsluice: /metrics /health /ready /config\n");
            case "/health" -> probes.health();
            case "/ready" -> probes.ready("paused=ready".equals(query));
            case "/metrics" -> metrics(Exposition.forAccept(accept));
            case "/config" -> Reply.of(Reply.JSON, config());
            default -> throw new IllegalArgumentException(path);
        };
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
