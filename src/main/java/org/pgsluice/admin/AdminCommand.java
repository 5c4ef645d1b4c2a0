package org.pgsluice.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.show.ShowTable;

/** A command as it was written; whether the user may give it, and whether its object exists, is seen when it runs. */
sealed interface AdminCommand {
    record Show(ShowTable<?> table) implements AdminCommand {}

    record Help() implements AdminCommand {}

    /** What drivers send by themselves: answered with these tags, and otherwise ignored. */
    record Pretended(List<String> tags) implements AdminCommand {}

    /** Nothing but blanks. */
    record Empty() implements AdminCommand {}

    /** No command; the message says what is wrong with it. */
    record Invalid(String message) implements AdminCommand {}

    /** What acts on the pooler: for administrators. A null database means all of them, or that it is missing. */
    sealed interface Operation extends AdminCommand {}

    record Assign(String key, String value) implements Operation {}

    record Reload() implements Operation {}

    record Suspend() implements Operation {}

    record Pause(@Nullable String database) implements Operation {}

    record Resume(@Nullable String database) implements Operation {}

    record Kill(@Nullable String database) implements Operation {}

    record KillClient(String id) implements Operation {}

    record Disable(@Nullable String database) implements Operation {}

    record Enable(@Nullable String database) implements Operation {}

    record Reconnect(@Nullable String database) implements Operation {}

    record WaitClose(@Nullable String database) implements Operation {}

    record Shutdown(ShutdownMode mode) implements Operation {}
}
