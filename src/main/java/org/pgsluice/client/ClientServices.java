package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.pgsluice.notify.Hubs;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;

/** What client sessions need of rooms above this one. Thread-safe. */
public interface ClientServices {
    /** The session begins. */
    void onOpened(ClientSession client);

    /** The session is over. */
    void onClosed(ClientSession client);

    /** A fresh cancel key for a client that is being welcomed; it leads to that client until {@link #dropCancelKey}. */
    byte[] issueCancelKey(ClientSession client);

    void dropCancelKey(byte[] key);

    /** {@code asker} sent a cancel request with that key. Takes care of the asker, which is closed when the request has ended. */
    void cancel(ClientSession asker, byte[] key);

    /**
     * The client of {@code server} left while its query runs: cancels that. The server is held back until that has ended. On its reactor, which is
     * {@code lane}'s.
     */
    void abandon(ServerSession server, Lane lane);

    /** Opens the console for a client that has logged in to it, and welcomes it. */
    Console openConsole(ClientSession client, boolean admin);

    /** Where clients that share servers subscribe to notifications. */
    Hubs hubs();

    /** What all logins share. */
    Logins logins();

    /** Whether the pooler is shutting down and the client has come too late. Consoles are not asked about. */
    boolean refuses(ClientSession client);

    /** Whether the other end of the client's unix socket is run by the user that this process runs as. */
    boolean isOwnUser(long uid);

    /** A console's side of a client session. On the client's reactor. */
    interface Console {
        /** Handles whole messages and consumes them; the rest is kept. Returns how many bytes the next one needs, 0 when unknown. */
        int onBytes(ByteBuffer in);

        /** Whether an answer is being waited for: until then nothing more is handled. */
        boolean busy();

        /** The client has taken all that was sent. */
        void onDrained();

        /** Somebody sent a cancel request for this console. */
        void onCancel();

        /** The connection is gone. */
        void onClosed();
    }
}
