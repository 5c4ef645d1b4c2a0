package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pgsluice.net.Wire;
import org.pgsluice.prepared.HandedStatements;
import org.pgsluice.prepared.StatementCatalog;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

class ClientImageTest {
    private static final TrackedNames NAMES = new TrackedNames(List.of("search_path"));

    private final StatementCatalog before = new StatementCatalog();
    private final HandedStatements sending = new HandedStatements(before);
    private final HandedStatements receiving = new HandedStatements(new StatementCatalog());

    @Test
    void everythingArrives() {
        ClientImage.Named named = new ClientImage.Named("s1".getBytes(StandardCharsets.US_ASCII), before.acquire(new byte[] {'X', 0, 0, 0}, ""));
        ClientImage sent = image(new ClientImage.LinkImage(10, true, true, 1, 2, 3, List.of(named)));

        ClientImage image = received(sent);

        assertThat(image).usingRecursiveComparison().ignoringFields("link.statements").isEqualTo(sent);
        assertThat(image.link()).isNotNull();
        assertThat(image.link().statements()).singleElement().satisfies(there -> {
            assertThat(there.name()).isEqualTo(named.name());
            assertThat(there.statement().body()).isEqualTo(named.statement().body());
        });
    }

    @Test
    void textOfAStatementGoesOnce() {
        ClientImage.Named named = new ClientImage.Named(new byte[] {'n'}, before.acquire(new byte[10_000], ""));
        ClientImage sent = image(new ClientImage.LinkImage(0, false, false, 0, 0, 0, List.of(named)));
        byte[] first = written(sent);
        byte[] second = written(sent);

        assertThat(first).hasSizeGreaterThan(10_000);
        assertThat(second).hasSizeLessThan(1_000);
        ClientImage one = read(first);
        ClientImage other = read(second);
        assertThat(other.link().statements().getFirst().statement()).isSameAs(one.link().statements().getFirst().statement());
    }

    @Test
    void clientThatWaitsForAWelcomeHasNoLink() {
        assertThat(received(image(null)).link()).isNull();
    }

    private static ClientImage image(ClientImage.@Nullable LinkImage link) {
        TrackedVars vars = new TrackedVars(NAMES);
        vars.set("search_path", "");
        vars.set("client_encoding", "UTF8");
        return new ClientImage("owner", new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 100, 50, new Wire.Frozen(new byte[] {'Q', 0}, 5, new byte[] {9, 9}), vars, link);
    }

    private byte[] written(ClientImage image) {
        HandoverWriter out = new HandoverWriter();
        image.write(out, sending);
        return out.toBytes();
    }

    private ClientImage received(ClientImage image) {
        return read(written(image));
    }

    private ClientImage read(byte[] bytes) {
        return HandoverReader.whole(bytes, in -> ClientImage.read(in, receiving, NAMES));
    }
}
