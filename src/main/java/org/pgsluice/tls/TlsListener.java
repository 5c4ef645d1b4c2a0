package org.pgsluice.tls;

/** Who is told how a handshake went, and why what came later was no good; on the connection's reactor and before its handler hears of it. */
public interface TlsListener {
    /** It is through. What the other side sent since may be there already. */
    void onSecured();

    /** It has failed; the next read or write throws {@code why}. Nothing is told when the other side has just left. */
    void onTlsFailure(TlsException why);

    /** It was through, and what came later is no good, or says what is wrong: in TLS 1.3 a server refuses a certificate so. The read throws {@code why}. */
    default void onTlsBroken(TlsException why) {}
}
