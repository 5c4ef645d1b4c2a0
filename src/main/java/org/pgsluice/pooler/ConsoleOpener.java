package org.pgsluice.pooler;

import org.pgsluice.client.ClientServices;
import org.pgsluice.client.ClientSession;

/** Makes a client of the database {@code pgbouncer} one of the console. The pooler declares it for the room that has the console. */
@FunctionalInterface
public interface ConsoleOpener {
    /**
     * On the client's reactor; welcomes the client.
     *
     * @param admin whether it may give commands, and not only look
     */
    ClientServices.Console open(ClientSession client, boolean admin);
}
