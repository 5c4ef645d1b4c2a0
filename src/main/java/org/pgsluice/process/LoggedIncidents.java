package org.pgsluice.process;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.pgsluice.log.Log;
import org.pgsluice.net.Incidents;

/** Writes to the log what goes wrong below the sessions. */
record LoggedIncidents(Log log) implements Incidents {
    @Override
    public void onUncaught(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        log.error("internal error, connection closed: " + trace.toString().strip());
    }

    @Override
    public void onWarning(String message) {
        log.warning(message);
    }

    @Override
    public void onError(String message) {
        log.error(message);
    }
}
