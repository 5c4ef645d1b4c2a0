package org.pgsluice.auth.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.ClientAuth.PasswordMethod;
import org.pgsluice.auth.ConnectionFacts;
import org.pgsluice.auth.Identity;
import org.pgsluice.auth.IdentMap;
import org.pgsluice.config.Config;
import org.pgsluice.net.AbstractUnixAddress;

class HbaRulesTest {
    private final Findings findings = new Findings();

    @TempDir
    Path directory;

    private HbaRules rules(String text) throws IOException {
        return rules(text, Map.of());
    }

    private HbaRules rules(String text, Map<String, IdentMap> maps) throws IOException {
        return HbaFile.read(Files.writeString(directory.resolve("hba.conf"), text), new MethodReader(Config.defaults(), maps), findings);
    }

    private static ConnectionFacts from(String address) {
        return from(address, false);
    }

    private static ConnectionFacts from(String address, boolean encrypted) {
        boolean unix = address.equals("unix");
        SocketAddress from = unix ? AbstractUnixAddress.orPath("@x") : new InetSocketAddress(InetAddress.ofLiteral(address), 5000);
        return new ConnectionFacts(from, unix, encrypted, null);
    }

    private static String word(AuthMethod method) {
        return switch (method) {
            case AuthMethod.Trust trust -> "trust";
            case AuthMethod.Reject reject -> "reject";
            case AuthMethod.Password(PasswordMethod kind) -> kind.name();
            case AuthMethod.Peer peer -> "peer";
            case AuthMethod.Cert cert -> "cert";
            case AuthMethod.NoRule none -> "none";
            case AuthMethod.DependsOnHostName named -> "name?";
            case AuthMethod.Refused refused -> "refused";
            default -> method.toString();
        };
    }

    private static String ask(HbaRules rules, ConnectionFacts facts, String database, String user) {
        return word(rules.methodFor(facts, new Identity(database, user, null)));
    }

    @ParameterizedTest
    @CsvSource({
        "unix, false, peer", "10.0.0.1, false, MD5", "10.0.0.1, true, cert", "::1, false, MD5", "::1, true, cert",
    })
    void typesTellConnectionsApart(String address, boolean encrypted, String expected) throws IOException {
        HbaRules rules = rules("hostgssenc all all all trust\nlocal all all peer\nhostssl all all all cert\nhostnossl all all all md5\n");

        assertThat(ask(rules, from(address, encrypted), "db", "app")).isEqualTo(expected);
        assertThat(findings.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, MD5", "10.2.2.3, none", "192.168.5.77, trust", "192.168.6.77, none", "fe80::1, reject", "fe81::1, none", "::1, SCRAM_SHA_256",
        "127.255.0.1, PLAIN", "128.0.0.1, none",
    })
    void firstNetworkThatHasTheAddressCounts(String address, String expected) throws IOException {
        HbaRules rules = rules("""
                host all all 10.1.0.0/16 md5
                host all all 10.1.2.0/24 trust
                host all all 192.168.5.0 255.255.255.0 trust
                host all all fe80::/16 reject
                host all all ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff scram-sha-256
                hostnogssenc all all 127.0.0.0/8 password
                """);

        assertThat(ask(rules, from(address), "db", "app")).isEqualTo(expected);
        assertThat(findings.problems()).isEmpty();
    }

    @Test
    void networkIsOfItsOwnFamily() throws IOException {
        HbaRules rules = rules("host all all 0.0.0.0/0 md5\n");

        assertThat(ask(rules, from("203.0.113.9"), "db", "app")).isEqualTo("MD5");
        assertThat(ask(rules, from("2001:db8::1"), "db", "app")).isEqualTo("none");
        assertThat(ask(rules, from("unix"), "db", "app")).isEqualTo("none");
    }

    @Test
    void bitsBeyondTheMaskAreWarnedAboutAndFitNobody() throws IOException {
        HbaRules rules = rules("host all all 192.168.1.1/0 trust\n");

        assertThat(ask(rules, from("192.168.1.1"), "db", "app")).isEqualTo("none");
        assertThat(findings.warnings()).singleElement().asString().contains("hba line 1: address does not match mask", "hba.conf:1");
    }

