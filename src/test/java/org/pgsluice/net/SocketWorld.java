package org.pgsluice.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Two real reactors over loopback TCP or unix sockets. */
public final class SocketWorld implements World, Incidents {
    private static final long DEADLINE_SECONDS = 20;

    final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    final List<String> messages = new CopyOnWriteArrayList<>();
    private final boolean unix;
    private final Path directory;
    private final ThreadedReactor[] reactors = new ThreadedReactor[2];
    private int sockets;

    public SocketWorld(String engine, boolean unix) {
        this.unix = unix;
        try {
            directory = Files.createTempDirectory(engine);
            Engines engines = Engines.choose(engine, this);
            for (int i = 0; i < reactors.length; i++) {
                reactors[i] = engines.open(i, this);
                reactors[i].start();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public Reactor reactor(int index) {
        return reactors[index];
    }

    @Override
    public SocketAddress freshAddress() {
        return unix ? UnixDomainSocketAddress.of(directory.resolve("s" + sockets++)) : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public SocketAddress refusingAddress() {
        if (unix) {
            return freshAddress();
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the condition did not come true; uncaught: " + uncaught);
            }
            LockSupport.parkNanos(200_000);
        }
    }

    @Override
    public <T> T on(Reactor reactor, Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        reactor.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable failed) {
                done.completeExceptionally(failed);
            }
        });
        return done.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public boolean isReal() {
        return true;
    }

    @Override
    public void close() {
        try {
            for (ThreadedReactor reactor : reactors) {
                reactor.stop();
            }
            for (ThreadedReactor reactor : reactors) {
                if (!reactor.awaitStopped(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS))) {
                    throw new AssertionError("a reactor does not stop");
                }
            }
            Files.deleteIfExists(directory);
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void onUncaught(Throwable thrown) {
        uncaught.add(thrown);
    }

    @Override
    public void onWarning(String message) {
        messages.add(message);
    }

    @Override
    public void onError(String message) {
        messages.add(message);
    }
}
