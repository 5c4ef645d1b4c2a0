package org.pgsluice.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pgsluice.admin.show.Formats;
import org.pgsluice.admin.show.ShowTables;
import org.pgsluice.admin.show.ValueWriter;
import org.pgsluice.admin.view.FdRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.config.ConsoleVersion;
import org.pgsluice.wire.MessageWriter;

class HandedRowTest {
    private static final FdRow ROW = new FdRow(
            17, "client", "u", "d", "127.0.0.1", 6432, -2, 18, "UTF8", "on", "ISO, MDY", "UTC", "secret", new byte[] {1, (byte) 0xab}, new byte[] {2},
            new byte[] {3, 4});

    @Test
    void rowArrivesAsItWasShown() {
        assertThat(HandedRow.of(shown("handover", ROW)).row()).usingRecursiveComparison().isEqualTo(ROW);
    }

    @Test
    void listenerHasNoNames() {
        FdRow listener = new FdRow(5, "pooler", null, null, "unix", 6432, 0, 0, null, null, null, null, null, null, null, null);

        assertThat(HandedRow.of(shown("handover", listener)).row()).usingRecursiveComparison().isEqualTo(listener);
    }

    @Test
    void pgbouncersRowHasNoState() {
        FdRow row = HandedRow.of(shown("fds", ROW)).row();

        assertThat(row.state()).isNull();
        assertThat(row.fd()).isEqualTo(17);
        assertThat(row.scramServerKey()).containsExactly(2);
    }

    @Test
    void rowWithoutDescriptorIsRefused() {
        OldProcess.Row row = new OldProcess.Row(-1, shown("fds", ROW).values());

        assertThatIllegalArgumentException().isThrownBy(() -> HandedRow.of(row)).withMessage("a row came without its descriptor");
    }

    private static OldProcess.Row shown(String table, FdRow row) {
        Snapshot snapshot = Snapshot.EMPTY.with(Part.FDS, List.of(row));
        MessageWriter out = new MessageWriter();
        Objects.requireNonNull(ShowTables.find(table, ConsoleVersion.NEWEST)).read(snapshot, Formats.TEXT, new ValueWriter(ZoneOffset.UTC)).writeNext(out);
        ByteBuffer message = out.toBuffer().position(5);
        List<byte @Nullable []> values = new ArrayList<>();
        for (int left = message.getShort(); left > 0; left--) {
            int length = message.getInt();
            byte[] value = length < 0 ? null : new byte[length];
            if (value != null) {
                message.get(value);
            }
            values.add(value);
        }
        return new OldProcess.Row(99, values);
    }
}
