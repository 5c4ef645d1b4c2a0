package org.pgsluice.auth.ldap;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of {@code ldap[s]://host:port/base?attribute?scope?filter} (RFC 4516). Immutable.
 *
 * @param port 0 when it is not given
 */
record LdapUrl(
        @Nullable String scheme,
        @Nullable String host,
        int port,
        @Nullable String baseDn,
        @Nullable String attribute,
        LdapOptions.Scope scope,
        @Nullable String filter) {
    /** No URL: the user is searched for in the whole tree. */
    static final LdapUrl NONE = new LdapUrl(null, null, 0, null, null, LdapOptions.Scope.SUB, null);

    static LdapUrl parse(String url) throws LdapException {
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("ldap") && !scheme.equals("ldaps")) {
            throw new LdapException("unsupported LDAP URL scheme: " + scheme);
        }
        String rest = url.substring(colon + 3);
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String[] parts = (slash < 0 ? "" : rest.substring(slash + 1)).split("\\?", -1);
        if (parts.length > 5 || parts.length == 5 && !parts[4].isEmpty()) {
            throw new LdapException("LDAP URL has extensions, which are not supported");
        }
        int portAt = authority.lastIndexOf(':');
        if (portAt >= 0 && authority.indexOf(']', portAt) >= 0) {
            portAt = -1;
        }
        String host = portAt < 0 ? authority : authority.substring(0, portAt);
        String attribute = part(parts, 1);
        return new LdapUrl(
                scheme,
                host.isEmpty() ? null : decoded(host),
                portAt < 0 ? 0 : port(authority.substring(portAt + 1)),
                part(parts, 0),
                attribute == null ? null : attribute.split(",", -1)[0],
                scope(part(parts, 2)),
                part(parts, 3));
    }

    private static @Nullable String part(String[] parts, int index) throws LdapException {
        return index >= parts.length || parts[index].isEmpty() ? null : decoded(parts[index]);
    }

    private static LdapOptions.Scope scope(@Nullable String text) throws LdapException {
        return switch (text == null ? "base" : text) {
            case "base" -> LdapOptions.Scope.BASE;
            case "one" -> LdapOptions.Scope.ONE;
            case "sub" -> LdapOptions.Scope.SUB;
            default -> throw new LdapException("invalid scope in LDAP URL: " + text);
        };
    }

    private static int port(String text) throws LdapException {
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            port = c < '0' || c > '9' || port > 65_535 ? 65_536 : port * 10 + c - '0';
        }
        if (port == 0 || port > 65_535) {
            throw new LdapException("invalid port in LDAP URL: " + text);
        }
        return port;
    }

    private static String decoded(String text) throws LdapException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.write(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new LdapException("broken % in LDAP URL");
            }
            bytes.write(high * 16 + low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
