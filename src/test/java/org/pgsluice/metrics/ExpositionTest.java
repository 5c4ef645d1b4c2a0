package org.pgsluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;

class ExpositionTest {
    private static final String OPEN = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

    @Test
    void prometheusTextHasNamesLabelsAndUnitsOfTheExporter() {
        String text = text(null, SampleSnapshot.of("db"));

        assertThat(text).contains("""
                # TYPE pgbouncer_stats_totals_queries_duration_seconds_total counter
                pgbouncer_stats_totals_queries_duration_seconds_total{database="db"} 7.5
                """, """
                # TYPE pgbouncer_pools_client_maxwait_seconds gauge
                pgbouncer_pools_client_maxwait_seconds{database="db",user="us\\\\er"} 1.25
                """, """
                pgbouncer_databases_paused{database="app",force_user="",host="",name="db",pool_mode="transaction",port="5432"} 1.0
                """, """
                pgbouncer_version_info{version="PgBouncer 1.26.1"} 1.0
                """, """
                pgbouncer_client_connections{application_name="psql",database="db",state="idle",user="us\\\\er"} 2.0
                """, """
                pgbouncer_config_max_client_connections 100.0
                """);
    }

    @Test
    void histogramsAreCumulative() {
        assertThat(text(null, SampleSnapshot.of("db"))).contains("""
                pgsluice_client_wait_seconds_bucket{database="db",user="us\\\\er",le="1.0E-4"} 70
                """, """
                pgsluice_client_wait_seconds_bucket{database="db",user="us\\\\er",le="0.001"} 75
                """, """
                pgsluice_client_wait_seconds_bucket{database="db",user="us\\\\er",le="60.0"} 75
                pgsluice_client_wait_seconds_bucket{database="db",user="us\\\\er",le="+Inf"} 76
                pgsluice_client_wait_seconds_count{database="db",user="us\\\\er"} 76
                pgsluice_client_wait_seconds_sum{database="db",user="us\\\\er"} 2.5
                """);
    }

    @Test
    void whoeverAsksForOpenMetricsGetsIt() {
        assertThat(Exposition.forAccept(OPEN).contentType()).startsWith("application/openmetrics-text");
        assertThat(Exposition.forAccept("text/plain").contentType()).startsWith("text/plain");
        assertThat(text(OPEN, SampleSnapshot.of("db"))).contains("# TYPE pgbouncer_stats_totals_queries_pooled counter\n").endsWith("# EOF\n");
    }

    @Test
    void reasonsAndAdviceAreLabels() {
        assertThat(text(null, SampleSnapshot.of("db"))).contains("""
                pgsluice_closed_connections_total{reason="client_eof",side="client"} 13.0
                """, """
                pgsluice_cancel_requests_total{result="sent",side="client"} 3.0
                """, """
                pgsluice_advice{database="db",rule="pool_full",setting="pool_size",severity="warning",user=""} 8.0
                """);
    }

    /** Else there would be no metrics at all. */
    @Test
    void adviceThatIsGivenTwiceIsThereOnce() {
        Snapshot sample = SampleSnapshot.of("db");
        List<AdviceRow> advice = sample.rows(Part.ADVICE);

        assertThat(text(null, sample.with(Part.ADVICE, List.of(advice.getFirst(), advice.getFirst())))).containsOnlyOnce("pgsluice_advice{");
    }

    /** Clients may call their database what they like, where there is a fallback entry. */
    @Test
    void namesAreEscaped() {
        assertThat(text(null, SampleSnapshot.of("a\"b\\c\nd<é"))).contains("{database=\"a\\\"b\\\\c\\nd<é\"} 3.0");
    }

    @Test
    void eachFamilyHasANumberOfTheSample() {
        Snapshot sample = SampleSnapshot.of("db");

        assertThat(Families.ALL).allSatisfy(family -> assertThat(family.read(sample).getDataPoints()).as(family.name()).isNotEmpty());
    }

    @Test
    void nothingIsReadThatWasNotCollected() {
        Set<Part<?>> parts = Exposition.parts();

        assertThat(parts).contains(Part.POOLS, Part.TIMES, Part.REACTORS).doesNotContain(Part.FDS);
        assertThat(text(null, Snapshot.EMPTY)).doesNotContain("pgbouncer_pools");
    }

    @Test
    void namesAreUniqueAndHelpIsASentence() {
        Set<String> names = new HashSet<>();
        for (Family family : Families.ALL) {
            assertThat(names.add(family.name())).as(family.name()).isTrue();
            assertThat(family.name()).matches("(pgbouncer|pgsluice)(_[a-z]+)+");
            assertThat(family.name().endsWith("_total")).as(family.name()).isEqualTo(family.type().equals("counter"));
            assertThat(family.help()).as(family.name()).endsWith(".");
            assertThat(family.labels()).as(family.name()).doesNotHaveDuplicates();
        }
    }

    @Test
    void manyApplicationNamesAreToldApartNoLonger() {
        List<String> lines = text(null, SampleSnapshot.of("db").with(Part.CLIENTS, SampleSnapshot.clients("db", 5_000))).lines()
                .filter(line -> line.startsWith("pgbouncer_client_connections{")).toList();

        assertThat(lines).hasSize(1_001);
        assertThat(lines).contains("pgbouncer_client_connections{application_name=\"\",database=\"db\",state=\"idle\",user=\"us\\\\er\"} 4000.0");
    }

    private static String text(String accept, Snapshot snapshot) {
        return new String(Exposition.forAccept(accept).write(snapshot), StandardCharsets.UTF_8);
    }
}
