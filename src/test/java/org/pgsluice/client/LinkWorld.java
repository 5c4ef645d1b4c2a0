package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.pgsluice.config.Config;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.ScriptedPostgres;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

/** A world with a pooler and a server behind it. */
final class LinkWorld {
    final SimulatedNetwork network;
    final SimulatedPooler pooler;
    final SimulatedReactor outside;
    final ScriptedPostgres postgres;
    int requestCut = -1;
    boolean bytewiseRequests;
    boolean bytewiseReplies;
    private int sent;

    LinkWorld(Config config, int reactors) {
        this(config, reactors, new SimulatedNetwork(7));
    }

    LinkWorld(Config config, int reactors, SimulatedNetwork network) {
        this.network = network;
        pooler = new SimulatedPooler(network, reactors, config);
        outside = network.addReactor();
        postgres = new ScriptedPostgres(outside, SimulatedPooler.POSTGRES);
    }

    /** A client of that reactor, logged in; {@code parameters} are further names and values of its startup packet. */
    ScriptedClient login(int reactor, String... parameters) {
        return loginTo("db", reactor, parameters);
    }

    ScriptedClient loginTo(String database, int reactor, String... parameters) {
        ScriptedClient client = pooler.connect(reactor, outside);
        String[] all = Arrays.copyOf(new String[] {"user", "someone", "database", database}, 4 + parameters.length);
        System.arraycopy(parameters, 0, all, 4, parameters.length);
        client.send(Requests.startup(all));
        network.runUntil(() -> ScriptedClient.describe(client.received()).endsWith("Z(I) ") || client.ended(), 60_000_000_000L);
        assertThat(ScriptedClient.describe(client.takeReceived())).endsWith("Z(I) ");
        return client;
    }

    /** Sends one step, cut as wanted, and runs until all replies to it are there. */
    void step(ScriptedClient client, byte[] bytes) {
        if (bytewiseRequests) {
            for (byte one : bytes) {
                client.send(one);
                network.runUntilIdle();
            }
        } else {
            int cut = requestCut - sent;
            if (cut > 0 && cut < bytes.length) {
                client.send(Arrays.copyOf(bytes, cut));
                network.runUntilIdle();
                client.send(Arrays.copyOfRange(bytes, cut, bytes.length));
            } else {
                client.send(bytes);
            }
            sent += bytes.length;
        }
        settle();
    }

    /** Runs until all replies are there. */
    void settle() {
        network.runUntilIdle();
        while (postgres.holdsOutput()) {
            postgres.outputBudget(bytewiseReplies ? 1 : Long.MAX_VALUE);
            network.runUntilIdle();
        }
    }

    void assertClean(String what) {
        assertThat(postgres.complaints()).as(what).isEmpty();
        assertThat(pooler.buffersTaken()).as(what).isZero();
        assertThat(pooler.log.lines().stream().filter(line -> line.startsWith("WARNING") || line.startsWith("ERROR"))).as(what).isEmpty();
    }
}
