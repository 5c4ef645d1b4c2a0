package org.pgsluice.prepared;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.sql.Suspicion;

/**
 * A client's unnamed statement, and its text, so that the client finds it on whichever server it gets. A Parse that is under way changes nothing until the
 * server has answered it: a skipped one leaves the old statement, or the one before. For the thread of the client's reactor.
 */
public final class UnnamedStatement {
    /** Texts up to this size stay known in any case; of longer ones only those that the client did not use at once. */
    public static final int SMALL = 4096;

    /** Longer texts are not kept, nor long ones for which the catalog has no room: on another server the client has no unnamed statement. */
    public static final int LONGEST = 1 << 20;

    /** Texts whose Parse is under way are kept up to this size together; beyond it the latest alone. */
    private static final int ROOM = 64 * 1024;

    private static final byte[] NOTHING = {};
    /** In place of a length: there is no unnamed statement, or its text is not known. */
    private static final int NONE = -1;

    private static final int UNKNOWN = -2;

    private final StatementCatalog catalog;
    /** What of its arrays is counted in the catalog. */
    private int counted;

    private boolean closed;
    private byte[] text = NOTHING;
    private int from;
    private int length = NONE;
    private final TextsUnderWay next = new TextsUnderWay(ROOM);
    private int underWay;
    /** The id of the server that got the Parse last, and in which of its segments. */
    private long parsedOn;
    private int parsedIn;
    /** The id of the server that has the statement; 0 for none. */
    private long home;
    /** What it may do to a session, and what those may do whose Parse is under way. */
    private Suspicion suspicion = Suspicion.NONE;

    private Suspicion suspicionOfNext = Suspicion.NONE;

    /** @param catalog has room for long texts, or has not */
    public UnnamedStatement(StatementCatalog catalog) {
        this.catalog = catalog;
    }

    // ---------------------------------------------------------------- requests

    /** A Parse of it goes to that server. Its text is unknown until {@link #text} tells it. */
    public void parseSent(long server, int segment) {
        underWay++;
        next.begin();
        parsedOn = server;
        parsedIn = segment;
    }

    /** So many Parses of it are under way from another process, which did not tell their texts. */
    public void underWayFromBefore(int parses) {
        for (int i = 0; i < parses; i++) {
            underWay++;
            next.begin();
            suspicionOfNext = Suspicion.ANYTHING;
        }
    }

    /** The latest Parse has {@code total} bytes behind its name; those from {@code from} to {@code to} are here. {@link #more} tells the rest. */
    public void text(ByteBuffer in, int from, int to, int total) {
        if (total <= SMALL || (total <= LONGEST && catalog.hasRoom(total))) {
            next.text(in, from, to, total);
            count();
        }
    }

    /** More of the text that {@link #text} began. */
    public void more(ByteBuffer in, int from, int to) {
        next.more(in, from, to);
        count();
    }

    /** In that segment it is on that server, or it is sure that none is. */
    public void carriedIn(long server, int segment) {
        parsedOn = server;
        parsedIn = segment;
    }

    /** Whether a Parse of it went to that server in that segment: then whatever uses it there is answered rightly. */
    public boolean parsedIn(long server, int segment) {
        return parsedOn == server && parsedIn == segment;
    }

    /** Whether that server has it, as far as this client knows; another one may have replaced it there. */
    public boolean isOn(long server) {
        return length != NONE && home == server;
    }

    /** What a Parse on another server has to have behind the name; null when it is not known. */
    public @Nullable ByteBuffer text() {
        return length < 0 ? null : ByteBuffer.wrap(text, from, length);
    }

    /** The text of the latest Parse may do that. */
    public void suspect(Suspicion of) {
        suspicionOfNext = suspicionOfNext.plus(of);
    }

    /** It comes from another process, which did not tell what it may do. */
    public void suspectAnything() {
        suspicion = Suspicion.ANYTHING;
    }

    /** What a use of it may do; {@code fresh}: a Parse of it goes before in the same segment, and so no older one is used. */
    public Suspicion suspicion(boolean fresh) {
        return fresh && underWay > 0 ? suspicionOfNext : suspicion.plus(suspicionOfNext);
    }

    // ---------------------------------------------------------------- what became of them

    /** A Parse of the client's was done by that server. */
    public void parsed(long server) {
        underWay--;
        home = server;
        suspicion = underWay > 0 ? suspicion.plus(suspicionOfNext) : suspicionOfNext;
        noneLeft();
        text = next.take(text);
        from = next.from();
        length = next.length() < 0 ? UNKNOWN : next.length();
        count();
    }

    /** A Parse of the client's failed: that destroys the old statement as well. */
    public void failed() {
        underWay--;
        next.drop();
        next.trim();
        noneLeft();
        destroyed();
    }

    /** A Parse of the client's was skipped. */
    public void skipped() {
        underWay--;
        next.drop();
        next.trim();
        noneLeft();
        count();
    }

    private void noneLeft() {
        if (underWay == 0) {
            suspicionOfNext = Suspicion.NONE;
        }
    }

    /** Our Parse of it was done by that server. */
    public void carried(long server) {
        home = server;
    }

    /** It was closed, or a simple query destroyed it. */
    public void destroyed() {
        length = NONE;
        home = 0;
        suspicion = Suspicion.NONE;
        if (text.length > SMALL) {
            text = NOTHING;
            count();
        }
    }

    /** The client is gone; what its last server still answers changes nothing any more. */
    public void close() {
        catalog.kept(-counted);
        counted = 0;
        closed = true;
    }

    /** Long texts take room in the catalog. */
    private void count() {
        int now = (text.length > SMALL ? text.length : 0) + (next.capacity() > SMALL ? next.capacity() : 0);
        if (now != counted && !closed) {
            catalog.kept(now - counted);
            counted = now;
        }
    }
}
