package org.pgsluice.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a link: bytes under way, then bytes that have arrived. It holds a bounded number of both; the writer learns of room with the link's latency.
 */
final class Stretch {
    private static final int SURELY_TAKEN = 64;

    private final SimulatedNetwork network;
    private final SimulatedConnection writer;
    private final SimulatedConnection reader;
    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
    private int headOffset;
    private int arrivedBytes;
    private int held;
    private long lastArrival;
    private boolean ended;
    private boolean written;

    Stretch(SimulatedNetwork network, SimulatedConnection writer, SimulatedConnection reader) {
        this.network = network;
        this.writer = writer;
        this.reader = reader;
    }

    int room() {
        return Math.max(0, network.conditions().bufferBytes() - held);
    }

    int arrivedBytes() {
        return arrivedBytes;
    }

    /** Whether the end of the stream has arrived. */
    boolean ended() {
        return ended;
    }

    /** Takes some of {@code from}: what fits, or less; something small at the very beginning whole, as a socket does. */
    int write(ByteBuffer from) {
        int most = Math.min(room(), from.remaining());
        int count = written || most > SURELY_TAKEN ? cut(most) : most;
        written = true;
        if (count > 0) {
            byte[] piece = new byte[count];
            from.get(piece);
            held += count;
            send(() -> arrive(piece));
        }
        return count;
    }

    /** Sends the end of the stream behind the bytes. */
    void end() {
        send(() -> {
            ended = true;
            reader.poke();
        });
    }

    /** Sends word, behind the bytes, that the connection is broken. */
    void breakReader() {
        send(reader::broken);
    }

    private void send(Runnable arrival) {
        lastArrival = Math.max(lastArrival, network.nanoTime() + network.latency());
        network.at(lastArrival, arrival);
    }

    private void arrive(byte[] piece) {
        double resetChance = network.conditions().resetChance();
        if (!reader.isOpen()) {
            network.after(network.latency(), writer::broken);
        } else if (reader.isBroken()) {
            return; // what comes behind a break is lost, or the reader would see a stream with a hole
        } else if (resetChance > 0 && network.random().nextDouble() < resetChance) {
            reader.reset();
        } else {
            arrived.add(piece);
            arrivedBytes += piece.length;
            reader.poke();
        }
    }

    int read(ByteBuffer into) {
        int count = cut(Math.min(arrivedBytes, into.remaining()));
        int left = count;
        while (left > 0) {
            byte[] head = first();
            int some = Math.min(left, head.length - headOffset);
            into.put(head, headOffset, some);
            left -= some;
            headOffset += some;
            if (headOffset == head.length) {
                arrived.remove();
                headOffset = 0;
            }
        }
        arrivedBytes -= count;
        if (count > 0) {
            network.after(network.latency(), () -> roomMade(count));
        }
        return count;
    }

    private byte[] first() {
        byte @Nullable [] head = arrived.peek();
        if (head == null) {
            throw new AssertionError("bytes are counted that are not there");
        }
        return head;
    }

    private void roomMade(int count) {
        held -= count;
        writer.poke();
    }

    /** At times less than all, and at times a single byte. */
    private int cut(int most) {
        if (most < 2 || !network.conditions().fragments()) {
            return most;
        }
        return switch (network.random().nextInt(4)) {
            case 0 -> network.random().nextInt(1, most + 1);
            case 1 -> Math.min(most, network.random().nextInt(1, 9));
            default -> most;
        };
    }
}
