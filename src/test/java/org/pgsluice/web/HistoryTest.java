package org.pgsluice.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.admin.view.TimesRow;

class HistoryTest {
    private static final double[] BOUNDS = {0.1, 1, Double.POSITIVE_INFINITY};

    private final History history = new History();

    @Test
    void minuteHasWhatHappenedInIt() {
        history.add(List.of(row("app", 100, 500, 50, 50, 0)), 60_000);
        history.add(List.of(row("app", 130, 900, 150, 51, 2)), 120_000);

        assertThat(history.text(BOUNDS)).isEqualTo(
                "{\"bounds\":[\"0.1\",\"1.0\",null],\"minutes\":[{\"at\":120000,\"pools\":[[\"app\",\"u\",30,103,400,2]]}]}");
    }

    /** Of a hundred waits one may be longer than what is shown. */
    @Test
    void slowestIsTheBucketThatNinetyNineOfAHundredAreIn() {
        history.add(List.of(), 0);
        history.add(List.of(row("app", 1, 0, 98, 1, 1)), 60_000);
        history.add(List.of(row("app", 2, 0, 197, 2, 1)), 120_000);

        assertThat(history.text(BOUNDS)).contains("[\"app\",\"u\",1,100,0,1]", "[\"app\",\"u\",1,100,0,0]");
    }

    @Test
    void poolThatWasMadeAnewBeginsAnew() {
        history.add(List.of(row("app", 100, 500, 50, 50, 0)), 0);
        history.add(List.of(row("app", 3, 5, 4, 0, 0)), 60_000);

        assertThat(history.text(BOUNDS)).contains("[\"app\",\"u\",3,4,5,0]");
    }

    @Test
    void anHourAndTheBusiestPoolsAreKept() {
        history.add(List.of(), 0);
        for (int minute = 1; minute <= 70; minute++) {
            List<TimesRow> rows = new ArrayList<>();
            for (int pool = 0; pool < 120; pool++) {
                rows.add(row("p" + pool, (long) minute * pool, 0, 0, 0, 0));
            }
            history.add(rows, minute * 60_000L);
        }
        String text = history.text(BOUNDS);

        assertThat(text.split("\"at\":", -1)).hasSize(61);
        assertThat(text).doesNotContain("\"at\":600000,").contains("\"at\":4200000,").contains("\"p119\"", "\"p20\"").doesNotContain("\"p19\"");
    }

    private static TimesRow row(String database, long transactions, long waitNanos, long... waits) {
        return new TimesRow(database, "u", transactions, waits, waitNanos, new long[waits.length], 0);
    }
}
