package org.pgsluice.server;

import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Wire;

/**
 * Where a server connection stands between its first attempt and its end, with what it has there and nowhere else. {@link ServerSession} alone changes it.
 *
 * <pre>
 * Dialling -> SigningIn -> Serving -> Closed     (from each of them to Closed; one that was taken over begins as Serving)
 * </pre>
 */
sealed interface ServerStage {
    /** The connection; null where there is none. */
    @Nullable Wire wire();

    /** The socket is not open yet, or it is not settled yet how it is encrypted. */
    record Dialling(ServerDial dial) implements ServerStage {
        @Override
        public @Nullable Wire wire() {
            return null;
        }
    }

    /** From the startup packet to the ReadyForQuery behind connect_query. */
    record SigningIn(Wire wire, ServerReader reader, ServerLogin login) implements ServerStage {}

    /**
     * Logged in: with a client, at a query of ours, or at rest, as the books say.
     *
     * @param cancelKey the process id and secret that a cancel request needs, as BackendKeyData had them
     * @param backendPid the process at the other end
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes it
    record Serving(Wire wire, ServerReader reader, byte[] cancelKey, int backendPid) implements ServerStage {}

    /** Gone. */
    enum Closed implements ServerStage {
        CLOSED;

        @Override
        public @Nullable Wire wire() {
            return null;
        }
    }
}
