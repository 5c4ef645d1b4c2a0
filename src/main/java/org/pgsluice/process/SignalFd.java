package org.pgsluice.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.pgsluice.net.CLibrary;

/** Reads blocked signals from a signalfd, for the life of the process. */
final class SignalFd {
    /** The mask of every {@link ProcessSignal}. */
    static final long ALL = mask();

    private static final long SFD_CLOEXEC = 02000000;
    private static final int INFO_SIZE = 128; // struct signalfd_siginfo; ssi_signo is its first int
    private static final ProcessSignal[] SIGNALS = ProcessSignal.values();

    private SignalFd() {}

    /** Does not return while signals can be read. */
    static void readForever(Signals.Listener listener) throws IOException {
        CLibrary c = new CLibrary(Arena.global());
        MemorySegment memory = Arena.global().allocate(INFO_SIZE, Long.BYTES);
        memory.set(JAVA_LONG, 0, ALL);
        int fd = (int) c.call("signalfd", -1, memory.address(), SFD_CLOEXEC);
        if (fd < 0) {
            throw new IOException("signalfd: " + c.error());
        }
        while (true) {
            int length = (int) c.call("read", fd, memory.address(), INFO_SIZE);
            if (length == INFO_SIZE) {
                int number = memory.get(JAVA_INT, 0);
                for (ProcessSignal signal : SIGNALS) {
                    if (signal.number() == number) {
                        listener.onSignal(signal);
                    }
                }
            } else if (length == 0) {
                throw new IOException("end of signalfd");
            }
        }
    }

    private static long mask() {
        long mask = 0;
        for (ProcessSignal signal : ProcessSignal.values()) {
            mask |= signal.bit();
        }
        return mask;
    }
}
