package org.pgsluice.it;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Something that a client of the storm does and checks.
 *
 * @param <C> the kind of client
 * @param weight how often it is chosen, compared with the others
 * @param rough whether it breaks the connection on purpose: never done in the calm
 */
record Chore<C>(String name, int weight, boolean rough, Act<C> act) {
    interface Act<C> {
        void on(C client) throws Exception;
    }

    static <C> Chore<C> of(String name, int weight, Act<C> act) {
        return new Chore<>(name, weight, false, act);
    }

    static <C> Chore<C> rough(String name, int weight, Act<C> act) {
        return new Chore<>(name, weight, true, act);
    }

    static <C> Chore<C> choose(List<Chore<C>> all, boolean calm, SplittableRandom random) {
        int sum = 0;
        for (Chore<C> chore : all) {
            sum += calm && chore.rough ? 0 : chore.weight;
        }
        int at = random.nextInt(sum);
        for (Chore<C> chore : all) {
            at -= calm && chore.rough ? 0 : chore.weight;
            if (at < 0) {
                return chore;
            }
        }
        throw new IllegalStateException();
    }
}
