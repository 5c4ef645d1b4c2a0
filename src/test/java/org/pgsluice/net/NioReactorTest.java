package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import org.junit.jupiter.api.Test;

class NioReactorTest extends ReactorContract {
    @Override
    protected String engine() {
        return "nio";
    }

    @Test
    void drainedSocketStaysArmedUntilBytesComeThatNobodyWants() {
        SocketAddress address = listen(world.freshAddress(), options(false, 0, SocketOptions.DEFAULT));
        Connection near = connect(address, SocketOptions.DEFAULT);
        world.await(() -> accepted.size() == 1);
        NioConnection far = (NioConnection) accepted.getFirst();
        Peer peer = world.on(world.reactor(0), () -> new Peer(far, false));
        world.on(world.reactor(1), () -> near.write(ConnectionContract.direct("x")));
        world.await(() -> peer.receivedBytes() == 1);

        world.on(world.reactor(0), () -> {
            far.wantRead(false);
            return true;
        });
        assertThat(world.on(world.reactor(0), far::armed)).isEqualTo(SelectionKey.OP_READ);

        world.on(world.reactor(1), () -> near.write(ConnectionContract.direct("y")));
        world.await(() -> world.on(world.reactor(0), far::armed) == 0);
        assertThat(peer.receivedBytes()).isEqualTo(1);
    }
}
