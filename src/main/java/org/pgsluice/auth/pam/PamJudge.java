package org.pgsluice.auth.pam;

import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.PasswordJudge;
import org.pgsluice.net.Offload;

/** Judges a password by a service of PAM, and whether the account may be used now. */
public final class PamJudge implements PasswordJudge {
    private final String service;
    private final PamLibrary library;

    PamJudge(String service, PamLibrary library) {
        this.service = service;
        this.library = library;
    }

    /** A judge by {@code service}, a file of /etc/pam.d; loads the library. */
    public static PamJudge of(String service) throws PamException {
        return new PamJudge(service, PamLibrary.load(null));
    }

    @Override
    public Offload.Kind kind() {
        return Offload.Kind.PAM;
    }

    @Override
    public String name() {
        return "PAM";
    }

    @Override
    public boolean passwordIsTheServers() {
        return true;
    }

    @Override
    public @Nullable String wrong(String user, byte[] password, String from) {
        if (user.indexOf(0) >= 0) {
            return "a user name with a zero byte";
        }
        return library.wrong(service, user, password, from);
    }
}
