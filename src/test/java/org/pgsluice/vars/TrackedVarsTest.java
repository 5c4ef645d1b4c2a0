package org.pgsluice.vars;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackedVarsTest {
    private final TrackedNames names = new TrackedNames(List.of("search_path", "TIMEZONE", "IntervalStyle"));
    private final TrackedVars client = new TrackedVars(names);
    private final TrackedVars server = new TrackedVars(names);

    @Test
    void extraNamesComeOnceAndCompareWithoutCase() {
        assertThat(names.count()).isEqualTo(7);
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
        assertThat(client.bridgeFrom(server)).isEqualTo("SET TimeZone='UTC';");
    }

    /** The names of two schemas or applications may differ in nothing else. */
    @ParameterizedTest
    @CsvSource({"search_path, '\"Tenant\"', '\"tenant\"'", "application_name, Paris, paris"})
    void caseMattersWhereItDoesToPostgres(String name, String own, String theirs) {
        client.set(name, own);
        server.set(name, theirs);

        assertThat(client.differsFrom(server)).isTrue();
        assertThat(client.bridgeFrom(server)).contains(own);
    }

    @Test
    void bridgeSetsEveryDifferenceInOneQuery() {
        client.set("TimeZone", "UTC");
        client.set("DateStyle", "ISO");
        client.set("application_name", "app");
        server.set("TimeZone", "GMT");
        server.set("DateStyle", "SQL");
        server.set("application_name", "app");

        assertThat(client.bridgeFrom(server)).isEqualTo("SET DateStyle='ISO';SET TimeZone='UTC';");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {"plain, 'plain'", "\"\", ''", "it's, 'it''s'", "a\\b, E'a\\\\b'", "\\'; DROP, E'\\\\''; DROP'", "'', ''''''"})
    void valuesAreQuotedForEitherKindOfLiteral(String value, String literal) {
        client.set("application_name", value);
        server.set("application_name", "other");

        assertThat(client.bridgeFrom(server)).isEqualTo("SET application_name=" + literal + ";");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"\"$user\", \"$user\"", "`a, \"B\"`, `a, \"B\"`", "\"\", ''"})
    void searchPathIsAListThatIsQuotedAlready(String value, String set) {
        client.set("search_path", value);
        server.set("search_path", "other");

        assertThat(client.bridgeFrom(server)).isEqualTo("SET search_path=" + set + ";");
    }

    @Test
    void missingValuesAreTakenOver() {
        client.set("TimeZone", "UTC");
        server.set("TimeZone", "GMT");
        server.set("DateStyle", "ISO");

        client.fillUnset(server);

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

        client.adoptSpelling(server, (name, from, to) -> heard.add(name + " " + from + " -> " + to));

        assertThat(heard).containsExactly("DateStyle iso -> ISO, MDY");
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
        assertThat(client.bridgeFrom(server)).isEqualTo("SET TimeZone='UTC';");
        server.set("TimeZone", "Etc/UTC");
        assertThat(client.adoptSpelling(server, null)).isTrue();
        assertThat(client.value(names.indexOf("TimeZone"))).isEqualTo("Etc/UTC");
    }
}
