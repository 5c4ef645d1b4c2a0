package org.pgsluice.pooler;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.LogFormat;
import org.pgsluice.config.Settings;
import org.pgsluice.log.LogLines;
import org.pgsluice.log.LogTargets;

/** Brings the settings of the log into force. */
final class LogSettings {
    private LogSettings() {}

    /** Has {@code lines} written as {@code config} says, to a file that is opened anew. Why it could not, else null: then the targets are as before. */
    static @Nullable String open(LogLines lines, Config config) {
        lines.setVerbose(config.integer(Settings.VERBOSE));
        lines.setJson(config.get(Settings.LOG_FORMAT) == LogFormat.JSON);
        try {
            lines.setTargets(new LogTargets(
                    config.text(Settings.LOGFILE), config.on(Settings.SYSLOG), config.text(Settings.SYSLOG_IDENT), config.text(Settings.SYSLOG_FACILITY)));
            return null;
        } catch (IOException e) {
            String name = config.text(Settings.LOGFILE);
            String text = String.valueOf(e.getMessage());
            // The JDK says "name (reason)".
            String reason = text.startsWith(name + " (") ? text.substring(name.length() + 2, text.length() - 1) : text;
            return "Cannot open logfile: '" + name + "': " + reason;
        }
    }
}
