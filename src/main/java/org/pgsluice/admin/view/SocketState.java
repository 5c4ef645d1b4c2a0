package org.pgsluice.admin.view;

/** Which list of its pool a client or a server stands in. */
public enum SocketState {
    /** A client before its login is complete; in SHOW SOCKETS only. */
    CLIENT_LOGIN("login", "cl_login"),
    /** A logged-in client, linked or not. */
    CLIENT_ACTIVE("active", "cl_active"),
    CLIENT_WAITING("waiting", "cl_waiting"),
    CLIENT_ACTIVE_CANCEL("active_cancel_req", ""),
    CLIENT_WAITING_CANCEL("waiting_cancel_req", ""),
    SERVER_ACTIVE("active", "sv_active"),
    /** One that listens for all clients of its pool. */
    SERVER_LISTENING("listening", "sv_active"),
    SERVER_IDLE("idle", "sv_idle"),
    SERVER_USED("used", "sv_used"),
    SERVER_TESTED("tested", "sv_tested"),
    SERVER_NEW("new", "sv_login"),
    SERVER_ACTIVE_CANCEL("active_cancel", ""),
    SERVER_BEING_CANCELED("being_canceled", "");

    private final String word;
    private final String socketsWord;

    SocketState(String word, String socketsWord) {
        this.word = word;
        this.socketsWord = socketsWord;
    }

    /** The word of SHOW CLIENTS and SHOW SERVERS. */
    public String word() {
        return word;
    }

    /** The word of SHOW SOCKETS; empty for the states that are not shown there. */
    public String socketsWord() {
        return socketsWord;
    }

    public boolean isServer() {
        return ordinal() >= SERVER_ACTIVE.ordinal();
    }
}
