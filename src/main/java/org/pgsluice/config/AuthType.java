package org.pgsluice.config;

/** How clients prove who they are, in PgBouncer's order. */
public enum AuthType implements Word {
    ANY("any"),
    TRUST("trust"),
    PLAIN("plain"),
    MD5("md5"),
    CERT("cert"),
    HBA("hba"),
    LDAP("ldap"),
    PAM("pam"),
    SCRAM_SHA_256("scram-sha-256"),
    /** Of our own. */
    JWT("jwt");

    private final String word;

    AuthType(String word) {
        this.word = word;
    }

    /** The word in files and in SHOW CONFIG. */
    @Override
    public String word() {
        return word;
    }
}
