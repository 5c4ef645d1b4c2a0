package org.pgsluice.tls;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.pgsluice.config.SslMode;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.World;

/** Another world, in which everybody talks TLS. */
public final class TlsWorld implements World {
    private static final TlsListener NOBODY = new TlsListener() {
        @Override
        public void onSecured() {}

        @Override
        public void onTlsFailure(TlsException why) {}
    };

    private final World below;
    private final TlsContext accepting;
    private final TlsContext connecting;

    public TlsWorld(World below, Path directory) {
        this.below = below;
        try {
            TestAuthority authority = new TestAuthority(directory, "contract");
            authority.sign("server", "/CN=localhost", "");
            accepting = TlsContext.accepting(authority.settings("client_tls", SslMode.REQUIRE, "server"));
            connecting = TlsContext.connecting(authority.settings("server_tls", SslMode.VERIFY_FULL, ""));
        } catch (TlsException e) {
            throw new AssertionError(e);
        }
    }

    /** Once its handshake is through, and so the other side's too. */
    @Override
    public void accepted(Connection plain, Consumer<Connection> then) {
        AtomicReference<Connection> made = new AtomicReference<>();
        made.set(TlsConnection.accept(plain, accepting, ByteBuffer.allocate(0), new TlsListener() {
            @Override
            public void onSecured() {
                then.accept(made.get());
            }

            @Override
            public void onTlsFailure(TlsException why) {}
        }));
    }

    @Override
    public Connection connected(Connection plain) {
        return TlsConnection.connect(plain, connecting, new TlsTarget("localhost", true, true), NOBODY);
    }

    @Override
    public Reactor reactor(int index) {
        return below.reactor(index);
    }

    @Override
    public SocketAddress freshAddress() {
        return below.freshAddress();
    }

    @Override
    public SocketAddress refusingAddress() {
        return below.refusingAddress();
    }

    @Override
    public void await(BooleanSupplier condition) {
        below.await(condition);
    }

    @Override
    public <T> T on(Reactor reactor, Callable<T> work) {
        return below.on(reactor, work);
    }

    @Override
    public boolean isReal() {
        return below.isReal();
    }

    @Override
    public void close() {
        below.close();
    }
}
