package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.sql.SessionEffects.ADVISORY_LOCK;
import static org.pgsluice.sql.SessionEffects.DEALLOCATE;
import static org.pgsluice.sql.SessionEffects.LISTEN;
import static org.pgsluice.sql.SessionEffects.NONE;
import static org.pgsluice.sql.SessionEffects.OPAQUE;
import static org.pgsluice.sql.SessionEffects.RELEASE;
import static org.pgsluice.sql.SessionEffects.SET;
import static org.pgsluice.sql.SessionEffects.UNKNOWN_NAME;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.Suspicions;

/** Which requests of a client are suspected of doing something to its server's session, however they come, and that those of other modes are not. */
class SuspectingTest {
    private static final int ANYTHING = OPAQUE | UNKNOWN_NAME | RELEASE;
    private static final String LOCK = "select pg_advisory_lock(1) from somewhere";

    private LinkWorld world = world("");
    private ScriptedClient client = world.login(0);

    @BeforeEach
    void carry() {
        begin("session_state = carry\n");
    }

    private static LinkWorld world(String settings) {
        return new LinkWorld(SimulatedPooler.config("pool_mode = transaction\ndefault_pool_size = 1\n" + settings), 1);
    }

    /** In a transaction, at whose end the server would be asked and what was suspected forgotten. */
    private void begin(String settings) {
        world = world(settings);
        client = world.login(0);
        world.step(client, send().query("BEGIN").toBytes());
    }

    private @Nullable Suspicions found() {
        ClientSession session = world.pooler.sessions.getLast();
        return ((ClientStage.Linked) session.stage()).link().suspicions();
    }

    /** What a client is suspected of after these, once the earlier suspicions are forgotten. */
    private void suspects(Requests requests, int effects, String... settings) {
        Suspicions earlier = found();
        if (earlier != null) {
            earlier.clear();
        }
        world.step(client, requests.toBytes());

        Suspicions found = found();
        assertThat(SessionEffects.names(found == null ? NONE : found.effects())).isEqualTo(SessionEffects.names(effects));
        assertThat(found == null ? Set.of() : found.settings()).isEqualTo(Set.of(settings));
    }

    private static Requests send() {
        return new Requests();
    }

    @Test
    void queries() {
        suspects(send().query("select 1 from somewhere"), NONE);
        suspects(send().query(LOCK), ADVISORY_LOCK);
        suspects(send().query("select 1; set app.x = 1"), SET, "app.x");
        suspects(send().query("listen a"), LISTEN);
    }

    @Test
    void queriesInPieces() {
        world.bytewiseRequests = true;
        suspects(send().query("select 1 from somewhere"), NONE);
        suspects(send().query(LOCK), ADVISORY_LOCK);
        suspects(send().query("select 1; set app.x = 1"), SET, "app.x");
    }

    @Test
    void unnamedStatements() {
        suspects(send().parse("", "select $1 from somewhere").bind("", "x").execute(0).sync(), NONE);
        suspects(send().parse("", LOCK).sync(), ADVISORY_LOCK);
        suspects(send().bind("", "x").execute(0).sync(), ADVISORY_LOCK);
        suspects(send().parse("", "select set_config($1, $2, false)").bind("", "App.X", "1").execute(0).sync(), SET, "app.x");
        suspects(send().bind("", "app.y", "1").execute(0).sync(), SET, "app.y");
        suspects(send().parse("", "select $1 from somewhere").bind("", "x").execute(0).sync(), NONE);
        suspects(send().bind("", "x").execute(0).sync(), NONE);
    }

    @Test
    void unnamedStatementsInPieces() {
        world.bytewiseRequests = true;
        suspects(send().parse("", LOCK).sync(), ADVISORY_LOCK);
        suspects(send().bind("", "x").execute(0).sync(), ADVISORY_LOCK);
        suspects(send().parse("", "select 1").sync(), NONE);
        suspects(send().bind("", "x").execute(0).sync(), NONE);
    }

    @Test
    void unnamedStatementWhoseSuccessorWasSkippedIsSuspectedOn() {
        suspects(send().parse("", LOCK).sync(), ADVISORY_LOCK);
        suspects(send().parse("s", "BROKEN").parse("", "select 1").sync(), ANYTHING);
        suspects(send().bind("", "x").execute(0).sync(), ADVISORY_LOCK);
    }

    @Test
    void namedStatements() {
        suspects(send().parse("s", LOCK).sync(), ADVISORY_LOCK);
        suspects(send().bind("s", "x").execute(0).sync(), ADVISORY_LOCK);
        suspects(send().parse("t", "select set_config($1, $2, false)").bind("t", "app.x", "1").execute(0).sync(), SET, "app.x");
        suspects(send().bind("t", "app.y", "1").execute(0).sync(), SET, "app.y");
        suspects(send().parse("u", "select 1 from somewhere").bind("u").execute(0).sync(), NONE);
        suspects(send().query("deallocate s"), DEALLOCATE);
    }

    @Test
    void statementsThatTheServerKnowsByTheirOwnName() {
        begin("session_state = carry\nmax_prepared_statements = 0\n");

        suspects(send().parse("s", LOCK).sync(), ADVISORY_LOCK);
        suspects(send().bind("s", "x").execute(0).sync(), ANYTHING);
    }

    @Test
    void functionCallsMayDoAnything() {
        suspects(send().functionCall(), ANYTHING);
    }

    @Test
    void declaredFunctions() {
        begin("session_state = carry\nsession_functions = app.lock_job\n");

        suspects(send().query("select lock_job(1) from somewhere"), OPAQUE | UNKNOWN_NAME);
    }

    @Test
    void otherModesSuspectNothing() {
        for (String settings : new String[] {"session_state = reported\n", "session_state = carry\npool_mode = session\n"}) {
            begin(settings);

            suspects(send().query(LOCK).parse("", LOCK).bind("", "x").execute(0).sync(), NONE);
        }
    }
}
