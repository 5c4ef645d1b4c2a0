package org.pgsluice.auth;

/** How a client has to prove that it is who it says. */
public sealed interface AuthMethod {
    /** By nothing, as long as there is such a user. */
    record Trust() implements AuthMethod {}

    /** By nothing: whatever name it gives, it is the database's forced user. */
    record Forced() implements AuthMethod {}

    /** By an exchange about a password. */
    record Password(ClientAuth.PasswordMethod kind) implements AuthMethod {}

    /** Not at all, since the configuration makes no sense for it: {@code why} is for the log. */
    record Refused(String why) implements AuthMethod {}
}
