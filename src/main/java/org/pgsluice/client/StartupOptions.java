package org.pgsluice.client;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;

/** Reads the {@code options} of a startup packet, {@code -c name=value} and {@code --name=value}, into the client's tracked variables. */
final class StartupOptions {
    private static final String UNSUPPORTED = "unsupported options startup parameter: only '-c config=val' and '--config=val' are allowed";

    private final String text;
    private int at;

    private StartupOptions(String text) {
        this.text = text;
    }

    /**
     * Reads them all.
     *
     * @param ignored names that are passed over, {@code options} for all
     * @return what is wrong, in the words for the client; null for nothing
     */
    static @Nullable String read(String text, TrackedVars vars, List<String> ignored) {
        return new StartupOptions(text).read(vars, ignored);
    }

    private @Nullable String read(TrackedVars vars, List<String> ignored) {
        while (at < text.length()) {
            skipBlanks();
            if (text.startsWith("-c", at)) {
                at += 2;
                skipBlanks();
            } else if (text.startsWith("--", at)) {
                at += 2;
            } else {
                return UNSUPPORTED;
            }
            String token = token();
            int equals = token.indexOf('=');
            if (equals < 0) {
                return UNSUPPORTED;
            }
            String name = token.substring(0, equals);
            boolean asked = vars.names().mayBeAsked(name, ignored) && vars.ask(name, token.substring(equals + 1));
            if (!asked && !TrackedNames.contains(ignored, name) && !TrackedNames.contains(ignored, "options")) {
                return "unsupported startup parameter in options: " + name;
            }
        }
        return null;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /** Up to the next blank; a backslash takes the next character as it is. */
    private String token() {
        StringBuilder token = new StringBuilder();
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            if (text.charAt(at) == '\\') {
                at++;
                if (at == text.length()) {
                    break;
                }
            }
            token.append(text.charAt(at++));
        }
        return token.toString();
    }
}
