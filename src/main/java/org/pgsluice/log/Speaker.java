package org.pgsluice.log;

/**
 * The connection that a line is about. Its text is what stands before such a line, as PgBouncer writes it.
 *
 * @param id {@code C-0x7} for a client, {@code S-0x7} for a server
 * @param database the pool's database, {@code (nodb)} while it is not known
 * @param user the pool's or the client's user, {@code (nouser)} while it is not known
 * @param host the other end: an address, a name that is being dialled, or {@code unix}
 * @param port the other end's port, or that of the Unix socket
 * @param pid the process at the other end, 0 where it is not known
 */
public record Speaker(String id, String database, String user, String host, int port, long pid) {
    private boolean isClient() {
        return id.startsWith("C");
    }

    /** {@code C-0x7: db/user@127.0.0.1:4711 }. */
    @Override
    public String toString() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host.equals("unix") && isClient() && pid > 0 ? "unix(" + pid + ")" : host;
        return id + ": " + database + "/" + user + "@" + shown + ":" + port + " ";
    }
}
