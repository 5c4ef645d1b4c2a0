package org.pgsluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandoverReaderTest {
    private static final byte[] WRITTEN =
            new HandoverWriter().number(-5).flag(true).text("Größe").bytes(new byte[] {1, 2}).number(2).flag(false).flag(true).toBytes();

    @Test
    void readsWhatWasWritten() {
        List<Object> read = HandoverReader.whole(WRITTEN, HandoverReaderTest::fields);

        assertThat(read).containsExactly(-5L, true, "Größe", 2, 2, false, true, HandoverWriter.FORMAT);
    }

    private static List<Object> fields(HandoverReader in) {
        return List.of(in.number(), in.flag(), in.text(), in.bytes().length, in.count(), in.flag(), in.flag(), in.format());
    }

    @Test
    void whatIsCutShortIsRefused() {
        for (int length = 0; length < WRITTEN.length; length++) {
            byte[] part = Arrays.copyOf(WRITTEN, length);

            assertThatIllegalArgumentException().as("%d bytes", length).isThrownBy(() -> HandoverReader.whole(part, HandoverReaderTest::fields));
        }
    }

    @Test
    void fieldThatNobodyReadsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HandoverReader.whole(WRITTEN, HandoverReader::number))
                .withMessage("a handed-over session does not end where it should");
    }

    @Test
    void stateOfANewerProcessIsRefusedByItsNumber() {
        byte[] newer = WRITTEN.clone();
        newer[7]++;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> HandoverReader.whole(newer, HandoverReaderTest::fields))
                .withMessage("a handed-over session is of format %d, and this process knows up to %d", HandoverWriter.FORMAT + 1, HandoverWriter.FORMAT);
    }

    /** Its states began with the first field. */
    @Test
    void stateOfAProcessOlderThanFormatsIsRefused() {
        byte[] older = Arrays.copyOfRange(WRITTEN, 8, WRITTEN.length - 4);

        assertThatIllegalArgumentException().isThrownBy(() -> HandoverReader.whole(older, HandoverReaderTest::fields))
                .withMessageContaining("of no format that is known");
    }

    @Test
    void countThatCannotBeTrueIsRefusedBeforeMemoryIsTaken() {
        byte[] bytes = new HandoverWriter().number(1L << 40).toBytes();

        assertThatIllegalArgumentException().isThrownBy(() -> HandoverReader.whole(bytes, HandoverReader::count)).withMessageContaining("counts 1099511627776");
    }
}
