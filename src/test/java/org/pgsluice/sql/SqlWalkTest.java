package org.pgsluice.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.sql.SessionEffects.ADVISORY_LOCK;
import static org.pgsluice.sql.SessionEffects.CHANNELS;
import static org.pgsluice.sql.SessionEffects.DEALLOCATE;
import static org.pgsluice.sql.SessionEffects.DEFAULT;
import static org.pgsluice.sql.SessionEffects.DISCARD;
import static org.pgsluice.sql.SessionEffects.EXECUTE;
import static org.pgsluice.sql.SessionEffects.HOLD_CURSOR;
import static org.pgsluice.sql.SessionEffects.LISTEN;
import static org.pgsluice.sql.SessionEffects.LOAD;
import static org.pgsluice.sql.SessionEffects.LOCAL_DEFAULT;
import static org.pgsluice.sql.SessionEffects.NEXTVAL;
import static org.pgsluice.sql.SessionEffects.NONE;
import static org.pgsluice.sql.SessionEffects.NOTIFY;
import static org.pgsluice.sql.SessionEffects.OPAQUE;
import static org.pgsluice.sql.SessionEffects.PREPARE;
import static org.pgsluice.sql.SessionEffects.RELEASE;
import static org.pgsluice.sql.SessionEffects.RESET;
import static org.pgsluice.sql.SessionEffects.ROLE;
import static org.pgsluice.sql.SessionEffects.SEQUENCE;
import static org.pgsluice.sql.SessionEffects.SET;
import static org.pgsluice.sql.SessionEffects.TEMP;
import static org.pgsluice.sql.SessionEffects.TRANSACTION;
import static org.pgsluice.sql.SessionEffects.UNKNOWN_NAME;
import static org.pgsluice.sql.SessionEffects.UNLISTEN;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.sql.Subscription.Kind;

/** What the walk suspects of texts of all kinds. */
class SqlWalkTest {
    private static final int ANYTHING = OPAQUE | UNKNOWN_NAME | RELEASE;

    private static Suspicion of(String sql) {
        return of(sql, SessionFunctions.BUILT_IN);
    }

    private static Suspicion of(String sql, SessionFunctions functions) {
        ByteBuffer text = ByteBuffer.wrap(sql.getBytes(StandardCharsets.UTF_8));
        return SqlWalk.of(text, 0, text.limit(), functions);
    }

