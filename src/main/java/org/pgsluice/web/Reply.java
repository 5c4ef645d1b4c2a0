package org.pgsluice.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One answer, whole.
 *
 * @param headers beside those that all answers have
 */
@SuppressWarnings("ArrayRecordComponent") // written once, to the socket
record Reply(int status, String type, Map<String, String> headers, byte[] body) {
    static final String TEXT = "text/plain; charset=utf-8";
    static final String JSON = "application/json";

    static Reply of(String type, String body) {
        return new Reply(200, type, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    /** A line of text. */
    static Reply line(int status, String line) {
        return new Reply(status, TEXT, Map.of(), (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    Reply with(String header, String value) {
        return new Reply(status, type, Map.of(header, value), body);
    }
}
