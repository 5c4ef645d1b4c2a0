package org.pgsluice.admin;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the console's commands do to the pooler. The caller has checked rights and syntax; whether a database or client exists, and whether the pooler's state
 * allows the command, is checked here, and refused with the texts of {@link Refusals}. Each {@code then} is called once, on the caller's reactor, at once or
 * in a later turn, even when the console that asked is gone. A null database means all of them.
 */
public interface Operations {
    /** RELOAD: reads the configuration again and rebuilds TLS. */
    void reload(Consumer<Outcome> then);

    /** PAUSE: done when no server connection is left. */
    void pause(@Nullable String database, Consumer<Outcome> then);

    /** RESUME: undoes PAUSE, KILL and SUSPEND. */
    void resume(@Nullable String database, Consumer<Outcome> then);

    /** SUSPEND: done when all buffers are flushed and reading has stopped. */
    void suspend(Consumer<Outcome> then);

    /** KILL: drops clients and servers and leaves the databases paused. */
    void kill(@Nullable String database, Consumer<Outcome> then);

    /** KILL_CLIENT, by the id of SHOW CLIENTS. */
    void killClient(long id, Consumer<Outcome> then);

    /** DISABLE: refuses new logins. */
    void disable(String database, Consumer<Outcome> then);

    /** ENABLE: allows new logins again. */
    void enable(String database, Consumer<Outcome> then);

    /** RECONNECT: marks servers to be closed once they are released. */
    void reconnect(@Nullable String database, Consumer<Outcome> then);

    /** WAIT_CLOSE: done when no server is left that is marked so. */
    void waitClose(@Nullable String database, Consumer<Outcome> then);

    /** SHUTDOWN. After {@link ShutdownMode#IMMEDIATE} nothing is called: the connection ends with the process. */
    void shutdown(ShutdownMode mode, Consumer<Outcome> then);

    /** SET of a setting, by its name as it was written. */
    void set(String key, String value, Consumer<Outcome> then);

    /**
     * The console's user cancelled a PAUSE, SUSPEND or WAIT_CLOSE that is still waiting: resumes the pooler if it is paused or suspended as a whole, unless
     * it is shutting down. The cancelled command's {@code then} may still be called; nobody listens any more.
     */
    void cancel();
}
