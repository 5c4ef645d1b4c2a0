package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExecutorOffloadTest {
    private final SocketWorld world = new SocketWorld("nio", false);
    private final ExecutorOffload offload = new ExecutorOffload(1, 1, 1);
    private final List<Object> outcomes = new CopyOnWriteArrayList<>();
    private final Offload.Completion<Object> noted = new Offload.Completion<>() {
        @Override
        public void onDone(Object result) {
            outcomes.add(world.reactor(0).inReactor() ? result : "wrong thread");
        }

        @Override
        public void onFailed(Exception failure) {
            outcomes.add(world.reactor(0).inReactor() ? failure : "wrong thread");
        }
    };

    @AfterEach
    void close() {
        offload.close();
        world.close();
    }

    @Test
    void resultComesBackOnTheReactor() {
        offload.call(Offload.Kind.KEYS, () -> Thread.currentThread().getName(), world.reactor(0), noted);

        world.await(() -> !outcomes.isEmpty());
        assertThat(outcomes).containsExactly("keys-0");
    }

    @Test
    void exceptionsAndErrorsComeBackAsFailures() {
        offload.call(
                Offload.Kind.KEYS,
                () -> {
                    throw new IllegalArgumentException("bad");
                },
                world.reactor(0),
                noted);
        world.await(() -> outcomes.size() == 1);
        offload.call(
                Offload.Kind.KEYS,
                () -> {
                    throw new StackOverflowError();
                },
                world.reactor(0),
                noted);
        world.await(() -> outcomes.size() == 2);

        assertThat(outcomes.get(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat((Exception) outcomes.get(1)).hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void workBeyondTheQueueFails() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        offload.call(
                Offload.Kind.KEYS,
                () -> {
                    started.countDown();
                    release.await();
                    return "first";
                },
                world.reactor(0),
                noted);
        started.await();
        offload.call(Offload.Kind.KEYS, () -> "second", world.reactor(0), noted);
        offload.call(Offload.Kind.KEYS, () -> "third", world.reactor(0), noted);

        world.await(() -> outcomes.size() == 1);
        assertThat(outcomes.getFirst()).isInstanceOf(RejectedExecutionException.class);
        release.countDown();
        world.await(() -> outcomes.size() == 3);
        assertThat(outcomes.subList(1, 3)).containsExactly("first", "second");
    }

    @ParameterizedTest
    @EnumSource(value = Offload.Kind.class, names = {"NAMES", "LDAP", "PAM"})
    void whoeverHangsDelaysNothingElse(Offload.Kind hanging) throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        offload.call(
                hanging,
                () -> {
                    release.await();
                    return "name";
                },
                world.reactor(0),
                noted);
        offload.call(Offload.Kind.KEYS, () -> "key", world.reactor(0), noted);
        offload.call(Offload.Kind.FILES, () -> "file", world.reactor(0), noted);

        world.await(() -> outcomes.size() == 2);
        assertThat(outcomes).containsExactlyInAnyOrder("key", "file");
        release.countDown();
        world.await(() -> outcomes.size() == 3);
    }

    @Test
    void workBeyondItsDeadlineFailsOnceAndIsInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        List<String> interrupted = new CopyOnWriteArrayList<>();
        world.on(world.reactor(0), () -> {
            offload.call(
                    Offload.Kind.KEYS,
                    () -> {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            interrupted.add("interrupted");
                        }
                        return "late";
                    },
                    20_000_000,
                    world.reactor(0),
                    noted);
            return true;
        });

        world.await(() -> !outcomes.isEmpty() && !interrupted.isEmpty());
        offload.call(Offload.Kind.KEYS, () -> "next", world.reactor(0), noted);
        world.await(() -> outcomes.size() == 2);
        assertThat(outcomes.getFirst()).isInstanceOf(TimeoutException.class);
        assertThat(outcomes.getLast()).isEqualTo("next");
    }

    @Test
    void workWithinItsDeadlineIsDone() {
        world.on(world.reactor(0), () -> {
            offload.call(Offload.Kind.KEYS, () -> "in time", 60_000_000_000L, world.reactor(0), noted);
            return true;
        });

        world.await(() -> !outcomes.isEmpty());
        assertThat(outcomes).containsExactly("in time");
    }

    @Test
    void randomBytesDiffer() {
        SecureRandomSource random = new SecureRandomSource();
        byte[] one = new byte[32];
        byte[] two = new byte[32];
        random.nextBytes(one);
        random.nextBytes(two);

        assertThat(one).isNotEqualTo(two);
    }
}
