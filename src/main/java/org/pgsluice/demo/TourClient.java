package org.pgsluice.demo;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of the tour: it logs in with its password in the clear and asks simple queries. It blocks, and belongs to one thread at a time. */
final class TourClient implements Closeable {
    private static final int PROTOCOL_3 = 196608;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    TourClient(int port, String database) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        byte[] words = ("user\0demo\0database\0" + database + "\0application_name\0tour\0\0").getBytes(StandardCharsets.UTF_8);
        out.writeInt(8 + words.length);
        out.writeInt(PROTOCOL_3);
        out.write(words);
        out.flush();
        awaitReady();
    }

    /** Asks, and gives the rows: their values with a blank between. */
    List<String> ask(String sql) throws IOException {
        send('Q', sql);
        return awaitReady();
    }

    /** Asks for one value. */
    String value(String sql) throws IOException {
        List<String> rows = ask(sql);
        return rows.isEmpty() ? "" : rows.getFirst();
    }

    private void send(char tag, String text) throws IOException {
        byte[] body = (text + "\0").getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(tag);
        message.writeBytes(ByteBuffer.allocate(4).putInt(4 + body.length).array());
        message.writeBytes(body);
        out.write(message.toByteArray());
        out.flush();
    }

    private List<String> awaitReady() throws IOException {
        List<String> rows = new ArrayList<>();
        String error = null;
        while (true) {
            char tag = (char) in.readUnsignedByte();
            byte[] body = in.readNBytes(in.readInt() - 4);
            switch (tag) {
                case 'R' -> {
                    if (ByteBuffer.wrap(body).getInt() == 3) {
                        send('p', "demo");
                    }
                }
                case 'D' -> rows.add(row(ByteBuffer.wrap(body)));
                case 'E' -> error = message(body);
                case 'Z' -> {
                    if (error != null) {
                        throw new IOException(error);
                    }
                    return rows;
                }
                default -> {}
            }
        }
    }

    private static String row(ByteBuffer in) {
        StringBuilder text = new StringBuilder();
        for (int left = in.getShort(); left > 0; left--) {
            int length = in.getInt();
            byte[] value = new byte[Math.max(0, length)];
            in.get(value);
            text.append(text.isEmpty() ? "" : " ").append(new String(value, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** The text of an error: the field that begins with M. */
    private static String message(byte[] fields) {
        for (String field : new String(fields, StandardCharsets.UTF_8).split("\0", -1)) {
            if (field.startsWith("M")) {
                return field.substring(1);
            }
        }
        return "an error";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
