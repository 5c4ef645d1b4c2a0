package org.pgsluice.rehearsal;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.pgsluice.wire.MessageWriter;

/** Messages over a socket that blocks. For one thread. */
final class Frames implements AutoCloseable {
    private static final int LONGEST = 1 << 20;

    private final Socket socket;
    private final DataInputStream in;

    Frames(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(5_000);
        this.socket = socket;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** One message. */
    record Frame(byte tag, ByteBuffer body) {}

    Frame read() throws IOException {
        byte tag = in.readByte();
        return new Frame(tag, body());
    }

    /** What follows the length of a message, or of a startup packet. */
    ByteBuffer body() throws IOException {
        int length = in.readInt() - Integer.BYTES;
        if (length < 0 || length > LONGEST) {
            throw new IOException("a message of " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException();
        }
        return ByteBuffer.wrap(body);
    }

    /** Whether more has come already. */
    boolean more() throws IOException {
        return in.available() > 0;
    }

    void write(MessageWriter out) throws IOException {
        write(out.toBytes());
        out.clear();
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
