package org.pgsluice.admin.view;

/**
 * What stands in a connection's buffers, in bytes.
 *
 * @param recvPos end of what was received
 * @param pktPos begin of what is not parsed yet
 * @param pktRemain bytes of the current message that are still to come
 * @param sendPos begin of what is not sent yet
 * @param sendRemain bytes that are still to be sent of the current message
 * @param pktAvail bytes received and not parsed
 * @param sendAvail bytes parsed and not sent
 */
public record SocketBuffers(int recvPos, int pktPos, int pktRemain, int sendPos, int sendRemain, int pktAvail, int sendAvail) {
    public static final SocketBuffers NONE = new SocketBuffers(0, 0, 0, 0, 0, 0, 0);

    /** Whether bytes are waiting; only such connections are in SHOW ACTIVE_SOCKETS. */
    public boolean isEmpty() {
        return pktAvail == 0 && sendAvail == 0;
    }
}
