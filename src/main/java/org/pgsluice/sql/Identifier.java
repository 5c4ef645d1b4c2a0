package org.pgsluice.sql;

/** What a name or a keyword is made of, as PostgreSQL reads it. Manual: "Identifiers and Key Words". */
final class Identifier {
    /** PostgreSQL cuts longer names: bytes. */
    static final int LONGEST = 63;

    private static final byte OTHER = 0;
    private static final byte BLANK = 1;
    /** Begins a name or goes on with it. */
    private static final byte LETTER = 2;
    /** Goes on with a name, and is a parameter's number or a literal's begin elsewhere. */
    private static final byte DIGIT = 3;

    private static final byte DOLLAR = 4;
    private static final byte[] KINDS = kinds();
    private static final byte[] FOLDED = folded();

    private Identifier() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int i = 0; i < 256; i++) {
            boolean letter = i >= 128 || i == '_' || (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z');
            kinds[i] = letter ? LETTER : i >= '0' && i <= '9' ? DIGIT : i == '$' ? DOLLAR : i == ' ' || (i >= '\t' && i <= '\r') ? BLANK : OTHER;
        }
        return kinds;
    }

    private static byte[] folded() {
        byte[] folded = new byte[256];
        for (int i = 0; i < 256; i++) {
            folded[i] = KINDS[i] >= LETTER ? lower((byte) i) : 0;
        }
        return folded;
    }

    /** A byte that goes on with a name, in lower case; 0 for any other. */
    static byte folded(byte letter) {
        return FOLDED[letter & 0xff];
    }

    static boolean begins(byte letter) {
        return KINDS[letter & 0xff] == LETTER;
    }

    static boolean goesOn(byte letter) {
        return KINDS[letter & 0xff] >= LETTER;
    }

    static boolean isDigit(byte letter) {
        return KINDS[letter & 0xff] == DIGIT;
    }

    static boolean isBlank(byte letter) {
        return KINDS[letter & 0xff] == BLANK;
    }

    /** PostgreSQL folds letters of ASCII alone, whatever the encoding. */
    static byte lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter | 0x20) : letter;
    }

    static boolean equal(byte[] known, byte[] name, int length) {
        if (known.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (known[i] != name[i]) {
                return false;
            }
        }
        return true;
    }
}
