package org.pgsluice.admin.view;

import org.jspecify.annotations.Nullable;

/**
 * A socket that a new process takes over. It carries secrets, which {@link #toString} leaves out; its arrays belong to the row.
 *
 * @param fd the file descriptor's number
 * @param task {@code pooler} for a listener, {@code client} or {@code server}
 * @param cancel the cancel key, big-endian, unsigned
 * @param link the descriptor of the other side of its link, 0 for none
 * @param state what else the session knows, in our own form; null unless the pooler is suspended, empty for a client that has sent nothing. In SHOW HANDOVER
 *     only
 * @param password the secret of a user that the new process cannot look up, otherwise null
 */
@SuppressWarnings("ArrayRecordComponent")
public record FdRow(
        int fd,
        String task,
        @Nullable String user,
        @Nullable String database,
        String address,
        int port,
        long cancel,
        int link,
        @Nullable String clientEncoding,
        @Nullable String stdStrings,
        @Nullable String dateStyle,
        @Nullable String timeZone,
        @Nullable String password,
        byte @Nullable [] scramClientKey,
        byte @Nullable [] scramServerKey,
        byte @Nullable [] state) {
    /** For whoever may not take the socket: without keys, secrets and what the session knows. */
    public FdRow masked() {
        return new FdRow(fd, task, user, database, address, port, 0, link, clientEncoding, stdStrings, dateStyle, timeZone, null, null, null,
                state == null ? null : new byte[0]);
    }

    @Override
    public String toString() {
        return "FdRow[fd=" + fd + ", task=" + task + ", address=" + address + ", port=" + port + "]";
    }
}
