package org.pgsluice.auth;

import org.pgsluice.auth.ClientAuth.PasswordMethod;
import org.pgsluice.config.AuthType;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;

/** Which method a client has to use. Immutable, any thread; asking never blocks. */
public interface AuthRules {
    /** The method for a client. Decides by what is said and seen; whether the user exists shows later. */
    AuthMethod methodFor(ConnectionFacts facts, Identity identity);

    /** Whether the names of users count for nothing ({@code auth_type = any}). */
    default boolean anyUser() {
        return false;
    }

    /** The rules of a configuration whose {@code auth_type} needs no file. Any other lets nobody in: its rules come from where files are read. */
    static AuthRules of(Config config) {
        AuthType type = config.get(Settings.AUTH_TYPE);
        return of(type == null ? AuthType.MD5 : type);
    }

    /** The same for a type. */
    static AuthRules of(AuthType type) {
        return new SameForAll(switch (type) {
            case ANY -> new AuthMethod.Forced();
            case TRUST -> new AuthMethod.Trust();
            case PLAIN -> new AuthMethod.Password(PasswordMethod.PLAIN);
            case MD5 -> new AuthMethod.Password(PasswordMethod.MD5);
            case SCRAM_SHA_256 -> new AuthMethod.Password(PasswordMethod.SCRAM_SHA_256);
            case CERT, HBA, LDAP, PAM, JWT -> new AuthMethod.NoRule();
        });
    }

    /** One method for all clients. */
    record SameForAll(AuthMethod method) implements AuthRules {
        @Override
        public AuthMethod methodFor(ConnectionFacts facts, Identity identity) {
            return anyUser() && identity.forcedUser() == null ? new AuthMethod.Refused("auth_type=any requires forced user") : method;
        }

        @Override
        public boolean anyUser() {
            return method instanceof AuthMethod.Forced;
        }
    }
}