    @ParameterizedTest
    @CsvSource({
        "a, x, trust", "b, x, trust", "'with, comma', x, trust", "all, x, trust", "c, x, none", "same, same, MD5", "same, other, none", "q\"q, x, trust",
    })
    void databasesAreListsKeywordsAndQuotedNames(String database, String user, String expected) throws IOException {
        HbaRules rules = rules("local a, b , \"with, comma\",\"all\",\"q\"\"q\" all trust # comment\nlocal sameuser same md5\n");

        assertThat(ask(rules, from("unix"), database, user)).isEqualTo(expected);
    }

    @Test
    void namesAreReadFromFilesBesideTheRules() throws IOException {
        Files.createDirectory(directory.resolve("names"));
        Files.writeString(directory.resolve("names/dbs"), "one, two\nthree # not this\n@more\n");
        Files.writeString(directory.resolve("names/more"), "four");
        HbaRules rules = rules("local @names/dbs all trust\n");

        for (String name : List.of("one", "two", "three", "four")) {
            assertThat(ask(rules, from("unix"), name, "app")).isEqualTo("trust");
        }
        assertThat(ask(rules, from("unix"), "not", "app")).isEqualTo("none");
    }

    @Test
    void fileOfNamesThatNamesItselfIsAProblem() throws IOException {
        Files.writeString(directory.resolve("names"), "@names");
        rules("local @names all trust\n");

        assertThat(findings.problems()).singleElement().asString().contains("hba line 1", "10 deep");
    }

    @Test
    void regularExpressionsAreLookedForAnywhere() throws IOException {
        HbaRules rules = rules("local /^app_ /^(alice|bob)$ trust\nlocal \"/^app_\" all reject\n");

        assertThat(ask(rules, from("unix"), "app_one", "bob")).isEqualTo("trust");
        assertThat(ask(rules, from("unix"), "my_app_one", "bob")).isEqualTo("none");
        assertThat(ask(rules, from("unix"), "app_one", "bobby")).isEqualTo("none");
        assertThat(ask(rules, from("unix"), "/^app_", "x")).isEqualTo("reject");
    }

    @Test
    void expressionThatNeverEndsRefusesTheLoginInTime() throws IOException {
        HbaRules rules = rules("local all \"/x\",/^(x+x+)+y$ reject\nlocal all all trust\n");

        assertThat(ask(rules, from("unix"), "db", "x".repeat(100) + "z")).isEqualTo("refused");
        assertThat(ask(rules, from("unix"), "db", "app")).isEqualTo("trust");
    }

    @Test
    void physicalReplicationNeedsItsKeyword() throws IOException {
        HbaRules rules = rules("local all all md5\nlocal db,replication copier trust\n");

        assertThat(word(rules.methodFor(from("unix"), new Identity("db", "copier", null, true)))).isEqualTo("trust");
        assertThat(word(rules.methodFor(from("unix"), new Identity("db", "app", null, true)))).isEqualTo("none");
        assertThat(ask(rules("local replication all trust\n"), from("unix"), "replication", "app")).isEqualTo("none");
    }

    @Test
    void hostNameIsAskedForOnlyWhereARuleNeedsIt() throws IOException {
        HbaRules rules = rules("host all boss all reject\nhost one all .example.com trust\nhost all all DB.Example.org md5\n");
        ConnectionFacts facts = from("192.0.2.1");

        assertThat(ask(rules, facts, "one", "boss")).isEqualTo("reject");
        assertThat(ask(rules, facts, "one", "app")).isEqualTo("name?");
        assertThat(ask(rules, facts.withHostName("a.Example.com"), "one", "app")).isEqualTo("trust");
        assertThat(ask(rules, facts.withHostName("example.com"), "one", "app")).isEqualTo("none");
        assertThat(ask(rules, facts.withHostName("db.example.org"), "one", "app")).isEqualTo("MD5");
        assertThat(ask(rules, facts.withHostName(""), "one", "app")).isEqualTo("none");
    }

    @Test
    void ownAddressesAndNetworksAreThoseOfTheMachine() throws IOException {
        HbaRules rules = rules("host all one samehost trust\nhost all two samenet md5\n");

        assertThat(ask(rules, from("127.0.0.1"), "db", "one")).isEqualTo("trust");
        assertThat(ask(rules, from("127.9.9.9"), "db", "one")).isEqualTo("none");
        assertThat(ask(rules, from("127.9.9.9"), "db", "two")).isEqualTo("MD5");
    }

