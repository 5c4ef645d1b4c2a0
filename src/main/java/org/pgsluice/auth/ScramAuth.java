package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.ScramAttributes.Malformed;
import org.pgsluice.auth.StoredSecret.ScramVerifier;
import org.pgsluice.net.RandomSource;
import org.pgsluice.wire.SqlState;

/**
 * {@code auth_type = scram-sha-256}, the server's side of SCRAM.
 *
 * <pre>
 * FIRST --client-first, verifier known--> Challenged --proof--> ENDED
 *   \--client-first, plain secret--> Deriving --resume--> Challenged
 * </pre>
 * Anything else ends in ENDED with a rejection. Without a secret that fits, a mock verifier is challenged and its proof is always wrong.
 */
final class ScramAuth implements ClientAuth {
    private static final Step.Rejected FAILED = new Step.Rejected("SASL authentication failed");
    private static final byte[] MECHANISMS = (Scram.MECHANISM + "\0\0").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MECHANISMS_WITH_BINDING =
            (Scram.MECHANISM_PLUS + "\0" + Scram.MECHANISM + "\0\0").getBytes(StandardCharsets.US_ASCII);

    private final @Nullable Credentials credentials;
    private final int iterationsForPlain;
    private final RandomSource random;
    private final String user;
    private final MockSalts mocks;
    private final @Nullable ChannelBinding binding;

    private State state = Point.FIRST;
    private @Nullable String detail;

    /** Written by the thread that derives, before it hands back. */
    private volatile @Nullable ScramVerifier derived;

    ScramAuth(
            String user,
            @Nullable Credentials credentials,
            int iterationsForPlain,
            RandomSource random,
            MockSalts mocks,
            @Nullable ChannelBinding binding) {
        this.credentials = credentials;
        this.iterationsForPlain = iterationsForPlain;
        this.random = random;
        this.user = user;
        this.mocks = mocks;
        this.binding = binding;
    }

    private sealed interface State {}

    private enum Point implements State {
        FIRST,
        ENDED
    }

    private record Deriving(ScramClientMessages.First first) implements State {}

    /** {@code inVain}: no proof is right, since there is nobody to prove to be. */
    private record Challenged(ScramClientMessages.First first, String serverFirst, String nonce, ScramVerifier verifier, boolean inVain) implements State {}

    @Override
    public Step start() {
        return new Step.Send(AuthFrames.authentication(AuthFrames.SASL, binding == null ? MECHANISMS : MECHANISMS_WITH_BINDING));
    }

    @Override
    public Step onMessage(ByteBuffer body) {
        if (body.remaining() > MAX_DERIVED_BODY) {
            return reject("malformed SCRAM message (too long)");
        }
        try {
            if (state == Point.FIRST) {
                return onInitialResponse(body);
            }
            return state instanceof Challenged challenged
                    ? onResponse(challenged, text(body, body.remaining()))
                    : reject("malformed SCRAM message (unexpected)");
        } catch (Malformed e) {
            return reject(String.valueOf(e.getMessage()));
        }
    }

    private Step onInitialResponse(ByteBuffer body) throws Malformed {
        byte[] mechanism = AuthFrames.zeroTerminated(body);
        if (mechanism == null) {
            throw new Malformed("malformed SASLInitialResponse (no mechanism)");
        }
        String chosen = new String(mechanism, StandardCharsets.ISO_8859_1);
        boolean plus = binding != null && Scram.MECHANISM_PLUS.equals(chosen);
        if (!plus && !Scram.MECHANISM.equals(chosen)) {
            state = Point.ENDED;
            return new Step.Rejected(SqlState.PROTOCOL_VIOLATION, "client selected an invalid SASL authentication mechanism");
        }
        if (body.remaining() < 4 || body.getInt() != body.remaining()) {
            throw new Malformed("malformed SASLInitialResponse (bad length)");
        }
        ScramClientMessages.First first = ScramClientMessages.First.read(text(body, body.remaining()), plus);
        if (first.bindingFlag() == 'y' && binding != null) {
            // It saw a list of mechanisms without ours: somebody between us has shortened it.
            return refuse("SCRAM channel binding negotiation error");
        }
        if (credentials == null) {
            return challengeInVain(first);
        }
        StoredSecret secret = credentials.secret();
        if (secret instanceof ScramVerifier verifier) {
            return challenge(first, verifier);
        }
        if (secret instanceof StoredSecret.Plain plain) {
            return challengePlain(first, credentials, plain);
        }
        if (secret instanceof StoredSecret.Md5) {
            detail = "SCRAM authentication failed: user has MD5 secret";
        }
        return challengeInVain(first);
    }

