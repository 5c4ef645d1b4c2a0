package org.pgsluice.simulation;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;

/** A connection to the pooler as its caller sees it: bytes out, whole messages in. Its methods may be called in events and between them. */
final class Call implements Reactor.DialHandler, Connection.Handler {
    /** Whoever is at the calling end. */
    interface Caller {
        void onOpened();

        void onMessage(char tag, byte[] body);

        /** The connection is gone; {@code rest}: what came of a message that was not complete. Not told of its own close. */
        void onEnded(byte[] rest);
    }

    private final SimulatedReactor reactor;
    private final Caller caller;
    private @Nullable Connection connection;
    private @Nullable Outbox outbox;
    private byte[] kept = {};
    private boolean over;

    Call(SimulatedReactor reactor, SocketAddress address, Caller caller) {
        this.reactor = reactor;
        this.caller = caller;
        inReactor(() -> reactor.dial(address, SocketOptions.DEFAULT, this));
    }

    private void inReactor(Runnable task) {
        if (reactor.inReactor()) {
            task.run();
        } else {
            reactor.perform(task);
        }
    }

    boolean isOver() {
        return over;
    }

    /** Whether the pooler's side of it is open. */
    boolean isOpenThere() {
        return connection != null && ((SimulatedConnection) connection).peer().isOpen();
    }

    @Override
    public void onConnected(Connection opened) {
        if (over) {
            opened.close();
            return;
        }
        connection = opened;
        outbox = new Outbox(opened);
        opened.handler(this);
        opened.wantRead(true);
        caller.onOpened();
    }

    @Override
    public void onDialFailed(IOException reason) {
        end();
    }

    @Override
    public void onReadable() {
        Connection open = connection;
        if (open == null || over) {
            return;
        }
        try {
            ByteBuffer in = reactor.buffers().in().clear();
            int got = open.read(in);
            if (got < 0) {
                end();
                return;
            }
            byte[] all = Arrays.copyOf(kept, kept.length + got);
            in.flip().get(all, kept.length, got);
            kept = all;
            messages();
        } catch (IOException e) {
            end();
        }
    }

    private void messages() {
        int at = 0;
        while (!over && kept.length - at >= 5) {
            int length = ByteBuffer.wrap(kept).getInt(at + 1);
            if (length < 4) {
                throw new AssertionError("a message of length " + length + " came");
            }
            if (kept.length - at < 1 + length) {
                break;
            }
            byte[] body = Arrays.copyOfRange(kept, at + 5, at + 1 + length);
            char tag = (char) kept[at];
            at += 1 + length;
            caller.onMessage(tag, body);
        }
        kept = Arrays.copyOfRange(kept, at, kept.length);
    }

    @Override
    public void onWritable() {
        if (outbox != null && !over) {
            try {
                outbox.flush(reactor.buffers());
            } catch (IOException e) {
                // What the other side said before can still be read.
                outbox.close(reactor.buffers());
                outbox = null;
            }
        }
    }

    void send(byte[] bytes) {
        inReactor(() -> {
            if (outbox != null && !over) {
                try {
                    outbox.write(ByteBuffer.wrap(bytes), reactor.buffers());
                } catch (IOException e) {
                    outbox.close(reactor.buffers());
                    outbox = null;
                }
            }
        });
    }

    /** Reads no more, or goes on. */
    void reading(boolean on) {
        Connection open = connection;
        if (open != null && !over) {
            inReactor(() -> open.wantRead(on));
        }
    }

    /** Closes without a word. */
    void close() {
        inReactor(this::hangUp);
    }

    private void hangUp() {
        if (!over) {
            over = true;
            if (connection != null) {
                connection.close();
            }
            if (outbox != null) {
                outbox.close(reactor.buffers());
            }
        }
    }

    private void end() {
        if (!over) {
            hangUp();
            caller.onEnded(kept);
        }
    }
}
