package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.ClientAuth.PasswordMethod;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.PasswordJudge;
import org.pgsluice.auth.StoredSecret;
import org.pgsluice.auth.rules.RulesReader;
import org.pgsluice.config.Config;
import org.pgsluice.net.Connection.PeerCredentials;
import org.pgsluice.net.Offload;
import org.pgsluice.simulation.Requests;
import org.pgsluice.simulation.ScriptedClient;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/** Logins by rules from files: HBA, ident maps, peer, certificates. */
class RulesLoginTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CLEARTEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;

    private final SimulatedNetwork network = new SimulatedNetwork(11);
    private final Map<String, Credentials> users = new HashMap<>();
    private final SimulatedPooler pooler =
            new SimulatedPooler(network, 1, SimulatedPooler.config("auth_type = plain\n[databases]\n* = host=127.0.0.1 port=5432\n"));
    private final SimulatedReactor outside = network.addReactor();

    @TempDir
    Path directory;

    @BeforeEach
    void users() {
        pooler.commons.credentials(users::get);
        users.put("app", Credentials.parse("app", "secret".getBytes(StandardCharsets.UTF_8)));
    }

    private void rules(String hba, String ident) throws Exception {
        Path hbaFile = Files.writeString(directory.resolve("hba.conf"), hba);
        Path identFile = Files.writeString(directory.resolve("ident.conf"), ident);
        Config config = SimulatedPooler.config(
                "auth_type = hba\nauth_hba_file = " + hbaFile + "\nauth_ident_file = " + identFile + "\n");
        RulesReader.Result read = RulesReader.read(config);
        assertThat(read.problems()).isEmpty();
        pooler.commons.rules(read.rules());
    }

    private String overTcp(String user) {
        return answer(pooler.connect(0, outside), user);
    }

    private String overUnix(String user) {
        return answer(pooler.connectUnix(outside), user);
    }

    private String answer(ScriptedClient client, String user) {
        client.send(Requests.startup("user", user, "database", "db"));
        network.runUntilIdle();
        return ScriptedClient.describe(client.received());
    }

    /** The kind of authentication that a new client of that name is asked for. */
    private int asked(String user) {
        ScriptedClient client = pooler.connect(0, outside);
        client.send(Requests.startup("user", user, "database", "db"));
        network.runUntilIdle();
        ByteBuffer answer = ByteBuffer.wrap(client.received());
        assertThat(answer.get()).isEqualTo(BackendTag.AUTHENTICATION);
        return answer.getInt(5);
    }

    @Test
    void clientThatNoRuleIsAboutIsToldSo() throws Exception {
        rules("local all all trust\n", "");

        assertThat(overTcp("app")).isEqualTo("E(SFATAL|C28000|Mno authentication method is found|) ");
    }

    @Test
    void clientThatARuleTurnsAwayIsToldSoWhetherTheUserExistsOrNot() throws Exception {
        rules("host all all all reject\n", "");

        assertThat(overTcp("app")).isEqualTo("E(SFATAL|C28000|Mlogin rejected|) ");
        assertThat(overTcp("nobody")).isEqualTo("E(SFATAL|C28000|Mlogin rejected|) ");
    }

    @Test
    void ruleChoosesThePasswordMethod() throws Exception {
        rules("host all app 127.0.0.1/32 password\nhost all all all scram-sha-256\n", "");

        assertThat(asked("app")).isEqualTo(CLEARTEXT);
        assertThat(asked("other")).isEqualTo(SASL);
    }

    @Test
    void md5RuleIsScramForAUserWithAVerifier() throws Exception {
        rules("host all all all md5\n", "");
        users.put("modern", Credentials.parse("modern", ("SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$"
                + "a".repeat(43) + "=:" + "b".repeat(43) + "=").getBytes(StandardCharsets.UTF_8)));

        assertThat(asked("app")).isEqualTo(MD5);
        assertThat(asked("modern")).isEqualTo(SASL);
    }

    @Test
    void operatingSystemsUserIsLetInAsTheUserOfItsName() throws Exception {
        rules("local all all peer\n", "");
        pooler.systemUsers.put(26L, "app");

        assertThat(overUnix("app")).doesNotContain("FATAL");
        pooler.systemUsers.put(26L, "somebody");
        assertThat(overUnix("app")).isEqualTo("E(SFATAL|C28000|Munix socket login rejected|) ");
    }

    @Test
    void userWithoutPasswdEntryIsNobody() throws Exception {
        rules("local all all peer\n", "");
        network.unixPeer(new PeerCredentials(1, 777));

        assertThat(overUnix("app")).contains("unix socket login rejected");
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("there is no name for the user 777"));
    }

    @Test
    void peerOfAUserThatDoesNotExistIsRefused() throws Exception {
        rules("local all all peer\n", "");
        pooler.systemUsers.put(26L, "nobody");

        assertThat(overUnix("nobody")).contains("unix socket login rejected");
    }

    @Test
    void peerOverTcpIsRefused() throws Exception {
        rules("host all all all peer\n", "");

        assertThat(overTcp("app")).contains("unix socket login rejected");
    }

    @Test
    void mapSaysWhoMayBeWhom() throws Exception {
        rules("local all all peer map=deploy\n", "deploy robot app\n");
        users.put("boss", Credentials.none("boss"));
        pooler.systemUsers.put(26L, "robot");

        assertThat(overUnix("app")).doesNotContain("FATAL");
        assertThat(overUnix("boss")).contains("unix socket login rejected");
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("ident map deploy cannot be matched"));
    }

    @Test
    void certificateRuleWithoutTlsIsRefused() throws Exception {
        rules("host all all all cert\n", "");

        assertThat(overTcp("app")).isEqualTo("E(SFATAL|C28000|Mcertificate authentication failed|) ");
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("TLS connection required"));
    }

    @Test
    void hostIsAskedForItsNameAndUnknownOnesFitNoName() throws Exception {
        rules("host all all .example.com trust\nhost all all all reject\n", "");

        assertThat(overTcp("app")).contains("login rejected");
        pooler.hostName = "one.example.com";
        assertThat(overTcp("app")).doesNotContain("FATAL");
    }

    @Test
    void nameServiceThatHangsHoldsUpNobodyElse() throws Exception {
        rules("host all named .example.com trust\nhost all all all password\n", "");
        pooler.namesHang = true;
        ScriptedClient stuck = pooler.connect(0, outside);
        stuck.send(Requests.startup("user", "named", "database", "db"));
        network.runUntilIdle();

        assertThat(stuck.received()).isEmpty();
        assertThat(asked("app")).isEqualTo(CLEARTEXT);
    }

    /** Knows one password. */
    private record Judge(Offload.Kind kind, String right) implements PasswordJudge {
        @Override
        public String name() {
            return kind.name();
        }

        @Override
        public boolean passwordIsTheServers() {
            return true;
        }

        @Override
        public String wrong(String user, byte[] password, String from) {
            return new String(password, StandardCharsets.UTF_8).equals(right) ? null : "not the password of " + user + " at " + from;
        }
    }

    private void judge(Offload.Kind kind) {
        pooler.commons.rules((facts, identity) -> identity.user().equals("app")
                ? new AuthMethod.Password(PasswordMethod.PLAIN)
                : new AuthMethod.Judged(new Judge(kind, "right")));
    }

    private String answer(String user, String password) {
        ScriptedClient client = pooler.connect(0, outside);
        client.send(Requests.startup("user", user, "database", "own"));
        network.runUntilIdle();
        client.takeReceived();
        client.send(new MessageWriter().begin(FrontendTag.PASSWORD).cstring(password).end().toBytes());
        network.runUntilIdle();
        return ScriptedClient.describe(client.received());
    }

    @ParameterizedTest
    @EnumSource(value = Offload.Kind.class, names = {"LDAP", "PAM"})
    void passwordIsRightIfTheJudgeSaysSo(Offload.Kind kind) {
        judge(kind);

        assertThat(answer("guest", "right")).doesNotContain("FATAL");
        assertThat(answer("guest", "wrong")).isEqualTo("E(SFATAL|C28P01|M" + kind + " authentication failed|) ");
        assertThat(answer("guest", "")).isEqualTo("E(SFATAL|C28P01|Mempty password returned by client|) ");
        assertThat(pooler.log.lines()).anyMatch(line -> line.contains("not the password of guest at 127.0.0.1"));
    }

    @Test
    void passwordThatTheJudgeTookIsShownToServersAndItsSuccessorToo() {
        judge(Offload.Kind.LDAP);

        answer("guest", "wrong");
        assertThat(pooler.commons.asked().find("own", "guest")).isNull();
        answer("guest", "right");
        assertThat(pooler.commons.asked().find("own", "guest").secret()).isEqualTo(StoredSecret.parse("right"));
        pooler.commons.rules((facts, identity) -> new AuthMethod.Judged(new Judge(Offload.Kind.LDAP, "newer")));
        answer("guest", "newer");
        assertThat(pooler.commons.asked().find("own", "guest").secret()).isEqualTo(StoredSecret.parse("newer"));
    }

    @Test
    void strangerWhomTheJudgeDoesNotKnowIsNotRegistered() {
        judge(Offload.Kind.LDAP);

        answer("guest", "wrong");

        assertThat(pooler.books.registry().findUser("guest")).isNull();
        assertThat(pooler.books.registry().database("own")).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = Offload.Kind.class, names = {"LDAP", "PAM"})
    void judgeThatHangsHoldsUpNobodyElseAndFailsInTime(Offload.Kind kind) {
        judge(kind);
        pooler.offload.hang(kind);
        ScriptedClient stuck = pooler.connect(0, outside);
        stuck.send(Requests.startup("user", "guest", "database", "db"));
        network.runUntilIdle();
        stuck.takeReceived();
        stuck.send(new MessageWriter().begin(FrontendTag.PASSWORD).cstring("right").end().toBytes());
        network.runUntil(() -> pooler.offload.called() > 0, SECOND);

        ScriptedClient other = pooler.connect(0, outside);
        other.send(Requests.startup("user", "app", "database", "db"));
        network.runUntil(() -> other.received().length > 0, SECOND);
        assertThat(stuck.received()).isEmpty();
        network.runUntil(stuck::ended, 61 * SECOND);
        assertThat(ScriptedClient.describe(stuck.received())).contains(kind + " authentication failed");
    }
}
