package org.pgsluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Offload;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.tls.TlsConnection;
import org.pgsluice.tls.TlsContext;
import org.pgsluice.tls.TlsException;
import org.pgsluice.tls.TlsFacts;
import org.pgsluice.tls.TlsListener;
import org.pgsluice.tls.TlsTarget;
import org.pgsluice.wire.StartupPacket;

/**
 * Settles with a server how a fresh connection is encrypted, before the first packet of the protocol: asks for TLS, hears the answer, and lets both sides shake
 * hands. On the connection's reactor. It has the connection until {@link Outcome} is told, once.
 *
 * <pre>
 * ASKED --S--> MAKING --context--> SHAKING --> OVER      (direct: from MAKING on; plain: OVER at once)
 *     \--N--> OVER
 * </pre>
 */
public final class ServerEncryption implements Connection.Handler, TlsListener, Offload.Completion<TlsContext> {
    private static final int ANSWER_BYTES = 1;

    /** Who goes on. */
    public interface Outcome {
        /** What is said from now on goes over {@code connection}, which has no handler yet. */
        void onSettled(Connection connection);

        /** The connection is of no use, and closed. */
        void onUnsettled(CloseReason reason, @Nullable String detail);

        /** Writes a line with the connection's prefix. */
        void log(Level level, String message);
    }

    private enum Phase {
        ASKED,
        MAKING,
        SHAKING,
        OVER
    }

    private final Connection plain;
    private final Lane lane;
    private final ServerContext context;
    private final boolean required;
    private final String host;
    private final Outcome outcome;
    private final Outbox outbox;
    private @Nullable TlsConnection encrypted;
    private Phase phase = Phase.ASKED;

    /**
     * @param plain the connection, just opened
     * @param host which entry of the configuration has led there
     * @param required whether a plain connection is of no use, whatever the context says
     */
    public ServerEncryption(Connection plain, Lane lane, ServerContext context, String host, boolean required, Outcome outcome) {
        this.plain = plain;
        this.lane = lane;
        this.context = context;
        this.required = required || context.isRequired();
        this.host = host;
        this.outcome = outcome;
        this.outbox = new Outbox(plain);
    }

    /** Begins; a Unix socket stays plain, whatever the context says. */
    public void start() {
        if (plain.isUnix() || (context.isPlain() && !required)) {
            settle(plain);
        } else if (context.isDirect()) {
            makeContext();
        } else {
            ask();
        }
    }

    private void ask() {
        plain.handler(this);
        plain.wantRead(true);
        ByteBuffer request = ByteBuffer.allocate(8).putInt(8).putInt(StartupPacket.CODE_SSL).flip();
        try {
            outbox.write(request, lane.buffers());
        } catch (IOException e) {
            fail(CloseReason.SERVER_CRASHED, null);
        }
    }

    @Override
    public void onReadable() {
        Connection from = encrypted == null ? plain : encrypted;
        ByteBuffer in = lane.buffers().in().clear();
        int got;
        try {
            got = from.read(in);
        } catch (IOException e) {
            got = -1;
        }
        if (got < 0) {
            // Also in the middle of the handshake, of which it has not said what is wrong with it.
            fail(CloseReason.SERVER_CRASHED, null);
        } else if (got > 0 && phase == Phase.ASKED) {
            onAnswer((char) (in.get(0) & 0xff), got);
        }
    }

    /** Nothing but the answer may be there: what somebody has put behind it would be taken for the server's, though it came before the encryption. */
    private void onAnswer(char answer, int bytes) {
        if ((answer != 'S' && answer != 'N') || !outbox.isEmpty()) {
            fail(CloseReason.SERVER_BAD_SSL_ANSWER, null);
        } else if (bytes > ANSWER_BYTES) {
            fail(CloseReason.SERVER_UNENCRYPTED_DATA, null);
        } else if (answer == 'S') {
            makeContext();
        } else if (required) {
            fail(CloseReason.SERVER_REFUSED_SSL, null);
        } else {
            plain.wantRead(false);
            settle(plain);
        }
    }

    private void makeContext() {
        TlsContext made = context.made();
        phase = Phase.MAKING;
        if (made != null) {
            onDone(made);
            return;
        }
        plain.wantRead(false);
        lane.commons().offload().call(Offload.Kind.FILES, context::make, lane.reactor(), this);
    }

    @Override
    public void onDone(TlsContext made) {
        if (phase == Phase.MAKING) {
            phase = Phase.SHAKING;
            TlsTarget target = TlsTarget.of(host, context.tls().mode(), context.isDirect());
            TlsConnection connection = TlsConnection.connect(plain, made, target, this);
            connection.handler(this);
            connection.wantRead(true);
            encrypted = connection;
        }
    }

    @Override
    public void onSecured() {
        TlsConnection connection = encrypted;
        TlsFacts facts = connection == null ? null : connection.facts();
        if (phase != Phase.SHAKING || connection == null || facts == null) {
            return;
        }
        if (context.isDirect() && facts.protocol() == null) {
            // As libpq: by the name of the protocol it is known that this is no server of another one.
            fail(CloseReason.SERVER_TLS_FAILED, "direct SSL connection was established without ALPN protocol negotiation extension");
            return;
        }
        if (lane.commons().tuning().logConnections) {
            outcome.log(Level.LOG, "SSL established: " + facts.summary());
        }
        settle(connection);
    }

    @Override
    public void onTlsFailure(TlsException why) {
        if (phase == Phase.SHAKING) {
            outcome.log(Level.WARNING, "TLS handshake error: " + why.getMessage());
            fail(CloseReason.SERVER_TLS_FAILED, why.getMessage());
        }
    }

    @Override
    public void onTlsBroken(TlsException why) {
        outcome.log(Level.WARNING, "TLS error: " + why.getMessage());
    }

    @Override
    public void onFailed(Exception failure) {
        if (phase == Phase.MAKING) {
            String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            if (!required && context.goPlain()) {
                outcome.log(Level.WARNING, why + "; connections to servers stay plain");
            }
            fail(CloseReason.SERVER_TLS_SETUP, why);
        }
    }

    @Override
    public void onWritable() {
        try {
            outbox.flush(lane.buffers());
        } catch (IOException e) {
            fail(CloseReason.SERVER_CRASHED, null);
        }
    }

    @Override
    public void onFailure(Throwable thrown) {
        fail(CloseReason.INTERNAL_ERROR, null);
    }

    /** Gives up; nobody is told anything more. */
    public void cancel() {
        if (phase != Phase.OVER) {
            close();
        }
    }

    private void settle(Connection connection) {
        phase = Phase.OVER;
        outbox.close(lane.buffers());
        outcome.onSettled(connection);
    }

    private void fail(CloseReason reason, @Nullable String detail) {
        if (phase != Phase.OVER) {
            close();
            outcome.onUnsettled(reason, detail);
        }
    }

    private void close() {
        phase = Phase.OVER;
        try {
            if (encrypted != null) {
                encrypted.close();
            } else {
                plain.close();
            }
        } finally {
            outbox.close(lane.buffers());
        }
    }
}
