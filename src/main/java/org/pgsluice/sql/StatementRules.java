package org.pgsluice.sql;

import java.util.Collection;
import org.pgsluice.sql.Verb.Phase;

/**
 * What the tokens of a text say: the first words of each statement, and the names before a parenthesis. Knows no grammar beyond that, and suspects rather too
 * much. One of them is used for text after text.
 */
final class StatementRules {
    private static final int DISCARD_ALL = SessionEffects.RESET
            | SessionEffects.ROLE
            | SessionEffects.UNLISTEN
            | SessionEffects.DEALLOCATE
            | SessionEffects.RELEASE;

    private final boolean ofBody;
    private final Found found = new Found();
    private final SetStatement set;
    private final SetConfigCall call = new SetConfigCall(found);
    private SessionFunctions functions = SessionFunctions.BUILT_IN;
    private Phase phase = Phase.FIRST;
    /** The token before this one was a name, which may be that of a function. */
    private boolean afterName;
    /** The word before was INSERT or MERGE, whose INTO is no target of a SELECT. */
    private boolean afterInsert;
    /** The statement has the word UPDATE. */
    private boolean updates;
    /** The statement makes or is a function whose text is in it. */
    private boolean hasBody;

    private boolean walked;

    StatementRules(boolean ofBody) {
        this.ofBody = ofBody;
        this.set = new SetStatement(found, ofBody);
    }

    void begin(SessionFunctions known) {
        functions = known;
        found.begin();
        statementBegins();
    }

    private void statementBegins() {
        phase = ofBody ? Phase.INSIDE : Phase.FIRST;
        call.reset();
        afterName = false;
        afterInsert = false;
        updates = false;
        hasBody = false;
        walked = false;
    }

    // ---------------------------------------------------------------- tokens

    void word(Token word) {
        if (call.isOpen()) {
            call.word(word);
        }
        switch (phase) {
            case FIRST -> first(word);
            case REST, DO -> {}
            case SELECT -> inSelect(word);
            case WITH -> inWith(word);
            case EXPLAIN -> inExplain(word);
            case CREATE -> inCreate(word);
            case DECLARE -> found.add(word.is("hold") ? SessionEffects.HOLD_CURSOR : 0);
            case SET -> set.word(word);
            case LISTEN, UNLISTEN -> subscription(word);
            case PREPARE -> {
                found.add(word.is("transaction") ? SessionEffects.TRANSACTION : SessionEffects.PREPARE);
                phase = Phase.REST;
            }
            case DISCARD -> discard(word);
            case INSIDE -> inside(word);
        }
        afterName = true;
        // To update that view is to set.
        found.add(updates && word.is("pg_settings") ? SessionEffects.SET : 0);
        updates |= word.is("update");
        afterInsert = word.is("insert") || word.is("merge");
    }

    void mark(byte mark, Token before) {
        if (mark == '(' && afterName) {
            called(before);
        } else if (call.isOpen()) {
            call.mark(mark);
        } else if (mark == '(' && phase == Phase.FIRST) {
            phase = Phase.SELECT;
        }
        switch (mark) {
            case ';' -> {
                end();
                statementBegins();
            }
            case '.' -> set.dot();
            case '*' -> {
                if (phase == Phase.UNLISTEN) {
                    found.subscription(Subscription.OF_ALL);
                    phase = Phase.REST;
                }
            }
            default -> set.nameEnds();
        }
        afterName = false;
    }

    void literal(Token literal) {
        other();
        if (call.isOpen()) {
            call.literal(literal);
        }
        if (hasBody && !walked) {
            found.anything(); // a body in quotes
        }
    }

    /** Whether what a literal says may count. */
    boolean keepsLiterals() {
        return call.isOpen();
    }

    void parameter(int number) {
        other();
        if (call.isOpen()) {
            call.parameter(number);
        }
    }

    void number() {
        other();
        if (call.isOpen()) {
            call.other();
        }
    }

