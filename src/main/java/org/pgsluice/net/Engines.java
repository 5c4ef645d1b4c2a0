package org.pgsluice.net;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the reactors of one process, all of the same engine: {@code epoll}, or {@code nio}, which works everywhere. */
public final class Engines {
    private static final String EPOLL = "epoll";
    private static final String NIO = "nio";

    private final String name;

    private Engines(String name) {
        this.name = name;
    }

    /**
     * Begins to link the system's functions on a thread beside, which takes about as long as the JVM needs for all else before the first accept. What goes
     * wrong is told by {@link #choose}.
     */
    public static void prepare() {
        if (isLinux()) {
            Thread linker = new Thread(Engines::probe, "epoll-linker");
            linker.setDaemon(true);
            linker.start();
        }
    }

    /**
     * Chooses once for the process.
     *
     * @param setting {@code auto}, {@code epoll} or {@code nio}
     * @param incidents warned of why {@code auto} does not take epoll on Linux; elsewhere there is nothing to say
     * @throws IOException when {@code epoll} is asked for and does not work here; the message has the reason
     */
    public static Engines choose(String setting, Incidents incidents) throws IOException {
        return setting.equals(NIO) ? new Engines(NIO) : choose(setting, probe(), incidents);
    }

    /** {@code hindrance} is why epoll does not work, null when it does. */
    static Engines choose(String setting, @Nullable String hindrance, Incidents incidents) throws IOException {
        if (hindrance == null) {
            return new Engines(EPOLL);
        }
        if (setting.equals(EPOLL)) {
            throw new IOException("engine \"epoll\" does not work here: " + hindrance);
        }
        if (isLinux()) { // elsewhere nobody expects it
            incidents.onWarning("engine \"epoll\" does not work here, using \"nio\": " + hindrance);
        }
        return new Engines(NIO);
    }

    /** The chosen engine: {@code epoll} or {@code nio}. */
    public String name() {
        return name;
    }

    /** Whether it can go on with sockets that another process has opened, and hand its own over. */
    public boolean passesDescriptors() {
        return name.equals(EPOLL);
    }

    /**
     * Makes a reactor; it does not run yet.
     *
     * @throws IOException when the operating system gives no selector or epoll
     */
    public ThreadedReactor open(int index, Incidents incidents) throws IOException {
        return name.equals(EPOLL) ? new EpollReactor(index, incidents) : new NioReactor(index, incidents);
    }

    private static boolean isLinux() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
    }

    /** Why epoll does not work here, null when it does. */
    private static @Nullable String probe() {
        if (!isLinux()) {
            return "this is not Linux";
        }
        String machine = System.getProperty("os.arch", "");
        if (!machine.equals("amd64") && !machine.equals("aarch64")) {
            return "it is made for x86-64 and ARM64, and this is " + machine;
        }
        try {
            EpollSet.probe();
            return null;
        } catch (IOException | RuntimeException | LinkageError failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        }
    }
}
