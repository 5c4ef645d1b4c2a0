package org.pgsluice.top;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The terminal that standard output is. It gives keys at once while this is open, and is as before afterwards, also after Ctrl-C. */
final class Terminal implements AutoCloseable {
    private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";
    private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
    private static final int COLUMNS = 120;
    private static final int LINES = 40;

    private final String settings;
    private final Thread restoring = new Thread(this::restore, "restore terminal");
    private boolean restored;

    private Terminal(String settings) {
        this.settings = settings;
    }

    /** Null where there is none. */
    @SuppressWarnings("SystemConsoleNull") // that of JDK 25 is null again where input or output is no terminal
    static @Nullable Terminal open() throws IOException, InterruptedException {
        if (System.console() == null || !System.console().isTerminal()) {
            return null;
        }
        String settings = stty("-g");
        if (settings.isEmpty()) {
            return null;
        }
        Terminal terminal = new Terminal(settings);
        Runtime.getRuntime().addShutdownHook(terminal.restoring);
        stty("-icanon", "-echo");
        System.out.print(ENTER);
        return terminal;
    }

    int columns() throws IOException, InterruptedException {
        return size(1, COLUMNS);
    }

    boolean colours() {
        return System.getenv("NO_COLOR") == null;
    }

    /** As many lines as there is room for. */
    void show(List<String> lines, PrintStream out) throws IOException, InterruptedException {
        int room = size(0, LINES);
        StringBuilder text = new StringBuilder("\033[H");
        for (String line : lines.subList(0, Math.min(lines.size(), Math.max(1, room - 1)))) {
            text.append(line).append("\033[0m\033[K\r\n");
        }
        out.print(text.append("\033[J"));
        out.flush();
    }

    boolean isToldToEnd() throws IOException {
        while (System.in.available() > 0) {
            int key = System.in.read();
            if (key == 'q' || key == 'Q' || key < 0) {
                return true;
            }
        }
        return false;
    }

    private static int size(int index, int otherwise) throws IOException, InterruptedException {
        String[] numbers = stty("size").split(" ", -1);
        try {
            int number = numbers.length == 2 ? Integer.parseInt(numbers[index]) : 0;
            return number > 0 ? number : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static String stty(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() == 0 ? answer : "";
    }

    private synchronized void restore() {
        if (!restored) {
            restored = true;
            System.out.print(LEAVE);
            System.out.flush();
            try {
                stty(settings);
            } catch (IOException e) {
                System.err.println("could not restore the terminal: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        restore();
    }
}
