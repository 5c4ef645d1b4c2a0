package org.pgsluice.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.vars.Carrying;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;

/**
 * The settings that a startup packet asks for, by name or among its options. Tracked ones go to the client's variables at once, all others at the end. Such a
 * one is a reason to refuse the client where settings beyond the tracked ones do not follow it.
 */
final class StartupSettings {
    private final TrackedVars vars;
    private final List<String> ignored;
    /** Those that are not tracked, by their keys. They are handed on together, since each set of settings is a copy. */
    private @Nullable Map<String, String> beyond;

    private @Nullable String refusal;

    /** {@code ignored}: the names of ignore_startup_parameters. */
    StartupSettings(TrackedVars vars, List<String> ignored) {
        this.vars = vars;
        this.ignored = ignored;
    }

    /**
     * Takes one.
     *
     * @param bytes its value, one char a byte
     * @param unsupported the words that go before its name where it is refused
     * @return false when it is to be ignored
     */
    boolean take(String name, String bytes, String unsupported) {
        if (vars.names().mayBeAsked(name, ignored) && vars.ask(name, bytes)) {
            return true;
        }
        if (TrackedNames.contains(ignored, name)) {
            return false;
        }
        if (refusal == null) {
            refusal = unsupported + name;
        }
        if (beyond == null) {
            beyond = new HashMap<>();
        }
        beyond.put(Carrying.key(name), bytes);
        return true;
    }

    /** Takes one that stands among the options. Where those are to be ignored, only tracked ones are heard. */
    void option(String name, String bytes) {
        if (vars.names().indexOf(name) >= 0 || !TrackedNames.contains(ignored, "options")) {
            take(name, bytes, "unsupported startup parameter in options: ");
        }
    }

    /** That was all. */
    void done() {
        if (beyond != null) {
            vars.carrying().ask(beyond);
        }
    }

    /** Why the client is refused if only tracked parameters follow it, in the words for it; null for nothing. */
    @Nullable String refusal() {
        return refusal;
    }
}
