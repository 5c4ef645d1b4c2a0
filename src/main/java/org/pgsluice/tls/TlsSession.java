package org.pgsluice.tls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * One TLS session without its transport: it turns ciphertext in the scratch of its reactor into plain text and back, and does no input or output. On the
 * reactor that it {@linkplain #serve serves} last. {@link #free} ends it; nothing may be called afterwards.
 */
final class TlsSession {
    private static final MethodHandle FREE = OpenSsl.ssl("SSL_free");
    private static final MethodHandle ACCEPT = OpenSsl.ssl("SSL_set_accept_state");
    private static final MethodHandle CONNECT = OpenSsl.ssl("SSL_set_connect_state");
    private static final MethodHandle HANDSHAKE = OpenSsl.ssl("SSL_do_handshake");
    private static final MethodHandle SHUTDOWN = OpenSsl.ssl("SSL_shutdown");
    private static final MethodHandle CONTROL = OpenSsl.ssl("SSL_ctrl");
    private static final MethodHandle PARAMETERS = OpenSsl.ssl("SSL_get0_param");
    private static final MethodHandle OFFER_PROTOCOLS = OpenSsl.ssl("SSL_set_alpn_protos");
    private static final MethodHandle VERIFY_RESULT = OpenSsl.ssl("SSL_get_verify_result");
    private static final MethodHandle VERIFY_ERROR_TEXT = OpenSsl.crypto("X509_verify_cert_error_string");
    private static final MethodHandle SET_HOST = OpenSsl.crypto("X509_VERIFY_PARAM_set1_host");
    private static final MethodHandle SET_IP = OpenSsl.crypto("X509_VERIFY_PARAM_set1_ip_asc");
    private static final MethodHandle SET_HOST_FLAGS = OpenSsl.crypto("X509_VERIFY_PARAM_set_hostflags");

    private static final int SERVER_NAME = 55;
    private static final int NO_PARTIAL_WILDCARDS = 0x4;
    private static final int WANT_READ = 2;
    private static final int ENDED = 6;
    private static final String VERIFY_FAILED = "certificate verify failed";

    /** There is nothing (more) to open until more ciphertext comes. */
    static final int NOTHING = 0;

    /** The other side has said that it sends no more. */
    static final int END = -1;

    private final long ssl;

    private TlsSession(long ssl) {
        this.ssl = ssl;
    }

    /** The side that was connected to. */
    static TlsSession accept(TlsContext context) {
        if (!context.accepts()) {
            throw new IllegalArgumentException("this context is for connections that are opened");
        }
        TlsSession session = new TlsSession(context.context().newSession());
        OpenSsl.call(ACCEPT, session.ssl);
        return session;
    }

    /** The side that has connected, to {@code target}. */
    static TlsSession connect(TlsContext context, TlsTarget target) {
        if (context.accepts()) {
            throw new IllegalArgumentException("this context is for connections that are accepted");
        }
        TlsSession session = new TlsSession(context.context().newSession());
        OpenSsl.call(CONNECT, session.ssl);
        session.aim(target);
        return session;
    }

    private void aim(TlsTarget target) {
        try (Arena arena = Arena.ofConfined()) {
            String name = target.serverName();
            if (name != null) {
                OpenSsl.call(CONTROL, ssl, SERVER_NAME, 0, OpenSsl.cString(arena, name), 0);
            }
            String verified = target.verifiedName();
            if (verified != null) {
                long parameters = OpenSsl.call(PARAMETERS, ssl);
                OpenSsl.call(SET_HOST_FLAGS, parameters, NO_PARTIAL_WILDCARDS, 0);
                long text = OpenSsl.cString(arena, verified);
                if ((int) OpenSsl.call(target.isAddress() ? SET_IP : SET_HOST, parameters, text, 0) != 1) {
                    throw new IllegalArgumentException("no name or address to verify: " + verified);
                }
            }
            if (target.named()) {
                MemorySegment offer = arena.allocateFrom(ValueLayout.JAVA_BYTE, Alpn.offer());
                OpenSsl.call(OFFER_PROTOCOLS, ssl, offer.address(), offer.byteSize());
            }
        }
    }

    /** It works in {@code scratch} from now on. */
    void serve(TlsScratch scratch) {
        scratch.serve(ssl);
    }

    /** Goes on with the handshake as far as the ciphertext goes that was fed. Returns whether it is through. */
    boolean handshake() throws TlsException {
        OpenSsl.clearErrors();
        int result = (int) OpenSsl.call(HANDSHAKE, ssl);
        if (result == 1) {
            return true;
        }
        if (OpenSsl.error(ssl, result) == WANT_READ) {
            return false;
        }
        throw failure("handshake");
    }

    /** Opens what was fed, into at most {@code length} bytes. Returns their count, {@link #NOTHING} or {@link #END}. */
    int open(long into, int length) throws TlsException {
        OpenSsl.clearErrors();
        int result = OpenSsl.read(ssl, into, length);
        if (result > 0) {
            return result;
        }
        return switch (OpenSsl.error(ssl, result)) {
            case WANT_READ -> NOTHING;
            case ENDED -> END;
            default -> throw failure("read");
        };
    }

    /** Whether bytes are opened that {@link #open} had no room for. */
    boolean holdsBytes() {
        return OpenSsl.pending(ssl) > 0;
    }

    /** Seals all {@code length} bytes. */
    void seal(long from, int length) throws TlsException {
        OpenSsl.clearErrors();
        int result = OpenSsl.write(ssl, from, length);
        if (result != length) {
            throw failure("write");
        }
    }

    /** Writes the notice that no more comes. */
    void shutDown() {
        OpenSsl.clearErrors();
        OpenSsl.call(SHUTDOWN, ssl);
        OpenSsl.clearErrors();
    }

    void free() {
        OpenSsl.call(FREE, ssl);
    }

    TlsFacts facts() {
        return new TlsFacts(ssl);
    }

    private TlsException failure(String what) {
        String text = OpenSsl.errorText();
        OpenSsl.clearErrors();
        String reason = text.contains(VERIFY_FAILED) ? whyNotVerified() : null;
        return new TlsException(what + " failed: " + text + (reason == null ? "" : " (" + reason + ")"));
    }

    private @Nullable String whyNotVerified() {
        long result = OpenSsl.call(VERIFY_RESULT, ssl);
        return result == 0 ? null : OpenSsl.string(OpenSsl.call(VERIFY_ERROR_TEXT, result));
    }
}
