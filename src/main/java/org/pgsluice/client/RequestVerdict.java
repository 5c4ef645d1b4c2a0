package org.pgsluice.client;

/** What becomes of a client's message. */
enum RequestVerdict {
    /** It goes to the server as it is. */
    PASS,
    /** It goes to the server under the server's name for its statement, or is answered in its turn; see {@link NamedStatements#pass}. */
    RENAME,
    /** We answer it at once; no server is needed. */
    ANSWER,
    /** It stays where it is until more of it, or something else, has come. */
    HOLD,
    /** It goes to nobody. */
    DROP,
    /** The client was told why not, and its session is over. */
    REFUSE,
    /** The client leaves. */
    LEAVE
}
