package org.pgsluice.check;

import java.util.Locale;
import org.pgsluice.config.Config;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.config.Places;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;

/** Queries of the configuration that PostgreSQL would refuse. */
final class QueryChecks {
    private QueryChecks() {}

    static void queries(Places places, Config config, Findings findings) {
        query(places, Settings.SERVER_RESET_QUERY, config.text(Settings.SERVER_RESET_QUERY), findings);
        query(places, Settings.SERVER_CHECK_QUERY, config.text(Settings.SERVER_CHECK_QUERY), findings);
        authQuery(places.of(Settings.AUTH_QUERY), config.text(Settings.AUTH_QUERY), findings);
        for (DatabaseConfig database : config.databases().values()) {
            String own = database.authQuery();
            if (own != null) {
                authQuery(places.of("databases", database.name()), own, findings);
            }
        }
    }

    private static void query(Places places, Setting<String> setting, String text, Findings findings) {
        if (isQuoted(text)) {
            findings.error(places.of(setting), setting.name() + " stands in quotes, which are sent to PostgreSQL as part of it",
                    "Write it without: " + setting.name() + " = " + text.substring(1, text.length() - 1));
        } else if (hasSeveral(text) && text.toUpperCase(Locale.ROOT).contains("DISCARD")) {
            findings.error(places.of(setting),
                    setting.name() + " has several statements, which PostgreSQL runs as one transaction, and DISCARD ALL refuses that",
                    "Leave DISCARD ALL alone, or write out what it does: RESET ALL; DEALLOCATE ALL; ...");
        }
    }

    private static void authQuery(String place, String text, Findings findings) {
        if (isQuoted(text)) {
            findings.error(place, "auth_query stands in quotes, which are sent to PostgreSQL as part of it", "Write it without quotes around it");
        } else if (!text.isEmpty() && !text.contains("$1")) {
            findings.warning(place, "auth_query does not ask for $1, the user who logs in: everybody gets the same answer", "Add: WHERE usename = $1");
        }
    }

    private static boolean isQuoted(String text) {
        char first = text.isEmpty() ? ' ' : text.charAt(0);
        return text.length() > 1 && (first == '\'' || first == '"') && text.charAt(text.length() - 1) == first;
    }

    private static boolean hasSeveral(String text) {
        int semicolon = text.indexOf(';');
        return semicolon >= 0 && !text.substring(semicolon + 1).isBlank();
    }
}
