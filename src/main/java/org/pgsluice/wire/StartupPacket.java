package org.pgsluice.wire;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands in a client's first packet. Manual: "StartupMessage", "CancelRequest", "SSLRequest", "GSSENCRequest".
 */
public sealed interface StartupPacket {
    int CODE_CANCEL = 80877102;
    int CODE_SSL = 80877103;
    int CODE_GSSENC = 80877104;
    int PROTOCOL_3_0 = 3 << 16;
    /** The minor version from which on a cancel key has up to 256 bytes. */
    int MINOR_OF_LONG_KEYS = 2;

    /** Asks for TLS. */
    record SslRequest() implements StartupPacket {}

    /** Asks for GSSAPI encryption. */
    record GssEncRequest() implements StartupPacket {}

    /** Asks to cancel what the holder of that key runs. The key is everything behind the code: 8 bytes in protocol 3.0. */
    record CancelRequest(byte[] key) implements StartupPacket {}

    /**
     * A session of protocol 3.
     *
     * @param parameters in the order sent, the last of equal names wins; values as they came, one char a byte, since nobody knows their encoding yet
     */
    record Startup(int protocolMinor, Map<String, String> parameters) implements StartupPacket {
        /** Names of the {@code _pq_.} options that the client asked for. */
        public List<String> protocolOptions() {
            List<String> names = new ArrayList<>();
            for (String name : parameters.keySet()) {
                if (name.startsWith("_pq_.")) {
                    names.add(name);
                }
            }
            return names;
        }
    }

    /** Something that the pooler does not serve; {@code reason} is the text for the client, empty for none. */
    record Invalid(String reason) implements StartupPacket {}

    /**
     * Reads a whole packet: {@code packet} stands on the length word and ends with the packet.
     */
    static StartupPacket read(ByteBuffer packet) {
        int code = packet.getInt(packet.position() + 4);
        return switch (code) {
            case CODE_SSL -> new SslRequest();
            case CODE_GSSENC -> new GssEncRequest();
            case CODE_CANCEL -> {
                byte[] key = new byte[packet.remaining() - 8];
                packet.get(packet.position() + 8, key);
                yield new CancelRequest(key);
            }
            default -> switch (code >>> 16) {
                case 3 -> readParameters(code & 0xffff, packet);
                case 2 -> new Invalid("old V2 protocol not supported");
                default -> new Invalid("unsupported protocol version " + (code >>> 16) + "." + (code & 0xffff));
            };
        };
    }

    private static StartupPacket readParameters(int minor, ByteBuffer packet) {
        Map<String, String> parameters = new LinkedHashMap<>();
        int at = packet.position() + 8;
        int end = packet.limit();
        while (at < end && packet.get(at) != 0) {
            int nameEnd = Frames.zero(packet, at, end);
            int valueEnd = nameEnd < 0 ? -1 : Frames.zero(packet, nameEnd + 1, end);
            if (valueEnd < 0) {
                return new Invalid("invalid startup packet layout: expected terminator as last byte");
            }
            parameters.put(text(packet, at, nameEnd, StandardCharsets.UTF_8), text(packet, nameEnd + 1, valueEnd, StandardCharsets.ISO_8859_1));
            at = valueEnd + 1;
        }
        if (at != end - 1) {
            return new Invalid("invalid startup packet layout: expected terminator as last byte");
        }
        return new Startup(minor, parameters);
    }

    /** A value of {@link Startup#parameters} as UTF-8, as names of users and databases are. */
    static String utf8(String value) {
        return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer packet, int from, int to, Charset charset) {
        byte[] raw = new byte[to - from];
        packet.get(from, raw);
        return new String(raw, charset);
    }
}
