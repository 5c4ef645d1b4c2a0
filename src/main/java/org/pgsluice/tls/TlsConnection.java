package org.pgsluice.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;

/**
 * A connection whose bytes go through TLS on their way to and from the connection that it decorates. The handshake runs by itself. Meanwhile reads have
 * nothing and writes take nothing, as on a socket that is not ready. One step is the arithmetic of one flight. When it fails, the next read or write does.
 *
 * <p>Besides OpenSSL's session it owns ciphertext that had to wait: what came beyond what its reader had room for, and what the socket has not taken. Each is
 * at most a few records, since no more is read, or taken from the writer, before it is gone.
 */
public final class TlsConnection extends DecoratedConnection implements Connection.Handler {
    /** A record, with what OpenSSL puts around it. */
    private static final int RECORD_BYTES = 16 * 1024 + 512;

    /** Only replies that the other side asks for without reading them come this far. */
    private static final int MOST_UNSENT = 256 * 1024;

    private final TlsSession session;
    private final TlsListener listener;
    private final Ciphertext unread = new Ciphertext();
    private final Ciphertext unsent = new Ciphertext();
    private TlsScratch scratch;
    private @Nullable HandshakeTurn turn;
    private @Nullable Handler handler;
    private @Nullable IOException failure;
    private boolean begun;
    private boolean secured;
    private boolean wantsRead;
    private boolean wantsWrite;
    private boolean holdsBytes;
    private boolean ended;
    private boolean closed;

    private TlsConnection(Connection under, TlsSession session, TlsListener listener) {
        super(under);
        this.session = session;
        this.listener = listener;
        this.scratch = TlsScratch.of(under.reactor().buffers());
        session.serve(scratch);
        under.handler(this);
        under.wantRead(true);
    }

    /** The side that was connected to. {@code first}: what was read of the handshake already; it is taken. On the reactor. */
    public static TlsConnection accept(Connection under, TlsContext context, ByteBuffer first, TlsListener listener) {
        TlsConnection connection = new TlsConnection(under, TlsSession.accept(context), listener);
        connection.begun = true;
        connection.turn = new HandshakeTurn(under, connection::shakes);
        if (first.hasRemaining()) {
            connection.unread.add(first, under.reactor().buffers());
            under.readAgain();
        }
        return connection;
    }

    /** The side that has connected. Its first message goes out in a later turn. On the reactor. */
    public static TlsConnection connect(Connection under, TlsContext context, TlsTarget target, TlsListener listener) {
        TlsConnection connection = new TlsConnection(under, TlsSession.connect(context, target), listener);
        under.wantWrite(true);
        return connection;
    }

    // ---------------------------------------------------------------- events of the connection below

    @Override
    public void onReadable() {
        if (shakes()) {
            synchronized (unsent) {
                if (!under.reactor().inReactor() || turn != null && !turn.take(scratch.handshakes()) || !shake()) {
                    return;
                }
            }
            tellOfHandshake();
        }
        Handler told = handler;
        if (told != null && wantsRead && !closed) {
            told.onReadable();
        }
    }

    @Override
    public void onWritable() {
        boolean news = false;
        // Whoever moves the connection to another reactor meanwhile holds the lock: then it is theirs.
        synchronized (unsent) {
            if (!under.reactor().inReactor() || closed) {
                return;
            }
            try {
                if (!unsent.writeTo(under, under.reactor().buffers())) {
                    return;
                }
                news = !begun && shake();
            } catch (IOException broken) {
                fail(broken);
            }
            under.wantWrite(!unsent.isEmpty() || wantsWrite && (secured || failure != null));
        }
        if (news) {
            tellOfHandshake();
        }
        Handler told = handler;
        if (told != null && wantsWrite && !closed && (secured || failure != null)) {
            told.onWritable();
        }
    }

    @Override
    public void onFailure(Throwable thrown) {
        Handler told = handler;
        try {
            if (told != null) {
                told.onFailure(thrown);
            }
        } finally {
            close();
        }
    }

    // ---------------------------------------------------------------- handshake

    private boolean shakes() {
        return !secured && failure == null && !closed;
    }

    /** One step of the handshake. Returns whether it is over: through, failed, or the other side has left. */
    private boolean shake() {
        try {
            ByteBuffer in = scratch.input();
            int fed = fill(in, RECORD_BYTES);
            if (fed < 0) {
                ended = true;
                under.wantRead(wantsRead);
                under.readAgain();
                return true;
            }
            if (fed > 0 || !begun) {
                begun = true;
                secured = step(fed);
            }
        } catch (IOException broken) {
            fail(broken);
        }
        if (secured) {
            turn = null;
            under.wantRead(wantsRead);
            under.wantWrite(wantsWrite || !unsent.isEmpty());
        }
        return secured || failure != null;
    }

    private boolean step(int fed) throws IOException {
        scratch.feed(fed);
        scratch.clearOutput();
        boolean through;
        try {
            through = session.handshake();
        } finally {
            // An alert too, which says to the other side what is wrong.
            send(scratch.output());
        }
        unread.add(scratch.unread(fed), under.reactor().buffers());
        if (!unread.isEmpty()) {
            under.readAgain();
        }
        return through;
    }

    /** The next read or write fails with {@code why}, and comes soon. */
    private void fail(IOException why) {
        failure = why;
        under.wantRead(wantsRead);
        under.wantWrite(wantsWrite || !unsent.isEmpty());
        under.readAgain();
    }

    private void tellOfHandshake() {
        if (secured) {
            listener.onSecured();
        } else if (failure instanceof TlsException why) {
            listener.onTlsFailure(why);
        }
    }

