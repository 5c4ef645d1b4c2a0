package org.pgsluice.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the body of a client's message and complains of what is not as the protocol has it. */
final class ScriptedMessage {
    private final ByteBuffer body;
    private final ScriptedBackend backend;

    ScriptedMessage(ByteBuffer body, ScriptedBackend backend) {
        this.body = body;
        this.backend = backend;
    }

    String cstring() {
        int end = body.position();
        while (end < body.limit() && body.get(end) != 0) {
            end++;
        }
        if (end == body.limit()) {
            backend.complain("a text without its end");
            body.position(end);
            return "";
        }
        byte[] raw = new byte[end - body.position()];
        body.get(raw).get();
        return new String(raw, StandardCharsets.UTF_8);
    }

    int int8() {
        return has(1) ? body.get() : 0;
    }

    int int16() {
        return has(2) ? body.getShort() : 0;
    }

    int int32() {
        return has(4) ? body.getInt() : 0;
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[has(count) ? count : 0];
        body.get(bytes);
        return bytes;
    }

    byte[] rest() {
        return bytes(body.remaining());
    }

    /** The message must be over. */
    void end() {
        if (body.hasRemaining()) {
            backend.complain(body.remaining() + " bytes too many in a message");
        }
    }

    private boolean has(int count) {
        if (count < 0 || body.remaining() < count) {
            backend.complain("a message that ends early");
            return false;
        }
        return true;
    }
}
