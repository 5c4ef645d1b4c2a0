package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SocketOptionsTest {
    @Test
    void eachComponentTellsTwoApart() {
        List<SocketOptions> others = List.of(
                new SocketOptions(true, 0, 0, 0, 0, 0),
                new SocketOptions(false, 1, 0, 0, 0, 0),
                new SocketOptions(false, 0, 1, 0, 0, 0),
                new SocketOptions(false, 0, 0, 1, 0, 0),
                new SocketOptions(false, 0, 0, 0, 1, 0),
                new SocketOptions(false, 0, 0, 0, 0, 1));

        assertThat(others).doesNotContain(SocketOptions.DEFAULT).doesNotHaveDuplicates();
        assertThat(others).as("one for each component").hasSameSizeAs(SocketOptions.class.getRecordComponents());
        assertThat(new SocketOptions(false, 0, 0, 0, 0, 0)).isEqualTo(SocketOptions.DEFAULT).hasSameHashCodeAs(SocketOptions.DEFAULT);
    }
}
