package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What every engine promises beyond {@link ConnectionContract}: options, listeners, the loop itself. */
abstract class ReactorContract {
    private static final long SPIN_NANOS = 10_000_000;
    private static final SocketOptions TUNED = new SocketOptions(true, 3, 60, 10, 30_000, 32_768);

    protected final SocketWorld world = new SocketWorld(engine(), false);
    protected final List<Connection> accepted = Collections.synchronizedList(new ArrayList<>());

    /** As in the setting. */
    protected abstract String engine();

    @AfterEach
    void close() {
        world.close();
    }

    protected static ListenOptions options(boolean reusePort, int deferAccept, SocketOptions accepted) {
        return new ListenOptions(50, reusePort, deferAccept, 0777, null, accepted);
    }

    protected SocketAddress listen(SocketAddress address, ListenOptions options) {
        return world.on(world.reactor(0), () -> world.reactor(0).listen(address, options, accepted::add)).address();
    }

    protected Connection connect(SocketAddress address, SocketOptions options) {
        AtomicReference<Connection> connection = new AtomicReference<>();
        world.reactor(1).execute(() -> world.reactor(1).dial(address, options, new Reactor.DialHandler() {
            @Override
            public void onConnected(Connection connected) {
                connection.set(connected);
            }

            @Override
            public void onDialFailed(IOException reason) {
                world.onUncaught(reason);
            }
        }));
        world.await(() -> connection.get() != null);
        return connection.get();
    }

    @Test
    void handlerThatThrowsLosesItsConnectionAndNothingElse() {
        SocketAddress address = listen(world.freshAddress(), options(false, 0, SocketOptions.DEFAULT));
        Connection near = connect(address, SocketOptions.DEFAULT);
        world.await(() -> accepted.size() == 1);
        Connection far = accepted.getFirst();
        world.on(world.reactor(0), () -> {
            far.handler(new Connection.Handler() {
                @Override
                public void onReadable() {
                    throw new IllegalStateException("broken handler");
                }

                @Override
                public void onWritable() {}
            });
            far.wantRead(true);
            return true;
        });

        world.on(world.reactor(1), () -> near.write(ConnectionContract.direct("x")));

        world.await(() -> !world.uncaught.isEmpty());
        assertThat(world.uncaught.getFirst()).hasMessage("broken handler");
        assertThat(world.on(world.reactor(0), far::isOpen)).isFalse();
    }

    @Test
    void taskAndTimerThatThrowDoNotStopTheLoop() {
        world.reactor(0).execute(() -> {
            throw new IllegalStateException("task");
        });
        world.on(world.reactor(0), () -> world.reactor(0).schedule(0, () -> {
            throw new IllegalStateException("timer");
        }));

        world.await(() -> world.uncaught.size() == 2);
        assertThat(world.on(world.reactor(0), () -> 1)).isEqualTo(1);
    }

    @Test
    void tasksOfManyThreadsAllRunEachThreadsInOrder() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger disorder = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                int[] last = {-1};
                for (int i = 0; i < 20_000; i++) {
                    int order = i;
                    world.reactor(0).execute(() -> {
                        disorder.addAndGet(last[0] == order - 1 ? 0 : 1);
                        last[0] = order;
                        ran.incrementAndGet();
                    });
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        world.await(() -> ran.get() == 80_000);
        assertThat(disorder).hasValue(0);
    }

    @Test
    void addressInUseIsNamed() {
        SocketAddress address = listen(world.freshAddress(), options(false, 0, SocketOptions.DEFAULT));

        assertThatThrownBy(() -> listen(address, options(false, 0, SocketOptions.DEFAULT)))
                .hasRootCauseMessage("Address already in use")
                .hasStackTraceContaining("cannot listen on 127.0.0.1:" + ((InetSocketAddress) address).getPort() + ": Address already in use");
    }

    @Test
    void portIsSharedWhenAsked() {
        SocketAddress address = listen(world.freshAddress(), options(true, 0, SocketOptions.DEFAULT));

        assertThat(listen(address, options(true, 0, SocketOptions.DEFAULT))).isEqualTo(address);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyOptionIsKnownOnLinux() {
        SocketAddress address = listen(world.freshAddress(), options(false, 1, TUNED));
        Connection near = connect(address, TUNED);
        world.on(world.reactor(1), () -> {
            near.options(TUNED);
            near.options(SocketOptions.DEFAULT);
            return near.write(ConnectionContract.direct("deferred until now"));
        });

        world.await(() -> accepted.size() == 1);
        assertThat(world.messages).isEmpty();
        assertThat(world.uncaught).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void wildcardsOfBothFamiliesShareAPort() {
        SocketAddress six = listen(new InetSocketAddress(InetAddress.ofLiteral("::"), 0), options(false, 0, SocketOptions.DEFAULT));
        int port = ((InetSocketAddress) six).getPort();
        listen(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port), options(false, 0, SocketOptions.DEFAULT));

        connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), SocketOptions.DEFAULT);
        connect(new InetSocketAddress(InetAddress.ofLiteral("::1"), port), SocketOptions.DEFAULT);

        world.await(() -> accepted.size() == 2);
        assertThat(world.messages).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void closedConnectionsThatHaveMovedLeaveNoDescriptors() {
        int many = 10;
        SocketAddress address = listen(world.freshAddress(), options(false, 0, SocketOptions.DEFAULT));
        int before = descriptors();
        List<Connection> near = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            near.add(connect(address, SocketOptions.DEFAULT));
        }
        world.await(() -> accepted.size() == many);
        world.on(world.reactor(0), () -> accepted.stream().map(each -> new Peer(each, false)).toList());
        world.on(world.reactor(1), () -> {
            accepted.forEach(each -> each.attachTo(world.reactor(1)));
            return true;
        });
        world.on(world.reactor(0), () -> true); // has dropped its interest and sleeps: only a wake-up makes it let go

