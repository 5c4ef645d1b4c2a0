package org.pgsluice.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.ServerAuth;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.log.Level;
import org.pgsluice.net.Offload;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Welcome;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;
import org.pgsluice.wire.SqlState;
import org.pgsluice.wire.StartupPacket;

/** From the open socket to the first ReadyForQuery: startup packet, authentication, parameters, connect_query. Lives as long as that takes. */
final class ServerLogin implements Offload.Completion<Boolean> {
    /** A message at login longer than this is no PostgreSQL's. */
    private static final int LONGEST = 1 << 20;

    /**
     * The server takes no login at the moment (it shuts down, crashed, starts up; all connections are taken; memory or disk is short) and will by itself: waiting clients
     * go on waiting.
     */
    private static final List<String> PASSING = List.of("57P01", "57P02", "57P03", "53");

    private final ServerSession server;
    private final Lane lane;
    private final ServerAuth auth;
    private final List<Welcome.Parameter> parameters = new ArrayList<>();
    private byte[] cancelKey = {};
    private int backendPid;
    private boolean connectQuery;
    private boolean over;
    private boolean refused;

    ServerLogin(ServerSession server, Lane lane) {
        this.server = server;
        this.lane = lane;
        this.auth = new ServerAuth(lane.commons().serverCredentials(server.pool()), server.pool().user().name(), lane.commons().random());
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
        server.send(out.int8(0).end().toBuffer());
    }

    private static void parameter(MessageWriter out, String name, @Nullable String value) {
        if (value != null) {
            out.cstring(name).cstring(value);
        }
    }

    /** Handles whole messages; see {@link ReplyStream#scan}. */
    int onBytes(ByteBuffer in) {
        while (!over && in.remaining() >= 5) {
            byte tag = in.get(in.position());
            int length = Frames.length(in, in.position());
            if (length < 4 || length > LONGEST) {
                fail(CloseReason.SERVER_UNKNOWN_PACKET);
                return 0;
            }
            if (in.remaining() < 1 + length) {
                return 1 + length;
            }
            ByteBuffer body = in.slice(in.position() + 5, length - 4);
            in.position(in.position() + 1 + length);
            if (connectQuery) {
                duringConnectQuery(tag, body);
            } else {
                onMessage(tag, body);
            }
        }
        return 0;
    }

    private void onMessage(byte tag, ByteBuffer body) {
        switch (tag) {
            case BackendTag.AUTHENTICATION -> {
                if (body.remaining() < 4) {
                    fail(CloseReason.SERVER_BAD_AUTHENTICATION);
                } else {
                    act(auth.onRequest(body.getInt(), body));
                }
            }
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
            case BackendTag.READY_FOR_QUERY -> {
                String sql = server.pool().database().config().connectQuery();
                if (sql == null || sql.isEmpty()) {
                    done();
                } else {
                    connectQuery = true;
                    server.log(Level.DEBUG, "server connect ok, send exec_on_connect");
                    server.send(new MessageWriter().begin(FrontendTag.QUERY).cstring(sql).end().toBuffer());
                }
            }
            case BackendTag.ERROR_RESPONSE -> onError(PgError.read(body));
            case BackendTag.NOTICE_RESPONSE, BackendTag.NEGOTIATE_PROTOCOL_VERSION -> {}
            default -> {
                server.log(Level.ERROR, "unknown pkt from server: '" + (char) tag + "'");
                fail(CloseReason.SERVER_UNKNOWN_PACKET);
            }
        }
    }

    private void duringConnectQuery(byte tag, ByteBuffer body) {
        switch (tag) {
            case BackendTag.READY_FOR_QUERY -> done();
            case BackendTag.PARAMETER_STATUS -> parameter(body, false);
            case BackendTag.ERROR_RESPONSE -> {
                PgError error = PgError.read(body);
                server.log(Level.ERROR, "S: error while executing exec_on_query: " + error.severity() + ": " + error.message());
            }
            default -> {}
        }
    }

    private void parameter(ByteBuffer body, boolean welcome) {
        byte[] raw = new byte[body.remaining()];
        body.get(raw);
        String[] parts = new String(raw, StandardCharsets.UTF_8).split("\0", -1);
        if (parts.length < 3) {
            fail(CloseReason.SERVER_BAD_PARAMETER);
            return;
        }
        server.vars().set(parts[0], parts[1]);
        if (welcome) {
            parameters.add(new Welcome.Parameter(parts[0], parts[1]));
        }
    }

    private void act(ServerAuth.Step step) {
        switch (step) {
            case ServerAuth.Step.Send send -> {
                if (send.frame().length > 0) {
                    server.send(ByteBuffer.wrap(send.frame()));
                }
            }
            case ServerAuth.Step.Done done -> {}
            case ServerAuth.Step.Failed failed -> {
                String detail = auth.detail();
                if (detail != null) {
                    server.log(Level.ERROR, detail);
                }
                if (failed.forClients()) {
                    refuseWaiting(SqlState.PROTOCOL_VIOLATION.code(), failed.message());
                }
                fail(CloseReason.SERVER_AUTHENTICATION_FAILED, failed.message());
            }
            case ServerAuth.Step.Derive derive -> lane.commons().offload().call(
                    Offload.Kind.KEYS,
                    () -> {
                        derive.work().run();
                        return Boolean.TRUE;
                    },
                    lane.reactor(),
                    this);
        }
    }

    @Override
    public void onDone(Boolean result) {
        if (!over && server.loggingIn()) {
            act(auth.resume());
        }
    }

    @Override
    public void onFailed(Exception failure) {
        if (!over && server.loggingIn()) {
            fail(CloseReason.SERVER_KEY_DERIVATION_FAILED, failure.getClass().getSimpleName());
        }
    }

    private void onError(PgError error) {
        lane.commons().log().warning("server login failed: " + error.severity() + " " + error.message());
        if (PASSING.stream().noneMatch(error.sqlState()::startsWith)) {
            refuseWaiting(error.sqlState().isEmpty() ? SqlState.PROTOCOL_VIOLATION.code() : error.sqlState(), error.message());
        }
        fail(CloseReason.SERVER_LOGIN_REFUSED, error.message());
    }

    /** Tells those who wait what went wrong, unless the pool has other servers that will serve them. */
    private void refuseWaiting(String sqlState, String message) {
        refused = true;
        for (ClientEntry client : lane.books().hopeless(server.pool())) {
            client.refused(sqlState, message);
        }
    }

    private void fail(CloseReason reason) {
        fail(reason, null);
    }

    private void fail(CloseReason reason, @Nullable String detail) {
        over = true;
        server.close(reason, detail);
    }

    private void done() {
        over = true;
        server.onLoggedIn(this);
    }

    /** Whether the server refused this login for good, and not because it takes none at the moment. */
    boolean refused() {
        return refused;
    }

    Welcome welcome() {
        return new Welcome(List.copyOf(parameters));
    }

    byte[] cancelKey() {
        return cancelKey;
    }

    int backendPid() {
        return backendPid;
    }
}
