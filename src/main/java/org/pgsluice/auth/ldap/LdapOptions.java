package org.pgsluice.auth.ldap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Secret;

/**
 * How to reach a directory and how to find a user in it, as an HBA line or auth_ldap_options says. Immutable.
 *
 * @param scheme {@code ldap} or {@code ldaps}
 * @param servers names or addresses; empty: those that DNS names for the domain of {@code baseDn}
 * @param startTls whether the connection is encrypted before anything is said
 * @param prefix what stands before the user's name in its DN; null with {@code suffix} and {@code baseDn} given: the user is searched for
 * @param searchFilter with {@code $username} for the user; null: the attribute is compared
 */
record LdapOptions(
        String scheme,
        List<String> servers,
        int port,
        boolean startTls,
        @Nullable String prefix,
        @Nullable String suffix,
        @Nullable String baseDn,
        String bindDn,
        Secret bindPassword,
        String searchAttribute,
        @Nullable String searchFilter,
        Scope scope) {
    private static final int PORT = 389;
    private static final int PORT_OF_LDAPS = 636;

    LdapOptions {
        servers = List.copyOf(servers);
    }

    /** How deep is searched, in LDAP's own numbers. */
    enum Scope {
        BASE,
        ONE,
        SUB
    }

    /** Takes all options of LDAP out of {@code options}. */
    static LdapOptions take(Map<String, String> options) throws LdapException {
        String url = options.remove("ldapurl");
        LdapUrl from = url == null ? LdapUrl.NONE : LdapUrl.parse(url);
        String scheme = or(options.remove("ldapscheme"), or(from.scheme(), "ldap"));
        if (!scheme.equals("ldap") && !scheme.equals("ldaps")) {
            throw new LdapException("invalid ldapscheme value: \"" + scheme + "\"");
        }
        String port = options.remove("ldapport");
        String tls = options.remove("ldaptls");
        LdapOptions taken = new LdapOptions(
                scheme,
                words(or(options.remove("ldapserver"), or(from.host(), ""))),
                port != null ? port(port) : from.port() > 0 ? from.port() : scheme.equals("ldaps") ? PORT_OF_LDAPS : PORT,
                "1".equals(tls),
                options.remove("ldapprefix"),
                options.remove("ldapsuffix"),
                either(options.remove("ldapbasedn"), from.baseDn()),
                or(options.remove("ldapbinddn"), ""),
                new Secret(or(options.remove("ldapbindpasswd"), "")),
                or(options.get("ldapsearchattribute"), or(from.attribute(), "uid")),
                either(options.get("ldapsearchfilter"), from.filter()),
                from.scope());
        boolean attribute = options.remove("ldapsearchattribute") != null || from.attribute() != null;
        boolean filter = options.remove("ldapsearchfilter") != null || from.filter() != null;
        taken.check(attribute, filter);
        return taken;
    }

    private void check(boolean attribute, boolean filter) throws LdapException {
        boolean simple = prefix != null || suffix != null;
        if (simple && (baseDn != null || !bindDn.isEmpty() || !bindPassword.reveal().isEmpty() || attribute || filter)) {
            throw new LdapException("cannot mix options for simple bind and search+bind modes");
        }
        if (!simple && baseDn == null) {
            throw new LdapException("\"ldap\" requires \"ldapbasedn\", \"ldapprefix\", or \"ldapsuffix\" to be set");
        }
        if (attribute && filter) {
            throw new LdapException("cannot use ldapsearchattribute together with ldapsearchfilter");
        }
        if (servers.isEmpty() && baseDn == null) {
            throw new LdapException("LDAP server not specified, and no ldapbasedn");
        }
    }

    /** What each server is called in a list of URIs. */
    String uris() {
        StringBuilder uris = new StringBuilder();
        for (String server : servers) {
            String host = server.indexOf(':') >= 0 && !server.startsWith("[") ? "[" + server + "]" : server;
            uris.append(uris.isEmpty() ? "" : " ").append(scheme).append("://").append(host).append(':').append(port);
        }
        return uris.toString();
    }

    /** The DN of a user who is not searched for. */
    String dn(String user) {
        String before = or(prefix, "");
        // "uid=" begins a DN, in which some characters have a meaning; "DOMAIN\" and "user@domain" are names of another kind.
        return before + (before.endsWith("=") ? LdapNames.inDn(user) : user) + or(suffix, "");
    }

    String filter(String user) {
        String name = LdapNames.inFilter(user);
        return searchFilter != null ? searchFilter.replace("$username", name) : "(" + searchAttribute + "=" + name + ")";
    }

    private static int port(String text) throws LdapException {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException none) {
            // said below
        }
        throw new LdapException("invalid LDAP port number: \"" + text + "\"");
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    private static String or(@Nullable String first, String second) {
        return first != null ? first : second;
    }

    private static @Nullable String either(@Nullable String first, @Nullable String second) {
        return first != null ? first : second;
    }
}
