package org.pgsluice.check;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.Places;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;

/** Files that hold secrets, and directories that files are made in. */
final class FileChecks {
    private FileChecks() {}

    /** Without a configuration that can be read, the file itself is all there is to look at. */
    static void secrets(Places places, @Nullable Config config, Machine machine, Findings findings) {
        for (Path file : places.files()) {
            if (machine.isReadableByAll(file)) {
                boolean holds = config == null || config.databases().values().stream().anyMatch(database -> database.password() != null);
                if (holds) {
                    findings.warning(file.toString(), "may be read by all, and passwords of databases stand in such files", "chmod o-r " + file);
                }
            }
        }
        if (config != null) {
            secret(places, Settings.AUTH_FILE, config, machine, findings);
            secret(places, Settings.CLIENT_TLS_KEY_FILE, config, machine, findings);
            secret(places, Settings.SERVER_TLS_KEY_FILE, config, machine, findings);
        }
    }

    private static void secret(Places places, Setting<String> setting, Config config, Machine machine, Findings findings) {
        String name = config.get(setting);
        if (name != null && !name.isEmpty() && machine.isReadableByAll(Path.of(name))) {
            findings.warning(places.of(setting), setting.name() + " = " + name + " may be read by all", "chmod o-r " + name);
        }
    }

    static void directories(Places places, Config config, Machine machine, Findings findings) {
        parent(places, Settings.LOGFILE, config, machine, findings);
        parent(places, Settings.PIDFILE, config, machine, findings);
        String sockets = config.text(Settings.UNIX_SOCKET_DIR);
        if (!sockets.isEmpty() && !sockets.startsWith("@") && !machine.isWritableDirectory(Path.of(sockets))) {
            findings.error(places.of(Settings.UNIX_SOCKET_DIR), "unix_socket_dir = " + sockets + " is no directory that this user may write to",
                    "Make it, or run the check as the user that the pooler runs as");
        }
    }

    private static void parent(Places places, Setting<String> setting, Config config, Machine machine, Findings findings) {
        String name = config.get(setting);
        if (name == null || name.isEmpty()) {
            return;
        }
        Path parent = Path.of(name).toAbsolutePath().getParent();
        if (parent != null && !machine.isWritableDirectory(parent)) {
            findings.error(places.of(setting), setting.name() + " = " + name + " cannot be made: " + parent + " is no directory that this user may write to",
                    "Make it, or run the check as the user that the pooler runs as");
        }
    }
}
