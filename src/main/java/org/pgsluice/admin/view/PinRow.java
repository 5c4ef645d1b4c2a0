package org.pgsluice.admin.view;

/**
 * A server that stays with its client for what the session has.
 *
 * @param client the number of the client, 0 when it has left
 * @param server the number of the server
 * @param remotePid the process of PostgreSQL
 * @param reason what holds it
 * @param sinceMicros since when, in microseconds since 1970
 * @param heldMicros how long that is
 * @param statement a hash of the text after which it was so, 0 when it is not known
 */
public record PinRow(String database, String user, long client, long server, int remotePid, String reason, long sinceMicros, long heldMicros, int statement) {}
