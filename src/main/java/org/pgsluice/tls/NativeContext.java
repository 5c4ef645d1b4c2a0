package org.pgsluice.tls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Locale;
import java.util.Set;

/** An {@code SSL_CTX} with everything set, freed when nobody refers to this object and no session is left. Its keys and certificates never change. */
final class NativeContext {
    private static final MethodHandle TLS_METHOD = OpenSsl.ssl("TLS_method");
    private static final MethodHandle NEW = OpenSsl.ssl("SSL_CTX_new");
    private static final MethodHandle FREE = OpenSsl.ssl("SSL_CTX_free");
    private static final MethodHandle CONTROL = OpenSsl.ssl("SSL_CTX_ctrl");
    private static final MethodHandle SET_OPTIONS = OpenSsl.ssl("SSL_CTX_set_options");
    private static final MethodHandle SET_NUM_TICKETS = OpenSsl.ssl("SSL_CTX_set_num_tickets");
    private static final MethodHandle SET_CIPHER_LIST = OpenSsl.ssl("SSL_CTX_set_cipher_list");
    private static final MethodHandle SET_CIPHERSUITES = OpenSsl.ssl("SSL_CTX_set_ciphersuites");
    private static final MethodHandle SET_ALPN_SELECT = OpenSsl.ssl("SSL_CTX_set_alpn_select_cb");
    private static final MethodHandle CERTIFICATE = OpenSsl.ssl("SSL_CTX_get0_certificate");
    private static final MethodHandle NEW_SESSION = OpenSsl.ssl("SSL_new");

    private static final int SET_MODE = 33;
    private static final int SET_SESSION_CACHE = 44;
    private static final int SET_GROUPS_LIST = 92;
    private static final int SET_DH_AUTO = 118;
    private static final int SET_OLDEST_PROTOCOL = 123;
    private static final int SET_NEWEST_PROTOCOL = 124;

    /** The buffer of a write may be another when it is repeated; buffers that are empty are freed. */
    private static final long MODES = 0x2 | 0x10;

    private static final long NO_TICKET = 1L << 14;
    private static final long NO_COMPRESSION = 1L << 17;
    private static final long OUR_ORDER_OF_CIPHERS = 1L << 22;
    private static final long NO_RENEGOTIATION = 1L << 30;
    /** For TLS 1.0 to 1.3. */
    private static final long[] NO_VERSION = {1L << 26, 1L << 28, 1L << 27, 1L << 29};

    private static final Set<String> DEFAULT_CIPHERS = Set.of("", "default", "secure", "normal", "fast");

    private final TlsSettings settings;
    private final boolean accepts;
    /** Its address is that of the {@code SSL_CTX}. */
    private final MemorySegment context;

    NativeContext(TlsSettings settings, boolean accepts, TlsFiles files) throws TlsException {
        this.settings = settings;
        this.accepts = accepts;
        long made = OpenSsl.call(NEW, OpenSsl.call(TLS_METHOD, 0));
        if (made == 0) {
            throw new TlsException("TLS setup failed: OpenSSL makes no context: " + OpenSsl.errorText());
        }
        context = MemorySegment.ofAddress(made).reinterpret(Arena.ofAuto(), _ -> OpenSsl.call(FREE, made));
        try {
            configure(files);
        } finally {
            OpenSsl.clearErrors();
            Reference.reachabilityFence(this);
        }
    }

    private void configure(TlsFiles files) throws TlsException {
        long ctx = context.address();
        OpenSsl.clearErrors();
        OpenSsl.call(CONTROL, ctx, SET_MODE, MODES, 0, 0);
        OpenSsl.call(CONTROL, ctx, SET_SESSION_CACHE, 0, 0, 0);
        OpenSsl.call(SET_NUM_TICKETS, ctx, 0, 0);
        useProtocols(ctx);
        useCiphers(ctx);
        useGroups(ctx);
        files.use(ctx, settings, accepts);
        if (accepts) {
            OpenSsl.call(SET_ALPN_SELECT, ctx, Alpn.SELECT, 0);
        }
    }

    private void useProtocols(long ctx) throws TlsException {
        int allowed = Protocols.parse(settings.protocols());
        if (allowed == 0) {
            throw invalid("protocols", settings.protocols());
        }
        long options = NO_TICKET | NO_COMPRESSION | NO_RENEGOTIATION | (accepts ? OUR_ORDER_OF_CIPHERS : 0);
        for (int i = 0; i < NO_VERSION.length; i++) {
            if ((allowed >> i & 1) == 0) {
                options |= NO_VERSION[i];
            }
        }
        OpenSsl.call(SET_OPTIONS, ctx, options, 0);
        OpenSsl.call(CONTROL, ctx, SET_OLDEST_PROTOCOL, Protocols.oldest(allowed), 0, 0);
        OpenSsl.call(CONTROL, ctx, SET_NEWEST_PROTOCOL, Protocols.newest(allowed), 0, 0);
    }

    private void useCiphers(long ctx) throws TlsException {
        try (Arena arena = Arena.ofConfined()) {
            String ciphers = settings.ciphers();
            if (!DEFAULT_CIPHERS.contains(ciphers.toLowerCase(Locale.ROOT))
                    && (int) OpenSsl.call(SET_CIPHER_LIST, ctx, OpenSsl.cString(arena, ciphers), 0) != 1) {
                throw invalid("ciphers", ciphers);
            }
            String suites = settings.tls13Ciphers();
            if (suites != null && !suites.isEmpty() && (int) OpenSsl.call(SET_CIPHERSUITES, ctx, OpenSsl.cString(arena, suites), 0) != 1) {
                throw new TlsException("TLS setup failed: failed to set the TLSv1.3 cipher suites of "
                        + settings.prefix().replace("_tls", "_tls13") + "_ciphers: " + suites);
            }
        }
    }

    private void useGroups(long ctx) throws TlsException {
        switch (settings.dheParams().toLowerCase(Locale.ROOT)) {
            case "", "none" -> {}
            case "auto", "legacy" -> OpenSsl.call(CONTROL, ctx, SET_DH_AUTO, 1, 0, 0);
            default -> throw invalid("dheparams", settings.dheParams());
        }
        String groups = settings.ecdhCurve();
        if (!Set.of("", "none", "auto").contains(groups.toLowerCase(Locale.ROOT))) {
            try (Arena arena = Arena.ofConfined()) {
                if (OpenSsl.call(CONTROL, ctx, SET_GROUPS_LIST, 0, OpenSsl.cString(arena, groups), 0) != 1) {
                    throw invalid("ecdhcurve", groups);
                }
            }
        }
    }

    private TlsException invalid(String end, String value) {
        return new TlsException("invalid " + settings.setting(end) + ": " + value);
    }

    /** What SCRAM binds to on our side; empty without a certificate of ours. */
    byte[] endPointHash() {
        try {
            long certificate = OpenSsl.call(CERTIFICATE, context.address());
            return certificate == 0 ? new byte[0] : EndPointHash.of(certificate);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** A new {@code SSL}, which keeps the {@code SSL_CTX}. */
    long newSession() {
        try {
            long session = OpenSsl.call(NEW_SESSION, context.address());
            if (session == 0) {
                throw new OutOfMemoryError("OpenSSL makes no session");
            }
            return session;
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
