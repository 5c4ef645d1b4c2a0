package org.pgsluice.auth;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Offload;
import org.pgsluice.net.RandomSource;
import org.pgsluice.wire.SqlState;

/**
 * One client's proof of identity: what to send and what to make of the answers. Used once, by one login, on the client's reactor; only the work of
 * {@link Step.Derive} and {@link Step.Ask} runs elsewhere, and nothing else of the exchange is called meanwhile.
 *
 * <p>A user that does not exist, or has no secret that fits the method, goes through the same exchange and is rejected at its end.
 */
public sealed interface ClientAuth permits PlainAuth, Md5Auth, ScramAuth, JudgedAuth {
    /** The longest body of a client's message with a password that is looked at, in bytes: one of 65530 bytes and its terminator fit. */
    int MAX_BODY = 65_792;

    /** The longest body of one that holds what was derived from a password: PostgreSQL's limit for SASL messages. */
    int MAX_DERIVED_BODY = 1_024;

    /** The longest body that the next message of the client may have, in bytes; what is longer is refused by its header. */
    default int longestBody() {
        return MAX_DERIVED_BODY;
    }

    /** The first step; called once, before anything else. */
    Step start();

    /** The step after the client's {@code p} message, whose body (without tag and length) is {@code body}. */
    Step onMessage(ByteBuffer body);

    /** The step after the work of a {@link Step.Derive} is done. */
    Step resume();

    /** Why the exchange was rejected, for the log: PgBouncer's words, no secret in them. Null while nothing was rejected or there is nothing to add. */
    @Nullable String detail();

    /** Asks for the password itself. */
    static ClientAuth plain(String user, @Nullable Credentials credentials) {
        return new PlainAuth(user, credentials);
    }

    /** Asks for an MD5 answer to a random salt. A SCRAM verifier never matches: see {@link #forType}. */
    static ClientAuth md5(String user, @Nullable Credentials credentials, RandomSource random) {
        return new Md5Auth(user, credentials, random);
    }

    /**
     * Asks for SCRAM-SHA-256; {@code iterationsForPlain} is scram_iterations, used where the secret has no count of its own. With a {@code binding}, that of
     * the client's TLS connection, SCRAM-SHA-256-PLUS is offered too.
     */
    static ClientAuth scram(
            String user,
            @Nullable Credentials credentials,
            int iterationsForPlain,
            RandomSource random,
            MockSalts mocks,
            @Nullable ChannelBinding binding) {
        return new ScramAuth(user, credentials, iterationsForPlain, random, mocks, binding);
    }

    /** The exchange for a configured method; md5 turns into SCRAM for a user whose secret is a SCRAM verifier. */
    static ClientAuth forType(
            PasswordMethod method,
            String user,
            @Nullable Credentials credentials,
            int iterationsForPlain,
            RandomSource random,
            MockSalts mocks,
            @Nullable ChannelBinding binding) {
        return switch (method) {
            case PLAIN -> plain(user, credentials);
            case MD5 -> credentials != null && credentials.secret() instanceof StoredSecret.ScramVerifier
                    ? scram(user, credentials, iterationsForPlain, random, mocks, binding)
                    : md5(user, credentials, random);
            case SCRAM_SHA_256 -> scram(user, credentials, iterationsForPlain, random, mocks, binding);
        };
    }

    /** The methods that ask for something a password makes. */
    enum PasswordMethod {
        PLAIN,
        MD5,
        SCRAM_SHA_256
    }

    /** What to do next. */
    sealed interface Step {
        /** Send these complete frames, then wait for the client's next {@code p} message. */
        record Send(byte[] frame) implements Step {}

        /** The client is who it says. Send {@code frame} (may be empty) and then AuthenticationOk, which is not in it. */
        record Accepted(byte[] frame) implements Step {}

        /** Tell the client {@code message}, and close. */
        record Rejected(SqlState state, String message) implements Step {
            /** Drivers tell by this state that there is no use in trying again. */
            Rejected(String message) {
                this(SqlState.INVALID_PASSWORD, message);
            }
        }

        /** Run {@code work} off the reactor, then call {@link ClientAuth#resume} on it. */
        record Derive(Runnable work) implements Step {}

        /**
         * Run {@code work}, which waits for others, off the reactor, then call {@link ClientAuth#resume} on it.
         *
         * @param what is asked for, for messages: {@code LDAP authentication}
         */
        record Ask(Offload.Kind kind, String what, Runnable work) implements Step {}
    }
}
