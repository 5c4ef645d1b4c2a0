package org.pgsluice.auth.ldap;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.PasswordJudge;
import org.pgsluice.net.Offload;

/** Judges a password by a bind as its user, whom it may have to search for first. */
public final class LdapJudge implements PasswordJudge {
    private final LdapOptions options;
    private final LdapLibrary library;

    private LdapJudge(LdapOptions options, LdapLibrary library) {
        this.options = options;
        this.library = library;
    }

    /** Takes all options of LDAP out of {@code options}; loads the library. */
    public static LdapJudge of(Map<String, String> options) throws LdapException {
        return new LdapJudge(LdapOptions.take(options), LdapLibrary.load());
    }

    @Override
    public Offload.Kind kind() {
        return Offload.Kind.LDAP;
    }

    @Override
    public String name() {
        return "LDAP";
    }

    @Override
    public boolean passwordIsTheServers() {
        return true;
    }

    @Override
    public @Nullable String wrong(String user, byte[] password, String from) {
        if (password.length == 0) {
            return "LDAP login without a password";
        }
        try {
            String dn = options.prefix() != null || options.suffix() != null ? options.dn(user) : search(user);
            try (LdapConnection connection = LdapConnection.open(library, options)) {
                int result = connection.bind(dn, password);
                return result == 0 ? null : "LDAP login failed for user " + dn + " on server " + connection.server() + ": " + library.text(result);
            }
        } catch (LdapException e) {
            return e.getMessage();
        }
    }

    private String search(String user) throws LdapException {
        try (LdapConnection connection = LdapConnection.open(library, options)) {
            return connection.search(user);
        }
    }
}
