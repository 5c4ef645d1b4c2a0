package org.pgsluice.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.sql.SessionFunctions;
import org.pgsluice.sql.Suspicion;

class SqlPrepareTest {
    private static String exact(String text) {
        return SqlPrepare.exact(text, "s", SessionFunctions.BUILT_IN);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "PREPARE s AS SELECT 1",
        "prepare S(int, text) as insert into t values ($1, ';')",
        "/* a; b */ PREPARE \"s\" AS SELECT $$;$$",
        "PREPARE s AS SELECT E'\\'; DROP TABLE x --'",
        "PREPARE s AS SELECT 'a\\'"
    })
    void whatIsOneStatementIsWhole(String text) {
        assertThat(exact(text)).isEqualTo(text);
        assertThat(exact(text + " ; ")).as("as it was sent").isEqualTo(text.contains(";") ? text : text + " ; ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', value = {
        "SELECT 1; PREPARE s AS SELECT ';'; DELETE FROM t | PREPARE s AS SELECT ';'",
        "PREPARE r AS SELECT 2; PREPARE s AS SELECT $1::int; PREPARE t AS SELECT 3 | PREPARE s AS SELECT $1::int",
        "BEGIN; /* ; */ PREPARE s (text) AS SELECT $x$ ; $x$ ; | /* ; */ PREPARE s (text) AS SELECT $x$ ; $x$"
    })
    void oneOfSeveralIsCutOut(String text, String statement) {
        assertThat(exact(text)).isEqualTo(statement);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SELECT f()",
        "PREPARE r AS SELECT 1",
        "PREPARE s AS SELECT 1; DEALLOCATE s; PREPARE s AS SELECT 2",
        "PREPARE s AS SELECT 'a\\'; DROP TABLE x; --'",
        "PREPARE s AS SELECT '\u00e9'",
        "DO $$ BEGIN EXECUTE 'PREPARE s AS SELECT 1'; END $$",
        ""
    })
    void whatIsNotCertainIsNothing(String text) {
        assertThat(exact(text)).isNull();
    }

    @Test
    void itMayDoWhatItsFunctionsDo() {
        assertThat(mayDo("SELECT pg_advisory_lock(1)").effects()).isEqualTo(SessionEffects.ADVISORY_LOCK);
        assertThat(mayDo("SELECT set_config($1, $2, false)").effects()).isEqualTo(SessionEffects.SET | SessionEffects.UNKNOWN_NAME);
        assertThat(mayDo("SELECT set_config('app.x', $2, false)").settings()).containsExactly("app.x");
        assertThat(mayDo("SELECT 1").isNone()).isTrue();
    }

    private static Suspicion mayDo(String statement) {
        return SqlPrepare.suspicion("PREPARE s AS " + statement, SessionFunctions.BUILT_IN);
    }
}
