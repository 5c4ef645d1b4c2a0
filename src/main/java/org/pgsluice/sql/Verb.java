package org.pgsluice.sql;

import static org.pgsluice.sql.SessionEffects.NEXTVAL;
import static org.pgsluice.sql.SessionEffects.NONE;
import static org.pgsluice.sql.SessionEffects.TEMP;
import static org.pgsluice.sql.SessionEffects.TRANSACTION;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first words that PostgreSQL's statements have, with what they do by themselves, and what the words behind them are. Manual: "SQL Commands". */
enum Verb {
    SELECT(Phase.SELECT, NONE),
    INSERT(Phase.REST, NEXTVAL),
    UPDATE(Phase.REST, NEXTVAL),
    DELETE(Phase.REST, NONE),
    WITH(Phase.WITH, NONE),
    VALUES(Phase.REST, NONE),
    TABLE(Phase.REST, NONE),
    MERGE(Phase.REST, NEXTVAL),
    COPY(Phase.REST, NEXTVAL),
    EXPLAIN(Phase.EXPLAIN, NONE),
    SHOW(Phase.REST, NONE),
    SET(Phase.SET, NONE),
    RESET(Phase.SET, SessionEffects.RESET),
    BEGIN(Phase.REST, TRANSACTION),
    START(Phase.REST, TRANSACTION),
    COMMIT(Phase.REST, TRANSACTION),
    END(Phase.REST, TRANSACTION),
    ROLLBACK(Phase.REST, TRANSACTION),
    ABORT(Phase.REST, TRANSACTION),
    SAVEPOINT(Phase.REST, TRANSACTION),
    RELEASE(Phase.REST, TRANSACTION),
    LISTEN(Phase.LISTEN, SessionEffects.LISTEN),
    UNLISTEN(Phase.UNLISTEN, SessionEffects.UNLISTEN),
    NOTIFY(Phase.REST, SessionEffects.NOTIFY),
    PREPARE(Phase.PREPARE, NONE),
    EXECUTE(Phase.REST, SessionEffects.EXECUTE),
    DEALLOCATE(Phase.REST, SessionEffects.DEALLOCATE),
    DECLARE(Phase.DECLARE, NONE),
    FETCH(Phase.REST, NONE),
    MOVE(Phase.REST, NONE),
    CLOSE(Phase.REST, SessionEffects.RELEASE),
    /** A temporary relation need not be called so: the first schema of search_path may be pg_temp. */
    CREATE(Phase.CREATE, TEMP),
    ALTER(Phase.REST, NONE),
    DROP(Phase.REST, SessionEffects.RELEASE),
    DISCARD(Phase.DISCARD, SessionEffects.DISCARD),
    LOAD(Phase.REST, SessionEffects.LOAD),
    DO(Phase.DO, Found.ANYTHING),
    CALL(Phase.REST, Found.ANYTHING),
    LOCK(Phase.REST, NONE),
    TRUNCATE(Phase.REST, NONE),
    ANALYZE(Phase.REST, NONE),
    ANALYSE(Phase.REST, NONE),
    VACUUM(Phase.REST, NONE),
    CLUSTER(Phase.REST, NONE),
    REPACK(Phase.REST, NONE),
    REINDEX(Phase.REST, NONE),
    REFRESH(Phase.REST, NONE),
    CHECKPOINT(Phase.REST, NONE),
    COMMENT(Phase.REST, NONE),
    SECURITY(Phase.REST, NONE),
    GRANT(Phase.REST, NONE),
    REVOKE(Phase.REST, NONE),
    REASSIGN(Phase.REST, NONE),
    IMPORT(Phase.REST, NONE),
    WAIT(Phase.REST, NONE);

    /** What the words of a statement are that come next. */
    enum Phase {
        FIRST,
        /** Only calls of functions count any more. */
        REST,
        SELECT,
        WITH,
        EXPLAIN,
        CREATE,
        DECLARE,
        SET,
        LISTEN,
        UNLISTEN,
        PREPARE,
        DISCARD,
        DO,
        /** In a body: a word that is one of a statement's first words may stand behind any other. */
        INSIDE
    }

    private static final Verb[] ALL = values();
    private static final WordTable WORDS = words();

    final Phase next;
    final int effects;

    Verb(Phase next, int effects) {
        this.next = next;
        this.effects = effects;
    }

    private static WordTable words() {
        Map<String, Integer> numbers = new HashMap<>();
        for (Verb verb : ALL) {
            numbers.put(verb.name().toLowerCase(Locale.ROOT), verb.ordinal());
        }
        return new WordTable(numbers);
    }

    /** The one of that word; null when it is not known. */
    static @Nullable Verb of(Token word) {
        int number = word.isQuoted() ? WordTable.NONE : WORDS.of(word.bytes(), word.nameLength());
        return number == WordTable.NONE ? null : ALL[number];
    }
}
