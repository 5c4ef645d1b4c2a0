package org.pgsluice.vars;

import org.jspecify.annotations.Nullable;

/**
 * The values of parameters as one String each, so that those that are equal are the same. The JVM's own table of them is slow to ask; what was asked for last
 * stands here too. Any thread: Strings are immutable, and a slot that two threads fill holds one of their answers.
 */
final class Spellings {
    /** A power of two. An installation has fewer values than this, unless each client has a name of its own. */
    private static final int SLOTS = 256;

    /** Longer values, which a stranger may send, are not kept. */
    private static final int LONGEST = 64;

    private final @Nullable String[] met = new String[SLOTS];

    /** The one String that is equal to {@code value}. */
    String of(String value) {
        if (value.length() > LONGEST) {
            return value.intern();
        }
        int slot = (value.hashCode() * 0x9E3779B9) >>> Integer.numberOfLeadingZeros(SLOTS - 1);
        String known = met[slot];
        if (known != null && known.equals(value)) {
            return known;
        }
        String one = value.intern();
        met[slot] = one;
        return one;
    }
}
