package org.pgsluice.sql;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the text of a Query or a Parse, piece by piece as it is read, which finds what the text may do to a session. It knows names, literals, dollar
 * quotes and comments, and {@link StatementRules} the rest. Where a text can be read in two ways, as with a backslash before a quote, it may do anything. Used
 * again and again; for one thread. Manual: "Lexical Structure".
 */
public final class SqlWalk {
    /** Where the walk is: between tokens, or in one. */
    private enum State {
        BETWEEN, WORD, NUMBER, DOLLAR, BODY, DONE, // behind a zero byte, or given up
        STRING, STRING_QUOTE, QUOTED, QUOTED_QUOTE,
        ESCAPING, ESCAPING_BACKSLASH, ESCAPING_QUOTE,
        DASH, LINE_COMMENT,
        SLASH, COMMENT, COMMENT_SLASH, COMMENT_STAR
    }

    private final StatementRules rules;
    private final Token token = new Token();
    private final DollarTag tag = new DollarTag();
    private State state = State.BETWEEN;
    /** How deep a comment is. */
    private int depth;
    /** The byte before this one, where that counts. */
    private byte last;
    /** Walks the body of a function that is made or done here; its own bodies are not walked. */
    private @Nullable SqlWalk inner;

    private boolean walksBody;

    public SqlWalk() {
        this(false);
    }

    private SqlWalk(boolean ofBody) {
        rules = new StatementRules(ofBody);
    }

    /** Begins with a text. */
    public void begin(SessionFunctions functions) {
        state = State.BETWEEN;
        last = 0;
        rules.begin(functions);
    }

    /** Walks over what is there of the text from {@code from} to {@code to}; a zero byte ends the text. */
    public void walk(ByteBuffer text, int from, int to) {
        int at = from;
        while (at < to) {
            at = switch (state) {
                case BETWEEN -> between(text, at, to);
                case WORD -> word(text, at, to);
                case STRING, ESCAPING -> literal(text, at, to);
                case QUOTED -> quoted(text, at, to);
                case LINE_COMMENT -> lineComment(text, at, to);
                case COMMENT -> comment(text, at, to);
                case DOLLAR -> dollar(text, at, to);
                case BODY -> body(text, at, to);
                case DONE -> to;
                default -> single(text.get(at), at);
            };
        }
    }

    /** What has been found so far. */
    public int effects() {
        return rules.found().effects();
    }

    /** The text is through; what it may do, bits of {@link SessionEffects}. */
    public int end() {
        if (state == State.DOLLAR && tag.isNoToken()) {
            rules.found().anything();
        }
        tokenEnds();
        rules.end();
        state = State.DONE;
        return rules.found().effects();
    }

    /** The same with names. */
    public Suspicion suspicion() {
        return rules.found().suspicion();
    }

    /** After {@link #end}: adds it to what others may have done. What a parameter would name is not known here. */
    public void addTo(Suspicions all) {
        rules.found().addTo(all);
    }

    /** The effects of a whole text, if a quick look tells them; then there are no names. Otherwise less than 0. The buffer's order is big-endian. */
    public static int glance(ByteBuffer text, int from, int to, SessionFunctions functions) {
        return Glance.of(text, from, to, functions);
    }

    public static Suspicion of(ByteBuffer text, int from, int to, SessionFunctions functions) {
        int glance = glance(text, from, to, functions);
        if (glance >= 0) {
            return Suspicion.of(glance);
        }
        SqlWalk walk = new SqlWalk();
        walk.begin(functions);
        walk.walk(text, from, to);
        walk.end();
        return walk.suspicion();
    }

    // ---------------------------------------------------------------- between tokens

    private int between(ByteBuffer text, int from, int to) {
        int at = from;
        while (at < to) {
            byte letter = text.get(at);
            if (Identifier.begins(letter)) {
                token.beginName();
                state = State.WORD;
                return at;
            }
            at++;
            if (Identifier.isBlank(letter)) {
                last = letter;
                continue;
            }
            State next = opening(letter);
            if (next == State.BETWEEN) {
                rules.mark(letter, token);
                last = letter;
                continue;
            }
            state = next;
            return at;
        }
        return at;
    }

    /** The state that a byte begins which is neither blank nor part of a name. */
    private State opening(byte letter) {
        return switch (letter) {
            case '\'' -> {
                token.beginLiteral();
                last = letter;
                yield State.STRING;
            }
            case '"' -> {
                if (last == '&') {
                    rules.found().anything(); // U&"...": a name in escapes
                }
                token.beginQuoted();
                yield State.QUOTED;
            }
            case '-' -> State.DASH;
            case '/' -> State.SLASH;
            case '$' -> {
                tag.begin();
                yield State.DOLLAR;
            }
            case 0 -> State.DONE;
            default -> Identifier.isDigit(letter) ? State.NUMBER : State.BETWEEN;
        };
    }

    /** States that one byte decides. */
    private int single(byte letter, int at) {
        switch (state) {
            case STRING_QUOTE, ESCAPING_QUOTE -> {
                return closing(letter, '\'', state == State.ESCAPING_QUOTE ? State.ESCAPING : State.STRING, at);
            }
            case QUOTED_QUOTE -> {
                return closing(letter, '"', State.QUOTED, at);
            }
            case ESCAPING_BACKSLASH -> {
                if ((letter == '\'' || letter == '\\') && last < 0) {
                    rules.found().anything(); // the backslash may be the second byte of a letter
                }
                last = 0;
                state = State.ESCAPING;
                return at + 1;
            }
            case DASH, SLASH -> {
                return second(letter, at);
            }
            case COMMENT_SLASH -> {
                depth += letter == '*' ? 1 : 0;
                state = State.COMMENT;
                return letter == '*' ? at + 1 : at;
            }
            case COMMENT_STAR -> {
                if (letter == '*') {
                    return at + 1;
                }
                depth -= letter == '/' ? 1 : 0;
                state = depth == 0 ? State.BETWEEN : State.COMMENT;
                last = 0;
                return letter == '/' ? at + 1 : at;
            }
            case NUMBER -> {
                if (!Identifier.isDigit(letter)) {
                    rules.number();
                    over();
                    return at;
                }
                return at + 1;
            }
            default -> throw new IllegalStateException(state.name());
        }
    }

