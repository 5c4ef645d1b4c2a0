package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class EpollSetTest {
    private final NativeMemory memory = new NativeMemory();
    private final LinuxCalls calls = new LinuxCalls(memory);

    @Test
    void lateEventMeetsNobodyThoughPlaceAndDescriptorHaveANewTenant() throws IOException {
        EpollSet set = new EpollSet(memory, calls);
        Tenant first = new Tenant();
        EventFd old = new EventFd(memory);
        long place = set.add(first, old.fd(), EpollSet.IN | EpollSet.EDGES);
        old.signal();
        assertThat(set.await(0)).isEqualTo(1);
        assertThat(set.owner(0)).isSameAs(first);
        assertThat(set.events(0)).isEqualTo(EpollSet.IN);

        int number = old.fd();
        old.close();
        set.release(place);
        EventFd successor = new EventFd(memory);
        Tenant second = new Tenant();
        long next = set.add(second, successor.fd(), EpollSet.IN | EpollSet.EDGES);

        assertThat(successor.fd()).isEqualTo(number);
        assertThat((int) next).isEqualTo((int) place);
        assertThat(set.owner(0)).isNull();
        successor.signal();
        assertThat(set.await(0)).isEqualTo(1);
        assertThat(set.owner(0)).isSameAs(second);
        successor.close();
        assertThat(second.stopped).isNull();
    }

    @Test
    void eventsOfManyDescriptorsReachTheirOwners() throws IOException {
        EpollSet set = new EpollSet(memory, calls);
        EventFd[] watched = new EventFd[100];
        Tenant[] tenants = new Tenant[watched.length];
        for (int i = 0; i < watched.length; i++) {
            watched[i] = new EventFd(memory);
            tenants[i] = new Tenant();
            set.add(tenants[i], watched[i].fd(), EpollSet.IN | EpollSet.EDGES);
        }

        for (EventFd each : watched) {
            each.signal();
        }

        assertThat(set.await(0)).isEqualTo(watched.length);
        for (int i = 0; i < watched.length; i++) {
            assertThat(set.owner(i)).isSameAs(tenants[i]);
            watched[i].close();
        }
        assertThat(set.await(0)).isZero();
    }

    private static final class Tenant implements EpollSet.Owner {
        @Nullable EpollReactor stopped;

        @Override
        public void onEvents(int events, EpollReactor at) {}

        @Override
        public void onStop(EpollReactor at) {
            stopped = at;
        }
    }
}
