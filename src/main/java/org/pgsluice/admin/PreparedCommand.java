package org.pgsluice.admin;

import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.ShowTable;

/** A command that came by Parse, with its text. */
record PreparedCommand(String query, AdminCommand command) {
    /** What its rows look like; null for commands without rows. */
    @Nullable ShowTable<?> table() {
        return command instanceof AdminCommand.Show show ? show.table() : null;
    }
}
