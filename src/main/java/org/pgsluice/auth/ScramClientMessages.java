package org.pgsluice.auth;

import org.pgsluice.auth.ScramAttributes.Malformed;

/** The two messages of a SCRAM client, taken apart. */
final class ScramClientMessages {
    private ScramClientMessages() {}

    /**
     * The first message.
     *
     * @param bindingFlag {@code n} (no channel binding) or {@code y} (the client could, but thinks that we cannot)
     * @param bare the message without the part about channel binding
     */
    record First(char bindingFlag, String bare, String nonce) {
        static First read(String text) throws Malformed {
            char flag = text.isEmpty() ? 0 : text.charAt(0);
            if (flag == 'p') {
                throw new Malformed("client requires SCRAM channel binding, but it is not supported");
            }
            if (flag != 'n' && flag != 'y') {
                throw new Malformed("malformed SCRAM message (unexpected channel-binding flag " + ScramAttributes.shown(flag) + ")");
            }
            if (text.startsWith(",a", 1)) {
                throw new Malformed("client uses authorization identity, but it is not supported");
            }
            if (!text.startsWith(",,", 1)) {
                throw new Malformed("malformed SCRAM message (comma expected)");
            }
            String bare = text.substring(3);
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

        /** Base64 of the channel-binding part, which the last message must repeat. */
        String repeatedBinding() {
            return bindingFlag == 'n' ? "biws" : "eSws";
        }
    }

    /** The last message; {@code withoutProof} is what the proof signs. */
    record Last(String withoutProof, byte[] proof) {
        static Last read(String text, First first, String nonce) throws Malformed {
            ScramAttributes attributes = new ScramAttributes(text, 0);
            if (!attributes.value('c').equals(first.repeatedBinding())) {
                throw new Malformed("unexpected SCRAM channel-binding attribute in client-final-message");
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
