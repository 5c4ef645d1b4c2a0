package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.RandomSource;

/**
 * What we show to PostgreSQL at one login, whatever it asks for. Used by one server connection, on its reactor; only the work of {@link Step.Derive} runs
 * elsewhere, and nothing else of the exchange is called meanwhile.
 *
 * <pre>
 * ASKED_NOTHING --cleartext, md5--> ANSWERED --AuthenticationOk--> Done
 *       \--SASL--> ScramLogin --continue, final--> verified --AuthenticationOk--> Done
 * </pre>
 */
public final class ServerAuth {
    static final String LOGIN_FAILED = "server login failed: ";
    private static final Step.Failed WRONG_TYPE = new Step.Failed(LOGIN_FAILED + "wrong password type");
    private static final byte[] NO_PASSWORD = {};

    private final @Nullable Credentials credentials;
    private final StoredSecret secret;
    private final String user;
    private final RandomSource random;
    private final @Nullable ChannelBinding binding;

    private boolean answered;
    private @Nullable ScramLogin scram;
    private @Nullable String detail;

    /**
     * The login of {@code user}; without credentials, or without a secret in them, servers that ask are shown the empty password.
     *
     * @param binding to the TLS connection to the server; null without one, or where its certificate's signature names no hash
     */
    public ServerAuth(@Nullable Credentials credentials, String user, RandomSource random, @Nullable ChannelBinding binding) {
        this.credentials = credentials;
        this.user = user;
        this.random = random;
        this.binding = binding;
        secret = credentials == null ? StoredSecret.None.INSTANCE : credentials.secret();
    }

    /** What to do next. */
    public sealed interface Step {
        /** Send these complete frames (none, if empty), then wait for the server. */
        record Send(byte[] frame) implements Step {}

        /** AuthenticationOk came, and nothing speaks against it. */
        record Done() implements Step {}

        /** The login is over; {@code message} is for the log and for clients that wait. */
        record Failed(String message) implements Step {}

        /** Run {@code work} off the reactor, then call {@link ServerAuth#resume} on it. */
        record Derive(Runnable work) implements Step {}
    }

    /** The step after an Authentication message of type {@code authType}; {@code body} is what follows the type. */
    public Step onRequest(int authType, ByteBuffer body) {
        return switch (authType) {
            case AuthFrames.OK -> onOk();
            case AuthFrames.CLEARTEXT_PASSWORD -> once(this::cleartext);
            case AuthFrames.MD5_PASSWORD -> body.remaining() == 4 ? md5(body) : protocolError("malformed AuthenticationMD5Password");
            case AuthFrames.SASL -> sasl(body);
            case AuthFrames.SASL_CONTINUE -> {
                ScramLogin login = scram;
                yield login == null
                        ? protocolError("protocol error: AuthenticationSASLContinue without prior AuthenticationSASL")
                        : login.onContinue(body);
            }
            case AuthFrames.SASL_FINAL -> {
                ScramLogin login = scram;
                yield login == null
                        ? protocolError("protocol error: AuthenticationSASLFinal without prior AuthenticationSASLContinue")
                        : login.onFinal(body);
            }
            default -> new Step.Failed("unknown/unsupported auth method: " + Integer.toUnsignedString(authType));
        };
    }

    /** The step after the work of a {@link Step.Derive} is done. */
    public Step resume() {
        ScramLogin login = scram;
        if (login == null) {
            throw new IllegalStateException("nothing was derived");
        }
        return login.resume();
    }

    /** More about a failure, for the log: no secret in it. Null if there is nothing to add. */
    public @Nullable String detail() {
        return scram != null && scram.detail() != null ? scram.detail() : detail;
    }

    private Step onOk() {
        // A server that began SCRAM and then skips its own proof is not the one that knows the user.
        return scram == null || scram.isVerified() ? new Step.Done() : new Step.Failed(LOGIN_FAILED + "invalid server signature");
    }

    /** A second request in one login is refused: no server asks twice, and each answer would give something away. */
    private Step once(Supplier<Step> answer) {
        if (answered) {
            return protocolError("protocol error: duplicate authentication request from server");
        }
        answered = true;
        return answer.get();
    }

    private Step cleartext() {
        byte[] password = password();
        // Sending a stored text, as if it were the password, could only tell the server what is in our file.
        return password == null
                ? wrongType("cannot do cleartext authentication: wrong password type")
                : new Step.Send(AuthFrames.password(password));
    }

    /** The password, empty where there is no secret; null when only something made of it is known. */
    private byte @Nullable [] password() {
        if (secret instanceof StoredSecret.Plain plain) {
            return plain.bytes();
        }
        return secret instanceof StoredSecret.None ? NO_PASSWORD : null;
    }

    private Step md5(ByteBuffer body) {
        byte[] salt = new byte[4];
        body.get(salt);
        return once(() -> {
            String stored = secret instanceof StoredSecret.None ? Md5Passwords.stored(NO_PASSWORD, user) : Md5Passwords.storedOf(secret, user);
            return stored == null
                    ? wrongType("cannot do MD5 authentication: wrong password type")
                    : new Step.Send(AuthFrames.password(Md5Passwords.answer(stored, salt)));
        });
    }

    private Step sasl(ByteBuffer body) {
        boolean offered = false;
        boolean plus = false;
        byte[] name = AuthFrames.zeroTerminated(body);
        while (name != null && name.length > 0) {
            String mechanism = new String(name, StandardCharsets.ISO_8859_1);
            offered |= Scram.MECHANISM.equals(mechanism);
            plus |= Scram.MECHANISM_PLUS.equals(mechanism);
            name = AuthFrames.zeroTerminated(body);
        }
        // A server that offers it on a plain connection is one behind somebody who ends its TLS: there is nothing that we could bind to.
        ChannelBinding bindable = binding;
        if (plus && bindable != null) {
            return once(() -> startScram(ScramLogin.Bound.to(bindable)));
        }
        if (!offered) {
            detail = "none of the server's SASL authentication mechanisms are supported";
            return new Step.Failed(LOGIN_FAILED + detail);
        }
        return once(() -> startScram(bindable == null ? ScramLogin.Bound.NOT : ScramLogin.Bound.NOT_OFFERED));
    }

    private Step startScram(ScramLogin.Bound bound) {
        Credentials known = credentials == null ? new Credentials(user, secret) : credentials;
        byte[] password = password();
        ScramKeys keys = known.learntKeys();
        ScramLogin login = null;
        if (password != null) {
            login = new ScramLogin(known, password, bound, random);
        } else if (secret instanceof StoredSecret.ScramVerifier verifier && keys != null) {
            login = new ScramLogin(known, verifier, keys, bound, random);
        }
        if (login == null) {
            return wrongType(secret instanceof StoredSecret.Md5
                    ? "cannot do SCRAM authentication: wrong password type"
                    : "cannot do SCRAM authentication: password is SCRAM secret but client authentication did not provide SCRAM keys");
        }
        scram = login;
        return login.start();
    }

    private Step wrongType(String reason) {
        detail = reason;
        return WRONG_TYPE;
    }

    private static Step protocolError(String reason) {
        return new Step.Failed(reason);
    }
}
