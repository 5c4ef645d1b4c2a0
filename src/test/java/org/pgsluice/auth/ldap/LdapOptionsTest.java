package org.pgsluice.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LdapOptionsTest {
    /** Options as {@code name=value}, parted by semicolons. */
    private static LdapOptions take(String text) throws LdapException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : text.split(";", -1)) {
            int equals = option.indexOf('=');
            options.put(option.substring(0, equals), option.substring(equals + 1));
        }
        LdapOptions taken = LdapOptions.take(options);
        assertThat(options).isEmpty();
        return taken;
    }

    @Test
    void serversAndPortBecomeUris() throws LdapException {
        assertThat(take("ldapserver=a b;ldapprefix=uid=").uris()).isEqualTo("ldap://a:389 ldap://b:389");
        assertThat(take("ldapserver=a;ldapscheme=ldaps;ldapprefix=uid=").uris()).isEqualTo("ldaps://a:636");
        assertThat(take("ldapserver=2001:db8::1;ldapport=1389;ldapprefix=uid=").uris()).isEqualTo("ldap://[2001:db8::1]:1389");
    }

    @Test
    void urlHasServerBaseAttributeScopeAndFilter() throws LdapException {
        LdapOptions options = take("ldapurl=ldaps://[2001:db8::1]:7636/dc=a%20b,dc=net?mail,cn?one");

        assertThat(options.uris()).isEqualTo("ldaps://[2001:db8::1]:7636");
        assertThat(options.baseDn()).isEqualTo("dc=a b,dc=net");
        assertThat(options.filter("x")).isEqualTo("(mail=x)");
        assertThat(options.scope()).isEqualTo(LdapOptions.Scope.ONE);
        assertThat(take("ldapurl=ldap://h/dc=net??sub?(|(uid=$username)(mail=$username))").filter("x")).isEqualTo("(|(uid=x)(mail=x))");
        assertThat(take("ldapurl=ldap://h/dc=net").scope()).isEqualTo(LdapOptions.Scope.BASE);
        assertThat(take("ldapbasedn=dc=net;ldapserver=h").scope()).isEqualTo(LdapOptions.Scope.SUB);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ldapserver=h | requires \"ldapbasedn\"",
        "ldapserver=h;ldapprefix=uid=;ldapbasedn=dc=net | cannot mix",
        "ldapserver=h;ldapsuffix=@x;ldapbinddn=cn=m | cannot mix",
        "ldapserver=h;ldapprefix=uid=;ldapsearchattribute=mail | cannot mix",
        "ldapserver=h;ldapbasedn=dc=net;ldapsearchattribute=a;ldapsearchfilter=b | cannot use ldapsearchattribute together",
        "ldapprefix=uid= | LDAP server not specified",
        "ldapserver=h;ldapprefix=uid=;ldapport=0 | invalid LDAP port number",
        "ldapserver=h;ldapprefix=uid=;ldapport=x | invalid LDAP port number",
        "ldapserver=h;ldapprefix=uid=;ldapscheme=http | invalid ldapscheme",
        "ldapurl=http://h/dc=net | unsupported LDAP URL scheme",
        "ldapurl=ldap://h:99999/dc=net | invalid port",
        "ldapurl=ldap://h/dc=net?uid?all | invalid scope",
        "ldapurl=ldap://h/dc=%zz | broken %",
        "ldapurl=ldap://h/dc=net?uid?sub?(a=b)?!ext | extensions",
    })
    void mistakeIsNamed(String options, String why) {
        assertThatThrownBy(() -> take(options)).isInstanceOf(LdapException.class).hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "x)(uid=*", "a\\b", "a/b"})
    void nameStaysANameInAFilter(String name) throws LdapException {
        String filter = take("ldapserver=h;ldapbasedn=dc=net").filter(name);

        assertThat(filter).startsWith("(uid=").endsWith(")");
        assertThat(filter.substring(5, filter.length() - 1)).doesNotContain("*", "(", ")", "/");
    }

    @Test
    void nameStaysOneValueInADn() throws LdapException {
        LdapOptions options = take("ldapserver=h;ldapprefix=uid=;ldapsuffix=,dc=net");

        assertThat(options.dn("x,ou=admins")).isEqualTo("uid=x\\,ou\\=admins,dc=net");
        assertThat(options.dn(" #a+b ")).isEqualTo("uid=\\ #a\\+b\\ ,dc=net");
        assertThat(options.dn("#1")).isEqualTo("uid=\\#1,dc=net");
    }

    @Test
    void namesThatAreNoDnAreLeftAsTheyAre() throws LdapException {
        assertThat(take("ldapserver=h;ldapprefix=CORP\\").dn("a+b")).isEqualTo("CORP\\a+b");
        assertThat(take("ldapserver=h;ldapsuffix=@corp.example").dn("a+b")).isEqualTo("a+b@corp.example");
    }

    @Test
    void passwordIsNotShown() throws LdapException {
        assertThat(take("ldapserver=h;ldapbasedn=dc=net;ldapbinddn=cn=m;ldapbindpasswd=hush").toString()).doesNotContain("hush");
    }
}
