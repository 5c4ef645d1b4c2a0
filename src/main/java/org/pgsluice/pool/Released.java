package org.pgsluice.pool;

/** What became of a server that was released; see {@link Books#release}. */
public enum Released {
    /** It stands among the idle ones. */
    IDLE,
    /** It has a new client: {@link ServerEntry#client()}. */
    GRANTED,
    /** A cancel request for it is under way; it goes to nobody until that has ended. */
    BEING_CANCELED,
    /** It is to be closed: older than server_lifetime. */
    LIFETIME_OVER,
    /** It is to be closed: {@link ServerEntry#closeNeeded()}. */
    CLOSE_NEEDED,
    /** It is to be closed: the client that it was opened for has gone. */
    CLIENT_GONE
}
