package org.pgsluice.auth;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.ClientAuth.Step;

/** Reads a client's PasswordMessage the way all password methods do. */
final class PasswordBody {
    static final Step.Rejected FAILED = new Step.Rejected("password authentication failed");
    static final Step.Rejected EMPTY = new Step.Rejected("empty password returned by client");

    private PasswordBody() {}

    /** The password without its terminator; empty if none was sent, null if the message is not one string and nothing else. */
    static byte @Nullable [] read(ByteBuffer body) {
        if (body.remaining() > ClientAuth.MAX_BODY) {
            return null;
        }
        byte[] password = AuthFrames.zeroTerminated(body);
        return body.hasRemaining() ? null : password;
    }
}
