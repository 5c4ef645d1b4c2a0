package org.pgsluice.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code YYYY-MM-DD HH:MM:SS.mmm TZ [PID] LEVEL message}, or a JSON object, to standard error, the log file and syslog. One system call a line and
 * target, and none later: what a caller has written is there for a reader at once. Thread-safe; lines come out whole and in the order of their times. A target
 * that fails loses the line, not the caller.
 */
public final class LogLines implements Log {
    /** Longer messages are cut: part of a message may come from a client. */
    static final int MAX_MESSAGE = 8192;

    private final Object lock = new Object();
    private final InstantSource clock;
    private final long pid;
    private final LinePrefix prefix;
    private final Outlet stderr;
    private volatile int verbose;
    private volatile boolean quiet;
    private volatile boolean json;
    private LogTargets targets = LogTargets.NONE;
    private @Nullable Outlet file;
    private @Nullable Syslog syslog;
    private boolean journal;

    /** @param pid of this process, as lines show it */
    public LogLines(InstantSource clock, long pid) {
        this(clock, pid, ZoneName.ofSystem(), Outlet.ofStandardError());
    }

    LogLines(InstantSource clock, long pid, ZoneName zone, Outlet stderr) {
        this.clock = clock;
        this.pid = pid;
        this.prefix = new LinePrefix(clock, pid, zone);
        this.stderr = stderr;
    }

    /** Whether standard error stays silent ({@code -q}, {@code -d}). */
    public void setQuiet(boolean quiet) {
        this.quiet = quiet;
    }

    /** Lets go of standard error for good: whoever started us may wait for its end. */
    public void leaveStandardError() {
        quiet = true;
        stderr.close();
    }

    /** Whether standard error goes to systemd's journal, which adds time and process by itself and takes the level as a number in front. */
    public void setJournal(boolean journal) {
        synchronized (lock) {
            this.journal = journal;
        }
    }

    /** The setting {@code log_format}: whether each line is a JSON object. */
    public void setJson(boolean json) {
        this.json = json;
    }

    /** The setting {@code verbose}: 0 shows LOG and worse, 1 adds DEBUG, 2 adds NOISE. */
    public void setVerbose(int verbose) {
        this.verbose = verbose;
    }

    /**
     * Writes to these targets from now on, and opens the log file anew: done at every reload, it is also how a rotated file is let go. If the file cannot be
     * opened nothing changes.
     */
    public void setTargets(LogTargets next) throws IOException {
        // Outside the lock: others write meanwhile, however long it takes.
        Outlet opened = next.file().isEmpty() ? null : Outlet.ofFile(next.file());
        synchronized (lock) {
            if (file != null) {
                file.close();
            }
            file = opened;
            if (next.syslog() && (syslog == null || !next.sameSyslog(targets))) {
                syslog = new Syslog(next.syslogIdent(), next.syslogFacility());
            } else if (!next.syslog()) {
                syslog = null;
            }
            targets = next;
        }
    }

    @Override
    public boolean isOn(Level level) {
        return switch (level) {
            case FATAL, ERROR, WARNING, LOG -> true;
            case DEBUG -> verbose >= 1;
            case NOISE -> verbose >= 2;
        };
    }

    @Override
    public void write(Level level, String message) {
        if (isOn(level)) {
            say(level, null, message);
        }
    }

    @Override
    public void write(Level level, Speaker speaker, String message, Fact... facts) {
        if (isOn(level)) {
            say(level, speaker, message, facts);
        }
    }

    private void say(Level level, @Nullable Speaker speaker, String message, Fact... facts) {
        if (json) {
            String cut = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
            synchronized (lock) {
                String line = JsonLine.of(clock.instant(), pid, level, speaker, cut, facts);
                hand(level, line.getBytes(StandardCharsets.UTF_8), line.substring(0, line.length() - 1));
            }
        } else {
            String text = clean(speaker == null ? message : speaker + message);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            synchronized (lock) {
                hand(level, prefix.line(level, bytes), text);
            }
        }
    }

    /** {@code text}: the line for those who add a time themselves. */
    private void hand(Level level, byte[] line, String text) {
        if (!quiet) {
            stderr.put(journal ? journalLine(level, text) : line, journal ? lost -> journalLine(Level.WARNING, lost(lost)) : this::lostLine);
        }
        if (file != null) {
            file.put(line, this::lostLine);
        }
        if (syslog != null && level.compareTo(Level.LOG) <= 0) {
            syslog.write(level, text);
        }
    }

    private byte[] lostLine(long lost) {
        return json
                ? JsonLine.of(clock.instant(), pid, Level.WARNING, null, lost(lost)).getBytes(StandardCharsets.UTF_8)
                : prefix.line(Level.WARNING, lost(lost).getBytes(StandardCharsets.UTF_8));
    }

    private static String lost(long lines) {
        return lines + (lines == 1 ? " line of the log was" : " lines of the log were") + " lost here";
    }

    private static byte[] journalLine(Level level, String text) {
        return ("<" + Syslog.priority(level) + ">" + text.replace("\n\t", " ") + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A newline may not look like a new line of the log, nor another control character play with the reader's terminal. */
    static String clean(String message) {
        int length = message.length();
        boolean fine = length <= MAX_MESSAGE;
        for (int i = 0; fine && i < length; i++) {
            char c = message.charAt(i);
            fine = !isControl(c) || c == '\t';
        }
        return fine ? message : cleaned(message, Math.min(length, MAX_MESSAGE));
    }

    /** Of both sets: to some terminals U+009B begins a sequence as ESC and a bracket do. */
    private static boolean isControl(char c) {
        return c < ' ' || c >= 0x7f && c < 0xa0;
    }

    private static String cleaned(String message, int length) {
        StringBuilder text = new StringBuilder(length + 16);
        int end = length;
        while (end > 0 && Character.isWhitespace(message.charAt(end - 1))) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = message.charAt(i);
            if (c == '\n') {
                text.append("\n\t");
            } else {
                text.append(isControl(c) && c != '\t' ? '?' : c);
            }
        }
        return text.toString();
    }
}
