package org.pgsluice.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.ChannelBinding;
import org.pgsluice.auth.ServerAuth;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.log.Level;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Offload;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ReplicationRequest;
import org.pgsluice.pool.Welcome;
import org.pgsluice.tls.Certificate;
import org.pgsluice.tls.TlsConnection;
import org.pgsluice.tls.TlsFacts;
import org.pgsluice.vars.OwnValues;
import org.pgsluice.vars.Raw;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.SqlState;
import org.pgsluice.wire.StartupPacket;

/** From the open socket to the first ReadyForQuery: startup packet, authentication, parameters, connect_query. Lives as long as that takes. */
final class ServerLogin implements Offload.Completion<Boolean> {
    /** Bytes behind the length. */
    private static final int LONGEST_AUTHENTICATION = 2_000;

    private static final int LONGEST_KEY = 4 + 256;
    private static final int LONGEST_TEXT = 30_000;
    private static final int LONGEST_ROW = 1 << 20;
    private static final int MOST_PARAMETERS = 1_000;

    /**
     * The server takes no login at the moment (it shuts down, crashed, starts up; all connections are taken; memory or disk is short) and will by itself:
     * waiting clients go on waiting.
     */
    private static final List<String> PASSING = List.of("57P01", "57P02", "57P03", "53");

    private enum Phase {
        AUTHENTICATING,
        STARTING,
        CONNECT_QUERY,
        /** What connect_query has made of the parameters that the server does not report, which a RESET would not bring back. */
        OWN_VALUES,
        OVER
    }

    private final ServerSession server;
    private final Lane lane;
    private final ServerAuth auth;
    private final List<Welcome.Parameter> parameters = new ArrayList<>();
    private byte[] cancelKey = {};
    private int backendPid;
    private Phase phase = Phase.AUTHENTICATING;
    private boolean refused;

    ServerLogin(ServerSession server, Lane lane, Connection connection) {
        this.server = server;
        this.lane = lane;
        this.auth = new ServerAuth(
                lane.commons().serverCredentials(server.pool()), server.pool().user().name(), lane.commons().random(), binding(connection));
    }

    private static @Nullable ChannelBinding binding(Connection connection) {
        TlsFacts facts = connection instanceof TlsConnection encrypted ? encrypted.facts() : null;
        Certificate certificate = facts == null ? null : facts.peerCertificate();
        return certificate == null ? null : ChannelBinding.to(certificate.endPointHash());
    }

    void start() {
        DatabaseConfig config = server.pool().database().config();
        MessageWriter out = new MessageWriter();
        out.beginUntagged().int32(StartupPacket.PROTOCOL_3_0);
        out.cstring("user").cstring(server.pool().user().name());
        out.cstring("database").cstring(config.serverDbname());
        parameter(out, "client_encoding", config.clientEncoding());
        parameter(out, "datestyle", config.datestyle());
        parameter(out, "timezone", config.timezone());
        parameter(out, "application_name", config.applicationName());
        ClientEntry client = server.dedicated();
        ReplicationRequest replication = client == null ? null : client.replication();
        if (replication != null) {
            out.cstring("replication").cstring(replication.word());
            // Of two of a name PostgreSQL takes the last.
            replication.parameters().forEach((name, value) -> out.cstring(name).bytes(value.getBytes(StandardCharsets.ISO_8859_1)).int8(0));
        }
        server.send(out.int8(0).end().toBuffer());
    }

    private static void parameter(MessageWriter out, String name, @Nullable String value) {
        if (value != null) {
            out.cstring(name).cstring(value);
        }
    }

    /** Handles whole messages; see {@link ReplyStream#scan}. */
    int onBytes(ByteBuffer in) {
        while (phase != Phase.OVER && in.remaining() >= 5) {
            byte tag = in.get(in.position());
            int length = Frames.length(in, in.position());
            if (length < 4 || length - 4 > longestBody(tag)) {
                broken(tag, "of " + (length & 0xffffffffL) + " bytes");
                return 0;
            }
            if (in.remaining() < 1 + length) {
                return 1 + length;
            }
            ByteBuffer body = in.slice(in.position() + 5, length - 4);
            in.position(in.position() + 1 + length);
            switch (phase) {
                case AUTHENTICATING -> authenticating(tag, body);
                case STARTING -> starting(tag, body);
                case CONNECT_QUERY -> duringConnectQuery(tag, body);
                case OWN_VALUES -> ownValues(tag, body);
                case OVER -> {}
            }
        }
        return 0;
    }

    /** As libpq has it: what PostgreSQL says before it knows us is short. */
    private int longestBody(byte tag) {
        return switch (tag) {
            case BackendTag.AUTHENTICATION -> LONGEST_AUTHENTICATION;
            case BackendTag.BACKEND_KEY_DATA -> LONGEST_KEY;
            case BackendTag.READY_FOR_QUERY -> 1;
            default -> phase == Phase.CONNECT_QUERY || phase == Phase.OWN_VALUES ? LONGEST_ROW : LONGEST_TEXT;
        };
    }

