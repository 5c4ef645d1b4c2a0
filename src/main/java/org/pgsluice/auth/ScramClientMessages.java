package org.pgsluice.auth;

import org.pgsluice.auth.ScramAttributes.Malformed;

/** The two messages of a SCRAM client, taken apart. */
final class ScramClientMessages {
    static final String UNEXPECTED_BINDING = "unexpected SCRAM channel-binding attribute in client-final-message";

    private ScramClientMessages() {}

    /**
     * The first message.
     *
     * @param bindingFlag {@code n} (no channel binding), {@code y} (the client could, but thinks that we cannot) or {@code p} (bound)
     * @param bare the message without the part about channel binding
     */
    record First(char bindingFlag, String bare, String nonce) {
        /** Reads it; {@code plus} tells whether the client has chosen the mechanism with channel binding. */
        static First read(String text, boolean plus) throws Malformed {
            char flag = text.isEmpty() ? 0 : text.charAt(0);
            if (flag != 'n' && flag != 'y' && flag != 'p') {
                throw new Malformed("malformed SCRAM message (unexpected channel-binding flag " + ScramAttributes.shown(flag) + ")");
            }
            if (plus != (flag == 'p')) {
                throw new Malformed(plus
                        ? "malformed SCRAM message (client selected SCRAM-SHA-256-PLUS, but sent no channel binding data)"
                        : "malformed SCRAM message (client selected SCRAM-SHA-256 without channel binding, but sent channel binding data)");
            }
            int behind = 1;
            if (plus) {
                String type = new ScramAttributes(text, 0).value('p');
                if (!type.equals(ChannelBinding.TYPE)) {
                    throw new Malformed("unsupported SCRAM channel-binding type");
                }
                behind = 2 + type.length();
            }
            if (text.startsWith(",a", behind)) {
                throw new Malformed("client uses authorization identity, but it is not supported");
            }
            if (!text.startsWith(",,", behind)) {
                throw new Malformed("malformed SCRAM message (comma expected)");
            }
            String bare = text.substring(behind + 2);
            if (bare.startsWith("m")) {
                throw new Malformed("client requires an unsupported SCRAM extension");
            }
            ScramAttributes attributes = new ScramAttributes(bare, 0);
            attributes.value('n');
            String nonce = attributes.value('r');
            if (!ScramAttributes.isNonce(nonce)) {
                throw new Malformed("non-printable characters in SCRAM nonce");
            }
            while (!attributes.atEnd()) {
                attributes.value();
            }
            return new First(flag, bare, nonce);
        }
    }

    /** The last message; {@code withoutProof} is what the proof signs. */
    record Last(String withoutProof, byte[] proof) {
        /** Reads it; {@code binding} is what it must repeat of the part about channel binding, in base64. */
        static Last read(String text, String binding, String nonce) throws Malformed {
            ScramAttributes attributes = new ScramAttributes(text, 0);
            if (!attributes.value('c').equals(binding)) {
                throw new Malformed(UNEXPECTED_BINDING);
            }
            if (!attributes.value('r').equals(nonce)) {
                throw new Malformed("invalid SCRAM response (nonce does not match)");
            }
            while (attributes.next() != 'p') {
                attributes.value();
            }
            byte[] proof = Scram.decodeBase64(attributes.value());
            if (proof == null || proof.length != Scram.KEY_LENGTH) {
                throw new Malformed("malformed SCRAM message (malformed proof in client-final-message)");
            }
            if (!attributes.atEnd()) {
                throw new Malformed("malformed SCRAM message (garbage at the end of client-final-message)");
            }
            return new Last(text.substring(0, attributes.start() - 1), proof);
        }

        @Override
        public String toString() {
            return "Last[***]";
        }
    }
}
