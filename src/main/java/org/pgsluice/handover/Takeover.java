package org.pgsluice.handover;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Log;
import org.pgsluice.net.AbstractUnixAddress;
import org.pgsluice.pooler.StartFailure;

/**
 * Online restart, on the side of the new process: has the old one stand still, gets its sockets and what it knows of them, has it end and goes on with them.
 * Until the old one ends it can go on as if nothing had been: it does so when it loses our connection. On the starting thread, before any reactor runs.
 */
public final class Takeover {
    private final OldProcess old;
    private final Log log;
    private @Nullable TakenSessions sessions;

    private Takeover(OldProcess old, Log log) {
        this.old = old;
        this.log = log;
    }

    /**
     * Finds the process that listens on {@code unixSocket} and logs in to its console.
     *
     * @param ownUid who this process runs as; only a process of the same user is believed
     * @return null when nobody listens there
     */
    public static @Nullable Takeover find(String unixSocket, long ownUid, Log log) throws StartFailure {
        try {
            SocketAddress address = AbstractUnixAddress.orPath(unixSocket);
            OldProcess old = OldProcess.connect(address);
            if (old == null) {
                log.info("old process not found, try to continue normally");
                return null;
            }
            long uid = old.uid();
            if (uid != ownUid) {
                // In a directory that others may write to, anybody can listen: his sockets and sessions would be served as if they were ours.
                old.close();
                throw new StartFailure("cannot take over from the process at " + unixSocket + ": it runs as user " + uid + ", and this one as user " + ownUid);
            }
            old.login();
            return new Takeover(old, log);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Suspends the old process and takes all that it had. */
    public void adopt(TakenSessions taken) throws StartFailure {
        try {
            log.info("login OK, sending SUSPEND");
            refuseError(old.command("SUSPEND;"));
            log.info("SUSPEND finished, sending SHOW HANDOVER");
            List<HandedRow> rows = rows();
            sessions = taken;
            taken.adopt(rows, old::closeDescriptor);
            log.info("took over " + taken.summary());
        } catch (IOException | IllegalArgumentException e) {
            throw failure(e);
        }
    }

    private List<HandedRow> rows() throws IOException {
        OldProcess.Answer answer = old.command("SHOW HANDOVER;");
        if (answer.error() != null) {
            // PgBouncer, then.
            answer = refuseError(old.command("SHOW FDS;"));
        }
        List<HandedRow> rows = new ArrayList<>();
        for (OldProcess.Row row : answer.rows()) {
            rows.add(HandedRow.of(row));
        }
        if (rows.isEmpty()) {
            throw new IOException("it hands no sockets over, which takes the engine \"epoll\" there too");
        }
        return rows;
    }

    private static OldProcess.Answer refuseError(OldProcess.Answer answer) throws IOException {
        if (answer.error() != null) {
            throw new IOException(answer.error().message());
        }
        return answer;
    }

    /** Ends the old process. */
    public void endOld() {
        log.info("sending SHUTDOWN;");
        try {
            old.shutdown();
        } catch (IOException e) {
            log.debug("the old process has gone: " + e.getMessage());
        }
        old.close();
    }

    /** The old process has gone, and its pidfile: what it had goes on here. */
    public void resume() {
        log.info("old process killed, resuming work");
        if (sessions != null) {
            sessions.resume();
        }
    }

    private static StartFailure failure(Exception e) {
        return new StartFailure("cannot take over from the old process: " + e.getMessage());
    }
}
