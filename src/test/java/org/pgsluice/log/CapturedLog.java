package org.pgsluice.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was logged, as {@code LEVEL message}. Thread-safe. */
public final class CapturedLog implements Log {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void write(Level level, String message) {
        lines.add(level + " " + message);
    }

    @Override
    public boolean isOn(Level level) {
        return true;
    }

    /** All lines so far, oldest first; a live view. */
    public List<String> lines() {
        return lines;
    }

    public void clear() {
        lines.clear();
    }
}
