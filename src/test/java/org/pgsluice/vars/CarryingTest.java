package org.pgsluice.vars;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

class CarryingTest {
    private final TrackedNames names = new TrackedNames(List.of());
    private final TrackedVars client = new TrackedVars(names);
    private final TrackedVars stranger = new TrackedVars(names);
    private final TrackedVars server = new TrackedVars(names);

    @BeforeEach
    void login() {
        for (TrackedVars vars : List.of(client, stranger, server)) {
            vars.set("client_encoding", "UTF8");
            vars.set("session_authorization", "app");
            vars.loggedIn();
        }
    }

    private void adopt(String... settings) {
        TreeMap<String, String> all = new TreeMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        Carrying.adopt(client, server, all, true);
    }

    private static List<String> bridge(TrackedVars to, TrackedVars server) {
        assertThat(to.differsFrom(server)).isTrue();
        List<String> plan = to.bridgeFrom(server);
        assertThat(to.adoptSpelling(server, null)).isTrue();
        assertThat(to.differsFrom(server)).isFalse();
        return plan;
    }

    private static String sets(String rows) {
        return "SELECT pg_catalog.count(pg_catalog.set_config(v.n,v.v,false)) FROM (VALUES " + rows + ") v(n,v);";
    }

    @Test
    void clientKeepsWhatItHasSetAndNobodyElseGetsIt() {
        adopt("work_mem", "9216", "app.tenant", "acme's");

        assertThat(client.differsFrom(server)).isFalse();
        assertThat(bridge(stranger, server)).containsExactly(sets("('app.tenant',NULL),('work_mem',NULL)"));
        assertThat(bridge(client, server)).containsExactly(sets("('app.tenant','acme''s'),('work_mem','9216')"));
    }

    @Test
    void onlyTheDifferenceIsSent() {
        adopt("work_mem", "9216", "geqo", "off");
        TrackedVars other = new TrackedVars(names);
        other.carrying().ask(Map.of("work_mem", "9216", "jit", "off"));

        assertThat(other.bridgeFrom(server)).containsExactly(sets("('geqo',NULL),('jit','off')"));
    }

    @Test
    void clientsWithTheSameSettingsShareThem() {
        adopt("work_mem", "9216");
        TrackedVars other = new TrackedVars(names);
        other.carrying().ask(Map.of("work_mem", "9216"));

        assertThat(other.carrying().set()).isSameAs(client.carrying().set()).isSameAs(server.carrying().set());
    }

    @Test
    void whatTheLoginAskedForComesBackWhenItIsNotSetAnyMore() {
        client.carrying().ask(Map.of("statement_timeout", "5s", "jit", "off"));
        bridge(client, server);

        adopt("jit", "on");

        assertThat(client.carrying().set().value("statement_timeout")).isEqualTo("5s");
        assertThat(client.carrying().set().value("jit")).isEqualTo("on");
        assertThat(bridge(client, server)).containsExactly(sets("('statement_timeout','5s')"));
    }

    @Test
    void roleIsTakenAwayFirstAndGivenLast() {
        adopt("role", "nobody", "work_mem", "9216");

        assertThat(stranger.bridgeFrom(server)).containsExactly(sets("('role',NULL),('work_mem',NULL)"));
        stranger.adoptSpelling(server, null);
        assertThat(bridge(client, server)).containsExactly(sets("('work_mem','9216')") + sets("('role','nobody')"));
    }

    @Test
    void settingsAreSetByTheUserOfTheLogin() {
        server.set("session_authorization", "other");
        client.set("session_authorization", "other");
        client.carrying().ask(Map.of("log_statement", "all", "role", "reader"));

        assertThat(bridge(client, server)).containsExactly("RESET SESSION AUTHORIZATION;" + sets("('log_statement','all')")
                + "SET session_authorization='other';" + sets("('role','reader')"));
    }

    @Test
    void roleIsSetAgainBehindAnotherSessionAuthorization() {
        client.carrying().ask(Map.of("role", "reader"));
        bridge(client, server);
        client.set("session_authorization", "other");

        assertThat(client.bridgeFrom(server)).containsExactly("SET session_authorization='other';" + sets("('role','reader')"));
    }

