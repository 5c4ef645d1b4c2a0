package org.pgsluice.pooler;

import java.nio.file.Path;
import org.pgsluice.config.Environment;

/** Gives a simulated pooler what reads its configuration and users, as the process does at its start. */
public final class SimulatedReload {
    private SimulatedReload() {}

    /** {@code file}: the configuration that RELOAD reads. Before the pooler starts. */
    public static void prepare(Pooler pooler, Path file) {
        Reloader reloader = new Reloader(
                pooler, file, Environment.NONE, null, Access.read(pooler.books().config(), Access.NONE, pooler.commons().log()));
        pooler.reloader(reloader);
        reloader.useCredentials(pooler.books().config());
        try {
            Encryption.atStart(pooler.books().config()).begin(pooler);
        } catch (StartFailure e) {
            throw new AssertionError(e);
        }
    }
}
