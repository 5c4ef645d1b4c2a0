package org.pgsluice.client;

import org.jspecify.annotations.Nullable;

/** Reads the {@code options} of a startup packet, {@code -c name=value} and {@code --name=value}, into the client's settings. */
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
     * @return what is wrong, in the words for the client; null for nothing
     */
    static @Nullable String read(String text, StartupSettings settings) {
        return new StartupOptions(text).read(settings);
    }

    private @Nullable String read(StartupSettings settings) {
        while (at < text.length()) {
            skipBlanks();
            if (at == text.length()) {
                break;
            }
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
            // PostgreSQL takes a dash in a name for an underscore.
            settings.option(token.substring(0, equals).replace('-', '_'), token.substring(equals + 1));
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