    private void authenticating(byte tag, ByteBuffer body) {
        switch (tag) {
            case BackendTag.AUTHENTICATION -> {
                if (body.remaining() < 4) {
                    fail(CloseReason.SERVER_BAD_AUTHENTICATION);
                } else {
                    act(auth.onRequest(body.getInt(), body));
                }
            }
            case BackendTag.ERROR_RESPONSE -> onError(PgError.read(body));
            case BackendTag.NOTICE_RESPONSE, BackendTag.NEGOTIATE_PROTOCOL_VERSION -> {}
            default -> broken(tag, "before AuthenticationOk");
        }
    }

    private void starting(byte tag, ByteBuffer body) {
        switch (tag) {
            case BackendTag.PARAMETER_STATUS -> parameter(body, true);
            case BackendTag.BACKEND_KEY_DATA -> {
                if (body.remaining() < 8) {
                    fail(CloseReason.SERVER_BAD_CANCEL_KEY);
                    return;
                }
                backendPid = body.getInt(0);
                cancelKey = new byte[body.remaining()];
                body.get(cancelKey);
            }
            case BackendTag.READY_FOR_QUERY -> ready(tag, body);
            case BackendTag.ERROR_RESPONSE -> onError(PgError.read(body));
            case BackendTag.NOTICE_RESPONSE -> {}
            default -> broken(tag, "behind AuthenticationOk");
        }
    }

    private void duringConnectQuery(byte tag, ByteBuffer body) {
        switch (tag) {
            case BackendTag.READY_FOR_QUERY -> ready(tag, body);
            case BackendTag.PARAMETER_STATUS -> parameter(body, false);
            case BackendTag.ERROR_RESPONSE -> {
                PgError error = PgError.read(body);
                server.log(Level.ERROR, "S: error while executing exec_on_query: " + error.severity() + ": " + error.message());
            }
            case BackendTag.ROW_DESCRIPTION,
                    BackendTag.DATA_ROW,
                    BackendTag.COMMAND_COMPLETE,
                    BackendTag.EMPTY_QUERY_RESPONSE,
                    BackendTag.NOTICE_RESPONSE,
                    BackendTag.NOTIFICATION_RESPONSE,
                    BackendTag.COPY_OUT_RESPONSE,
                    BackendTag.COPY_DATA,
                    BackendTag.COPY_DONE -> {}
            // COPY FROM STDIN waits for data that nobody has.
            default -> broken(tag, "in answer to connect_query");
        }
    }

    private void ownValues(byte tag, ByteBuffer body) {
        switch (tag) {
            case BackendTag.READY_FOR_QUERY -> ready(tag, body);
            case BackendTag.PARAMETER_STATUS -> parameter(body, false);
            case BackendTag.DATA_ROW -> ownValues(body);
            case BackendTag.ERROR_RESPONSE -> onError(PgError.read(body));
            case BackendTag.ROW_DESCRIPTION, BackendTag.COMMAND_COMPLETE, BackendTag.NOTICE_RESPONSE, BackendTag.NOTIFICATION_RESPONSE -> {}
            default -> broken(tag, "in answer to a question about parameters");
        }
    }

