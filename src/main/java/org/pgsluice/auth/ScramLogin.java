package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.ScramAttributes.Malformed;
import org.pgsluice.auth.ServerAuth.Step;
import org.pgsluice.auth.StoredSecret.ScramVerifier;
import org.pgsluice.net.RandomSource;

/**
 * The client's side of SCRAM-SHA-256, in a login to PostgreSQL: with a password, or with the keys that a client of the same user has shown.
 *
 * <pre>FIRST_SENT --continue--> [Deriving --resume-->] ProofSent --final--> VERIFIED</pre>
 */
final class ScramLogin {
    /** A server's message is a nonce, a salt and a number; nothing honest comes near this. */
    private static final int MAX_MESSAGE = 16_384;

    /** A count from a server costs us its iterations. So many take less than a second, and are more than anybody recommends. */
    static final int MAX_ITERATIONS = 1_000_000;

    private final Credentials credentials;
    private final byte @Nullable [] password;
    private final @Nullable ScramVerifier ours;
    private final @Nullable ScramKeys learnt;
    private final String mechanism;
    private final String header;
    private final String repeated;
    private final String nonce;
    private final String firstBare;

    private State state = Point.FIRST_SENT;
    private @Nullable String detail;

    /** Written by the thread that derives, before it hands back. */
    private volatile @Nullable ScramKeys derived;

    ScramLogin(Credentials credentials, byte[] password, Bound bound, RandomSource random) {
        this(credentials, password, null, null, bound, random);
    }

    ScramLogin(Credentials credentials, ScramVerifier ours, ScramKeys learnt, Bound bound, RandomSource random) {
        this(credentials, null, ours, learnt, bound, random);
    }

    private ScramLogin(
            Credentials credentials,
            byte @Nullable [] password,
            @Nullable ScramVerifier ours,
            @Nullable ScramKeys learnt,
            Bound bound,
            RandomSource random) {
        this.credentials = credentials;
        this.password = password;
        this.ours = ours;
        this.learnt = learnt;
        this.mechanism = bound.mechanism;
        this.header = bound.header;
        this.repeated = bound.repeated;
        byte[] bytes = new byte[Scram.NONCE_BYTES];
        random.nextBytes(bytes);
        nonce = Scram.encodeBase64(bytes);
        firstBare = "n=,r=" + nonce;
    }

    /**
     * How a login is bound to the connection under it.
     *
     * @param mechanism which of the server's mechanisms is chosen
     * @param header how the first message begins
     * @param repeated the same (and the certificate's hash) in base64, which the last message repeats
     */
    record Bound(String mechanism, String header, String repeated) {
        /** The connection has nothing to bind to. */
        static final Bound NOT = new Bound(Scram.MECHANISM, "n,,", "biws");

        /** We would bind, but the server does not offer it: one that does knows by this that somebody has changed its offer. */
        static final Bound NOT_OFFERED = new Bound(Scram.MECHANISM, "y,,", "eSws");

        static Bound to(ChannelBinding binding) {
            return new Bound(Scram.MECHANISM_PLUS, ChannelBinding.HEADER, binding.repeated());
        }
    }

    private sealed interface State {}

    private enum Point implements State {
        FIRST_SENT,
        VERIFIED,
        FAILED
    }

    private record Deriving(Challenge challenge) implements State {}

    private record ProofSent(ScramKeys keys, String authMessage) implements State {}

    Step start() {
        return new Step.Send(AuthFrames.saslInitialResponse(mechanism, header + firstBare));
    }

    boolean isVerified() {
        return state == Point.VERIFIED;
    }

    @Nullable String detail() {
        return detail;
    }