    private static void has(String sql, int effects, String... settings) {
        Suspicion suspicion = of(sql);

        assertThat(SessionEffects.names(suspicion.effects())).as(sql).isEqualTo(SessionEffects.names(effects));
        assertThat(suspicion.settings()).as(sql).containsExactly(settings);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ";", "select 1", "select * from t where a = (select max(b) from u)", "SELECT count(*) FROM t", "(select 1)", "values (1), (2)", "table t",
                "delete from t where id in (1, 2)", "show search_path", "set local work_mem = '1MB'",
                "SET LOCAL app.tenant = 'x'", "set transaction isolation level serializable", "set constraints all deferred",
                "SET SESSION TRANSACTION READ ONLY", "select set_config('app.tenant', 'x', true)", "select pg_catalog.set_config ( $1 , $2 , true )",
                "select pg_advisory_xact_lock(1), pg_try_advisory_xact_lock_shared(2)", "select 'set x = 1; listen y'", "select $$set x = 1; listen y$$",
                "select $a$ $$ ; set x = 1 $a$, 1",
                "-- set x = 1\nselect 1", "/* set x = 1; /* listen y */ ; set z = 2 */ select 1",
                "select \"set_config\" from t", "select E'\\'; set x = 1 --'", "select 'it''s; set x = 1'", "select a.currval from a",
                "select \"a\"\"b; set x = 1\"",
                "select current_setting('x.y', true)", "alter table t add column a int",
                "grant select on t to u", "comment on table t is 'set x'", "vacuum t",
                "explain select 1", "fetch all from c", "lock table t", "select * from t where a ? 'b' and c->>'d' = $1", "truncate t",
                "analyze", "move 1 in c",
                "refresh materialized view v", "revoke all on t from u", "select 1 as into_x", "select 3/2, 4-1, -- set\n 5", "checkpoint"
            })
    void harmlessTexts(String sql) {
        has(sql, NONE);
    }

    @Test
    void settings() {
        has("set work_mem = '1MB'", SET, "work_mem");
        has("  Set SESSION Work_Mem to '1MB';", SET, "work_mem");
        has("SET \"TimeZone\" TO 'UTC'", SET, "timezone");
        has("set time zone 'UTC'", SET, "timezone");
        has("set session time zone local", SET, "timezone");
        has("set names 'LATIN1'", SET, "client_encoding");
        has("set schema 'x'", SET, "search_path");
        has("set xml option document", SET, "xmloption");
        has("set app.tenant = 'x'", SET, "app.tenant");
        has("set /* c */ app /* d */ . -- e\n \"Tenant\" = 'x'", SET, "app.tenant");
        has("set a.b.c = 'x'", SET, "a.b.c");
        has("set session.x = 1", SET, "session.x");
        has("set local.x = 1", SET, "local.x");
        has("set time.x = 1", SET, "time.x");
        has("set transaction.x = 1", SET, "transaction.x");
        has("set session characteristics as transaction read only", SET, "default_transaction_isolation", "default_transaction_read_only",
                "default_transaction_deferrable");
        has("select 1; set search_path = a, b; set statement_timeout to default", SET | DEFAULT, "search_path", "statement_timeout");
        has("begin; set local a.b = 1; set a.c = 2; commit", SET | TRANSACTION, "a.c");
        has("set search_path from current", SET, "search_path");
        has("set", SET | UNKNOWN_NAME);
    }

    @Test
    void settingsAreReset() {
        has("reset all", RESET | UNKNOWN_NAME);
        has("reset work_mem", RESET | SET, "work_mem");
        has("RESET app.tenant", RESET | SET, "app.tenant");
        has("reset time zone", RESET | SET, "timezone");
        has("reset role", RESET | SET | ROLE);
        has("reset session authorization", RESET | ROLE);
        has("reset session.x", RESET | SET, "session.x");
    }

    @Test
    void roles() {
        has("set role x", SET | ROLE);
        has("set role to 'x'", SET | ROLE);
        has("SET SESSION ROLE x", SET | ROLE);
        has("set role none", SET | ROLE);
        has("set session authorization x", ROLE);
        has("set session session authorization default", ROLE | DEFAULT);
        has("set local work_mem to default", LOCAL_DEFAULT);
        has("set session_authorization = 'x'", SET | ROLE);
        has("set local role x", NONE);
        has("set local session authorization x", NONE);
        has("select set_config('role', 'x', false)", SET | ROLE);
    }

    @Test
    void updateOfTheViewOfSettingsIsASet() {
        has("update pg_settings set setting = '3000' where name = 'lock_timeout'", SET | NEXTVAL);
        has("UPDATE pg_catalog.pg_settings AS s SET setting = 'x'", SET | NEXTVAL);
        has("update only pg_settings set setting = $1 where name = $2", SET | NEXTVAL);
        has("update /* x */ pg_settings set setting = $1 where name = $2", SET | NEXTVAL);
        has("update pgbench_accounts set abalance = abalance + 1 where aid = 1", NEXTVAL);
        has("update t set a = 1; select setting from pg_settings", NEXTVAL);
    }

    @Test
    void setConfig() {
        has("select set_config('app.tenant', 'x', false)", SET, "app.tenant");
        has("select pg_catalog.set_config('Work_Mem', '1MB', FALSE)", SET, "work_mem");
        has("SELECT \"set_config\"('a.b', 'x', false)", SET, "a.b");
        has("select set_config /* c */ -- d\n ('a.b', 'x', 1 = 1)", SET, "a.b");
        has("select set_config('a.b'::text, 'x', false)", SET, "a.b");
        has("select set_config('a.' || 'b', 'x', false)", SET | UNKNOWN_NAME);
        has("select set_config(name, 'x', false) from t", SET | UNKNOWN_NAME);
        has("select set_config(E'a.\\x62', 'x', false)", SET | UNKNOWN_NAME);
        has("select set_config('a.b', set_config('c.d', 'x', true), true)", SET | UNKNOWN_NAME);
        has("select set_config('a.b', 'x', true and false)", SET, "a.b");
        has("select set_config('a.b', 'x', not true)", SET, "a.b");
        has("select set_config('a.b', (select max(x) from t), true)", NONE);
        has("select set_config('a.b', 'x', true), set_config('a.c', 'y', false)", SET, "a.c");
        has("select set_config($$a.b$$, 'x', false)", SET, "a.b");
        has("select set_config('a.b', 'x', $1)", SET, "a.b");
        has("insert into t select set_config('a.b', 'x', false)", SET | NEXTVAL, "a.b");
        assertThat(of("select set_config($1, $2, false), set_config($3::text, '', $4)"))
                .isEqualTo(new Suspicion(SET, List.of(), List.of(), List.of(1, 3)));
    }

    @Test
    void locksTemporaryRelationsAndCursors() {
        has("select pg_advisory_lock(1)", ADVISORY_LOCK);
        has("SELECT PG_TRY_ADVISORY_LOCK(1, 2)", ADVISORY_LOCK);
        has("select pg_catalog . \"pg_advisory_lock_shared\" (1)", ADVISORY_LOCK);
        has("select case when pg_try_advisory_lock_shared\n(1) then 1 end", ADVISORY_LOCK);
        has("select pg_advisory_lock--(\n(1)", ADVISORY_LOCK);
        has("select pg_advisory_unlock(1)", RELEASE);
        has("select pg_advisory_unlock_all()", RELEASE);
        has("create temp table t (a int)", TEMP);
        has("CREATE LOCAL TEMPORARY TABLE t (a int)", TEMP);
        has("create table pg_temp.t (a int)", TEMP);
        has("select * into temp t from u", TEMP);
        has("select a into pg_temp.t from u", TEMP);
        has("with x as (select 1) select * into t from x", TEMP);
        has("with x as (insert into t values (1) returning *) select * from x", NEXTVAL);
        has("explain analyze create table t as select 1", TEMP);
        has("drop table t", RELEASE);
        has("declare c cursor with hold for select 1", HOLD_CURSOR);
        has("DECLARE c BINARY SCROLL CURSOR /* x */ WITH /* y */ HOLD FOR SELECT 1", HOLD_CURSOR);
        has("declare c cursor for select 1", NONE);
        has("close c", RELEASE);
        has("load 'x'", LOAD);
    }

    @Test
    void listeners() {
        assertThat(of("listen a; LISTEN \"B\"\"c\"; unlisten A; unlisten *; listen x").subscriptions()).containsExactly(
                listen("a"),
                listen("B\"c"),
                new Subscription(Kind.UNLISTEN, "a".getBytes(StandardCharsets.UTF_8)),
                Subscription.OF_ALL,
                listen("x"));
        assertThat(of("listen " + "ä".repeat(40)).subscriptions()).containsExactly(listen("ä".repeat(31)));
        has("listen a", LISTEN);
        has("unlisten *", UNLISTEN);
        has("notify a, 'b'", NOTIFY);
        has("select pg_notify('a', 'b')", NOTIFY);
        has("select pg_listening_channels()", CHANNELS);
    }

    private static Subscription listen(String channel) {
        return new Subscription(Kind.LISTEN, channel.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void statementsOfSql() {
        has("prepare s as select 1", PREPARE);
        has("prepare s (int) as select pg_advisory_lock($1)", PREPARE | ADVISORY_LOCK);
        has("prepare transaction 'x'", TRANSACTION);
        has("execute s(1)", EXECUTE);
        has("explain analyze execute s", EXECUTE);
        has("create table t as execute s", EXECUTE | TEMP);
        has("deallocate all", DEALLOCATE);
        has("deallocate prepare s", DEALLOCATE);
        has("discard all", DISCARD | RESET | ROLE | UNLISTEN | DEALLOCATE | RELEASE);
        has("discard temp", DISCARD | RELEASE);
        has("discard plans", DISCARD);
    }

    @Test
    void sequences() {
        has("select currval('s')", SEQUENCE);
        has("select LASTVAL()", SEQUENCE);
        has("select nextval('s')", NEXTVAL);
        has("insert into t (a) values (1) returning id", NEXTVAL);
        has("with x as (select 1) select * from x", NEXTVAL);
        has("copy t from stdin", NEXTVAL);
        has("merge into t using u on t.a = u.a when not matched then insert values (1)", NEXTVAL);
    }

    @Test
    void anythingGoes() {
        has("do $$ begin perform 1; end $$", ANYTHING);
        has("do 'begin end'", ANYTHING);
        has("call p(1)", ANYTHING);
        has("do $$ begin set lock_timeout = '1s'; perform set_config('app.x', '1', false); set app.y = '2'; end $$", ANYTHING | SET, "app.x", "app.y");
        has("do $x$ begin execute 'listen a' ; select currval('s'); end $x$ ; select 1", ANYTHING | SEQUENCE);
        has("create function f() returns int language sql as $$ select 1 $$", TEMP);
        String setting = "create function f() returns void language plpgsql as $$ begin perform set_config('app.x', '1', false); end $$";
        has(setting + "; select f()", TEMP | ANYTHING, "app.x");
        has("create procedure f() language plpgsql as 'begin end'", TEMP | ANYTHING);
        has("select U&\"s\\0065t_config\"('a', 'b', false)", ANYTHING);
        has("select 'x\\'; set y = 1 --'", ANYTHING | SET, "y");
        has("select query_to_xml('select 1', true, false, '')", OPAQUE);
        has("frobnicate x", ANYTHING);
        has("select e'\u00e9\\'' ; set x = 1", ANYTHING | SET, "x");
    }

    @Test
    void declaredFunctions() {
        SessionFunctions functions = SessionFunctions.with(List.of("app.Set_Tenant", "\"Lock\""));

        assertThat(of("select App.SET_TENANT(1)", functions).effects()).isEqualTo(OPAQUE | UNKNOWN_NAME);
        assertThat(of("select other.set_tenant(1) from pg_class where true", functions).effects()).isEqualTo(OPAQUE | UNKNOWN_NAME);
        assertThat(of("select \"Lock\"(1)", functions).effects()).isEqualTo(OPAQUE | UNKNOWN_NAME);
        assertThat(of("select lock(1)", functions).effects()).isEqualTo(NONE);
        assertThat(of("select pg_advisory_lock(1)", functions).effects()).isEqualTo(ADVISORY_LOCK);
    }

    @Test
    void transactions() {
        for (String sql : List.of("begin", "START TRANSACTION READ ONLY", "commit", "end", "rollback to s", "abort", "savepoint s", "release s")) {
            has(sql, TRANSACTION);
        }
    }

    @Test
    void typesBehindTheTextOfAParseAreNoText() {
        byte[] text = "select 1 -- c\0;\0\1\0\0;set x = 1".getBytes(StandardCharsets.ISO_8859_1);
        SqlWalk walk = new SqlWalk();
        walk.begin(SessionFunctions.BUILT_IN);

        walk.walk(ByteBuffer.wrap(text), 0, text.length);

        assertThat(walk.end()).isEqualTo(NONE);
    }

    @Test
    void namesAreBounded() {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i <= Suspicions.MOST; i++) {
            sql.append("set a.b").append(i).append(" = 1; listen c").append(i).append(';');
        }

        Suspicion suspicion = of(sql.toString());

        assertThat(suspicion.settings()).hasSize(Suspicions.MOST);
        assertThat(suspicion.subscriptions()).hasSize(Suspicions.MOST);
        assertThat(suspicion.effects()).isEqualTo(SET | LISTEN | UNKNOWN_NAME | OPAQUE);
    }
}
