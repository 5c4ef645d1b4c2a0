package org.pgsluice.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.pgsluice.metrics.SampleSnapshot;

class FeedTest {
    private final AtomicInteger looks = new AtomicInteger();
    private long now = 1_000_000;

    @Test
    void allWhoLookShareOneLookASecond() throws NoAnswerException {
        Feed feed = feed("db");

        String first = feed.sample();
        int once = looks.get();
        now += 500;
        assertThat(feed.sample()).isSameAs(first);
        assertThat(looks).hasValue(once);
        int before = looks.get();
        now += 500;
        assertThat(feed.sample()).isNotEqualTo(first);
        assertThat(looks).hasValue(before + 1);
    }

    @Test
    void sampleHasPoolsWithTheirTimesHostsAndReactors() throws NoAnswerException {
        String sample = feed("db").sample();

        assertThat(sample).startsWith("{\"at\":1000000,\"process\":1000000,\"ready\":\"\",\"clients\":7,\"logins\":8,\"heap\":1000,\"pools\":[{")
                .contains("\"clients\":1,\"waiting\":2,\"maxwait\":1250000,\"active\":5,\"idle\":8,\"other\":32,\"login\":11,\"transactions\":2,")
                .contains("\"waits\":[70,0,0,5,")
                .contains("\"databases\":[{\"name\":\"db\",\"size\":20,\"reserve\":5,\"paused\":true,\"disabled\":false}]")
                .contains("\"hosts\":[{\"host\":\"192.0.2.1:5432\",\"state\":\"idle\",\"servers\":2}]")
                .contains("\"reactors\":[{\"clients\":1,\"servers\":2,\"waiting\":3,\"cpu\":6000000,\"turn\":7000}]")
                .contains("\"closings\":[{\"of\":\"client\",\"reason\":\"client_eof\",\"recent\":2,\"total\":13},")
                .contains("\"advice\":[{\"severity\":\"warning\",\"database\":\"db\",\"user\":null,\"finding\":\"Clients wait.\",\"remedy\":\"Raise it.\"");
    }

    @Test
    void namesEndNoScript() throws NoAnswerException {
        assertThat(feed("</script><script>alert(1)</script>").sample()).doesNotContain("<", ">")
                .contains("\"database\":\"\\u003c/script\\u003e\\u003cscript\\u003ealert(1)\\u003c/script\\u003e\"");
    }

    private Feed feed(String database) {
        Look look = new Look((parts, then) -> {
            looks.incrementAndGet();
            then.accept(SampleSnapshot.of(database));
        }, Runnable::run);
        return new Feed(look, () -> Instant.ofEpochMilli(now));
    }
}
