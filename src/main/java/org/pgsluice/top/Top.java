package org.pgsluice.top;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code pgsluice top}: connects to the console, and draws what it says anew until it is told to end. Without a terminal it prints one picture. */
public final class Top {
    private static final long LOOK_MILLIS = 50;

    private Top() {}

    public static void main(String[] words) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        if (List.of(words).contains("--help")) {
            out.print(TopOptions.HELP);
            out.flush();
            return;
        }
        int code = 0;
        try {
            TopOptions options = TopOptions.parse(List.of(words), System.getenv());
            Terminal terminal = options.once() ? null : Terminal.open();
            if (terminal == null) {
                printOnce(options, out);
            } else {
                follow(options, terminal, out);
            }
        } catch (IllegalArgumentException e) {
            System.err.println("pgsluice top: " + e.getMessage() + "\nTry \"pgsluice top --help\" for more information.");
            code = 1;
        } catch (IOException e) {
            System.err.println("pgsluice top: " + e.getMessage());
            code = 2;
        }
        out.flush();
        System.exit(code);
    }

    /** Two pictures a second apart, the second of which is printed: with what happened in between. */
    private static void printOnce(TopOptions options, PrintStream out) throws IOException, InterruptedException {
        try (ConsoleClient console = ConsoleClient.open(options)) {
            Picture before = Picture.take(console);
            Thread.sleep(options.seconds() * 1000L);
            new Screen(0, false).draw(options.toString(), before, Picture.take(console)).forEach(out::println);
        }
    }

    private static void follow(TopOptions options, Terminal terminal, PrintStream out) throws IOException, InterruptedException {
        try (terminal; ConsoleClient console = ConsoleClient.open(options)) {
            @Nullable Picture before = null;
            boolean ended = false;
            while (!ended) {
                Picture now = Picture.take(console);
                terminal.show(new Screen(terminal.columns(), terminal.colours()).draw(options.toString(), before, now), out);
                before = now;
                for (long waited = 0; !ended && waited < options.seconds() * 1000L; waited += LOOK_MILLIS) {
                    Thread.sleep(LOOK_MILLIS);
                    ended = terminal.isToldToEnd();
                }
            }
        }
    }
}
