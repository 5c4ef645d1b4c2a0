package org.pgsluice.it;

import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose something is: each client of the storm has one, puts it into all that it sends, and may find no other in what it gets. Also the name of its schema.
 *
 * @param text a word that needs no quotes in SQL
 */
record Token(String text) {
    private static final Pattern ANY = Pattern.compile("c[0-9]{2}x[0-9a-f]{6}");

    static Token of(int client, SplittableRandom random) {
        return new Token("c%02dx%06x".formatted(client, random.nextInt(1 << 24)));
    }

    /** Throws if there is another's token in {@code got}. */
    void requireOwn(String got) {
        Matcher tokens = ANY.matcher(got);
        while (tokens.find()) {
            if (!tokens.group().equals(text)) {
                throw new AssertionError(text + " got what is " + tokens.group() + "'s: " + got);
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
