package org.pgsluice.auth;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A name as rules have it: itself, or behind a slash a regular expression that is looked for anywhere in a name. Expressions have the JDK's syntax. The work
 * for one name is bounded, so that an expression that backtracks without end holds up no reactor. Immutable, any thread.
 */
public final class NamePattern {
    private static final int MOST_STEPS = 50_000;

    private final String text;
    private final @Nullable Pattern pattern;

    private NamePattern(String text, @Nullable Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /** The name itself, whatever it begins with. */
    public static NamePattern literal(String name) {
        return new NamePattern(name, null);
    }

    /**
     * A word of a file: an expression when it begins with a slash.
     *
     * @throws PatternSyntaxException the expression is none
     */
    public static NamePattern of(String word) {
        return word.startsWith("/") ? new NamePattern(word, Pattern.compile(word.substring(1))) : literal(word);
    }

    /** How it was written. */
    public String text() {
        return text;
    }

    public boolean isExpression() {
        return pattern != null;
    }

    /** How many groups the expression has. */
    public int groups() {
        return pattern == null ? 0 : pattern.matcher("").groupCount();
    }

    /**
     * Whether it is that name.
     *
     * @throws TooLong an expression takes too much work for it, so that nobody can tell
     */
    public boolean matches(String name) {
        return pattern == null ? text.equals(name) : find(name) != null;
    }

    /** The match of an expression; null when there is none. */
    @Nullable Matcher find(String name) {
        if (pattern == null) {
            return null;
        }
        Matcher matcher = pattern.matcher(new Counted(name, new int[] {MOST_STEPS}));
        try {
            return matcher.find() ? matcher : null;
        } catch (StackOverflowError deep) {
            throw new TooLong();
        }
    }

    @Override
    public String toString() {
        return text;
    }

    /** Characters that can be looked at so often only. */
    private record Counted(String name, int[] left) implements CharSequence {
        @Override
        public int length() {
            return name.length();
        }

        @Override
        public char charAt(int index) {
            if (left[0]-- <= 0) {
                throw new TooLong();
            }
            return name.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return name.subSequence(start, end);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Matching a name takes too much work. */
    public static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLong() {
            super(null, null, false, false);
        }
    }
}
