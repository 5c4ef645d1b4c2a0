package org.pgsluice.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One client: logs in, then does its kind of transaction again and again. For the thread of its loop. */
final class Session implements Frames.Listener {
    private enum State {
        LOGIN,
        READY,
        BUSY,
        CLOSED
    }

    private static final int SLOW_RECEIVE_BUFFER = 64 * 1024;

    private final Round round;
    private final Loop loop;
    private final byte[] startup;
    private final boolean reconnects;
    private final ScramLogin scram;
    private State state = State.CLOSED;
    private SocketChannel channel;
    private SelectionKey key;
    private Frames frames;
    private ByteBuffer unsent;
    private long begun;
    private int count;
    private int measured;

    Session(Round round, Loop loop, int index) {
        this.round = round;
        this.loop = loop;
        this.startup = round.startup(index);
        this.reconnects = round.kind.equals("connect");
        this.scram = new ScramLogin(round.password());
        this.count = index;
    }

    /** Transactions that ended while the round was measured. */
    int measured() {
        return measured;
    }

    void connect() {
        state = State.LOGIN;
        begun = System.nanoTime();
        frames = new Frames(this, false);
        try {
            boolean unix = round.address instanceof UnixDomainSocketAddress;
            channel = unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
            if (round.kind.equals("slow")) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SLOW_RECEIVE_BUFFER);
            }
            if (unix) {
                channel.connect(round.address);
                channel.configureBlocking(false);
                key = channel.register(loop.selector, SelectionKey.OP_READ, this);
                send(startup);
            } else {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.connect(round.address);
                key = channel.register(loop.selector, SelectionKey.OP_CONNECT, this);
            }
        } catch (IOException e) {
            fail("connect: " + e.getMessage());
        }
    }

    void serve(ByteBuffer scratch) {
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                send(startup);
                return;
            }
            if (key.isWritable()) {
                flush();
            }
            if (key.isValid() && key.isReadable()) {
                if (round.kind.equals("slow") && state == State.BUSY) {
                    key.interestOps(0);
                }
                int got = channel.read(scratch.clear());
                if (got < 0) {
                    fail("connection closed by the pooler");
                } else {
                    frames.feed(scratch.flip());
                }
            }
        } catch (IOException | RuntimeException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    /** A slow reader may read again. */
    void tick() {
        if (state == State.BUSY && unsent == null) {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    /** Begins its first transaction. */
    void begin() {
        if (state == State.READY) {
            transact();
        }
    }

    void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        try {
            if (channel.isConnected()) {
                channel.write(ByteBuffer.wrap(Requests.TERMINATE));
            }
        } catch (IOException e) {
            // it goes either way
        }
        drop();
    }

    /** Whether it is between two transactions, or gone. */
    boolean quiet() {
        return state != State.BUSY;
    }

    @Override
    public boolean wants(byte tag) {
        return tag == 'R' || tag == 'E';
    }

    @Override
    public void onMessage(byte tag, byte[] body, int length) {
        switch (tag) {
            case 'Z' -> ready();
            case 'R' -> authentication(body, length);
            case 'E' -> fail(new String(body, 0, length, StandardCharsets.UTF_8).replace('\0', ' '));
            case 'G' -> send(round.requests.copy);
            default -> {}
        }
    }

    private void authentication(byte[] body, int length) {
        switch (ByteBuffer.wrap(body).getInt()) {
            case 0, 12 -> {}
            case 3 -> send(new Bytes().message('p', round.password()).toArray());
            case 10 -> send(scram.initialResponse());
            case 11 -> send(scram.finalResponse(new String(body, 4, length - 4, StandardCharsets.UTF_8)));
            default -> fail("cannot do the authentication that is asked for");
        }
    }

    private void ready() {
        switch (state) {
            case LOGIN -> {
                if (reconnects) {
                    state = State.BUSY;
                    send(round.requests.next(count));
                } else {
                    state = State.READY;
                    loop.loggedIn(System.nanoTime() - begun);
                    round.loggedIn.countDown();
                }
            }
            case BUSY -> {
                done();
                if (reconnects) {
                    close();
                    if (!round.stop) {
                        connect();
                    }
                } else if (round.stop || round.kind.equals("open")) {
                    state = State.READY;
                } else {
                    transact();
                }
            }
            case READY, CLOSED -> {}
        }
    }

    private void done() {
        count++;
        if (round.measuring) {
            measured++;
            loop.done(System.nanoTime() - begun);
        }
    }

    private void transact() {
        state = State.BUSY;
        begun = System.nanoTime();
        send(round.requests.next(count));
    }

    private void send(byte[] bytes) {
        unsent = ByteBuffer.wrap(bytes);
        try {
            flush();
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private void flush() throws IOException {
        if (unsent == null) {
            return;
        }
        channel.write(unsent);
        boolean more = unsent.hasRemaining();
        int interest = more ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
        if (!more) {
            unsent = null;
        }
    }

    private void fail(String reason) {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.LOGIN) {
            loop.loginEnded();
            round.loggedIn.countDown();
        }
        state = State.CLOSED;
        round.failed(reason);
        drop();
    }

    private void drop() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