    // ---------------------------------------------------------------- bytes

    @Override
    int readDirect(ByteBuffer into) throws IOException {
        checkUsable();
        if (!secured || !into.hasRemaining()) {
            return ended && !secured ? -1 : 0;
        }
        int count = open(into);
        if (holdsBytes || ended || !unread.isEmpty()) {
            under.readAgain();
        }
        return count == 0 && ended ? -1 : count;
    }

    /** Until there is something, or nothing comes: the pieces of a record are no bytes yet. */
    private int open(ByteBuffer into) throws IOException {
        int start = into.position();
        scratch.clearOutput();
        while (into.position() == start && !(ended && !holdsBytes)) {
            int fed = 0;
            if (!holdsBytes) {
                fed = fill(scratch.input(), into.remaining());
                if (fed <= 0) {
                    ended |= fed < 0;
                    break;
                }
                scratch.feed(fed);
            }
            try {
                openFed(into);
            } catch (TlsException broken) {
                failure = broken;
                listener.onTlsBroken(broken);
                send(scratch.output());
                throw broken;
            }
            unread.add(scratch.unread(fed), under.reactor().buffers());
        }
        ByteBuffer reply = scratch.output();
        if (reply.hasRemaining()) {
            send(reply);
        }
        return into.position() - start;
    }

    private void openFed(ByteBuffer into) throws TlsException {
        long address = scratch.address(into);
        while (into.hasRemaining()) {
            int count = session.open(address + into.position(), into.remaining());
            if (count <= 0) {
                holdsBytes = false;
                ended |= count == TlsSession.END;
                return;
            }
            into.position(into.position() + count);
            if (!scratch.isFed()) {
                break; // asking once more for what is not there costs a fifth of a record
            }
        }
        holdsBytes = session.holdsBytes();
    }

    /** Ciphertext that waits, or comes. Returns the count, 0 for nothing now, -1 for the end. */
    private int fill(ByteBuffer in, int wanted) throws IOException {
        in.limit(Math.min(in.capacity(), Math.max(wanted, RECORD_BYTES)));
        if (unread.isEmpty()) {
            return under.read(in);
        }
        unread.moveTo(in, under.reactor().buffers());
        return in.position();
    }

    @Override
    int writeDirect(ByteBuffer from) throws IOException {
        checkUsable();
        if (!secured || !unsent.isEmpty() && !unsent.writeTo(under, under.reactor().buffers())) {
            return 0;
        }
        int start = from.position();
        while (from.hasRemaining() && unsent.isEmpty()) {
            seal(from, Math.min(TlsScratch.MOST_SEALED, from.remaining()));
        }
        return from.position() - start;
    }

    private void seal(ByteBuffer from, int length) throws IOException {
        scratch.clearOutput();
        try {
            session.seal(scratch.address(from) + from.position(), length);
        } catch (TlsException broken) {
            failure = broken;
            throw broken;
        }
        from.position(from.position() + length);
        send(scratch.output());
    }

    /** Sends {@code sealed}, now or later. */
    private void send(ByteBuffer sealed) throws IOException {
        if (unsent.isEmpty() && sealed.hasRemaining()) {
            under.write(sealed);
        }
        if (sealed.hasRemaining()) {
            unsent.add(sealed, under.reactor().buffers());
            if (unsent.bytes() > MOST_UNSENT) {
                throw new TlsException("the other side asks for replies and does not read them");
            }
            under.wantWrite(true);
        }
    }

    private void checkUsable() throws IOException {
        assert under.reactor().inReactor();
        if (closed) {
            throw new ClosedChannelException();
        }
        IOException broken = failure;
        if (broken != null) {
            throw broken;
        }
    }

    @Override
    public String encryption() {
        TlsFacts facts = facts();
        return facts == null ? "" : facts.summary();
    }

    /** What was agreed on; null before the handshake is through, and after the close. */
    public @Nullable TlsFacts facts() {
        return secured && !closed ? session.facts() : null;
    }

    // ---------------------------------------------------------------- the connection below

    @Override
    public void handler(Handler next) {
        handler = next;
    }

    @Override
    public void wantRead(boolean on) {
        wantsRead = on;
        under.wantRead((turn == null || !turn.waits()) && (on || !secured && failure == null && !ended));
    }

    @Override
    public void wantWrite(boolean on) {
        wantsWrite = on;
        under.wantWrite(!unsent.isEmpty() || !begun || on && (secured || failure != null));
    }

    /** Says to the other side that nothing more comes, as far as the socket takes that. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        assert under.reactor().inReactor();
        closed = true;
        try {
            if (secured && failure == null && under.isOpen()) {
                sayGoodbye();
            }
        } finally {
            unread.close(under.reactor().buffers());
            unsent.close(under.reactor().buffers());
            session.free();
            under.close();
        }
    }

    private void sayGoodbye() {
        try {
            if (unsent.writeTo(under, under.reactor().buffers())) {
                scratch.clearOutput();
                session.shutDown();
                under.write(scratch.output());
            }
        } catch (IOException gone) {
            // The other side has closed before us.
            failure = gone;
        }
    }

    @Override
    public void attachTo(Reactor target) {
        synchronized (unsent) {
            Reactor from = under.reactor();
            if (from == target || closed) {
                return;
            }
            under.attachTo(target);
            scratch = TlsScratch.of(target.buffers());
            session.serve(scratch);
            unread.move(from, target);
            unsent.move(from, target);
        }
    }

    @Override
    public String toString() {
        return "TLS on " + under;
    }
}
