package org.pgsluice.config;

/** The release of PgBouncer that is stood in for. Tools parse it, and expect the settings, columns and parameters of that release behind it. */
public final class Release {
    /** As SHOW VERSION, server_version of the console and {@code pgbouncer.version} have it; the launcher has it too. */
    public static final String NUMBER = "1.26.1";

    private Release() {}
}
