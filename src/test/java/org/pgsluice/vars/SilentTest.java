package org.pgsluice.vars;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parameters that the server does not report, and those in which a client follows its server. */
class SilentTest {
    private static final int READ_ONLY = TrackedNames.DEFAULT_TRANSACTION_READ_ONLY;

    private final TrackedNames names = new TrackedNames(List.of("enable_seqscan"));
    private final TrackedVars server = loggedIn(new TrackedVars(names));
    private final TrackedVars asking = client("enable_seqscan", "off");
    private final TrackedVars plain = client();

    private TrackedVars loggedIn(TrackedVars vars) {
        vars.reported("TimeZone", "UTC");
        vars.reported("default_transaction_read_only", "off");
        vars.reportsEnd();
        vars.loggedIn();
        return vars;
    }

    private TrackedVars client(String... asked) {
        TrackedVars vars = new TrackedVars(names);
        for (int i = 0; i < asked.length; i += 2) {
            vars.ask(asked[i], asked[i + 1]);
        }
        vars.complete(TrackedNames.TIME_ZONE, "UTC", 18);
        vars.complete(READ_ONLY, "off", 18);
        vars.loggedIn();
        return vars;
    }

    private List<String> bridged(TrackedVars client) {
        List<String> statements = client.bridgeFrom(server);
        assertThat(client.adoptSpelling(server, null)).isTrue();
        assertThat(client.differsFrom(server)).isFalse();
        return statements;
    }

    @Test
    void valueOfAnotherClientIsTakenBackFromWhoDidNotAskForOne() {
        assertThat(plain.differsFrom(server)).isFalse();
        assertThat(asking.differsFrom(server)).isTrue();
        assertThat(bridged(asking)).containsExactly("SET enable_seqscan='off';");
        assertThat(asking.differsFrom(server)).isFalse();

        assertThat(plain.differsFrom(server)).isTrue();
        assertThat(bridged(plain)).containsExactly("RESET enable_seqscan;");
        assertThat(plain.differsFrom(server)).isFalse();
        assertThat(asking.differsFrom(server)).isTrue();
    }

    @Test
    void valueThatConnectQueryHasSetComesBackAndNotThatOfAReset() {
        int index = names.indexOf("search_path");
        assertThat(OwnValues.unknown(server) & 1L << index).isNotZero();
        assertThat(OwnValues.question(server)).startsWith("SELECT pg_catalog.current_setting('DateStyle',true),")
                .contains(",pg_catalog.current_setting('enable_seqscan',true)").doesNotContain("TimeZone");
        OwnValues.answer(server, index, "app, public");
        TrackedVars other = client("search_path", "mine");

        assertThat(plain.differsFrom(server)).isFalse();
        assertThat(bridged(other)).containsExactly("SELECT pg_catalog.set_config('search_path','mine',false);");
        assertThat(bridged(plain)).containsExactly("SELECT pg_catalog.set_config('search_path','app, public',false);");
    }

    @Test
    void valueThatAClientMayHaveSetIsSetAgain() {
        bridged(asking);
        server.settingsForgotten();

        assertThat(asking.differsFrom(server)).isTrue();
        assertThat(bridged(asking)).containsExactly("SET enable_seqscan='off';");
        server.settingsForgotten();
        assertThat(bridged(plain)).containsExactly("RESET enable_seqscan;");
    }

    /** A RESET of what PostgreSQL does not know would be refused too, and with it every client after that. */
    @Test
    void refusedValueLeavesTheServerAsItWas() {
        asking.bridgeFrom(server);
        server.refused();

        assertThat(asking.differsFrom(server)).isTrue();
        assertThat(plain.differsFrom(server)).isFalse();
        bridged(asking);
        client("enable_seqscan", "on").bridgeFrom(server);
        server.refused();
        assertThat(asking.differsFrom(server)).isFalse();
        assertThat(plain.differsFrom(server)).isTrue();
    }

    @Test
    void resetOfAllTakesWhatTheLoginAskedFor() {
        bridged(asking);

        assertThat(ResetValues.losesAny(asking, server)).isTrue();
        assertThat(ResetValues.losesAny(plain, server)).isFalse();
        assertThat(ResetValues.lost(asking, server, true)).isEqualTo(1L << names.indexOf("enable_seqscan"));
        assertThat(ResetValues.lost(asking, server, false)).isZero();
        assertThat(ResetValues.lost(plain, server, true)).isZero();
    }

