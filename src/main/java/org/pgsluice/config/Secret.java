package org.pgsluice.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A password or key from the configuration. Its text shows only where {@link #reveal} is called: never in logs, errors or {@code toString}. Immutable. */
public final class Secret {
    /** What stands for a secret wherever it would otherwise be read. */
    static final String MASK = "****";

    private final String text;

    public Secret(String text) {
        this.text = text;
    }

    /** The secret itself, for the exchange that needs it. */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that
                && MessageDigest.isEqual(text.getBytes(StandardCharsets.UTF_8), that.text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
