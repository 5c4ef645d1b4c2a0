package org.pgsluice.client;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.ChannelBinding;
import org.pgsluice.auth.ClientAuth;
import org.pgsluice.auth.ConnectionFacts;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.JudgedAuth;
import org.pgsluice.auth.NameCheck;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.net.Offload;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;

/**
 * Has a client show what its method asks for, once it is known who it says it is. A client that cannot is closed. On the client's reactor; what takes long is
 * done beside it.
 */
final class Proof {
    private static final byte[] NOTHING = {};
    /** Nanoseconds: a name service may take as long as it likes, a login may not. */
    private static final long LONGEST_NAME = 10_000_000_000L;

    private final ClientSession client;
    private final Lane lane;
    private final Logins logins;
    private final AuthMethod method;
    private final ConnectionFacts facts;
    private final @Nullable ChannelBinding binding;
    private final Accepted accepted;
    private @Nullable PasswordExchange exchange;

    /** Who is told that the client has shown it. */
    interface Accepted {
        /** @param before what goes to the client before AuthenticationOk */
        void onAccepted(Credentials user, byte[] before);
    }

    Proof(ClientSession client, Lane lane, Logins logins, AuthMethod method, ConnectionFacts facts, @Nullable ChannelBinding binding, Accepted accepted) {
        this.client = client;
        this.lane = lane;
        this.logins = logins;
        this.method = method;
        this.facts = facts;
        this.binding = binding;
        this.accepted = accepted;
    }

    /** Nothing can be read now. */
    boolean busy() {
        return exchange == null || exchange.busy();
    }

    /** Returns how many bytes are needed to go on, -1 when a message was taken. */
    int onBytes(ByteBuffer in) {
        return exchange == null ? 0 : exchange.onBytes(in);
    }

    /** {@code user} null: there is none by the name {@code login}, which shows only when it has shown something. */
    void start(String login, @Nullable Credentials user) {
        if (method instanceof AuthMethod.Trust || method instanceof AuthMethod.Forced) {
            accept(user, NOTHING);
        } else if (method instanceof AuthMethod.Password password) {
            int iterations = lane.books().config().integer(Settings.SCRAM_ITERATIONS);
            ClientAuth auth = ClientAuth.forType(password.kind(), login, user, iterations, lane.commons().random(), logins.salts(), binding);
            exchange = new PasswordExchange(client, lane, auth, last -> accept(user, last));
            exchange.start();
        } else if (method instanceof AuthMethod.Judged judged) {
            String from = facts.from() instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "";
            JudgedAuth auth = new JudgedAuth(judged.judge(), login, from);
            exchange = new PasswordExchange(client, lane, auth, last -> accept(auth.user(), last));
            exchange.start();
        } else if (method instanceof AuthMethod.Peer peer) {
            askWho(peer.check(), user);
        } else if (method instanceof AuthMethod.Cert cert) {
            certificate(cert, user);
        } else {
            turnAway();
        }
    }

    private void turnAway() {
        if (method instanceof AuthMethod.Refused refused) {
            client.log(Level.ERROR, refused.why());
            client.fail(CloseReason.CLIENT_CONFIG_ERROR);
        } else {
            client.fail(method instanceof AuthMethod.Reject ? CloseReason.CLIENT_REJECTED : CloseReason.CLIENT_WITHOUT_RULE);
        }
    }

    private void accept(@Nullable Credentials user, byte[] before) {
        if (user == null) {
            client.fail(CloseReason.CLIENT_TRUST_FAILED);
        } else {
            accepted.onAccepted(user, before);
        }
    }

    private void certificate(AuthMethod.Cert cert, @Nullable Credentials user) {
        String wrong = cert.wrong(facts, user == null ? null : user.name());
        if (wrong != null) {
            client.log(Level.ERROR, wrong);
        }
        if (user == null || wrong != null) {
            client.fail(CloseReason.CLIENT_CERTIFICATE_FAILED);
        } else {
            accepted.onAccepted(user, NOTHING);
        }
    }

    private void askWho(NameCheck check, @Nullable Credentials user) {
        if (user == null || !facts.unix()) {
            client.fail(CloseReason.CLIENT_PEER_FAILED);
            return;
        }
        long uid = client.connection().peerCredentials().uid();
        lane.commons().offload().call(
                Offload.Kind.NAMES, () -> Optional.ofNullable(logins.users().name(uid)), LONGEST_NAME, lane.reactor(), new Offload.Completion<>() {
            @Override
            public void onDone(Optional<String> name) {
                decide(check, user, name.orElse(null), "there is no name for the user " + uid + " of the operating system");
            }

            @Override
            public void onFailed(Exception failure) {
                decide(check, user, null, "could not look up the user " + uid + " of the operating system");
            }
        });
    }

    private void decide(NameCheck check, Credentials user, @Nullable String name, String unknown) {
        if (client.isClosed()) {
            return;
        }
        if (name != null && check.lets(List.of(name), user.name())) {
            accepted.onAccepted(user, NOTHING);
            client.resumeReading();
            return;
        }
        if (name == null) {
            client.log(Level.ERROR, unknown);
        } else if (check.map() != null) {
            client.log(Level.ERROR, "ident map " + check.map().name() + " cannot be matched");
        }
        client.fail(CloseReason.CLIENT_PEER_FAILED);
    }
}
