package org.pgsluice.admin;

/** What a console's user may do. */
public enum Rights {
    /** Everything. */
    ADMIN,
    /** Every SHOW except FDS. */
    STATS
}
