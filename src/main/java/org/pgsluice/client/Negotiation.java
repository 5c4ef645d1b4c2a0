package org.pgsluice.client;

import java.util.List;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/**
 * Which version of the protocol is spoken: 3.2 with who asks for it or for more, 3.0 with anybody else. The client is told once where that is not what it asked
 * for, or where it asked for options, of which none is known.
 */
final class Negotiation {
    private Negotiation() {}

    static void answer(ClientSession client, StartupPacket.Startup startup) {
        List<String> options = startup.protocolOptions();
        int asked = startup.protocolMinor();
        int spoken = asked >= StartupPacket.MINOR_OF_LONG_KEYS ? StartupPacket.MINOR_OF_LONG_KEYS : 0;
        client.knowsLongKeys(spoken != 0);
        if (asked != spoken || !options.isEmpty()) {
            MessageWriter out = new MessageWriter();
            out.begin(BackendTag.NEGOTIATE_PROTOCOL_VERSION).int32(StartupPacket.PROTOCOL_3_0 + spoken).int32(options.size());
            for (String option : options) {
                out.cstring(option);
            }
            client.send(out.end().toBuffer());
        }
    }
}
