package org.pgsluice.tls;

import java.nio.ByteBuffer;
import org.pgsluice.net.Buffers;

/** Both sides of one session in memory, each in a scratch of its own. */
final class SessionPair {
    final Buffers buffers = new Buffers();
    final TlsSession server;
    final TlsSession client;
    private final TlsScratch serverScratch = TlsScratch.of(buffers);
    private final TlsScratch clientScratch = TlsScratch.of(new Buffers());
    private final Ciphertext toServer = new Ciphertext();
    private final Ciphertext toClient = new Ciphertext();

    SessionPair(TlsContext accepting, TlsContext connecting, TlsTarget target) {
        server = TlsSession.accept(accepting);
        server.serve(serverScratch);
        client = TlsSession.connect(connecting, target);
        client.serve(clientScratch);
    }

    /** Until both are through. */
    SessionPair shake() throws TlsException {
        boolean serverIn = false;
        boolean clientIn = false;
        for (int flights = 0; flights < 10 && !(serverIn && clientIn); flights++) {
            clientIn = step(client, clientScratch, toClient, toServer) || clientIn;
            serverIn = step(server, serverScratch, toServer, toClient) || serverIn;
        }
        if (!serverIn || !clientIn) {
            throw new AssertionError("the handshake does not end");
        }
        return this;
    }

    private boolean step(TlsSession session, TlsScratch scratch, Ciphertext from, Ciphertext to) throws TlsException {
        ByteBuffer in = scratch.input();
        from.moveTo(in, buffers);
        int fed = in.position();
        scratch.feed(fed);
        scratch.clearOutput();
        try {
            return session.handshake();
        } finally {
            to.add(scratch.output(), buffers);
            from.add(scratch.unread(fed), buffers);
        }
    }

    /** What the server reads when the client writes {@code text}. */
    String said(String text) throws TlsException {
        ByteBuffer plain = ByteBuffer.allocateDirect(text.length()).put(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)).flip();
        clientScratch.clearOutput();
        client.seal(clientScratch.address(plain), plain.remaining());
        toServer.add(clientScratch.output(), buffers);
        ByteBuffer in = serverScratch.input();
        toServer.moveTo(in, buffers);
        serverScratch.feed(in.position());
        ByteBuffer opened = ByteBuffer.allocateDirect(100);
        int count = server.open(serverScratch.address(opened), opened.capacity());
        byte[] bytes = new byte[count];
        opened.get(0, bytes);
        return new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
    }
}