    Step onContinue(ByteBuffer body) {
        if (state != Point.FIRST_SENT) {
            return fail("SCRAM exchange protocol error: received second AuthenticationSASLContinue");
        }
        Challenge challenge;
        try {
            challenge = Challenge.read(text(body), nonce);
        } catch (Malformed e) {
            return fail(String.valueOf(e.getMessage()));
        }
        if (learnt != null) {
            if (ours != null && (ours.iterations() != challenge.iterations || !Arrays.equals(ours.salt(), challenge.salt))) {
                detail = "SCRAM secret differs from the server's (salt or iterations): the keys of the client's login will not fit";
            }
            return prove(challenge, learnt);
        }
        ScramKeys known = credentials.keys(challenge.salt, challenge.iterations);
        byte[] typed = password;
        if (known != null || typed == null) {
            return known == null ? fail("cannot do SCRAM authentication: no password") : prove(challenge, known);
        }
        state = new Deriving(challenge);
        return new Step.Derive(() -> derived = credentials.deriveKeys(typed, challenge.salt, challenge.iterations));
    }

    Step resume() {
        ScramKeys keys = derived;
        if (!(state instanceof Deriving deriving)) {
            throw new IllegalStateException("nothing was derived");
        }
        return keys == null ? fail("could not derive SCRAM keys") : prove(deriving.challenge, keys);
    }

    private Step prove(Challenge challenge, ScramKeys keys) {
        String withoutProof = "c=" + repeated + ",r=" + challenge.nonce;
        String authMessage = firstBare + "," + challenge.text + "," + withoutProof;
        state = new ProofSent(keys, authMessage);
        return new Step.Send(AuthFrames.saslResponse(withoutProof + ",p=" + Scram.encodeBase64(keys.proof(authMessage))));
    }

    Step onFinal(ByteBuffer body) {
        if (!(state instanceof ProofSent sent)) {
            return fail("protocol error: AuthenticationSASLFinal without prior AuthenticationSASLContinue");
        }
        byte[] signature;
        try {
            ScramAttributes attributes = new ScramAttributes(text(body), 0);
            if (attributes.next() == 'e') {
                return fail("error received from server in SCRAM exchange");
            }
            signature = Scram.decodeBase64(attributes.value('v'));
        } catch (Malformed e) {
            return fail(String.valueOf(e.getMessage()));
        }
        if (signature == null || signature.length != Scram.KEY_LENGTH) {
            return fail("malformed SCRAM message (malformed server signature)");
        }
        if (!MessageDigest.isEqual(sent.keys.serverSignature(sent.authMessage), signature)) {
            state = Point.FAILED;
            detail = "invalid server signature";
            return new Step.Failed(ServerAuth.LOGIN_FAILED + "invalid server signature");
        }
        state = Point.VERIFIED;
        return new Step.Send(AuthFrames.NOTHING);
    }

    private Step fail(String reason) {
        state = Point.FAILED;
        return new Step.Failed(reason);
    }

    private static String text(ByteBuffer body) throws Malformed {
        if (body.remaining() > MAX_MESSAGE) {
            throw new Malformed("malformed SCRAM message (too long)");
        }
        return AuthFrames.text(body, body.remaining());
    }

    /** The server's first message, taken apart; {@code text} is all of it. */
    private record Challenge(String text, String nonce, byte[] salt, int iterations) {
        static Challenge read(String text, String clientNonce) throws Malformed {
            ScramAttributes attributes = new ScramAttributes(text, 0);
            String nonce = attributes.value('r');
            if (!nonce.startsWith(clientNonce) || nonce.length() == clientNonce.length() || !ScramAttributes.isNonce(nonce)) {
                throw new Malformed("invalid SCRAM response (nonce mismatch)");
            }
            byte[] salt = Scram.decodeBase64(attributes.value('s'));
            if (salt == null || salt.length == 0) {
                throw new Malformed("malformed SCRAM message (invalid salt)");
            }
            int iterations = Scram.parseIterations(attributes.value('i'));
            if (iterations < 1) {
                throw new Malformed("malformed SCRAM message (invalid iteration count)");
            }
            if (iterations > MAX_ITERATIONS) {
                throw new Malformed("SCRAM iteration count " + iterations + " of the server is above the limit of " + MAX_ITERATIONS);
            }
            if (!attributes.atEnd()) {
                throw new Malformed("malformed SCRAM message (garbage at end of server-first-message)");
            }
            return new Challenge(text, nonce, salt, iterations);
        }
    }
}
