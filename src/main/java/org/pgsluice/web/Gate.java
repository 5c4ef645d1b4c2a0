package org.pgsluice.web;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may see what. With a password everything but the probes asks for it, as basic authentication under any name, or as a bearer token. Without one the
 * metrics are open, the page is for this machine alone, and the configuration is closed. Any thread.
 */
final class Gate {
    /** What stands at a path. */
    enum Openness {
        /** Probes. */
        ANYBODY,
        /** Metrics. */
        READERS,
        /** The page. */
        LOCAL,
        /** The configuration. */
        ADMINS
    }

    /** What is known of who asks; the headers are null where there are none. */
    record Visitor(InetAddress address, @Nullable String host, @Nullable String forwarded, @Nullable String authorization) {}

    private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "::1");

    private final Supplier<String> password;

    /** @param password asked for each time; empty for none */
    Gate(Supplier<String> password) {
        this.password = password;
    }

    /** Lets the visitor in (null), or says why not. */
    @Nullable Reply refusal(Openness openness, Visitor visitor) {
        if (openness == Openness.ANYBODY) {
            return null;
        }
        String secret = password.get();
        if (!secret.isEmpty()) {
            return knows(secret, visitor.authorization()) ? null
                    : Reply.line(401, "the password is that of http_password").with("WWW-Authenticate", "Basic realm=\"pgsluice\", charset=\"UTF-8\"");
        }
        return switch (openness) {
            case ANYBODY, READERS -> null;
            case LOCAL -> isLocal(visitor) ? null : Reply.line(403, "this page is for the machine itself only: set http_password to open it to others");
            case ADMINS -> Reply.line(403, "set http_password to see the configuration here");
        };
    }

    private static boolean knows(String secret, @Nullable String authorization) {
        if (authorization == null) {
            return false;
        }
        int blank = authorization.indexOf(' ');
        String scheme = blank < 0 ? "" : authorization.substring(0, blank);
        String given = authorization.substring(blank + 1).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            return isSame(secret, given);
        }
        if (!scheme.equalsIgnoreCase("Basic")) {
            return false;
        }
        try {
            String pair = new String(Base64.getDecoder().decode(given), StandardCharsets.UTF_8);
            return isSame(secret, pair.substring(pair.indexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            return false; // not base64
        }
    }

    /** Takes as long whatever is wrong. */
    private static boolean isSame(String secret, String given) {
        return MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether a browser or program of this machine asks, and for this machine. A page of somewhere else whose name was made to lead here says so in its Host; a
     * proxy of this machine speaks for others.
     */
    private static boolean isLocal(Visitor visitor) {
        return visitor.address().isLoopbackAddress() && visitor.forwarded() == null && visitor.host() != null && OWN_NAMES.contains(name(visitor.host()));
    }

    private static String name(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
