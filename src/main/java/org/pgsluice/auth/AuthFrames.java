package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The few frames of the two exchanges, and the one string that their bodies hold. Stateless. */
final class AuthFrames {
    static final int OK = 0;
    static final int CLEARTEXT_PASSWORD = 3;
    static final int MD5_PASSWORD = 5;
    static final int SASL = 10;
    static final int SASL_CONTINUE = 11;
    static final int SASL_FINAL = 12;

    static final byte[] NOTHING = {};

    private AuthFrames() {}

    /** An Authentication message to a client. */
    static byte[] authentication(int type, byte[] body) {
        return frame('R', 4 + body.length).putInt(type).put(body).array();
    }

    static byte[] authentication(int type, String body) {
        return authentication(type, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A PasswordMessage to a server. */
    static byte[] password(byte[] password) {
        return frame('p', password.length + 1).put(password).put((byte) 0).array();
    }

    static byte[] saslInitialResponse(String mechanism, String data) {
        byte[] name = mechanism.getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = data.getBytes(StandardCharsets.ISO_8859_1);
        return frame('p', name.length + 1 + 4 + bytes.length).put(name).put((byte) 0).putInt(bytes.length).put(bytes).array();
    }

    static byte[] saslResponse(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.ISO_8859_1);
        return frame('p', bytes.length).put(bytes).array();
    }

    private static ByteBuffer frame(char tag, int bodyLength) {
        return ByteBuffer.allocate(5 + bodyLength).put((byte) tag).putInt(4 + bodyLength);
    }

    /** The bytes up to the next zero, which is consumed; null (and nothing consumed) if there is none. */
    static byte @Nullable [] zeroTerminated(ByteBuffer body) {
        for (int i = body.position(); i < body.limit(); i++) {
            if (body.get(i) == 0) {
                byte[] bytes = new byte[i - body.position()];
                body.get(bytes).get();
                return bytes;
            }
        }
        return null;
    }

    /** The next {@code length} bytes as text of one character a byte. */
    static String text(ByteBuffer body, int length) {
        byte[] bytes = new byte[length];
        body.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
