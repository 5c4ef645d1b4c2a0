package org.pgsluice.pooler;

import org.pgsluice.config.Release;

/** What the program says it is. The launcher answers {@code --version} with the same text without starting a JVM; a test compares the two. */
public final class Version {
    /** What {@code SHOW VERSION} answers. */
    public static final String COMPATIBLE = "PgBouncer " + Release.NUMBER;

    private Version() {}

    /** The answer to {@code --version}: PgBouncer's first line, then what stands behind it; every line ends in a newline. */
    public static String text() {
        return COMPATIBLE + "\nlibevent none (pgsluice)\nadns: Java " + java() + "\ntls: Java " + java() + "\nsystemd: yes\n";
    }

    /** The line that a start ends with. */
    public static String processUp(String eventEngine) {
        return "process up: " + COMPATIBLE + ", libevent none (" + eventEngine + "), adns: Java " + java() + ", tls: Java " + java();
    }

    private static String java() {
        return System.getProperty("java.version", "unknown");
    }
}
