package org.pgsluice.pooler;

import java.util.List;
import org.pgsluice.auth.AuthFile;
import org.pgsluice.auth.AuthRules;
import org.pgsluice.auth.rules.RulesReader;
import org.pgsluice.config.Config;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Log;

/**
 * Who may log in and how, as a configuration and the files that it names say: read at the start before the process changes its user, at RELOAD, at SET and for
 * --test-config. Immutable, but for what the users' credentials learn.
 *
 * @param problems why the rules must not be used; empty when they may
 */
public record Access(AuthFile users, AuthRules rules, List<String> problems) {
    /** Nobody is known. */
    public static final Access NONE = new Access(AuthFile.EMPTY, AuthRules.of(Config.defaults()), List.of());

    /** Settings that say what is to be read. */
    private static final List<Setting<?>> SETTINGS =
            List.of(Settings.AUTH_FILE, Settings.AUTH_TYPE, Settings.AUTH_HBA_FILE, Settings.AUTH_IDENT_FILE, Settings.AUTH_LDAP_OPTIONS,
                    Settings.AUTH_JWT_KEYS, Settings.AUTH_JWT_AUDIENCE, Settings.AUTH_JWT_ISSUER, Settings.AUTH_JWT_CLAIM, Settings.AUTH_JWT_MAP,
                    Settings.AUTH_JWT_LEEWAY);

    /** Reads all of it. Warnings, and what is wrong with auth_file, go to the log. Blocks: not on a reactor. */
    public static Access read(Config config, Access known, Log log) {
        AuthFile users = UserFile.read(config, known.users, log);
        RulesReader.Result read = RulesReader.read(config);
        read.warnings().forEach(log::warning);
        return new Access(users, read.rules(), read.problems());
    }

    /** Whether a change of {@code setting} makes it necessary to read again. */
    static boolean dependsOn(Setting<?> setting) {
        return SETTINGS.contains(setting);
    }

    /** Whether a process could start with {@code config}; what is wrong goes to the log. Blocks. */
    public static boolean isGood(Config config, Log log) {
        boolean users = UserFile.isGood(config, log);
        RulesReader.Result read = RulesReader.read(config);
        read.warnings().forEach(log::warning);
        read.problems().forEach(log::error);
        return users && read.problems().isEmpty();
    }
}
