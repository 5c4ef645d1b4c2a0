package org.pgsluice.it;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A client that speaks the protocol itself: pipelines, messages in pieces, slow reading, leaving at the worst moment. Each message that comes must be due. */
final class WireClient extends StormClient {
    private static final List<Chore<WireClient>> CHORES = Stream.of(WireChores.ALL, RudeChores.ALL).flatMap(List::stream).toList();

    /** Its prepared statements on this connection: names and the numbers that they add. */
    final Map<String, Integer> statements = new HashMap<>();

    private volatile WireConnection connection;

    WireClient(Storm storm, int number, SplittableRandom random) {
        super(storm, number, random);
    }

    @Override
    void connect() throws IOException {
        if (!connected()) {
            statements.clear();
            connection = WireConnection.open(storm.database.pooler().port(), storm.database.name(), token, random);
        }
    }

    @Override
    boolean connected() {
        return connection != null;
    }

    WireConnection connection() throws IOException {
        WireConnection open = connection;
        if (open == null) {
            throw new IOException("the connection was dropped");
        }
        return open;
    }

    @Override
    void act(boolean calm) throws Exception {
        Chore<WireClient> chore = Chore.choose(CHORES, calm, random);
        doing(chore.name());
        chore.act().on(this);
        storm.count(chore.name());
    }

    @Override
    void verify() throws IOException {
        WireScript own = new WireScript().query("SELECT who || ' ' || current_setting('application_name') FROM mine");
        play(own.due("T").due('D', token + " " + token).complete("SELECT 1").ready('I'));
        connection().send(new WireScript().query(deeds.query()).bytes());
        List<String> found = new ArrayList<>();
        WireConnection.Reply reply = connection().next();
        for (; reply.tag() != 'Z'; reply = connection().next()) {
            if (reply.tag() == 'D') {
                found.add(reply.text());
            } else {
                same("a reply", true, reply.tag() == 'T' || reply.tag() == 'C');
            }
        }
        deeds.compare(found);
    }

    /** Sends the requests and takes their replies. */
    void play(WireScript script) throws IOException {
        connection().sendSlowly(script.bytes());
        take(script);
    }

    void take(WireScript script) throws IOException {
        int n = 0;
        for (WireScript.Due due : script.due()) {
            WireConnection.Reply reply = connection().next();
            if (!due.fits(reply)) {
                same("reply " + n + " of " + script.due().size(), due, reply);
            }
            n++;
        }
    }

    @Override
    boolean isLoss(Throwable thrown) {
        return thrown instanceof IOException && !(thrown instanceof SocketTimeoutException) && !isConfusion(String.valueOf(thrown.getMessage()));
    }

    @Override
    void drop() {
        drop(false);
    }

    void drop(boolean reset) {
        WireConnection open = connection;
        connection = null;
        if (open != null) {
            open.cut(reset);
        }
    }

    @Override
    void leave() throws IOException {
        connection().leave();
        connection = null;
    }
}
