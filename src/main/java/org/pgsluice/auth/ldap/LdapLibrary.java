package org.pgsluice.auth.ldap;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** The functions of OpenLDAP's library that a login needs. Stays loaded with the process. Immutable, any thread. */
final class LdapLibrary {
    /** The newest first; of 2.4 the one that may be used by several threads. */
    private static final String[] NAMES = {"libldap.so.2", "libldap-2.5.so.0", "libldap_r-2.4.so.2"};

    private static final MemoryLayout INT = JAVA_INT;
    private static final MemoryLayout POINTER = ADDRESS;
    private static final long LONGEST_TEXT = 4096;

    final MethodHandle initialize;
    final MethodHandle setOption;
    final MethodHandle startTls;
    final MethodHandle bind;
    final MethodHandle search;
    final MethodHandle countEntries;
    final MethodHandle firstEntry;
    final MethodHandle getDn;
    final MethodHandle unbind;
    final MethodHandle domainOfDn;
    final MethodHandle hostsOfDomain;
    private final MethodHandle freeMemory;
    private final MethodHandle freeMessage;
    private final MethodHandle errorText;

    private LdapLibrary(SymbolLookup library) {
        initialize = function(library, "ldap_initialize", INT, POINTER, POINTER);
        setOption = function(library, "ldap_set_option", INT, POINTER, INT, POINTER);
        startTls = function(library, "ldap_start_tls_s", INT, POINTER, POINTER, POINTER);
        bind = function(library, "ldap_sasl_bind_s", INT, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER);
        search = function(library, "ldap_search_ext_s",
                INT, POINTER, POINTER, INT, POINTER, POINTER, INT, POINTER, POINTER, POINTER, INT, POINTER);
        countEntries = function(library, "ldap_count_entries", INT, POINTER, POINTER);
        firstEntry = function(library, "ldap_first_entry", POINTER, POINTER, POINTER);
        getDn = function(library, "ldap_get_dn", POINTER, POINTER, POINTER);
        unbind = function(library, "ldap_unbind_ext_s", INT, POINTER, POINTER, POINTER);
        domainOfDn = function(library, "ldap_dn2domain", INT, POINTER, POINTER);
        hostsOfDomain = function(library, "ldap_domain2hostlist", INT, POINTER, POINTER);
        freeMemory = function(library, "ldap_memfree", null, POINTER);
        freeMessage = function(library, "ldap_msgfree", INT, POINTER);
        errorText = function(library, "ldap_err2string", POINTER, INT);
    }

    /** The one of this process: a library that is looked up again at each reload would take memory each time. */
    static LdapLibrary load() throws LdapException {
        LdapLibrary found = Loaded.LIBRARY;
        if (found == null) {
            throw new LdapException("LDAP needs OpenLDAP's library, and none of " + String.join(", ", NAMES) + " can be loaded");
        }
        return found;
    }

    /** Loads it when it is first asked for. */
    private static final class Loaded {
        private static final @Nullable LdapLibrary LIBRARY = find();

        private static @Nullable LdapLibrary find() {
            for (String name : NAMES) {
                try {
                    return new LdapLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
                } catch (IllegalArgumentException missing) {
                    // the next one may be there
                }
            }
            return null;
        }
    }

    private static MethodHandle function(SymbolLookup library, String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
        FunctionDescriptor shape = result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), shape);
    }

    /** What LDAP calls a result. */
    String text(int result) {
        return text(call(() -> (MemorySegment) errorText.invokeExact(result)));
    }

    /** A text of the library's, which it keeps. */
    static String text(MemorySegment address) {
        return address.equals(MemorySegment.NULL) ? "" : address.reinterpret(LONGEST_TEXT).getString(0);
    }

    /** A text that the library gave away. */
    String take(MemorySegment address) {
        try {
            return text(address);
        } finally {
            call(() -> {
                freeMemory.invokeExact(address);
                return 0;
            });
        }
    }

    void freeMessage(MemorySegment message) {
        if (!message.equals(MemorySegment.NULL)) {
            call(() -> (int) freeMessage.invokeExact(message));
        }
    }

    /** Linked calls throw nothing; what arrives here is the JVM in trouble. */
    static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (Error | RuntimeException thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** One call of a function. */
    interface Call<T> {
        T run() throws Throwable;
    }
}
