package org.pgsluice.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeallocationsTest {
    private static @Nullable Deallocations in(String sql) {
        byte[] bytes = ("xx" + sql).getBytes(StandardCharsets.UTF_8);
        return Deallocations.in(ByteBuffer.wrap(bytes), 2, bytes.length);
    }

    /** The names, and * for all. */
    private static String found(String sql) {
        Deallocations found = in(sql);
        if (found == null) {
            return "";
        }
        StringBuilder text = new StringBuilder(found.all() ? "*" : "");
        for (Deallocations.Name name : found.names()) {
            text.append('[').append(new String(name.name(), StandardCharsets.UTF_8)).append(']');
        }
        return text.toString();
    }

    @Test
    void namesAreReadAsPostgresReadsThem() {
        assertThat(found("DEALLOCATE n")).isEqualTo("[n]");
        assertThat(found("deallocate LOWER;")).isEqualTo("[lower]");
        assertThat(found("DeAllocate Prepare \"Mixed Case\"")).isEqualTo("[Mixed Case]");
        assertThat(found("deallocate \"a\"\"b\"")).isEqualTo("[a\"b]");
        assertThat(found("/* a /* nested */ comment */ DEALLOCATE c -- and another")).isEqualTo("[c]");
        assertThat(found("\n-- one\n deallocate\tprepare\n_pg3_0 ;")).isEqualTo("[_pg3_0]");
        assertThat(found("deallocate prepare")).isEqualTo("[prepare]");
        assertThat(found("deallocate \"prepare\"")).isEqualTo("[prepare]");
        assertThat(found("deallocate \"all\"")).isEqualTo("[all]");
        assertThat(found("deallocate größe")).isEqualTo("[größe]");
    }

    @Test
    void allIsAWordOfItsOwn() {
        assertThat(found("DEALLOCATE ALL")).isEqualTo("*");
        assertThat(found("deallocate prepare all")).isEqualTo("*");
        assertThat(found("DISCARD ALL")).isEqualTo("*");
        assertThat(found("discard plans")).isEmpty();
    }

    @Test
    void everyStatementOfATextIsLookedAt() {
        assertThat(found("select 1; deallocate a; begin; DEALLOCATE b; discard all; select 'deallocate c'")).isEqualTo("*[a][b]");
    }

    @Test
    void placeOfANameIsWhereItIsWritten() {
        Deallocations found = in("deallocate \"x\" ;");

        assertThat(found).isNotNull();
        assertThat(found.names().getFirst().from()).isEqualTo(2 + 11);
        assertThat(found.names().getFirst().to()).isEqualTo(2 + 14);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "select 1", "select deallocate a", "select '; deallocate a'", "select \"; deallocate a\"", "select $$; deallocate a; $$",
        "select $t$; deallocate $$ a; $t$",
        "select E'\\'; deallocate a; --'", "-- ; deallocate a", "/* ; deallocate a */ select 1", "do $$ begin execute 'deallocate all'; end $$",
        "deallocated a",
        "my_deallocate a", "select $1; select deallocate", "deallocate", "deallocate ;", "select 'it''s; deallocate a'", "deallocate 'a'", "/* deallocate",
        "select $x$ deallocate"
    })
    void whatOnlyLooksLikeOneIsNone(String sql) {
        assertThat(found(sql)).isEmpty();
    }

    @Test
    void firstWordOfASingleStatementIsEnough() {
        assertThat(begins("DISCARD ALL")).isTrue();
        assertThat(begins(" /* x */ deallocate a")).isTrue();
        assertThat(begins("select 1")).isFalse();
        assertThat(begins("delete from t")).isFalse();
        assertThat(begins("")).isFalse();
    }

    private static boolean begins(String sql) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        return Deallocations.begins(ByteBuffer.wrap(bytes), 0, bytes.length);
    }
}
