package org.pgsluice.tls;

/** Who is told how a handshake went, on the connection's reactor and before its handler hears of it. */
public interface TlsListener {
    /** It is through. What the other side sent since may be there already. */
    void onSecured();

    /** It has failed; the next read or write throws {@code why}. Nothing is told when the other side has just left. */
    void onTlsFailure(TlsException why);
}
