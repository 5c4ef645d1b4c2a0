package org.pgsluice.config;

/** The release of PgBouncer whose columns a console's tables have. Tools that count columns go by the version that it says. */
public enum ConsoleVersion implements Word {
    /** Before logins were counted in SHOW STATS and its kin. */
    BEFORE_LOGIN_COUNTS("1.25", "1.25.2"),
    NEWEST("1.26", Release.NUMBER);

    private final String word;
    private final String number;

    ConsoleVersion(String word, String number) {
        this.word = word;
        this.number = number;
    }

    /** The one that new consoles have. */
    public static ConsoleVersion of(Config config) {
        return config.get(Settings.CONSOLE_VERSION) == BEFORE_LOGIN_COUNTS ? BEFORE_LOGIN_COUNTS : NEWEST;
    }

    @Override
    public String word() {
        return word;
    }

    /** As SHOW VERSION and server_version have it. */
    public String number() {
        return number;
    }
}
