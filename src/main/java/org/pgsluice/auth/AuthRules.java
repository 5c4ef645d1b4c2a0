package org.pgsluice.auth;

import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.ClientAuth.PasswordMethod;
import org.pgsluice.config.AuthType;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;

/** Which method a client has to use. Immutable, any thread. */
public sealed interface AuthRules {
    /** The method for a client. Decides by what is said and seen; whether the user exists shows later. */
    AuthMethod methodFor(ConnectionFacts facts, Identity identity);

    /** Whether the names of users count for nothing ({@code auth_type = any}). */
    default boolean anyUser() {
        return false;
    }

    /** The rules of a configuration. */
    static AuthRules of(Config config) {
        return new SameForAll(type(config));
    }

    /** Why {@code config} cannot be used: it asks for a method that is not built. Null when it does not. */
    static @Nullable String unsupported(Config config) {
        return unsupported(type(config));
    }

    /** Why a type cannot be used. */
    static @Nullable String unsupported(AuthType type) {
        return SameForAll.method(type) instanceof AuthMethod.Refused refused ? refused.why() : null;
    }

    private static AuthType type(Config config) {
        AuthType type = config.get(Settings.AUTH_TYPE);
        return type == null ? AuthType.MD5 : type;
    }

    /** The setting {@code auth_type}. */
    record SameForAll(AuthType type) implements AuthRules {
        @Override
        public AuthMethod methodFor(ConnectionFacts facts, Identity identity) {
            AuthMethod method = method(type);
            return method instanceof AuthMethod.Forced && identity.forcedUser() == null
                    ? new AuthMethod.Refused("auth_type=any requires forced user")
                    : method;
        }

        @Override
        public boolean anyUser() {
            return type == AuthType.ANY;
        }

        private static AuthMethod method(AuthType type) {
            return switch (type) {
                case ANY -> new AuthMethod.Forced();
                case TRUST -> new AuthMethod.Trust();
                case PLAIN -> new AuthMethod.Password(PasswordMethod.PLAIN);
                case MD5 -> new AuthMethod.Password(PasswordMethod.MD5);
                case SCRAM_SHA_256 -> new AuthMethod.Password(PasswordMethod.SCRAM_SHA_256);
                case CERT, HBA, LDAP, PAM -> new AuthMethod.Refused("auth_type=" + type.word() + " is not supported");
            };
        }
    }
}
