package org.pgsluice.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TimesTest {
    @Test
    void boundIsInItsBucketAndWhatIsLongerInTheNext() {
        double[] bounds = Times.bounds();
        for (int i = 0; i < bounds.length - 1; i++) {
            long bound = Math.round(bounds[i] * 1e9);

            assertThat(bucket(bound - 1)).as("%s - 1", bound).isEqualTo(i);
            assertThat(bucket(bound)).as("%s", bound).isEqualTo(i);
            assertThat(bucket(bound + 1)).as("%s + 1", bound).isEqualTo(i + 1);
        }
    }

    @Test
    void timesOfAnyLengthHaveABucket() {
        assertThat(bucket(0)).isZero();
        assertThat(bucket(1)).isZero();
        assertThat(bucket(Long.MAX_VALUE)).isEqualTo(Times.bounds().length - 1);
    }

    @Test
    void bucketIsTheFirstWhoseBoundIsNotBelow() {
        Random random = new Random(7);
        double[] bounds = Times.bounds();
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong(1L << (1 + random.nextInt(40)));
            int expected = 0;
            while (bounds[expected] * 1e9 < nanos) {
                expected++;
            }

            assertThat(bucket(nanos)).as("%s", nanos).isEqualTo(expected);
        }
    }

    /** The bucket is found by a time's octave and one comparison. */
    @Test
    void noTwoBoundsShareAnOctave() {
        double[] bounds = Times.bounds();
        for (int i = 1; i < bounds.length; i++) {
            assertThat(bounds[i]).isGreaterThanOrEqualTo(2 * bounds[i - 1]);
        }
    }

    private static int bucket(long nanos) {
        Times times = new Times();
        times.add(nanos);
        long[] counts = times.counts();
        int found = -1;
        for (int i = 0; i < counts.length; i++) {
            found = counts[i] == 1 ? i : found;
        }
        return found;
    }
}
