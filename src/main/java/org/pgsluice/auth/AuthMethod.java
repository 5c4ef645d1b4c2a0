package org.pgsluice.auth;

import org.jspecify.annotations.Nullable;

/** How a client has to prove that it is who it says. */
public sealed interface AuthMethod {
    /** Whether no client is let in, whatever it could show. */
    default boolean letsNobodyIn() {
        return false;
    }

    /** By nothing, as long as there is such a user. */
    record Trust() implements AuthMethod {}

    /** By nothing: whatever name it gives, it is the database's forced user. */
    record Forced() implements AuthMethod {}

    /** By an exchange about a password. */
    record Password(ClientAuth.PasswordMethod kind) implements AuthMethod {}

    /** By a password that somebody else judges. */
    record Judged(PasswordJudge judge) implements AuthMethod {}

    /** By the operating system's user at the other end of a unix socket. */
    record Peer(NameCheck check) implements AuthMethod {}

    /**
     * By its TLS certificate.
     *
     * @param wholeName whether the whole distinguished name counts, and not the common name or one of the alternative names
     */
    record Cert(NameCheck check, boolean wholeName) implements AuthMethod {
        /** Why the client is not {@code user}, in PgBouncer's words; null when it is. {@code user} null: there is none. */
        public @Nullable String wrong(ConnectionFacts facts, @Nullable String user) {
            CertificateNames shown = facts.certificate();
            if (!facts.encrypted()) {
                return "TLS connection required";
            }
            if (shown == null) {
                return "TLS client certificate required";
            }
            if (user == null || check.lets(shown.names(wholeName), user)) {
                return null;
            }
            IdentMap map = check.map();
            return map == null ? "TLS certificate name mismatch" : "ident map: " + map.name() + " does not have a match";
        }
    }

    /** Not by anything: a rule turns it away. */
    record Reject() implements AuthMethod {
        @Override
        public boolean letsNobodyIn() {
            return true;
        }
    }

    /** Not by anything: no rule is about it. */
    record NoRule() implements AuthMethod {
        @Override
        public boolean letsNobodyIn() {
            return true;
        }
    }

    /** That depends on the name of its host, which {@link ConnectionFacts} do not have yet. */
    record DependsOnHostName() implements AuthMethod {
        @Override
        public boolean letsNobodyIn() {
            return true;
        }
    }

    /** Not at all, since the configuration makes no sense for it: {@code why} is for the log. */
    record Refused(String why) implements AuthMethod {
        @Override
        public boolean letsNobodyIn() {
            return true;
        }
    }
}
