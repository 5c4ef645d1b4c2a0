package org.pgsluice.sql;

/** What a dollar begins: the tag of a literal, whose end is looked for then, or the number of a parameter. */
final class DollarTag {
    /** What one more byte says. */
    enum Said {
        GOES_ON,
        COMPLETE,
        /** It was a parameter, or nothing that PostgreSQL knows. */
        NO_TAG,
        /** It is not followed any further. */
        TOO_LONG
    }

    private static final int ROOM = 128;

    private final byte[] bytes = new byte[ROOM];
    private int length;
    /** How much of the tag that ends the literal has been met. */
    private int met;

    /** A dollar is there. */
    void begin() {
        bytes[0] = '$';
        length = 1;
        met = 0;
    }

    Said add(byte letter) {
        boolean number = length > 1 && Identifier.isDigit(bytes[1]);
        if (letter == '$' && !number) {
            bytes[length++] = letter;
            return Said.COMPLETE;
        }
        if (number ? !Identifier.isDigit(letter) : letter == '$' || !Identifier.goesOn(letter)) {
            return Said.NO_TAG;
        }
        if (length == ROOM - 1) {
            return Said.TOO_LONG;
        }
        bytes[length++] = letter;
        return Said.GOES_ON;
    }

    /** The number of the parameter; 0 when it is none. */
    int number() {
        int number = 0;
        for (int i = 1; i < length && Identifier.isDigit(bytes[i]) && number < 100_000; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    /** Whether it is neither a parameter nor a lone dollar, though it is no tag. */
    boolean isNoToken() {
        return length > 1 && !Identifier.isDigit(bytes[1]);
    }

    int length() {
        return length;
    }

    /** One more byte of the literal; whether the tag that ends it is complete by that. A dollar stands at both ends of a tag and nowhere else. */
    boolean endsWith(byte letter) {
        if (letter == bytes[met]) {
            met++;
        } else {
            met = letter == '$' ? 1 : 0;
        }
        return met == length;
    }
}