    private void ownValues(ByteBuffer row) {
        int columns = row.remaining() < 2 ? -1 : row.getShort();
        if (columns != Long.bitCount(OwnValues.unknown(server.vars()))) {
            broken(BackendTag.DATA_ROW, "of " + columns + " columns");
            return;
        }
        for (long left = OwnValues.unknown(server.vars()); left != 0; left &= left - 1) {
            int length = row.remaining() < 4 ? Integer.MAX_VALUE : row.getInt();
            if (length > row.remaining()) {
                broken(BackendTag.DATA_ROW, "cut short");
                return;
            }
            if (length >= 0) {
                byte[] value = new byte[length];
                row.get(value);
                OwnValues.answer(server.vars(), Long.numberOfTrailingZeros(left), new String(value, StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** A server is for others only when it is in no transaction. */
    private void ready(byte tag, ByteBuffer body) {
        if (body.remaining() != 1 || body.get(0) != 'I') {
            broken(tag, "with another status than idle");
            return;
        }
        TrackedVars vars = server.vars();
        if (phase == Phase.STARTING) {
            vars.loggedIn();
        }
        vars.reportsEnd();
        String sql = server.pool().database().config().connectQuery();
        if (server.dedicated() != null) {
            // Physical replication knows no SQL, and its client has asked for what it wants.
            sql = null;
        }
        if (phase == Phase.CONNECT_QUERY && OwnValues.unknown(vars) != 0) {
            phase = Phase.OWN_VALUES;
            server.send(new MessageWriter().begin(FrontendTag.QUERY).cstring(OwnValues.question(vars)).end().toBuffer());
        } else if (phase != Phase.STARTING || sql == null || sql.isEmpty()) {
            phase = Phase.OVER;
            server.onLoggedIn(this);
        } else {
            phase = Phase.CONNECT_QUERY;
            server.log(Level.DEBUG, "server connect ok, send exec_on_connect");
            server.send(new MessageWriter().begin(FrontendTag.QUERY).cstring(sql).end().toBuffer());
        }
    }

    private void parameter(ByteBuffer body, boolean welcome) {
        byte[] raw = new byte[body.remaining()];
        body.get(raw);
        String[] parts = new String(raw, StandardCharsets.ISO_8859_1).split("\0", -1);
        if (parts.length < 3 || parameters.size() == MOST_PARAMETERS) {
            fail(CloseReason.SERVER_BAD_PARAMETER);
            return;
        }
        server.vars().reported(parts[0], parts[1]);
        if (welcome) {
            parameters.add(new Welcome.Parameter(parts[0], parts[1]));
        }
    }

    /** PostgreSQL does not say such a thing now. */
    private void broken(byte tag, String how) {
        String name = tag >= ' ' && tag < 0x7f ? "'" + (char) tag + "'" : "0x" + Integer.toHexString(tag & 0xff);
        server.log(Level.ERROR, "unknown pkt from server: " + name + " " + how);
        fail(CloseReason.SERVER_UNKNOWN_PACKET);
    }

    private void act(ServerAuth.Step step) {
        if (step instanceof ServerAuth.Step.Send send) {
            if (send.frame().length > 0) {
                server.send(ByteBuffer.wrap(send.frame()));
            }
        } else if (step instanceof ServerAuth.Step.Failed failed) {
            String detail = auth.detail();
            if (detail != null) {
                server.log(Level.ERROR, detail);
            }
            fail(CloseReason.SERVER_AUTHENTICATION_FAILED, failed.message());
        } else if (step instanceof ServerAuth.Step.Derive derive) {
            lane.commons().offload().call(
                    Offload.Kind.KEYS,
                    () -> {
                        derive.work().run();
                        return Boolean.TRUE;
                    },
                    lane.reactor(),
                    this);
        } else {
            assert step instanceof ServerAuth.Step.Done;
            phase = Phase.STARTING;
        }
    }

    @Override
    public void onDone(Boolean result) {
        if (phase != Phase.OVER && server.loggingIn()) {
            act(auth.resume());
        }
    }

    @Override
    public void onFailed(Exception failure) {
        if (phase != Phase.OVER && server.loggingIn()) {
            fail(CloseReason.SERVER_KEY_DERIVATION_FAILED, failure.getClass().getSimpleName());
        }
    }

    private void onError(PgError error) {
        String message = error.message().isEmpty() ? "server sent an error without a message" : error.message();
        if (server.dedicated() != null) {
            refuseReplication(server.dedicated(), error.severity(), message, error.sqlState());
            return;
        }
        lane.commons().log().warning("server login failed: " + error.severity() + " " + message);
        fail(CloseReason.SERVER_LOGIN_REFUSED, message, error.sqlState());
    }

    private void fail(CloseReason reason) {
        fail(reason, null);
    }

    private void fail(CloseReason reason, @Nullable String detail) {
        fail(reason, detail, SqlState.PROTOCOL_VIOLATION.code());
    }

    /** Those who wait are told at once, unless the pool has other servers that will serve them, or this one will by itself. */
    private void fail(CloseReason reason, @Nullable String detail, String sqlState) {
        phase = Phase.OVER;
        if (PASSING.stream().noneMatch(sqlState::startsWith)) {
            refused = true;
            String told = SqlState.isWellFormed(sqlState) ? sqlState : SqlState.PROTOCOL_VIOLATION.code();
            for (ClientEntry client : lane.books().hopeless(server.pool())) {
                client.refused(told, reason.text(detail));
            }
        }
        server.close(reason, detail);
    }

    /** What the server refuses to one that replicates says nothing about the others of the pool. */
    private void refuseReplication(ClientEntry client, String severity, String message, String sqlState) {
        phase = Phase.OVER;
        server.log(Level.ERROR, "S: login failed: " + severity + ": " + message);
        refused = PASSING.stream().noneMatch(sqlState::startsWith);
        if (refused) {
            lane.books().ownServers().refused(server);
            client.refused(SqlState.isWellFormed(sqlState) ? sqlState : SqlState.PROTOCOL_VIOLATION.code(), message);
        }
        server.close(CloseReason.REPLICATION_LOGIN_FAILED);
    }

    /** Whether the server refused this login for good, and not because it takes none at the moment. */
    boolean refused() {
        return refused;
    }

    /** What the server reported at login; bytes beyond ASCII are in the encoding that it had at the end. */
    Welcome welcome() {
        String encoding = server.vars().value(TrackedNames.CLIENT_ENCODING);
        List<Welcome.Parameter> all = new ArrayList<>(parameters.size());
        for (Welcome.Parameter parameter : parameters) {
            all.add(new Welcome.Parameter(parameter.name(), Raw.of(parameter.value(), encoding == null ? Raw.OF_DATABASE : encoding)));
        }
        return new Welcome(List.copyOf(all));
    }

    byte[] cancelKey() {
        return cancelKey;
    }

    int backendPid() {
        return backendPid;
    }
}
