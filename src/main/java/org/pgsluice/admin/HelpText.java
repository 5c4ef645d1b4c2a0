package org.pgsluice.admin;

import org.pgsluice.wire.PgError;

/** What SHOW HELP tells: a notice with one command a line in its DETAIL. */
final class HelpText {
    static final PgError NOTICE = new PgError("NOTICE", "00000", "Console usage", """

            \tSHOW HELP|VERSION|STATE|CONFIG
            \tSHOW DATABASES|USERS|POOLS|PEERS|PEER_POOLS
            \tSHOW CLIENTS|SERVERS|SOCKETS|ACTIVE_SOCKETS|FDS
            \tSHOW STATS|STATS_TOTALS|STATS_AVERAGES|TOTALS
            \tSHOW LISTS|MEM|DNS_HOSTS|DNS_ZONES|REACTORS|PINS|SESSION_STATE|ADVICE|HANDOVER
            \tSET name = value
            \tRELOAD
            \tPAUSE [<database>]
            \tSUSPEND
            \tRESUME [<database>]
            \tDISABLE <database>
            \tENABLE <database>
            \tRECONNECT [<database>]
            \tWAIT_CLOSE [<database>]
            \tKILL [<database>]
            \tKILL_CLIENT <client id>
            \tSHUTDOWN [WAIT_FOR_SERVERS|WAIT_FOR_CLIENTS]""");

    private HelpText() {}
}