    /** Behind a quote: a second one belongs to what is quoted. */
    private int closing(byte letter, char quote, State quoted, int at) {
        last = 0;
        if (letter == quote) {
            token.add(letter);
            state = quoted;
            return at + 1;
        }
        tokenEnds();
        return at;
    }

    /** Behind a dash or a slash. */
    private int second(byte letter, int at) {
        if (letter == (state == State.DASH ? '-' : '*')) {
            depth = 1;
            state = state == State.DASH ? State.LINE_COMMENT : State.COMMENT;
            return at + 1;
        }
        rules.mark((byte) (state == State.DASH ? '-' : '/'), token);
        over();
        return at;
    }

    private void tokenEnds() {
        switch (state) {
            case WORD, QUOTED_QUOTE -> rules.word(token);
            case STRING_QUOTE, ESCAPING_QUOTE -> rules.literal(token);
            default -> {}
        }
        over();
    }

    private void over() {
        last = 0;
        state = State.BETWEEN;
    }

    // ---------------------------------------------------------------- tokens of any length

    private int word(ByteBuffer text, int from, int to) {
        int at = token.addName(text, from, to);
        if (at == to) {
            return at;
        }
        if (text.get(at) == '\'' && token.isEscape()) {
            token.beginLiteral();
            last = 0;
            state = State.ESCAPING;
            return at + 1;
        }
        tokenEnds();
        return at;
    }

    private int literal(ByteBuffer text, int from, int to) {
        boolean escapes = state == State.ESCAPING;
        boolean keeps = rules.keepsLiterals();
        byte before = last;
        for (int at = from; at < to; at++) {
            byte letter = text.get(at);
            if (letter == '\'') {
                if (!escapes && before == '\\') {
                    rules.found().anything(); // with standard_conforming_strings = off it would go on
                }
                state = escapes ? State.ESCAPING_QUOTE : State.STRING_QUOTE;
                return at + 1;
            }
            if (escapes && letter == '\\') {
                token.unclear();
                last = before;
                state = State.ESCAPING_BACKSLASH;
                return at + 1;
            }
            if (keeps) {
                token.add(letter);
            }
            before = letter;
        }
        last = before;
        return to;
    }

    private int quoted(ByteBuffer text, int from, int to) {
        for (int at = from; at < to; at++) {
            byte letter = text.get(at);
            if (letter == '"') {
                state = State.QUOTED_QUOTE;
                return at + 1;
            }
            token.add(letter);
        }
        return to;
    }

    private int lineComment(ByteBuffer text, int from, int to) {
        for (int at = from; at < to; at++) {
            byte letter = text.get(at);
            if (letter == '\n' || letter == '\r' || letter == 0) {
                state = State.BETWEEN;
                last = 0;
                return at;
            }
        }
        return to;
    }

    private int comment(ByteBuffer text, int from, int to) {
        for (int at = from; at < to; at++) {
            byte letter = text.get(at);
            if (letter == '*' || letter == '/') {
                state = letter == '*' ? State.COMMENT_STAR : State.COMMENT_SLASH;
                return at + 1;
            }
        }
        return to;
    }

    // ---------------------------------------------------------------- dollars

    /** The number of a parameter, or the tag that begins a dollar quote. */
    private int dollar(ByteBuffer text, int from, int to) {
        for (int at = from; at < to; at++) {
            switch (tag.add(text.get(at))) {
                case GOES_ON -> {}
                case COMPLETE -> {
                    bodyBegins();
                    return at + 1;
                }
                case NO_TAG -> {
                    rules.parameter(tag.number());
                    if (tag.isNoToken()) {
                        rules.found().anything();
                    }
                    over();
                    return at;
                }
                case TOO_LONG -> {
                    rules.found().anything();
                    state = State.DONE;
                    return to;
                }
            }
        }
        return to;
    }

    private void bodyBegins() {
        state = State.BODY;
        token.beginLiteral();
        walksBody = rules.hasBody();
        if (walksBody) {
            if (inner == null) {
                inner = new SqlWalk(true);
            }
            inner.begin(rules.functions());
        }
    }

    private int body(ByteBuffer text, int from, int to) {
        int end = endOfBody(text, from, to);
        SqlWalk walk = inner;
        if (walksBody && walk != null) {
            walk.walk(text, from, end);
        }
        if (state == State.BETWEEN) {
            if (walksBody && walk != null) {
                rules.body(walk.end(), walk.rules.found().settings());
            }
            rules.literal(token);
        }
        return end;
    }

    private int endOfBody(ByteBuffer text, int from, int to) {
        boolean keeps = rules.keepsLiterals();
        for (int at = from; at < to; at++) {
            byte letter = text.get(at);
            if (keeps) {
                token.add(letter);
            }
            if (tag.endsWith(letter)) {
                token.drop(keeps ? tag.length() : 0);
                over();
                return at + 1;
            }
        }
        return to;
    }
}
