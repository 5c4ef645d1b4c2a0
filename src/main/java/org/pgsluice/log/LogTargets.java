package org.pgsluice.log;

/**
 * Where lines go besides standard error, in the settings' terms.
 *
 * @param file {@code logfile}; empty for none
 * @param syslogFacility {@code syslog_facility}; an unknown word counts as {@code daemon}
 */
public record LogTargets(String file, boolean syslog, String syslogIdent, String syslogFacility) {
    /** Standard error alone. */
    public static final LogTargets NONE = new LogTargets("", false, "pgbouncer", "daemon");

    boolean sameSyslog(LogTargets other) {
        return syslogIdent.equals(other.syslogIdent) && syslogFacility.equals(other.syslogFacility);
    }
}
