package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every reactor and its connections promise; run over real sockets and over the simulated network. */
public abstract class ConnectionContract extends ReadAgainContract {
    @Test
    void echoComesBack() {
        Reactor.Listener listener = listen();
        Peer near = peer(1, connect(1, listener.address()), false);
        peer(0, accepted(0), true);

        run(1, () -> near.send(bytes("hello")));

        world.await(() -> near.receivedBytes() == 5);
        assertThat(near.received()).isEqualTo(bytes("hello"));
        assertThat(near.connection.remoteAddress()).isEqualTo(listener.address());
        assertThat(accepted.getFirst().localAddress()).isEqualTo(listener.address());
    }

    @Test
    void bigTransferWaitsForTheSlowReaderAndArrivesWhole() {
        byte[] sent = noise(9_000_000);
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), false);
        run(0, () -> far.connection.wantRead(false));

        run(1, () -> near.send(sent));
        world.await(() -> near.shortWrite);
        run(0, () -> far.connection.wantRead(true));

        world.await(() -> far.receivedBytes() == sent.length);
        assertThat(far.received()).isEqualTo(sent);
        assertThat(on(1, near::isSent)).isTrue();
    }

    @Test
    void nothingIsReadWhileReadingIsNotWanted() {
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), false);
        run(0, () -> far.connection.wantRead(false));
        Peer other = peer(1, connect(1, far.connection.localAddress()), false);
        Peer witness = peer(0, accepted(1), false);

        run(1, () -> near.send(bytes("kept")));
        run(1, () -> other.send(bytes("seen")));
        world.await(() -> witness.receivedBytes() == 4);

        assertThat(far.receivedBytes()).isZero();
        run(0, () -> far.connection.wantRead(true));
        world.await(() -> far.receivedBytes() == 4);
    }

    @Test
    void readingGoesOnAfterItWasOffWithNothingToRead() {
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), false);
        for (int round = 1; round <= 20; round++) {
            int bytes = round;
            run(1, () -> near.send(new byte[1]));
            world.await(() -> far.receivedBytes() == bytes);
            run(0, () -> far.connection.wantRead(false));
            if (round % 2 == 0) {
                run(1, () -> near.send(new byte[0]));
            }
            run(0, () -> far.connection.wantRead(true));
        }
    }

    @Test
    void whatIsLeftUnreadIsToldOfAgain() {
        Peer near = peer(1, connect(1, listen().address()), false);
        Connection far = accepted(0);
        SlowReader slow = new SlowReader(far);
        run(0, () -> {
            far.handler(slow);
            far.wantRead(true);
        });

        run(1, () -> {
            near.send(bytes("piece by piece"));
            near.close();
        });

        world.await(() -> slow.ended);
        assertThat(slow.turns).hasValue(14);
    }

    @Test
    void roomIsToldOfAsLongAsItIsWanted() {
        connect(1, listen().address());
        Connection far = accepted(0);
        AtomicInteger told = new AtomicInteger();
        run(0, () -> {
            far.handler(new Connection.Handler() {
                @Override
                public void onReadable() {}

                @Override
                public void onWritable() {
                    far.wantWrite(told.incrementAndGet() < 5);
                }
            });
            far.wantWrite(true);
        });

        world.await(() -> told.get() == 5);
        run(0, () -> {});
        assertThat(told).hasValue(5);
    }

    @Test
    void connectionThatAnothersEventClosesHearsNothingMore() {
        Reactor.Listener listener = listen();
        List<Peer> near = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            near.add(peer(1, connect(1, listener.address()), false));
            accepted(i);
        }
        AtomicInteger told = new AtomicInteger();
        run(0, () -> accepted.forEach(each -> each.handler(new Connection.Handler() {
            @Override
            public void onReadable() {
                told.incrementAndGet();
                accepted.forEach(Connection::close);
            }

            @Override
            public void onWritable() {}
        })));
        run(1, () -> near.forEach(each -> each.send(bytes("x"))));

        run(0, () -> accepted.forEach(each -> each.wantRead(true)));

        world.await(() -> near.stream().allMatch(each -> each.ended || each.broken != null));
        assertThat(told).hasValue(1);
    }

    @Test
    void whatWasWrittenBeforeTheCloseArrivesBeforeTheEnd() {
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), false);

        run(1, () -> {
            near.send(bytes("last words"));
            near.close();
        });

        world.await(() -> far.ended);
        assertThat(far.received()).isEqualTo(bytes("last words"));
        assertThat(near.connection.isOpen()).isFalse();
        assertThat(far.connection.isOpen()).isTrue();
    }

    @Test
    void closeWhileDataIsPendingGivesTheBuffersBack() {
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), false);
        run(0, () -> far.connection.wantRead(false));
        run(1, () -> near.send(noise(9_000_000)));
        world.await(() -> near.shortWrite);

        run(1, near::close);
        run(0, () -> far.connection.wantRead(true));

        world.await(() -> far.ended || far.broken != null);
        assertThat(far.receivedBytes()).isLessThan(9_000_000);
        assertThat(on(1, () -> world.reactor(1).buffers().taken())).isZero();
    }

    @Test
    void writingToAClosedEndFailsInTheEnd() {
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), false);
        run(0, far::close);
        world.await(() -> near.ended);

        world.await(() -> on(1, () -> {
            if (near.broken == null) {
                near.send(bytes("anybody there?"));
            }
            return near.broken != null;
        }));

        assertThat(near.connection.isOpen()).isFalse();
    }

    @Test
    void noEventComesAfterTheClose() {
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), true);
        run(1, () -> {
            near.send(bytes("hello"));
            near.close();
        });

        world.await(() -> far.ended || far.broken != null);
        assertThat(near.receivedBytes()).isZero();
        run(1, near.connection::close);
    }

    @Test
    void refusedDialIsToldInALaterTurn() {
        Dialed dialed = dial(1, world.refusingAddress());

        world.await(() -> dialed.failure.get() != null);
        assertThat(dialed.failure.get()).hasMessageMatching("Connection refused|No such file or directory");
        assertThat(dialed.connection.get()).isNull();
    }

    @Test
    void cancelledDialTellsNothing() {
        Reactor.Listener listener = listen();
        Dialed dialed = new Dialed();
        run(1, () -> world.reactor(1).dial(listener.address(), SocketOptions.DEFAULT, dialed).cancel());

        connect(1, listener.address());
        assertThat(dialed.connection.get()).isNull();
        assertThat(dialed.failure.get()).isNull();
    }

    @Test
    void timersRunInOrderOfTheirDeadlinesAndCancelledOnesDoNot() {
        List<Alarm> ran = Collections.synchronizedList(new ArrayList<>());
        run(0, () -> {
            Alarm.set(world.reactor(0), 30_000_000, ran);
            Alarm.set(world.reactor(0), 10_000_000, ran);
            Alarm.set(world.reactor(0), 15_000_000, ran).timer.cancel();
            Alarm.set(world.reactor(0), 20_000_000, ran);
        });

        world.await(() -> ran.size() == 3);
        assertThat(ran).extracting(alarm -> alarm.delay).containsExactlyInAnyOrder(10_000_000L, 20_000_000L, 30_000_000L);
        for (int i = 0; i < 3; i++) {
            assertThat(ran.get(i).rangAt).isGreaterThanOrEqualTo(ran.get(i).dueFrom);
            // On a loaded machine time passes between the calls, and a shorter delay asked for later may end later.
            assertThat(ran.get(i).dueFrom).isLessThanOrEqualTo(ran.get(Math.min(2, i + 1)).dueUntil);
        }
    }

    /** A timer, and between which two moments its deadline lies. */
    private static final class Alarm {
        private final long delay;
        private final long dueFrom;
        private long dueUntil;
        private volatile long rangAt;
        private Reactor.Timer timer = () -> {};

        private Alarm(long delay, long now) {
            this.delay = delay;
            this.dueFrom = now + delay;
        }

        static Alarm set(Reactor reactor, long delay, List<Alarm> ran) {
            Alarm alarm = new Alarm(delay, reactor.freshNanoTime());
            alarm.timer = reactor.schedule(delay, () -> {
                alarm.rangAt = reactor.freshNanoTime();
                ran.add(alarm);
            });
            alarm.dueUntil = reactor.freshNanoTime() + delay;
            return alarm;
        }
    }

    @Test
    void tasksRunInTheOrderOfTheCallsAndAfterTheCurrentOne() {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        run(0, () -> {
            world.reactor(0).execute(() -> ran.add("second"));
            world.reactor(0).execute(() -> ran.add("third"));
            ran.add("first");
        });

        world.await(() -> ran.size() == 3);
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void pausedListenerLeavesConnectionsWaiting() {
        Reactor.Listener listener = listen();
        run(0, listener::pause);
        Peer near = peer(1, connect(1, listener.address()), false);
        run(1, () -> near.send(bytes("early")));
        run(0, () -> {});
        assertThat(accepted).isEmpty();

        run(0, listener::resume);

        Peer far = peer(0, accepted(0), false);
        world.await(() -> far.receivedBytes() == 5);
    }

    @Test
    void closedListenerRefuses() {
        Reactor.Listener listener = listen();
        AtomicBoolean turned = new AtomicBoolean();
        run(0, () -> {
            listener.close();
            // A selector lets go of the socket when it selects next.
            world.reactor(0).schedule(0, () -> turned.set(true));
        });
        world.await(turned::get);

        Dialed dialed = dial(1, listener.address());

        world.await(() -> dialed.failure.get() != null);
    }

    @Test
    void connectionMovesBetweenReactorsUnderTrafficAndLosesNothing() {
        byte[] sent = noise(3_000_000);
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), true);
        run(1, () -> near.send(sent));

        int at = 0;
        int goal = 100_000;
        while (far.receivedBytes() < sent.length) {
            int next = goal;
            world.await(() -> far.receivedBytes() >= Math.min(next, sent.length));
            at = move(far, at);
            goal += 100_000;
        }

        world.await(() -> near.receivedBytes() == sent.length);
        assertThat(near.received()).isEqualTo(sent);
        assertThat(far.strayThread).isNull();
    }

    /** As the pool's books do it: the old reactor lets go, then the new one takes. Outboxes stay behind empty, since buffers belong to a reactor. */
    private int move(Peer far, int from) {
        world.await(() -> on(from, () -> {
            far.connection.wantRead(false);
            return far.isSent();
        }));
        int to = 1 - from;
        run(to, () -> {
            far.connection.attachTo(world.reactor(to));
            far.connection.wantRead(true);
        });
        assertThat(far.connection.reactor().index()).isEqualTo(to);
        return to;
    }

    @Test
    void idleConnectionKeepsItsInterestWhenItMoves() {
        Peer near = peer(1, connect(1, listen().address()), false);
        Peer far = peer(0, accepted(0), false);
        for (int round = 1; round <= 10; round++) {
            int bytes = round;
            Reactor target = world.reactor(round % 2);
            world.on(target, () -> {
                far.connection.attachTo(target);
                return true;
            });
            run(1, () -> near.send(new byte[1]));
            world.await(() -> far.receivedBytes() == bytes);
        }
        assertThat(far.strayThread).isNull();

        world.on(far.connection.reactor(), () -> {
            far.close();
            return true;
        });
        world.await(() -> near.ended);
    }
}
