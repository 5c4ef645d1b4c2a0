package org.pgsluice.console;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.Operations;
import org.pgsluice.admin.Outcome;
import org.pgsluice.admin.Refusals;
import org.pgsluice.admin.ShutdownMode;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;
import org.pgsluice.handover.Departure;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.PauseMode;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.pooler.Pooler;

/** What the console's commands do. Runs on the first reactor, wherever the console is; answers go back to the console's own. */
final class ConsoleOperations implements Operations {
    private final Pooler pooler;
    private final Departure departure;

    ConsoleOperations(Pooler pooler, Departure departure) {
        this.pooler = pooler;
        this.departure = departure;
    }

    @Override
    public void reload(Consumer<Outcome> then) {
        onMain(then, answer -> pooler.reloader().reload(good -> answer.accept(good ? Outcome.DONE : Refusals.RELOAD_FAILED)));
    }

    @Override
    public void pause(@Nullable String name, Consumer<Outcome> then) {
        onMain(then, answer -> {
            if (pooler.books().pauseMode() != PauseMode.NONE) {
                answer.accept(Refusals.ALREADY_SUSPENDED);
            } else if (name == null) {
                pooler.pause(PauseMode.PAUSE);
                pooler.waits().until(() -> noServersInUse(null), () -> answer.accept(Outcome.DONE));
            } else {
                withDatabase("pause", name, answer, database -> {
                    database.paused(true);
                    pooler.upkeepNow();
                    pooler.waits().until(() -> noServersInUse(database), () -> answer.accept(Outcome.DONE));
                });
            }
        });
    }