    private void other() {
        set.nameEnds();
        afterName = false;
        if (phase == Phase.FIRST) {
            phase = Phase.REST;
        }
    }

    /** The statement ends, be it at the end of the text. */
    void end() {
        set.end();
        if (call.isOpen()) {
            call.broken();
        }
    }

    // ---------------------------------------------------------------- first words

    private void first(Token word) {
        Verb verb = Verb.of(word);
        phase = verb == null ? Phase.REST : verb.next;
        if (verb == null) {
            found.anything();
        } else {
            found.add(verb.effects);
        }
        switch (phase) {
            case SET -> set.begin(verb == Verb.RESET);
            case DO -> hasBody = true;
            default -> {}
        }
    }

    // ---------------------------------------------------------------- within statements

    private void inSelect(Token word) {
        if (word.is("into") && !afterInsert) {
            found.add(SessionEffects.TEMP);
        }
    }

    private void inWith(Token word) {
        inSelect(word);
        if (word.is("insert") || word.is("update") || word.is("merge")) {
            found.add(SessionEffects.NEXTVAL);
        }
    }

    private void inExplain(Token word) {
        inWith(word);
        if (word.is("create")) {
            found.add(SessionEffects.TEMP);
        } else if (word.is("execute")) {
            found.add(SessionEffects.EXECUTE);
        } else if (word.is("hold")) {
            found.add(SessionEffects.HOLD_CURSOR);
        }
    }

    private void inCreate(Token word) {
        if (word.is("function") || word.is("procedure")) {
            hasBody = true;
        } else if (word.is("execute") && !hasBody) {
            found.add(SessionEffects.EXECUTE);
        }
    }

    private void discard(Token word) {
        if (word.is("all")) {
            found.add(DISCARD_ALL);
            found.subscription(Subscription.OF_ALL);
        } else if (!word.is("plans") && !word.is("sequences")) {
            found.add(SessionEffects.RELEASE);
        }
        phase = Phase.REST;
    }

    private void subscription(Token word) {
        found.subscription(new Subscription(phase == Phase.LISTEN ? Subscription.Kind.LISTEN : Subscription.Kind.UNLISTEN, word.name()));
        phase = Phase.REST;
    }

    /** In the body of a function: its own language's words stand before the statements'. */
    private void inside(Token word) {
        if (set.isOpen()) {
            set.word(word);
        } else if (word.is("set") || word.is("reset")) {
            set.begin(word.is("reset"));
        } else if (word.is("execute") || word.is("listen") || word.is("create") || word.is("call") || word.is("load") || word.is("prepare")) {
            found.anything();
        } else if (word.is("insert") || word.is("update") || word.is("merge")) {
            found.add(SessionEffects.NEXTVAL);
        }
    }

    // ---------------------------------------------------------------- calls

    private void called(Token function) {
        int bits = functions.of(function.bytes(), function.nameLength());
        if (call.isOpen()) {
            call.mark((byte) '(');
        }
        if ((bits & SessionFunctions.SET_CONFIG) == 0) {
            found.add(bits);
        } else if (call.isOpen()) {
            found.add(SessionEffects.SET | SessionEffects.UNKNOWN_NAME);
        } else {
            call.begin();
        }
    }

    // ---------------------------------------------------------------- bodies

    /** Whether a literal in dollars is the body of a function that is made or done. */
    boolean hasBody() {
        return hasBody && !ofBody;
    }

    /** A body may do that. Making a function does nothing yet, but it may be called in the same text. */
    void body(int bits, Collection<String> names) {
        walked = true;
        if (phase == Phase.DO) {
            found.add(bits);
        } else if ((bits & (SessionEffects.ASK | SessionEffects.SEQUENCE)) != 0) {
            found.anything();
        }
        names.forEach(found::setting);
    }

    SessionFunctions functions() {
        return functions;
    }

    Found found() {
        return found;
    }
}
