package org.pgsluice.it;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.copy.CopyIn;

/** COPY in both directions, whole and failing. */
final class CopyChores {
    static final List<Chore<DriverClient>> ALL = List.of(
            Chore.of("copy in and out", 4, CopyChores::inAndOut),
            Chore.of("copy alone", 4, CopyChores::alone),
            Chore.of("copy out", 3, CopyChores::out),
            Chore.of("failing copy", 3, CopyChores::failing));

    private static final String IN = "COPY public.deeds FROM STDIN";

    private CopyChores() {}

    private static String lines(DriverClient client, List<Long> numbers) {
        StringBuilder text = new StringBuilder();
        numbers.forEach(number -> text.append(client.token).append('\t').append(number).append('\n'));
        return text.toString();
    }

    private static void inAndOut(DriverClient client) throws SQLException, IOException {
        List<Long> numbers = client.deeds.next(100 + client.below(3000));
        String text = lines(client, numbers);
        client.begin();
        client.same("the number of rows", (long) numbers.size(), client.copies().copyIn(IN, new StringReader(text)));
        StringWriter back = new StringWriter();
        String rows = "SELECT * FROM public.deeds WHERE who = '" + client.token + "' AND n >= " + numbers.getFirst() + " ORDER BY n";
        client.copies().copyOut("COPY (" + rows + ") TO STDOUT", back);
        client.same("what was copied", text, back.toString());
        client.rollback();
    }

    private static void alone(DriverClient client) throws SQLException, IOException {
        List<Long> numbers = client.deeds.next(3);
        client.deeds.doubt(numbers);
        client.same("the number of rows", 3L, client.copies().copyIn(IN, new StringReader(lines(client, numbers))));
        client.deeds.done(numbers);
    }

    private static void out(DriverClient client) throws SQLException, IOException {
        int count = client.below(20_000);
        StringWriter text = new StringWriter();
        client.same("the number of rows", (long) count,
                client.copies().copyOut("COPY (SELECT '" + client.token + "', i FROM generate_series(1, " + count + ") i) TO STDOUT", text));
        int[] n = {0};
        text.toString().lines().forEach(line -> client.same("a line", client.token + "\t" + ++n[0], line));
        client.same("the number of lines", count, n[0]);
    }

    private static void failing(DriverClient client) throws SQLException {
        if (client.once(2)) {
            client.expectError("22P02", () -> client.copies().copyIn(IN, new StringReader(lines(client, client.deeds.next(50)) + client.token + "\tx\n")));
            return;
        }
        CopyIn copy = client.copies().copyIn(IN);
        byte[] line = lines(client, client.deeds.next(1)).getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(line, 0, line.length);
        client.pause(5);
        if (client.once(2)) {
            copy.cancelCopy();
        } else {
            client.expectError("22P02", () -> failsUnderWay(client, copy));
        }
    }

    /** When the driver hears of the error while it still sends, it does not send the end of the data. */
    private static void failsUnderWay(DriverClient client, CopyIn copy) throws SQLException {
        byte[] wrong = (client.token + "\tx\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5; i++) {
            copy.writeToCopy(wrong, 0, wrong.length);
            copy.flushCopy();
            client.pause(10);
        }
        copy.endCopy();
    }
}