    private Step challengePlain(ScramClientMessages.First first, Credentials known, StoredSecret.Plain plain) {
        ScramVerifier verifier = known.verifier(iterationsForPlain);
        if (verifier != null) {
            return challenge(first, verifier);
        }
        byte[] salt = randomBytes(Scram.SALT_LENGTH);
        state = new Deriving(first);
        return new Step.Derive(() -> derived = known.deriveVerifier(plain, iterationsForPlain, salt));
    }

    @Override
    public Step resume() {
        if (!(state instanceof Deriving deriving)) {
            throw new IllegalStateException("nothing was derived");
        }
        ScramVerifier verifier = derived;
        return verifier == null ? reject("could not derive a SCRAM verifier") : challenge(deriving.first, verifier);
    }

    private Step challengeInVain(ScramClientMessages.First first) {
        return challenge(first, mocks.verifier(user, iterationsForPlain), true);
    }

    private Step challenge(ScramClientMessages.First first, ScramVerifier verifier) {
        return challenge(first, verifier, false);
    }

    private Step challenge(ScramClientMessages.First first, ScramVerifier verifier, boolean inVain) {
        String nonce = first.nonce() + Scram.encodeBase64(randomBytes(Scram.NONCE_BYTES));
        String serverFirst = "r=" + nonce + ",s=" + verifier.saltText() + ",i=" + verifier.iterations();
        state = new Challenged(first, serverFirst, nonce, verifier, inVain);
        return new Step.Send(AuthFrames.authentication(AuthFrames.SASL_CONTINUE, serverFirst));
    }

    private Step onResponse(Challenged challenged, String text) throws Malformed {
        ScramClientMessages.Last last;
        try {
            last = ScramClientMessages.Last.read(text, repeated(challenged.first), challenged.nonce);
        } catch (Malformed e) {
            if (challenged.first.bindingFlag() == 'p' && ScramClientMessages.UNEXPECTED_BINDING.equals(e.getMessage())) {
                return refuse("SCRAM channel binding check failed");
            }
            throw e;
        }
        ScramVerifier verifier = challenged.verifier;
        String authMessage = challenged.first.bare() + "," + challenged.serverFirst + "," + last.withoutProof();
        byte[] clientKey = Scram.xor(last.proof(), Scram.hmac(verifier.storedKey(), authMessage));
        boolean fits = MessageDigest.isEqual(Scram.sha256(clientKey), verifier.storedKey());
        if (!fits || challenged.inVain || credentials == null) {
            return reject("password authentication failed");
        }
        if (credentials.secret() instanceof ScramVerifier) {
            credentials.learn(new ScramKeys(clientKey, verifier.serverKey()));
        }
        state = Point.ENDED;
        String signature = Scram.encodeBase64(Scram.hmac(verifier.serverKey(), authMessage));
        return new Step.Accepted(AuthFrames.authentication(AuthFrames.SASL_FINAL, "v=" + signature));
    }

    /** What the last message must repeat of the first one's part about channel binding. */
    private String repeated(ScramClientMessages.First first) {
        return binding != null && first.bindingFlag() == 'p' ? binding.repeated() : first.bindingFlag() == 'n' ? "biws" : "eSws";
    }

    /** The connection is not the one that the client thinks it has: it is told so in PostgreSQL's words. */
    private Step refuse(String message) {
        reject(message);
        return new Step.Rejected(SqlState.INVALID_AUTHORIZATION, message);
    }

    private Step reject(String reason) {
        state = Point.ENDED;
        if (detail == null) {
            detail = reason;
        }
        return FAILED;
    }

    private static String text(ByteBuffer body, int length) throws Malformed {
        String text = AuthFrames.text(body, length);
        if (text.indexOf('\0') >= 0) {
            throw new Malformed("malformed SCRAM message (zero byte)");
        }
        return text;
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public @Nullable String detail() {
        return detail;
    }
}
