package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EnginesTest implements Incidents {
    private final List<String> warnings = new ArrayList<>();

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "aarch64"})
    void autoTakesEpollWhereItWorks() throws IOException {
        Engines engines = Engines.choose("auto", this);

        assertThat(engines.name()).isEqualTo("epoll");
        assertThat(engines.open(0, this)).isInstanceOf(EpollReactor.class);
        assertThat(warnings).isEmpty();
    }

    @Test
    void nioIsTakenWhenAskedFor() throws IOException {
        Engines engines = Engines.choose("nio", this);

        assertThat(engines.name()).isEqualTo("nio");
        assertThat(engines.open(0, this)).isInstanceOf(NioReactor.class);
    }

    @Test
    void autoFallsBackAndSaysWhyOnce() throws IOException {
        Engines engines = Engines.choose("auto", "it is made for x86-64", this);

        assertThat(engines.name()).isEqualTo("nio");
        assertThat(warnings).containsExactly("engine \"epoll\" does not work here, using \"nio\": it is made for x86-64");
    }

    @Test
    void epollIsRefusedWithTheReasonWhereItDoesNotWork() {
        assertThatThrownBy(() -> Engines.choose("epoll", "it is made for x86-64", this))
                .isInstanceOf(IOException.class)
                .hasMessage("engine \"epoll\" does not work here: it is made for x86-64");
    }

    @Override
    public void onUncaught(Throwable thrown) {
        warnings.add(String.valueOf(thrown));
    }

    @Override
    public void onWarning(String message) {
        warnings.add(message);
    }

    @Override
    public void onError(String message) {
        warnings.add(message);
    }
}
