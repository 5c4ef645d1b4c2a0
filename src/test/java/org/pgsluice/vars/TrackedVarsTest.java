package org.pgsluice.vars;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackedVarsTest {
    private final TrackedNames names = new TrackedNames(List.of("search_path", "TIMEZONE", "enable_seqscan"));
    private final TrackedVars client = new TrackedVars(names);
    private final TrackedVars server = new TrackedVars(names);

    @Test
    void extraNamesComeOnceAndCompareWithoutCase() {
        assertThat(names.count()).isEqualTo(11);
        assertThat(names.name(TrackedNames.APPLICATION_NAME)).isEqualTo("application_name");
        assertThat(names.indexOf("timezone")).isEqualTo(names.indexOf("TimeZone")).isEqualTo(2);
        assertThat(names.indexOf("work_mem")).isEqualTo(-1);
    }

    @Test
    void untrackedParameterIsNotTaken() {
        assertThat(client.set("work_mem", "1MB")).isFalse();
        assertThat(client.set("DATESTYLE", "ISO")).isTrue();
        assertThat(client.value(names.indexOf("DateStyle"))).isEqualTo("ISO");
    }

    @Test
    void onlyValuesThatBothKnowAndThatDifferAreBridged() {
        client.set("TimeZone", "UTC");
        assertThat(client.differsFrom(server)).isFalse();
        server.set("DateStyle", "ISO");
        assertThat(client.differsFrom(server)).isFalse();
        server.set("TimeZone", "utc");
        assertThat(client.differsFrom(server)).isFalse();

        server.set("TimeZone", "GMT");

        assertThat(client.differsFrom(server)).isTrue();
        assertThat(client.bridgeFrom(server)).containsExactly("SET \"TimeZone\"='UTC';");
    }

    /** The names of two schemas or applications may differ in nothing else. */
    @ParameterizedTest
    @CsvSource({"search_path, '\"Tenant\"', '\"tenant\"'", "application_name, Paris, paris"})
    void caseMattersWhereItDoesToPostgres(String name, String own, String theirs) {
        client.set(name, own);
        server.set(name, theirs);

        assertThat(client.differsFrom(server)).isTrue();
        assertThat(client.bridgeFrom(server).toString()).contains(own);
    }

    @Test
    void bridgeSetsEveryDifferenceInOneQuery() {
        client.set("TimeZone", "UTC");
        client.set("DateStyle", "ISO");
        client.set("application_name", "app");
        server.set("TimeZone", "GMT");
        server.set("DateStyle", "SQL");
        server.set("application_name", "app");

        assertThat(client.bridgeFrom(server)).containsExactly("SET \"DateStyle\"='ISO';SET \"TimeZone\"='UTC';");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {"plain, 'plain'", "\"\", ''", "it's, 'it''s'", "a\\b, E'a\\\\b'", "\\'; DROP, E'\\\\''; DROP'", "'', ''''''"})
    void valuesAreQuotedForEitherKindOfLiteral(String value, String literal) {
        client.set("application_name", value);
        server.set("application_name", "other");

        assertThat(client.bridgeFrom(server)).containsExactly("SET application_name=" + literal + ";");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"\"$user\", '\"$user\"'", "`a, \"B\"`, `'a, \"B\"'`", "``, ''", "tenant-1, 'tenant-1'",
            "public;begin, 'public;begin'", "o'clock, 'o''clock'"})
    void searchPathIsSetAsOneTextThatPostgresSplits(String value, String literal) {
        client.set("search_path", value);
        server.set("search_path", "other");

        assertThat(client.bridgeFrom(server)).containsExactly("SELECT pg_catalog.set_config('search_path'," + literal + ",false);");
    }

    /** A server that has another client_encoding at the moment reads the statements as they are meant all the same, and can report the value. */
    @Test
    void valueBeyondAsciiIsSetByItsBytesAndItsEncoding() {
        client.set("client_encoding", "UTF8");
        client.set("search_path", Raw.of("\u00fc", "LATIN1"));
        client.set("TimeZone", "UTC");
        server.set("client_encoding", "SJIS");
        server.set("search_path", "public");
        server.set("TimeZone", "GMT");

        assertThat(client.bridgeFrom(server)).containsExactly(
                "SET client_encoding='LATIN1';",
                "SELECT pg_catalog.set_config('search_path',pg_catalog.convert_from(pg_catalog.decode('fc','hex'),'LATIN1'),false);",
                "SET client_encoding='UTF8';SET \"TimeZone\"='UTC';");
        server.reported("client_encoding", "LATIN1");
        server.reported("search_path", "\u00fc");
        server.reportsEnd();
        server.reported("client_encoding", "UTF8");
        server.reported("TimeZone", "UTC");
        server.reportsEnd();
        assertThat(client.adoptSpelling(server, null)).isTrue();
        assertThat(client.differsFrom(server)).isFalse();
    }

    @Test
    void valueOfTheStartupPacketIsInTheEncodingOfTheDatabase() {
        client.set("client_encoding", "LATIN1");
        client.ask("search_path", "\u00c3\u00bc");
        server.set("client_encoding", "LATIN1");
        server.set("search_path", "public");

        assertThat(client.bridgeFrom(server)).containsExactly(
                "SELECT pg_catalog.set_config('client_encoding',pg_catalog.getdatabaseencoding(),false);",
                "SELECT pg_catalog.set_config('search_path',pg_catalog.convert_from(pg_catalog.decode('c3bc','hex'),pg_catalog.getdatabaseencoding()),false);",
                "SET client_encoding='LATIN1';");
    }

    /** PostgreSQL reports all that has changed at once, in the encoding that holds then, in any order. */
    @Test
    void reportIsInTheEncodingThatIsReportedBehindIt() {
        int path = names.indexOf("search_path");
        server.reported("client_encoding", "UTF8");
        server.reportsEnd();

        assertThat(server.reported("search_path", "\u00fc")).isEqualTo(path);
        assertThat(server.reported("client_encoding", "LATIN1")).isEqualTo(TrackedNames.CLIENT_ENCODING);

        assertThat(server.value(path)).isEqualTo(Raw.of("\u00fc", "LATIN1"));
        server.reportsEnd();
        server.reported("client_encoding", "UTF8");
        assertThat(server.value(path)).isEqualTo(Raw.of("\u00fc", "LATIN1"));
    }

    @Test
    void equalBytesOfTwoEncodingsAreTwoValues() {
        client.set("search_path", Raw.of("\u00c3\u00bc", "UTF8"));
        server.set("search_path", Raw.of("\u00c3\u00bc", "LATIN1"));

        assertThat(client.differsFrom(server)).isTrue();
        server.set("search_path", Raw.of("\u00c3\u00bc", "UTF8"));
        assertThat(client.differsFrom(server)).isFalse();
    }

    @Test
    void missingValuesAreTakenOver() {
        client.set("TimeZone", "UTC");
        server.set("TimeZone", "GMT");
        server.set("DateStyle", "ISO");

        VarsHandover.fill(client, server);

        assertThat(client.value(names.indexOf("TimeZone"))).isEqualTo("UTC");
        assertThat(client.value(names.indexOf("DateStyle"))).isEqualTo("ISO");
    }

    @Test
    void spellingOfTheServerIsAdopted() {
        List<String> heard = new ArrayList<>();
        client.set("DateStyle", "iso");
        client.set("TimeZone", "UTC");
        client.set("IntervalStyle", "postgres");
        server.set("DateStyle", "SQL, DMY");
        server.set("TimeZone", "UTC");
        client.bridgeFrom(server);
        server.set("DateStyle", "ISO, MDY");

        client.adoptSpelling(server, (index, from, to) -> heard.add(names.name(index) + " " + from + " -> " + to + ", now " + client.value(index)));

        assertThat(heard).containsExactly("DateStyle iso -> ISO, MDY, now ISO, MDY");
        assertThat(client.differsFrom(server)).isFalse();
        assertThat(client.value(names.indexOf("IntervalStyle"))).isEqualTo("postgres");
    }

    @Test
    void valueThatChangesUnderTheBridgeIsNotTheClients() {
        client.set("DateStyle", "iso");
        client.set("TimeZone", "UTC");
        server.set("DateStyle", "SQL, DMY");
        server.set("TimeZone", "UTC");
        client.bridgeFrom(server);
        server.set("DateStyle", "ISO, MDY");
        server.set("TimeZone", "Europe/Vienna");

        boolean bridged = client.adoptSpelling(server, null);

        assertThat(bridged).isFalse();
        assertThat(client.bridgeFrom(server)).containsExactly("SET \"TimeZone\"='UTC';");
        server.set("TimeZone", "Etc/UTC");
        assertThat(client.adoptSpelling(server, null)).isTrue();
        assertThat(client.value(names.indexOf("TimeZone"))).isEqualTo("Etc/UTC");
    }

    @Test
    void valueThatTheServerHasBackFromItsLoginMayBeTheWorkOfAReset() {
        long zone = 1L << TrackedNames.TIME_ZONE;
        server.set("TimeZone", "UTC");
        server.set("DateStyle", "ISO, MDY");
        server.loggedIn();
        client.ask("TimeZone", "Asia/Tokyo");
        client.complete(TrackedNames.TIME_ZONE, "UTC", 18);
        client.complete(TrackedNames.DATE_STYLE, "ISO, MDY", 18);
        client.loggedIn();

        assertThat(ResetValues.lost(client, server, true)).isEqualTo(zone);
        server.reported("TimeZone", "Europe/Rome");
        assertThat(ResetValues.lost(client, server, false)).isZero();
        // After a reload of its configuration a RESET brings back something that it has never reported.
        assertThat(ResetValues.lost(client, server, true)).isEqualTo(zone);
        server.reportsEnd();
        assertThat(ResetValues.lost(client, server, true)).isZero();
        server.reported("TimeZone", "Asia/Tokyo");
        assertThat(ResetValues.lost(client, server, true)).isZero();
    }

    @Test
    void valuesOfTheLoginAreBroughtBackWhereNoSetHasChangedThem() {
        client.ask("TimeZone", "it's");
        client.ask("search_path", "\u00c3\u00bc");
        client.loggedIn();

        assertThat(ResetValues.plan(client, 1L << TrackedNames.TIME_ZONE | 1L << names.indexOf("search_path"), false, false, true)).isEqualTo(
                "SELECT pg_catalog.count(pg_catalog.set_config(s.name,v.value,false)) FROM pg_catalog.pg_settings s,"
                        + "(VALUES ('timezone','it''s'),('search_path',"
                        + "pg_catalog.convert_from(pg_catalog.decode('c3bc','hex'),pg_catalog.getdatabaseencoding()))) v(name,value)"
                        + " WHERE pg_catalog.lower(s.name) OPERATOR(pg_catalog.=) v.name AND s.source OPERATOR(pg_catalog.<>) 'session';");
    }

    /** A client that has SET what happens to be the server's own must find it SET on every server, so that a RESET can be told from it. */
    @Test
    void valueThatTheClientHasSetIsSetOnAServerThatHasItUnset() {
        server.set("TimeZone", "UTC");
        server.loggedIn();
        client.ask("TimeZone", "Asia/Tokyo");
        client.loggedIn();
        client.set("TimeZone", "UTC");

        assertThat(client.differsFrom(server)).isTrue();
        assertThat(client.bridgeFrom(server)).containsExactly("SET \"TimeZone\"='UTC';");
        assertThat(client.adoptSpelling(server, null)).isTrue();
        assertThat(client.differsFrom(server)).isFalse();
        server.settingsForgotten();
        assertThat(client.differsFrom(server)).isTrue();
    }

    @Test
    void newestLoginOfAServerCountsForWhatTheClientDidNotAskFor() {
        client.ask("TimeZone", "Asia/Tokyo");
        client.complete(TrackedNames.TIME_ZONE, "UTC", 18);
        client.complete(TrackedNames.DATE_STYLE, "ISO, MDY", 18);
        client.loggedIn();

        assertThat(client.renew(TrackedNames.TIME_ZONE, "Europe/Lisbon")).isFalse();
        assertThat(client.renew(TrackedNames.DATE_STYLE, "ISO, MDY")).isFalse();
        assertThat(client.renew(TrackedNames.DATE_STYLE, "SQL, DMY")).isTrue();
        assertThat(client.value(TrackedNames.DATE_STYLE)).isEqualTo("SQL, DMY");
    }
}