    /** An administrator makes a server read-only, and only the client that asked otherwise writes. */
    @Test
    void clientWithoutAWishFollowsTheServer() {
        TrackedVars wishing = client("default_transaction_read_only", "no");
        server.reported("default_transaction_read_only", "on");
        server.reconfigured(READ_ONLY);

        assertThat(plain.differsFrom(server)).isFalse();
        assertThat(wishing.differsFrom(server)).isTrue();
        assertThat(wishing.bridgeFrom(server)).containsExactly("SET default_transaction_read_only='off';");
        server.reported("default_transaction_read_only", "off");
        assertThat(wishing.adoptSpelling(server, null)).isTrue();

        assertThat(plain.differsFrom(server)).isTrue();
        assertThat(plain.bridgeFrom(server)).containsExactly("RESET default_transaction_read_only;");
        server.reported("default_transaction_read_only", "on");
        assertThat(plain.adoptSpelling(server, null)).isTrue();
        assertThat(plain.value(READ_ONLY)).isEqualTo("on");
        assertThat(plain.differsFrom(server)).isFalse();
        assertThat(ResetValues.losesAny(plain, server)).isFalse();
    }

    /** The user of a connection is no configuration: what a query or a function has made of it is its client's doing. */
    @Test
    void nobodyFollowsAServerToAnotherUser() {
        int user = plain.names().indexOf("session_authorization");
        server.reported("session_authorization", "other");

        assertThat(plain.follow(user, server)).isFalse();
        assertThat(plain.differsFrom(server)).isTrue();
    }

    @Test
    void clientThatHasSetAValueKeepsItUntilItResetsIt() {
        plain.set(READ_ONLY, "on");

        assertThat(plain.follow(READ_ONLY, server)).isFalse();
        assertThat(plain.bridgeFrom(server)).containsExactly("SET default_transaction_read_only='on';");
        plain.set(READ_ONLY, "off");
        assertThat(plain.follow(READ_ONLY, server)).isTrue();
    }

    @Test
    void questionsOfThePoolerFindTheServersOwnValues() {
        bridged(asking);
        server.reported("TimeZone", "Asia/Tokyo");

        assertThat(OwnValues.plan(server)).containsExactly("RESET \"TimeZone\";RESET enable_seqscan;");
        server.reported("TimeZone", "UTC");
        OwnValues.restored(server);
        assertThat(OwnValues.plan(server)).isEmpty();
        assertThat(plain.differsFrom(server)).isFalse();
    }

    /** Whoever agreed with a third finds that out in one step; any change of one of them ends it. */
    @Test
    void agreementEndsWithAnyChange() {
        TrackedVars second = client();
        assertThat(plain.differsFrom(server)).isFalse();
        assertThat(second.differsFrom(server)).isFalse();
        assertThat(second.likeness.agrees(server.likeness)).isTrue();
        assertThat(second.likeness.agrees(plain.likeness)).isTrue();

        server.reported("TimeZone", "Asia/Tokyo");

        assertThat(second.differsFrom(server)).isTrue();
        server.reported("TimeZone", "UTC");
        second.set("TimeZone", "Asia/Tokyo");
        assertThat(plain.differsFrom(server)).isFalse();
        assertThat(second.differsFrom(server)).isTrue();
        assertThat(asking.differsFrom(server)).isTrue();
    }

    @Test
    void fingerprintTellsWhichServerHasWhatAClientWants() {
        assertThat(plain.fingerprint()).isEqualTo(server.fingerprint());
        assertThat(asking.fingerprint()).isNotEqualTo(server.fingerprint());

        bridged(asking);
        assertThat(asking.fingerprint()).isEqualTo(server.fingerprint());
        assertThat(plain.fingerprint()).isNotEqualTo(server.fingerprint());

        bridged(plain);
        assertThat(plain.fingerprint()).isEqualTo(server.fingerprint());
    }

    @Test
    void fingerprintIsOfWhatIsCarriedToo() {
        TrackedVars carrying = client();
        carrying.carrying().ask(Map.of("work_mem", "1GB"));
        assertThat(carrying.fingerprint()).isNotEqualTo(server.fingerprint());

        bridged(carrying);

        assertThat(carrying.fingerprint()).isEqualTo(server.fingerprint());
        assertThat(plain.fingerprint()).isNotEqualTo(server.fingerprint());
    }
}
