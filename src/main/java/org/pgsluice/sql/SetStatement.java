package org.pgsluice.sql;

import java.nio.charset.StandardCharsets;

/**
 * The words of a SET or a RESET up to the end of the setting's name. Words that mean something else, such as LOCAL, are names where a dot follows them. What
 * ends with the transaction is not found. Manual: "SET", "RESET".
 */
final class SetStatement {
    private enum Phase {
        /** The statement is another one, or its name is over. */
        OVER,
        /** Behind SET. */
        SET,
        SESSION,
        /** A word that makes it end with the transaction, unless it is the beginning of a name. */
        LOCAL,
        TIME,
        NAME,
        /** Behind RESET. */
        RESET,
        RESET_SESSION
    }

    private static final int LONGEST = 256;

    private final Found found;
    private final boolean ofBody;
    private final StringBuilder name = new StringBuilder();
    private Phase phase = Phase.OVER;
    /** It was SET LOCAL. */
    private boolean local;

    /** @param ofBody whether it stands in the body of a function, where SET may be that of an UPDATE */
    SetStatement(Found found, boolean ofBody) {
        this.found = found;
        this.ofBody = ofBody;
    }

    void begin(boolean reset) {
        phase = reset ? Phase.RESET : Phase.SET;
        name.setLength(0);
        local = false;
    }

    boolean isOpen() {
        return phase != Phase.OVER;
    }

    void word(Token word) {
        switch (phase) {
            case SET -> behindSet(word);
            case SESSION -> behindSession(word);
            case TIME -> {
                if (word.is("zone")) {
                    nameIs("timezone");
                } else {
                    goesOn(word);
                }
            }
            case LOCAL, NAME -> goesOn(word);
            case RESET -> behindReset(word);
            case RESET_SESSION -> {
                found.add(SessionEffects.ROLE);
                phase = Phase.OVER;
            }
            case OVER -> {
                if (word.is("default")) {
                    found.add(local ? SessionEffects.LOCAL_DEFAULT : SessionEffects.DEFAULT);
                }
            }
        }
    }

    private void behindSet(Token word) {
        if (word.is("names")) {
            nameIs("client_encoding");
        } else if (word.is("schema")) {
            nameIs("search_path");
        } else if (word.is("xml")) {
            nameIs("xmloption");
        } else {
            name.append(word.nameText());
            boolean ends = word.is("local") || word.is("transaction") || word.is("constraints");
            phase = ends ? Phase.LOCAL : word.is("session") ? Phase.SESSION : word.is("time") ? Phase.TIME : Phase.NAME;
        }
    }

    private void behindSession(Token word) {
        name.setLength(0);
        if (word.is("authorization")) {
            found.add(SessionEffects.ROLE);
            phase = Phase.OVER;
        } else if (word.is("characteristics")) {
            found.add(SessionEffects.SET);
            found.setting("default_transaction_isolation");
            found.setting("default_transaction_read_only");
            found.setting("default_transaction_deferrable");
            phase = Phase.OVER;
        } else {
            behindSet(word);
        }
    }

    private void behindReset(Token word) {
        if (word.is("all")) {
            // Not those alone that others name in the same transaction.
            found.add(SessionEffects.UNKNOWN_NAME);
            phase = Phase.OVER;
        } else if (word.is("time")) {
            nameIs("timezone");
        } else {
            name.append(word.nameText());
            phase = word.is("session") ? Phase.RESET_SESSION : Phase.NAME;
        }
    }

    void dot() {
        switch (phase) {
            case SESSION, LOCAL, TIME, RESET_SESSION, NAME -> {
                name.append('.');
                phase = Phase.NAME;
            }
            case SET, RESET, OVER -> {}
        }
    }

    /** A word behind a name: a part of the name behind a dot, else the name is over. */
    private void goesOn(Token word) {
        if (!name.isEmpty() && name.charAt(name.length() - 1) == '.' && name.length() < LONGEST) {
            name.append(word.nameText());
        } else {
            nameEnds();
        }
    }

    /** What stands here is no part of a name any more. */
    void nameEnds() {
        switch (phase) {
            case SESSION, TIME, RESET_SESSION, NAME -> nameIs(name.toString());
            case LOCAL -> {
                phase = Phase.OVER;
                local = true;
            }
            case SET, RESET, OVER -> {}
        }
    }

    /** The statement ends, be it without a name. */
    void end() {
        nameEnds();
        if (phase != Phase.OVER) {
            nameIs("");
        }
    }

    private void nameIs(String setting) {
        String lower = lower(setting);
        phase = Phase.OVER;
        if (ofBody && lower.indexOf('.') < 0) {
            return; // a column of an UPDATE, or a setting that shows by itself
        }
        found.add(SessionEffects.SET);
        if (lower.isEmpty()) {
            found.add(SessionEffects.UNKNOWN_NAME);
        } else {
            found.setting(lower);
        }
    }

    /** Names of settings are compared so, quoted or not. */
    static String lower(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Identifier.lower(bytes[i]);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
