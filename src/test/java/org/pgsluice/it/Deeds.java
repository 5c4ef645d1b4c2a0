package org.pgsluice.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a client has written into the table {@code deeds}, a row a number: what must be there exactly once, what may be there because the connection broke at
 * its COMMIT, and, by not being listed, what must not be there. For its client's thread, and for the test's when the client is through.
 */
final class Deeds {
    static final String TABLE = "CREATE TABLE deeds (who text, n bigint); CREATE INDEX ON deeds (who, n)";

    private final Token token;
    private final Set<Long> done = new TreeSet<>();
    private final Set<Long> doubted = new TreeSet<>();
    private long last;

    Deeds(Token token) {
        this.token = token;
    }

    /** Numbers for that many new rows. */
    List<Long> next(int count) {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(++last);
        }
        return numbers;
    }

    /** They are about to be committed. */
    void doubt(List<Long> numbers) {
        doubted.addAll(numbers);
    }

    /** They were. */
    void done(List<Long> numbers) {
        numbers.forEach(doubted::remove);
        done.addAll(numbers);
    }

    /** The same for those that were announced to {@link #doubt}. */
    void doneIfDoubted(List<Long> numbers) {
        if (doubted.containsAll(numbers)) {
            done(numbers);
        }
    }

    int count() {
        return done.size();
    }

    int doubts() {
        return doubted.size();
    }

    String query() {
        return "SELECT n FROM public.deeds WHERE who = '" + token + "' ORDER BY n";
    }

    /**
     * Compares the answer to {@link #query} with what must be there.
     *
     * @param open what the transaction that asks has written itself
     */
    void compare(List<String> found, List<Long> open) {
        Set<Long> missing = new TreeSet<>(done);
        missing.addAll(open);
        Set<Long> allowed = new TreeSet<>(missing);
        allowed.addAll(doubted);
        List<Long> wrong = new ArrayList<>();
        for (String text : found) {
            Long number = Long.valueOf(text);
            missing.remove(number);
            if (!allowed.remove(number)) {
                wrong.add(number);
            }
        }
        if (!missing.isEmpty() || !wrong.isEmpty()) {
            throw new AssertionError(
                    token + ": of its rows are missing " + missing + ", there twice or without a COMMIT " + wrong + ", open " + open + ", in doubt " + doubted);
        }
    }

    void compare(List<String> found) {
        compare(found, Collections.emptyList());
    }
}