        world.on(world.reactor(1), () -> {
            accepted.forEach(Connection::close);
            near.forEach(Connection::close);
            return true;
        });

        world.await(() -> descriptors() < before + many / 2);
    }

    protected static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? -1 : open.length;
    }

    @Test
    void handlerThatNeverReadsStarvesNobody() {
        SocketAddress address = listen(world.freshAddress(), options(false, 0, SocketOptions.DEFAULT));
        Connection near = connect(address, SocketOptions.DEFAULT);
        Connection other = connect(address, SocketOptions.DEFAULT);
        world.await(() -> accepted.size() == 2);
        AtomicInteger told = new AtomicInteger();
        Peer witness = world.on(world.reactor(0), () -> {
            accepted.getFirst().handler(new Connection.Handler() {
                @Override
                public void onReadable() {
                    told.incrementAndGet();
                }

                @Override
                public void onWritable() {}
            });
            accepted.getFirst().wantRead(true);
            return new Peer(accepted.getLast(), false);
        });
        world.on(world.reactor(1), () -> near.write(ConnectionContract.direct("unread")));
        world.await(() -> told.get() > 100);

        world.on(world.reactor(1), () -> other.write(ConnectionContract.direct("read")));
        AtomicInteger timer = new AtomicInteger();
        world.on(world.reactor(0), () -> world.reactor(0).schedule(1_000_000, timer::incrementAndGet));

        world.await(() -> timer.get() == 1 && witness.receivedBytes() == 4);
        world.on(world.reactor(0), () -> {
            accepted.getFirst().close();
            return true;
        });
        int last = told.get();
        assertThat(world.on(world.reactor(0), () -> last)).isEqualTo(told.get());
    }

    @Test
    void heapBuffersServeToo() {
        SocketAddress address = listen(world.freshAddress(), options(false, 0, SocketOptions.DEFAULT));
        Connection near = connect(address, SocketOptions.DEFAULT);
        world.await(() -> accepted.size() == 1);
        ByteBuffer sent = ByteBuffer.wrap("xx of the heap".getBytes(StandardCharsets.UTF_8)).position(3);
        ByteBuffer got = ByteBuffer.allocate(20).put((byte) '-');

        int written = world.on(world.reactor(1), () -> near.write(sent));
        world.await(() -> world.on(world.reactor(0), () -> accepted.getFirst().read(got) > 0));

        assertThat(written).isEqualTo(11);
        assertThat(sent.hasRemaining()).isFalse();
        assertThat(new String(got.array(), 0, got.position(), StandardCharsets.UTF_8)).isEqualTo("-of the heap");
    }

    @Test
    void sleepingLoopWakesForATask() {
        for (int i = 0; i < 200; i++) {
            int expected = i;
            assertThat(world.on(world.reactor(i % 2), () -> expected)).isEqualTo(expected);
        }
    }

    @Test
    void lazyTimersWakeNobodyButComeInTimeWhileOneIsAwake() throws InterruptedException {
        Reactor reactor = world.reactor(0);
        AtomicInteger fired = new AtomicInteger();
        world.on(reactor, () -> {
            fireLazily(reactor, fired);
            return true;
        });
        for (int i = 0; i < 40; i++) {
            Thread.sleep(50);
            world.on(reactor, () -> true);
        }
        assertThat(fired.get()).as("in two seconds, awake").isGreaterThanOrEqualTo(10);

        Thread.sleep(1500);
        int before = fired.get();
        Thread.sleep(4500);
        assertThat(fired.get() - before).as("in four and a half seconds of nothing").isBetween(2, 6);
    }

    private static void fireLazily(Reactor reactor, AtomicInteger fired) {
        reactor.scheduleLazily(100_000_000, () -> {
            fired.incrementAndGet();
            fireLazily(reactor, fired);
        });
    }

    @Test
    void longestTurnIsToldWhetherTheLoopWaitsAfterItOrNot() {
        ThreadedReactor reactor = (ThreadedReactor) world.reactor(0);
        world.on(reactor, () -> {
            spin();
            // Two turns more: the loop does not wait after this one, and reads no clock.
            reactor.execute(() -> reactor.execute(() -> {}));
            return true;
        });
        world.await(() -> world.on(reactor, reactor::takeLongestTurn) >= SPIN_NANOS);

        world.on(reactor, () -> reactor.schedule(600_000_000_000L, () -> {}));
        world.on(reactor, () -> {
            spin();
            return true;
        });
        world.await(() -> world.on(reactor, reactor::takeLongestTurn) >= SPIN_NANOS);

        assertThat(world.<Long>on(reactor, () -> {
            reactor.takeLongestTurn();
            return reactor.takeLongestTurn();
        })).isZero();
    }

    @Test
    void waitingIsNoTurn() {
        ThreadedReactor reactor = (ThreadedReactor) world.reactor(0);

        // On a busy machine a turn may last as long, but not each time.
        world.await(() -> longestTurnAround(reactor, 10 * SPIN_NANOS) < 10 * SPIN_NANOS);
    }

    private long longestTurnAround(ThreadedReactor reactor, long waitNanos) {
        AtomicInteger fired = new AtomicInteger();
        world.on(reactor, () -> {
            reactor.takeLongestTurn();
            return reactor.schedule(waitNanos, fired::incrementAndGet);
        });
        world.await(() -> fired.get() == 1);
        return world.on(reactor, reactor::takeLongestTurn);
    }

    private static void spin() {
        for (long end = System.nanoTime() + SPIN_NANOS; System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
    }
}
