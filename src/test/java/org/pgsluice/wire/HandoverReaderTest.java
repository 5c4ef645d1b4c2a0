package org.pgsluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HandoverReaderTest {
    private static final byte[] WRITTEN =
            new HandoverWriter().number(-5).flag(true).text("Größe").text(null).bytes(new byte[] {1, 2}).number(2).flag(false).flag(true).toBytes();

    @Test
    void readsWhatWasWritten() {
        HandoverReader in = new HandoverReader(WRITTEN);

        assertThat(in.number()).isEqualTo(-5);
        assertThat(in.flag()).isTrue();
        assertThat(in.text()).isEqualTo("Größe");
        assertThat(in.textOrNone()).isNull();
        assertThat(in.bytes()).containsExactly(1, 2);
        assertThat(in.count()).isEqualTo(2);
        assertThat(in.flag()).isFalse();
        assertThat(in.flag()).isTrue();
    }

    @Test
    void whatIsCutShortIsRefused() {
        for (int length = 0; length < WRITTEN.length; length++) {
            HandoverReader in = new HandoverReader(Arrays.copyOf(WRITTEN, length));

            assertThatIllegalArgumentException().as("%d bytes", length).isThrownBy(() -> {
                in.number();
                in.flag();
                in.text();
                in.textOrNone();
                in.bytes();
                in.count();
                in.flag();
                in.flag();
            });
        }
    }

    @Test
    void countThatCannotBeTrueIsRefusedBeforeMemoryIsTaken() {
        HandoverReader in = new HandoverReader(new HandoverWriter().number(1L << 40).toBytes());

        assertThatIllegalArgumentException().isThrownBy(in::count);
    }
}