    @Test
    void emptyCustomSettingIsNotTakenAway() {
        adopt("app.tenant", "");

        assertThat(bridge(stranger, server)).isEmpty();
        assertThat(bridge(client, server)).containsExactly(sets("('app.tenant','')"));
    }

    @Test
    void bytesBeyondAsciiGoAsDigits() {
        client.carrying().ask(Map.of("app.naïve", "\u00fc"));

        assertThat(client.bridgeFrom(server)).containsExactly(sets("(pg_catalog.convert_from(pg_catalog.decode('6170702e6e61ef7665','hex'),pg_catalog.getdatabaseencoding()),"
                + "pg_catalog.convert_from(pg_catalog.decode('fc','hex'),pg_catalog.getdatabaseencoding()))"));
    }

    @Test
    void doubtSetsAllAgain() {
        client.carrying().ask(Map.of("jit", "off"));
        bridge(client, server);
        server.carrying().doubt();

        assertThat(stranger.differsFrom(server)).isTrue();
        assertThat(bridge(client, server)).containsExactly(sets("('jit','off')"));
        server.carrying().doubt();
        assertThat(bridge(stranger, server)).containsExactly(sets("('jit',NULL)"));
        server.carrying().doubt();
        assertThat(stranger.differsFrom(server)).isFalse();
    }

    @Test
    void parameterThatTheServerDoesNotReportIsLearned() {
        int path = names.indexOf("search_path");
        adopt("search_path", "a, b");

        assertThat(client.value(path)).isEqualTo("a, b");
        assertThat(server.carrying().set()).isSameAs(Carried.NONE);
        assertThat(client.differsFrom(server)).isFalse();
        assertThat(bridge(stranger, server)).containsExactly("RESET search_path;");
        assertThat(bridge(client, server)).containsExactly("SELECT pg_catalog.set_config('search_path','a, b',false);");
        adopt();
        assertThat(client.value(path)).isNull();
        assertThat(client.differsFrom(server)).isFalse();
        assertThat(stranger.differsFrom(server)).isFalse();
    }

    @Test
    void queryOfThePoolerFindsNothingOfAClient() {
        adopt("work_mem", "9216", "role", "nobody");

        assertThat(OwnValues.plan(server)).containsExactly(sets("('role',NULL),('work_mem',NULL)"));
        OwnValues.restored(server);
        assertThat(OwnValues.plan(server)).isEmpty();
        assertThat(stranger.differsFrom(server)).isFalse();
    }

    @Test
    void refusedPlanLeavesTheServerAsItWas() {
        adopt("work_mem", "9216");
        stranger.carrying().ask(Map.of("nonsense", "1"));
        stranger.bridgeFrom(server);
        server.refused();

        assertThat(client.differsFrom(server)).isFalse();
    }

    @Test
    void everythingArrivesInAnotherProcess() {
        adopt("work_mem", "9216");
        client.carrying().ask(Map.of("jit", "off"));
        HandoverWriter out = new HandoverWriter();
        VarsHandover.write(client, out);
        TrackedVars read = HandoverReader.whole(out.toBytes(), in -> {
            TrackedVars vars = new TrackedVars(names);
            VarsHandover.read(vars, in);
            return vars;
        });
        TrackedVars there = new TrackedVars(names);
        VarsHandover.fill(there, read);

        assertThat(there.carrying().set()).isSameAs(client.carrying().set());
        assertThat(there.carrying().atLogin()).isSameAs(client.carrying().atLogin());
    }

    @Test
    void valuesAreNotForLogs() {
        adopt("app.secret", "hush", "role", "nobody");
        List<String> plan = client.bridgeFrom(new TrackedVars(names));

        assertThat(plan.toString()).contains("hush");
        assertThat(CarriedPlan.shown(plan)).isEqualTo("SELECT set_config(...);SELECT set_config(...);");
        assertThat(CarriedPlan.shown(List.of("SET a=1;", "SET b=2;"))).isEqualTo("SET a=1; SET b=2;");

        assertThat(client.carrying().set()).hasToString("[app.secret, role]")
                .isEqualTo(Carried.of(new TreeMap<>(Map.of("app.secret", "hush", "role", "nobody"))));
    }
}