    private boolean noServersInUse(@Nullable Database only) {
        for (Pool pool : pooler.books().registry().pools()) {
            if ((only == null || pool.database() == only) && pooler.books().inventory().counts(pool).serversInUse() > 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void resume(@Nullable String name, Consumer<Outcome> then) {
        onMain(then, answer -> {
            if (name == null) {
                if (pooler.shutdown().forbidsResume()) {
                    answer.accept(Refusals.SHUTTING_DOWN);
                } else if (pooler.handover().underWay()) {
                    answer.accept(Refusals.HANDING_OVER);
                } else if (pooler.books().pauseMode() == PauseMode.NONE) {
                    answer.accept(Refusals.NOT_PAUSED);
                } else {
                    pooler.resume();
                    answer.accept(Outcome.DONE);
                }
                return;
            }
            Database database = pooler.books().registry().database(name);
            if (database == null) {
                answer.accept(Refusals.noSuchDatabase(name));
            } else if (!database.paused()) {
                answer.accept(Refusals.databaseNotPaused(name));
            } else {
                database.paused(false);
                pooler.serveWaiters();
                answer.accept(Outcome.DONE);
            }
        });
    }

    @Override
    public void suspend(Consumer<Outcome> then) {
        onMain(then, answer -> {
            if (pooler.books().pauseMode() != PauseMode.NONE) {
                answer.accept(Refusals.ALREADY_SUSPENDED);
                return;
            }
            if (pooler.shutdown().inProgress()) {
                // Nobody who is not read would ever go; and whoever takes over would get no TCP socket, they are closed.
                answer.accept(Refusals.SHUTTING_DOWN);
                return;
            }
            for (Database database : pooler.books().registry().databases()) {
                if (database.paused()) {
                    answer.accept(Refusals.SUSPEND_WITH_PAUSED_DATABASES);
                    return;
                }
            }
            pooler.suspend(() -> answer.accept(Outcome.DONE), () -> answer.accept(Refusals.SUSPEND_ENDED));
        });
    }

    @Override
    public void kill(@Nullable String name, Consumer<Outcome> then) {
        onMain(then, answer -> {
            if (pooler.books().pauseMode() != PauseMode.NONE) {
                answer.accept(Refusals.ALREADY_SUSPENDED);
            } else if (name == null) {
                for (Database database : pooler.books().registry().databases()) {
                    if (!database.name().equals(Registry.CONSOLE)) {
                        database.paused(true);
                        pooler.dropAll(database);
                    }
                }
                answer.accept(Outcome.DONE);
            } else {
                withDatabase("kill", name, answer, database -> {
                    database.paused(true);
                    pooler.dropAll(database);
                    answer.accept(Outcome.DONE);
                });
            }
        });
    }

    @Override
    public void killClient(long id, Consumer<Outcome> then) {
        onMain(then, answer -> pooler.killClient(id, found -> answer.accept(found ? Outcome.DONE : Refusals.CLIENT_NOT_FOUND)));
    }

    @Override
    public void disable(String name, Consumer<Outcome> then) {
        onMain(then, answer -> withDatabase("disable", name, answer, database -> {
            database.disabled(true);
            answer.accept(Outcome.DONE);
        }));
    }

    @Override
    public void enable(String name, Consumer<Outcome> then) {
        onMain(then, answer -> withDatabase("enable", name, answer, database -> {
            database.disabled(false);
            answer.accept(Outcome.DONE);
        }));
    }

    @Override
    public void reconnect(@Nullable String name, Consumer<Outcome> then) {
        onMain(then, answer -> {
            if (name == null) {
                for (Database database : pooler.books().registry().databases()) {
                    pooler.books().registry().markObsolete(database);
                }
                pooler.upkeepNow();
                answer.accept(Outcome.DONE);
            } else {
                withDatabase("reconnect", name, answer, database -> {
                    pooler.books().registry().markObsolete(database);
                    pooler.upkeepNow();
                    answer.accept(Outcome.DONE);
                });
            }
        });
    }

    @Override
    public void waitClose(@Nullable String name, Consumer<Outcome> then) {
        onMain(then, answer -> {
            if (name == null) {
                pooler.waits().until(() -> noneToClose(null), () -> answer.accept(Outcome.DONE));
                return;
            }
            Database database = find(name);
            if (database == null) {
                answer.accept(Refusals.noSuchDatabase(name));
            } else if (name.equals(Registry.CONSOLE)) {
                answer.accept(Refusals.cannotWaitInAdminDatabase(name));
            } else {
                BooleanSupplier closed = () -> noneToClose(database);
                pooler.waits().until(closed, () -> answer.accept(Outcome.DONE));
            }
        });
    }

    private boolean noneToClose(@Nullable Database only) {
        return pooler.commons().servers().stream().noneMatch(server -> server.closeNeeded() && (only == null || server.pool().database() == only));
    }

    @Override
    public void shutdown(ShutdownMode mode, Consumer<Outcome> then) {
        onMain(then, answer -> {
            switch (mode) {
                case IMMEDIATE -> {
                    if (pooler.handover().underWay()) {
                        departure.begin();
                    } else {
                        pooler.shutdown().now();
                    }
                }
                case WAIT_FOR_SERVERS -> {
                    answer.accept(Outcome.DONE);
                    pooler.shutdown().waitForServers();
                }
                case WAIT_FOR_CLIENTS -> {
                    answer.accept(Outcome.DONE);
                    pooler.shutdown().waitForClients();
                }
            }
        });
    }

    @Override
    public void set(String key, String value, Consumer<Outcome> then) {
        onMain(then, answer -> {
            Setting<?> setting = Settings.find(key);
            if (setting == null) {
                pooler.commons().log().error("unknown parameter: " + key);
                answer.accept(Refusals.SET_FAILED);
                return;
            }
            pooler.reloader().set(setting, value, change -> answer.accept(switch (change) {
                case DONE -> Outcome.DONE;
                case DONE_WITHOUT_TLS -> new Outcome.Done("TLS settings could not be applied, still using old configuration");
                case REFUSED -> Refusals.SET_FAILED;
            }));
        });
    }

    @Override
    public void cancel() {
        pooler.onMain(() -> {
            if (pooler.books().pauseMode() != PauseMode.NONE && !pooler.shutdown().forbidsResume() && !pooler.handover().underWay()) {
                pooler.resume();
            }
        });
    }

    private @Nullable Database find(String name) {
        Registry registry = pooler.books().registry();
        Database known = registry.database(name);
        return known != null ? known : registry.registerAutomatic(name);
    }

    private void withDatabase(String verb, String name, Consumer<Outcome> answer, Consumer<Database> action) {
        Database database = find(name);
        if (database == null) {
            answer.accept(Refusals.noSuchDatabase(name));
        } else if (name.equals(Registry.CONSOLE)) {
            answer.accept(Refusals.adminDatabase(verb, name));
        } else {
            action.accept(database);
        }
    }

    /** Runs {@code action} on the first reactor and brings its answer back to where we are. */
    private void onMain(Consumer<Outcome> then, Consumer<Consumer<Outcome>> action) {
        Consumer<Outcome> back = pooler.backHere(then);
        pooler.onMain(() -> {
            try {
                action.accept(back);
            } catch (RuntimeException | Error thrown) {
                // This is not the turn of the console's connection: whoever waits for the answer would wait for ever.
                back.accept(Refusals.FAULT);
                throw thrown;
            }
        });
    }
}
