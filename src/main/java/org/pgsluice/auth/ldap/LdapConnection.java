package org.pgsluice.auth.ldap;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** One session with a directory, on one thread. Each step is limited, so that a silent server holds the thread for some seconds and no longer. */
final class LdapConnection implements AutoCloseable {
    private static final int PROTOCOL_VERSION = 0x0011;
    private static final int NETWORK_TIMEOUT = 0x5005;
    private static final int TIMEOUT = 0x5002;
    private static final int CONNECT_SECONDS = 3;
    private static final int ANSWER_SECONDS = 10;
    private static final int SIZE_LIMIT_EXCEEDED = 4;
    /** One too many is enough to know. */
    private static final int MOST_ENTRIES = 2;

    private final LdapLibrary library;
    private final LdapOptions options;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment ldap;

    private LdapConnection(LdapLibrary library, LdapOptions options) throws LdapException {
        this.library = library;
        this.options = options;
        MemorySegment made = arena.allocate(ADDRESS);
        MemorySegment uris = arena.allocateFrom(options.servers().isEmpty() ? fromDns() : options.uris());
        int result = LdapLibrary.call(() -> (int) library.initialize.invokeExact(made, uris));
        if (result != 0) {
            arena.close();
            throw new LdapException("could not initialize LDAP: " + library.text(result));
        }
        ldap = made.get(ADDRESS, 0);
    }

    static LdapConnection open(LdapLibrary library, LdapOptions options) throws LdapException {
        LdapConnection connection = new LdapConnection(library, options);
        try {
            connection.set(PROTOCOL_VERSION, connection.arena.allocateFrom(JAVA_INT, 3));
            connection.set(NETWORK_TIMEOUT, connection.seconds(CONNECT_SECONDS));
            connection.set(TIMEOUT, connection.seconds(ANSWER_SECONDS));
            if (options.startTls()) {
                connection.check("could not start LDAP TLS session", LdapLibrary.call(() -> (int) library.startTls.invokeExact(connection.ldap, NULL, NULL)));
            }
            return connection;
        } catch (LdapException e) {
            connection.close();
            throw e;
        }
    }

    /** The servers that DNS has for the domain that the base DN spells. */
    private String fromDns() throws LdapException {
        String base = options.baseDn() == null ? "" : options.baseDn();
        MemorySegment text = arena.allocate(ADDRESS);
        MemorySegment dn = arena.allocateFrom(base);
        if (LdapLibrary.call(() -> (int) library.domainOfDn.invokeExact(dn, text)) != 0 || text.get(ADDRESS, 0).equals(NULL)) {
            throw new LdapException("could not extract domain name from ldapbasedn");
        }
        String name = library.take(text.get(ADDRESS, 0));
        MemorySegment domain = arena.allocateFrom(name);
        if (LdapLibrary.call(() -> (int) library.hostsOfDomain.invokeExact(domain, text)) != 0) {
            throw new LdapException("LDAP authentication could not find DNS SRV records for \"" + name + "\"");
        }
        StringBuilder uris = new StringBuilder();
        for (String host : library.take(text.get(ADDRESS, 0)).split(" ", -1)) {
            uris.append(uris.isEmpty() ? "" : " ").append(options.scheme()).append("://").append(host);
        }
        return uris.toString();
    }

    private void set(int option, MemorySegment value) throws LdapException {
        check("could not set an option of LDAP", LdapLibrary.call(() -> (int) library.setOption.invokeExact(ldap, option, value)));
    }

    private MemorySegment seconds(int seconds) {
        return arena.allocateFrom(JAVA_LONG, seconds, 0);
    }

    /** Says who one is; gives LDAP's result, 0 when the password is right. */
    int bind(String dn, byte[] password) {
        MemorySegment text = arena.allocateFrom(JAVA_BYTE, password);
        MemorySegment value = arena.allocate(ADDRESS.byteSize() * 2, ADDRESS.byteAlignment());
        value.set(JAVA_LONG, 0, password.length);
        value.set(ADDRESS, JAVA_LONG.byteSize(), text);
        MemorySegment name = arena.allocateFrom(dn);
        try {
            return LdapLibrary.call(() -> (int) library.bind.invokeExact(ldap, name, NULL, value, NULL, NULL, NULL));
        } finally {
            text.fill((byte) 0);
        }
    }

    /** The DN of the one user that the search finds. */
    String search(String user) throws LdapException {
        int bound = bind(options.bindDn(), options.bindPassword().reveal().getBytes(StandardCharsets.UTF_8));
        check("could not perform initial LDAP bind for ldapbinddn \"" + options.bindDn() + "\"", bound);
        String filter = options.filter(user);
        MemorySegment found = arena.allocate(ADDRESS);
        MemorySegment base = arena.allocateFrom(String.valueOf(options.baseDn()));
        MemorySegment wanted = arena.allocateFrom(filter);
        MemorySegment attributes = arena.allocate(ADDRESS, 2);
        attributes.set(ADDRESS, 0, arena.allocateFrom("1.1"));
        MemorySegment timeout = seconds(ANSWER_SECONDS);
        int scope = options.scope().ordinal();
        int result = LdapLibrary.call(() -> (int) library.search.invokeExact(
                ldap, base, scope, wanted, attributes, 0, NULL, NULL, timeout, MOST_ENTRIES, found));
        MemorySegment message = found.get(ADDRESS, 0);
        try {
            if (result != SIZE_LIMIT_EXCEEDED) {
                check("could not search LDAP for filter \"" + filter + "\"", result);
            }
            int count = LdapLibrary.call(() -> (int) library.countEntries.invokeExact(ldap, message));
            if (count < 1) {
                throw new LdapException("LDAP user \"" + user + "\" does not exist");
            }
            if (count > 1 || result == SIZE_LIMIT_EXCEEDED) {
                throw new LdapException("LDAP user \"" + user + "\" is not unique");
            }
            MemorySegment entry = LdapLibrary.call(() -> (MemorySegment) library.firstEntry.invokeExact(ldap, message));
            MemorySegment dn = LdapLibrary.call(() -> (MemorySegment) library.getDn.invokeExact(ldap, entry));
            if (dn.equals(NULL)) {
                throw new LdapException("could not get dn for the first entry matching \"" + filter + "\"");
            }
            return library.take(dn);
        } finally {
            library.freeMessage(message);
        }
    }

    private void check(String what, int result) throws LdapException {
        if (result != 0) {
            throw new LdapException(what + " on server \"" + server() + "\": " + library.text(result));
        }
    }

    String server() {
        return options.servers().isEmpty() ? "of " + options.baseDn() : options.uris();
    }

    @Override
    public void close() {
        LdapLibrary.call(() -> (int) library.unbind.invokeExact(ldap, NULL, NULL));
        arena.close();
    }
}
