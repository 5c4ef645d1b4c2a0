package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.ClientAuth;
import org.pgsluice.log.Level;
import org.pgsluice.net.Offload;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.SqlState;

/**
 * The messages in which a client proves its password. A message's length is checked before anything of it is kept. What takes long, deriving keys or asking
 * others, runs beside the reactor, and nothing is read meanwhile. On the client's reactor.
 */
final class PasswordExchange implements Offload.Completion<Boolean> {
    /** Nanoseconds, where the login itself may take as long as it likes. */
    private static final long LONGEST_WAIT = 60_000_000_000L;

    private final ClientSession client;
    private final Lane lane;
    private final ClientAuth auth;
    private final Consumer<byte[]> accepted;
    private boolean busy;
    /** What somebody else is asked for; null while nobody is. */
    private @Nullable String asking;

    /** {@code accepted} is given the last message for the client, which may be empty. */
    PasswordExchange(ClientSession client, Lane lane, ClientAuth auth, Consumer<byte[]> accepted) {
        this.client = client;
        this.lane = lane;
        this.auth = auth;
        this.accepted = accepted;
    }

    void start() {
        act(auth.start());
    }

    /** Whether something is done beside the reactor now. */
    boolean busy() {
        return busy;
    }

    /** Returns how many bytes are needed to go on, -1 when a message was taken. */
    int onBytes(ByteBuffer in) {
        if (in.remaining() < 5) {
            return 5;
        }
        byte tag = in.get(in.position());
        int length = Frames.length(in, in.position());
        if (tag == FrontendTag.TERMINATE) {
            client.close(CloseReason.CLIENT_CLOSE_REQUEST);
            return 0;
        }
        if (tag != FrontendTag.PASSWORD || length < 4) {
            client.badHeader(in, in.position());
            return 0;
        }
        if (length - 4 > auth.longestBody()) {
            client.fail(CloseReason.CLIENT_PASSWORD_TOO_LONG);
            return 0;
        }
        if (in.remaining() < 1 + length) {
            return 1 + length;
        }
        ByteBuffer body = in.slice(in.position() + 5, length - 4);
        in.position(in.position() + 1 + length);
        act(auth.onMessage(body));
        return -1;
    }

    private void act(ClientAuth.Step step) {
        if (step instanceof ClientAuth.Step.Send send) {
            client.send(ByteBuffer.wrap(send.frame()));
        } else if (step instanceof ClientAuth.Step.Accepted last) {
            accepted.accept(last.frame());
        } else if (step instanceof ClientAuth.Step.Derive derive) {
            elsewhere(Offload.Kind.KEYS, derive.work());
        } else if (step instanceof ClientAuth.Step.Ask ask) {
            asking = ask.what();
            elsewhere(ask.kind(), ask.work());
        } else {
            ClientAuth.Step.Rejected rejected = (ClientAuth.Step.Rejected) step;
            if (auth.detail() != null) {
                client.log(Level.LOG, auth.detail());
            }
            client.fail(CloseReason.CLIENT_AUTHENTICATION_FAILED, PgError.fatal(rejected.state(), rejected.message()));
        }
    }

    private void elsewhere(Offload.Kind kind, Runnable work) {
        busy = true;
        long limit = lane.commons().tuning().clientLoginTimeoutNanos;
        lane.commons().offload().call(
                kind,
                () -> {
                    work.run();
                    return Boolean.TRUE;
                },
                limit > 0 ? limit : LONGEST_WAIT,
                lane.reactor(),
                this);
    }

    @Override
    public void onDone(Boolean result) {
        busy = false;
        if (!client.isClosed()) {
            act(auth.resume());
            client.resumeReading();
        }
    }

    @Override
    public void onFailed(Exception failure) {
        busy = false;
        String what = asking;
        client.log(Level.ERROR, (what == null ? "key derivation" : what) + " failed: " + failure.getClass().getSimpleName());
        if (what == null) {
            client.fail(CloseReason.CLIENT_CONFIG_ERROR);
        } else {
            client.fail(CloseReason.CLIENT_AUTHENTICATION_FAILED, PgError.fatal(SqlState.INVALID_PASSWORD, what + " failed"));
        }
    }
}
