package org.pgsluice.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenLDAP's library against a directory in memory. */
class LdapJudgeTest {
    private static InMemoryDirectoryServer directory;

    @BeforeAll
    static void open() throws Exception {
        try {
            LdapLibrary.load();
        } catch (LdapException missing) {
            abort(missing.getMessage());
        }
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example,dc=net");
        config.setSchema(null);
        config.addAdditionalBindCredentials("cn=searcher", "hush");
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("test", InetAddress.getLoopbackAddress(), 0, null));
        directory = new InMemoryDirectoryServer(config);
        directory.add("dn: dc=example,dc=net", "objectClass: domain", "dc: example");
        directory.add("dn: ou=staff,dc=example,dc=net", "objectClass: organizationalUnit", "ou: staff");
        user("uid=alice,dc=example,dc=net", "alice", "one@example.net", "pencil");
        user("uid=bob,ou=staff,dc=example,dc=net", "bob", "two@example.net", "péncil");
        user("uid=twin,dc=example,dc=net", "twin", "twin@example.net", "pencil");
        user("uid=twin,ou=staff,dc=example,dc=net", "twin", "twin@example.net", "pencil");
        directory.startListening();
    }

    private static void user(String dn, String uid, String mail, String password) throws Exception {
        directory.add("dn: " + dn, "objectClass: inetOrgPerson", "uid: " + uid, "cn: " + uid, "sn: x", "mail: " + mail, "userPassword: " + password);
    }

    @AfterAll
    static void close() {
        if (directory != null) {
            directory.shutDown(true);
        }
    }

    private static LdapJudge judge(String text) throws LdapException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : text.split(";", -1)) {
            int equals = option.indexOf('=');
            options.put(option.substring(0, equals), option.substring(equals + 1));
        }
        if (!options.containsKey("ldapserver") && !options.containsKey("ldapurl")) {
            options.put("ldapserver", "127.0.0.1");
            options.put("ldapport", Integer.toString(directory.getListenPort()));
        }
        return LdapJudge.of(options);
    }

    private static String ask(LdapJudge judge, String user, String password) {
        return judge.wrong(user, password.getBytes(StandardCharsets.UTF_8), "127.0.0.1");
    }

    @Test
    void simpleBindIsAsTheUserBetweenPrefixAndSuffix() throws LdapException {
        LdapJudge judge = judge("ldapprefix=uid=;ldapsuffix=,dc=example,dc=net");

        assertThat(ask(judge, "alice", "pencil")).isNull();
        assertThat(ask(judge, "alice", "wrong")).contains("LDAP login failed for user uid=alice,dc=example,dc=net", "Invalid credentials");
        assertThat(ask(judge, "nobody", "pencil")).contains("LDAP login failed");
    }

    @Test
    void searchFindsTheUserWhereverItIs() throws LdapException {
        LdapJudge judge = judge("ldapbasedn=dc=example,dc=net;ldapbinddn=cn=searcher;ldapbindpasswd=hush");

        assertThat(ask(judge, "alice", "pencil")).isNull();
        assertThat(ask(judge, "bob", "péncil")).isNull();
        assertThat(ask(judge, "bob", "pencil")).contains("LDAP login failed for user uid=bob,ou=staff,dc=example,dc=net");
        assertThat(ask(judge, "nobody", "pencil")).isEqualTo("LDAP user \"nobody\" does not exist");
        assertThat(ask(judge, "twin", "pencil")).isEqualTo("LDAP user \"twin\" is not unique");
    }

    @Test
    void searcherWithAWrongPasswordIsNamedWithoutIt() throws LdapException {
        String why = ask(judge("ldapbasedn=dc=example,dc=net;ldapbinddn=cn=searcher;ldapbindpasswd=guess"), "alice", "pencil");

        assertThat(why).contains("could not perform initial LDAP bind for ldapbinddn \"cn=searcher\"").doesNotContain("guess");
    }

    @Test
    void filterAndUrlSayHowTheUserIsFound() throws LdapException {
        assertThat(ask(judge("ldapbasedn=dc=example,dc=net;ldapsearchfilter=(mail=$username@example.net)"), "one", "pencil")).isNull();
        String url = "ldapurl=ldap://127.0.0.1:" + directory.getListenPort() + "/dc=example,dc=net?mail?";
        assertThat(ask(judge(url + "sub"), "two@example.net", "péncil")).isNull();
        assertThat(ask(judge(url + "one"), "two@example.net", "péncil")).contains("does not exist");
    }

    @Test
    void nameOfTheClientIsNeverPartOfTheQuestion() throws LdapException {
        LdapJudge search = judge("ldapbasedn=dc=example,dc=net");
        assertThat(ask(search, "ali*", "pencil")).contains("does not exist");
        assertThat(ask(search, "x)(uid=alice", "pencil")).contains("does not exist");
        assertThat(ask(search, "nobody)(|(uid=alice)", "pencil")).contains("does not exist");
        assertThat(ask(judge("ldapprefix=uid=;ldapsuffix=,dc=example,dc=net"), "bob,ou=staff", "péncil")).contains("LDAP login failed");
    }

    @Test
    void nameWithoutAPasswordIsNeverSentToTheDirectory() throws LdapException {
        assertThat(ask(judge("ldapprefix=uid=;ldapsuffix=,dc=example,dc=net"), "alice", "")).isEqualTo("LDAP login without a password");
    }

    @Test
    void nextServerIsAskedWhereTheFirstIsNotThere() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        LdapJudge gone = judge("ldapprefix=uid=;ldapsuffix=,dc=example,dc=net;ldapserver=127.0.0.1;ldapport=" + port);
        assertThat(ask(gone, "alice", "pencil")).contains("Can't contact LDAP server");

        // both have the one port
        LdapJudge judge = judge("ldapprefix=uid=;ldapsuffix=,dc=example,dc=net;ldapserver=127.0.0.9 127.0.0.1;ldapport=" + directory.getListenPort());
        assertThat(ask(judge, "alice", "pencil")).isNull();
    }
}
