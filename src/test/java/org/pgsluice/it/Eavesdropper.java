package org.pgsluice.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.pgsluice.tls.TestAuthority;
import org.pgsluice.wire.StartupPacket;

/** Somebody between a client and a server who has a certificate that the client believes, and hands on what both say. */
final class Eavesdropper implements AutoCloseable {
    private static final byte[] SSL_REQUEST = ByteBuffer.allocate(8).putInt(8).putInt(StartupPacket.CODE_SSL).array();

    private final SSLContext tls;
    private final int target;
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Listens, with the certificate of that name, for those who are to be led to the server at port {@code target}. */
    Eavesdropper(TestAuthority authority, String certificate, int target) throws IOException, GeneralSecurityException {
        this.tls = context(authority, certificate);
        this.target = target;
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private static SSLContext context(TestAuthority authority, String name) throws IOException, GeneralSecurityException {
        Path file = authority.file(name + ".p12");
        authority.openssl("pkcs12", "-export", "-inkey", authority.file(name + ".key").toString(), "-in", authority.file(name + ".crt").toString(),
                "-passout", "pass:secret", "-out", file.toString());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, "secret".toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new Credulous()}, null);
        return context;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException over) {
            threads.shutdown();
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket(listener.getInetAddress(), target)) {
            client.getInputStream().readNBytes(SSL_REQUEST.length);
            server.getOutputStream().write(SSL_REQUEST);
            client.getOutputStream().write(server.getInputStream().read());
            SSLSocket near = (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), true);
            near.setUseClientMode(false);
            Socket far = tls.getSocketFactory().createSocket(server, "localhost", target, true);
            threads.execute(() -> handOn(near, far));
            handOn(far, near);
        } catch (IOException gone) {
            // One of the two has left, and both are closed.
        }
    }

    private static void handOn(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException gone) {
            // as above
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }

    private static final class Credulous implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
