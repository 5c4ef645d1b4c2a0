package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.pgsluice.pool.CloseReason;

/**
 * Where a client stands between accept and close, with what it has there and nowhere else. {@link ClientSession} alone changes it; where it stands in the
 * books' lists is its {@link org.pgsluice.pool.ClientState}.
 *
 * <pre>
 * LoggingIn -> AwaitingWelcome -> Linked -> Closed     (from each of them to Closed; one that was taken over begins as AwaitingWelcome or Linked)
 *          \-> Linked, AtConsole or Cancelling
 * </pre>
 */
sealed interface ClientStage {
    /** Whether nothing that it sends is handled now, but kept; not asked of one that is linked. */
    boolean busy();

    /** Handles what came and consumes it, but for the head of a message whose rest is to come. Returns how many bytes that one needs, 0 when unknown. */
    int onBytes(ByteBuffer in);

    /** The connection is gone, for {@code reason}. */
    void onClosed(CloseReason reason);

    /** From accept to the end of the authentication. */
    record LoggingIn(ClientLogin login) implements ClientStage {
        @Override
        public boolean busy() {
            return login.busy();
        }

        @Override
        public int onBytes(ByteBuffer in) {
            return login.onBytes(in);
        }

        @Override
        public void onClosed(CloseReason reason) {
            login.onClosed(reason);
        }
    }

    /**
     * Let in, and waiting for the pool's first server.
     *
     * @param lastWords how the authentication ends for the client; it goes out with the greeting
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes it
    record AwaitingWelcome(byte[] lastWords) implements ClientStage {
        @Override
        public boolean busy() {
            return true;
        }

        @Override
        public int onBytes(ByteBuffer in) {
            return 0;
        }

        @Override
        public void onClosed(CloseReason reason) {}
    }

    /** It asks, and at times it has a server. */
    record Linked(Link link) implements ClientStage {
        @Override
        public boolean busy() {
            return false;
        }

        @Override
        public int onBytes(ByteBuffer in) {
            return 0;
        }

        @Override
        public void onClosed(CloseReason reason) {
            link.close();
        }
    }

    /** A client of the database pgbouncer. */
    record AtConsole(ClientServices.Console console) implements ClientStage {
        @Override
        public boolean busy() {
            return console.busy();
        }

        @Override
        public int onBytes(ByteBuffer in) {
            return console.onBytes(in);
        }

        @Override
        public void onClosed(CloseReason reason) {
            console.onClosed();
        }
    }

    /** Those with nothing of their own: whatever they send is kept. */
    enum Bare implements ClientStage {
        /** It came for a cancel request, which is under way. */
        CANCELLING,
        /** Gone. */
        CLOSED;

        @Override
        public boolean busy() {
            return true;
        }

        @Override
        public int onBytes(ByteBuffer in) {
            return 0;
        }

        @Override
        public void onClosed(CloseReason reason) {}
    }
}
