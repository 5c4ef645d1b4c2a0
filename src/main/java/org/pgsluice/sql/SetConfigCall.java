package org.pgsluice.sql;

/**
 * The arguments of a call of set_config: the name, if it is a literal or a parameter, and whether the third one is a literal {@code true}. Then the setting
 * ends with the transaction, and nothing is suspected.
 */
final class SetConfigCall {
    private final Found found;
    /** How many parentheses are open since the call's; 0 when there is no call. */
    private int depth;

    private int argument;
    /** How many tokens the argument has so far. */
    private int tokens;

    private String name = "";
    private int parameter;
    private boolean clear;
    private boolean local;

    SetConfigCall(Found found) {
        this.found = found;
    }

    void reset() {
        depth = 0;
    }

    void begin() {
        depth = 1;
        argument = 1;
        tokens = 0;
        name = "";
        parameter = 0;
        clear = false;
        local = false;
    }

    boolean isOpen() {
        return depth > 0;
    }

    void word(Token word) {
        // A cast of the name to text changes nothing.
        if (argument == 1 && (word.is("text") || word.is("varchar"))) {
            return;
        }
        other();
        local |= argument == 3 && tokens == 1 && word.is("true");
    }

    void literal(Token literal) {
        other();
        if (argument == 1 && tokens == 1 && literal.isClear()) {
            name = SetStatement.lower(literal.text());
            clear = !name.isEmpty();
        }
    }

    void parameter(int number) {
        other();
        if (argument == 1 && tokens == 1 && number > 0) {
            parameter = number;
            clear = true;
        }
    }

    void mark(byte mark) {
        if (mark == '(') {
            other();
            depth++;
        } else if (mark == ')') {
            depth--;
            if (depth == 0) {
                end();
            }
        } else if (mark == ',' && depth == 1) {
            argument++;
            tokens = 0;
        } else if (mark != ':') {
            other();
        }
    }

    /** Any token more in the argument. */
    void other() {
        tokens++;
        if (tokens > 1) {
            clear &= argument != 1;
            local &= argument != 3;
        }
    }

    private void end() {
        if (local && argument == 3) {
            return;
        }
        found.add(clear ? SessionEffects.SET : SessionEffects.SET | SessionEffects.UNKNOWN_NAME);
        if (clear && parameter > 0) {
            found.parameter(parameter);
        } else if (clear) {
            found.setting(name);
        }
    }

    /** The statement has ended in it. */
    void broken() {
        depth = 0;
        found.add(SessionEffects.SET | SessionEffects.UNKNOWN_NAME);
    }
}