    @Test
    void backslashJoinsLinesAndKeepsTheNumberOfTheFirst() throws IOException {
        HbaRules rules = rules("# a comment \\\n goes on\nlocal all \\\n  all trust\nnonsense\n");

        assertThat(ask(rules, from("unix"), "db", "app")).isEqualTo("trust");
        assertThat(findings.problems()).singleElement().asString().startsWith("hba line 5: unknown type (").endsWith("hba.conf:5)");
    }

    @Test
    void includedFilesStandInTheirPlace() throws IOException {
        Files.createDirectory(directory.resolve("more.d"));
        Files.writeString(directory.resolve("more.d/20.conf"), "local b all md5\nlocal a all md5\n");
        Files.writeString(directory.resolve("more.d/10.conf"), "local a all trust\n");
        Files.writeString(directory.resolve("more.d/ignored"), "nonsense\n");
        Files.writeString(directory.resolve("more.d/.hidden.conf"), "nonsense\n");
        Files.writeString(directory.resolve("first.conf"), "local first all peer\n");
        HbaRules rules = rules("include first.conf\ninclude_if_exists nowhere\ninclude_dir more.d\nlocal all all reject\n");

        assertThat(findings.problems()).isEmpty();
        assertThat(ask(rules, from("unix"), "first", "x")).isEqualTo("peer");
        assertThat(ask(rules, from("unix"), "a", "x")).isEqualTo("trust");
        assertThat(ask(rules, from("unix"), "b", "x")).isEqualTo("MD5");
        assertThat(ask(rules, from("unix"), "c", "x")).isEqualTo("reject");
    }

    @Test
    void includedFileThatIsMissingOrIncludesItselfIsAProblem() throws IOException {
        rules("include nowhere.conf\ninclude hba.conf\n");

        assertThat(findings.problems()).anyMatch(text -> text.contains("nowhere.conf: No such file or directory"))
                .anyMatch(text -> text.contains("10 deep"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "samerole all trust", "samegroup all md5", "all +staff md5", "a,+b all md5",
    })
    void whatOnlyPostgresKnowsLeavesTheLineOut(String line) throws IOException {
        HbaRules rules = rules("local " + line + "\nlocal all all peer\n");

        assertThat(findings.problems()).isEmpty();
        assertThat(findings.warnings()).singleElement().asString().contains("hba line 1: ", " is not supported, the line is left out");
        assertThat(ask(rules, from("unix"), "a", "b")).isEqualTo("peer");
    }

    @Test
    void lineThatTurnsAwayIsNeverLeftOut() throws IOException {
        rules("local all +staff reject\n");

        assertThat(findings.problems()).singleElement().asString().contains("+staff is not supported");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nonsense all all trust | unknown type",
        "local | did not find database",
        "local all | did not find user",
        "local all all | did not find method",
        "local all all jwt | jwt needs auth_jwt_keys and auth_jwt_audience",
        "local all all gss | unsupported method: gss",
        "local all all trust sometimes | an option is not in name=value format",
        "local all all trust map=x | unsupported parameters: map",
        "local all all peer map=nobody | Ident map nobody is not found in ident config file",
        "hostssl all all all cert clientname=OU | clientname is CN or DN",
        "host all all trust | did not find method",
        "host all all | did not find address",
        "host all all 10.0.0.0/33 md5 | invalid mask",
        "host all all 10.0.0.0/ md5 | invalid mask",
        "host all all 10.0.0.1 md5 | failed to parse mask: md5",
        "host all all 10.0.0.1 ffff:: md5 | failed to parse mask",
        "host all all 10.0.0 md5 | failed to parse address - 10.0.0",
        "host all all 999.0.0.0/8 md5 | failed to parse address",
        "host all all a.example/8 md5 | failed to parse address",
        "local a,,b all trust | did not find database",
        "local \"a all trust | a quote is not closed",
        "local all @nowhere trust | No such file or directory",
        "local all /( trust | invalid regular expression",
    })
    void brokenLineIsNamed(String line, String why) throws IOException {
        rules("\n" + line + "\n");

        assertThat(findings.problems()).singleElement().asString().startsWith("hba line 2: ").contains(why).endsWith("hba.conf:2)");
    }

    @Test
    void missingFileIsNamed() {
        HbaFile.read(directory.resolve("missing.conf"), new MethodReader(Config.defaults(), Map.of()), findings);

        assertThat(findings.problems()).containsExactly(
                "could not open hba config file " + directory.resolve("missing.conf") + ": No such file or directory");
    }
}
