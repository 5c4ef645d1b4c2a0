package org.pgsluice.pooler;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.AuthFile;
import org.pgsluice.auth.Credentials;
import org.pgsluice.auth.StoredSecret;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigException;
import org.pgsluice.config.ConfigProblem;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.config.Secret;
import org.pgsluice.config.Setting;
import org.pgsluice.config.Settings;
import org.pgsluice.config.UserEntry;
import org.pgsluice.log.LogLines;
import org.pgsluice.net.Offload;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Pool;
import org.pgsluice.server.ServerContext;
import org.pgsluice.server.Tuning;

/**
 * Brings a configuration into force: at start, at RELOAD and at SET. Files are read beside the reactors; then, on the first reactor, everything changes or,
 * when anything is wrong, nothing does.
 */
public final class Reloader {
    private final Pooler pooler;
    private final @Nullable Path file;
    private final Environment environment;
    private final @Nullable LogLines lines;
    private volatile Access access;
    /** Counts the reloads that were asked for, and the last of them that took effect. On the first reactor. */
    private long asked;
    private long newest;
    private volatile Map<String, Credentials> environmentUsers = Map.of();
    private Consumer<Config> follower = _ -> {};

    /**
     * A reloader of {@code file}, or of the environment alone where it is null.
     *
     * @param lines the log, to be opened anew; null where there is none to open (in the simulation)
     * @param access who may log in, as it was read at the start
     */
    public Reloader(Pooler pooler, @Nullable Path file, Environment environment, @Nullable LogLines lines, Access access) {
        this.pooler = pooler;
        this.file = file;
        this.environment = environment;
        this.lines = lines;
        this.access = access;
    }

    /** Given once, before any reload: is told of each configuration that has come into force, on the first reactor. */
    public void follower(Consumer<Config> given) {
        follower = given;
    }

    /** What became of a change of one setting. */
    public enum Change {
        DONE,
        /** It is in force, but TLS cannot be had by it, and is what it was. */
        DONE_WITHOUT_TLS,
        REFUSED
    }

    /** What was read beside the reactors; without {@code encryption} TLS is broken, as {@code brokenTls} says. */
    private record Read(LoadResult result, @Nullable Access access, @Nullable Encryption encryption, @Nullable String brokenTls) {}

    /**
     * Reads everything again. {@code then} is told whether it took effect. One that reads for longer than a later one has come too late, and changes nothing.
     * On the first reactor.
     */
    public void reload(Consumer<Boolean> then) {
        Config before = pooler.books().config();
        long mine = ++asked;
        pooler.commons().offload().call(Offload.Kind.FILES, () -> read(before), pooler.main(), new Offload.Completion<>() {
            @Override
            public void onDone(Read read) {
                then.accept(take(read, mine));
            }

            @Override
            public void onFailed(Exception failure) {
                pooler.commons().log().error("config file loading failed: " + failure);
                then.accept(false);
            }
        });
    }

    /** Changes one setting. {@code then} is told what became of it; why is in the log. On the first reactor. */
    public void set(Setting<?> setting, String value, Consumer<Change> then) {
        Config wanted = Access.dependsOn(setting) || Encryption.concerns(setting) ? with(setting, value) : null;
        if (wanted == null) {
            then.accept(change(setting, value, null));
        } else if (Access.dependsOn(setting)) {
            setAccess(wanted, setting, value, then);
        } else {
            setEncryption(wanted, setting, value, then);
        }
    }

    /** TLS often takes several settings to change: one that does not fit the others yet is taken, and TLS stays what it was. */
    private void setEncryption(Config wanted, Setting<?> setting, String value, Consumer<Change> then) {
        Config before = pooler.books().config();
        pooler.commons().offload().call(Offload.Kind.FILES, () -> Encryption.read(pooler, wanted), pooler.main(), new Offload.Completion<>() {
            @Override
            public void onDone(Encryption read) {
                end(read);
            }

            @Override
            public void onFailed(Exception failure) {
                pooler.commons().log().error(String.valueOf(failure.getMessage()));
                end(null);
            }

            private void end(@Nullable Encryption read) {
                if (pooler.books().config() != before) {
                    set(setting, value, then); // Somebody else was faster, and what was read is not the whole of it.
                    return;
                }
                Change change = change(setting, value, read);
                then.accept(change == Change.DONE && read == null ? Change.DONE_WITHOUT_TLS : change);
            }
        });
    }

    private void setAccess(Config wanted, Setting<?> setting, String value, Consumer<Change> then) {
        pooler.commons().offload().call(Offload.Kind.FILES, () -> Access.read(wanted, access, pooler.commons().log()), pooler.main(),
                new Offload.Completion<>() {
            @Override
            public void onDone(Access read) {
                boolean good = isUsable(read);
                if (good) {
                    access = read;
                }
                then.accept(good ? change(setting, value, null) : Change.REFUSED);
            }

            @Override
            public void onFailed(Exception failure) {
                pooler.commons().log().error("could not read what " + setting.name() + " names: " + failure);
                then.accept(Change.REFUSED);
            }
        });
    }

    private Change change(Setting<?> setting, String value, @Nullable Encryption encryption) {
        Config next = with(setting, value);
        if (next == null) {
            return Change.REFUSED;
        }
        apply(next, encryption);
        return Change.DONE;
    }

    private @Nullable Config with(Setting<?> setting, String value) {
        try {
            return pooler.books().config().with(setting, value);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> pooler.commons().log().error(problem.toString()));
            return null;
        }
    }

    private Read read(Config before) {
        String name = before.text(Settings.CONFFILE);
        Path path = file == null ? null : name.isEmpty() ? file : Path.of(name);
        LoadResult result = ConfigReader.read(path, environment, before);
        if (!(result instanceof LoadResult.Loaded loaded)) {
            return new Read(result, null, null, null);
        }
        Access read = Access.read(loaded.config(), access, pooler.commons().log());
        try {
            return new Read(result, read, Encryption.read(pooler, loaded.config()), null);
        } catch (IOException e) {
            return new Read(result, read, null, String.valueOf(e.getMessage()));
        }
    }

    private boolean take(Read read, long mine) {
        if (mine < newest) {
            pooler.commons().log().info("a later reload has taken effect already");
            return true;
        }
        switch (read.result()) {
            case LoadResult.Failed failed -> {
                for (ConfigProblem problem : failed.problems()) {
                    problem.lines().forEach(pooler.commons().log()::error);
                }
                pooler.commons().log().error("config file loading failed");
                return false;
            }
            case LoadResult.Loaded loaded -> {
                if (read.access() == null || !isUsable(read.access())) {
                    pooler.commons().log().error("config file loading failed");
                    return false;
                }
                if (read.brokenTls() != null) {
                    pooler.commons().log().error(read.brokenTls());
                    pooler.commons().log().error("TLS configuration could not be reloaded, keeping old configuration");
                    return false;
                }
                for (ConfigProblem problem : loaded.warnings()) {
                    problem.lines().forEach(pooler.commons().log()::warning);
                }
                access = read.access();
                newest = mine;
                apply(loaded.config(), read.encryption());
                return true;
            }
        }
    }

    private boolean isUsable(Access read) {
        read.problems().forEach(pooler.commons().log()::error);
        return read.problems().isEmpty();
    }

    /** Makes {@code next} the configuration. On the first reactor. */
    private void apply(Config next, @Nullable Encryption encryption) {
        Map<Pool, ServerContext> before = Encryption.inForce(pooler);
        pooler.books().registry().apply(next);
        pooler.commons().tuning(new Tuning(next));
        if (encryption != null) {
            encryption.take(pooler, before);
        }
        useCredentials(next);
        String logFailure = openLog(next);
        if (logFailure != null && lines != null) {
            lines.error(logFailure);
        }
        for (Database database : pooler.books().registry().databases()) {
            if (database.removed()) {
                pooler.dropAll(database);
            }
        }
        pooler.upkeepNow();
        follower.accept(next);
    }

    /** Lets logins see the rules, and the users of the file, which count before those of the environment. */
    public void useCredentials(Config config) {
        Map<String, Credentials> users = new HashMap<>();
        for (UserEntry entry : config.authUsers()) {
            StoredSecret secret = StoredSecret.parse(entry.secret().reveal());
            Credentials known = environmentUsers.get(entry.name());
            users.put(entry.name(), known == null ? new Credentials(entry.name(), secret) : known.withSecret(secret));
        }
        Secret lines = config.userList();
        if (lines != null) {
            AuthFile list = AuthFile.parse(lines.reveal());
            list.users().forEach(users::putIfAbsent);
            for (AuthFile.Problem problem : list.problems()) {
                pooler.commons().log().error("environment variable PGBOUNCER_USERLIST:" + problem.line() + ": " + problem.message());
            }
        }
        environmentUsers = users;
        Access current = access;
        pooler.commons().rules(current.rules());
        pooler.commons().credentials(name -> {
            Credentials found = current.users().find(name);
            return found != null ? found : users.get(name);
        });
    }

    /** Whom auth_file and the environment name. Any thread. */
    public Set<String> userNames() {
        Set<String> names = new HashSet<>(access.users().users().keySet());
        names.addAll(environmentUsers.keySet());
        return names;
    }

    /** Opens the log at the start, which does not go on without it: with -q nothing would be heard of it any more. */
    public void openLogAtStart(Config config) throws StartFailure {
        String failure = openLog(config);
        if (failure != null) {
            throw new StartFailure(failure);
        }
    }

    /** Opens the log anew, as the configuration says. Why it could not, else null: then the targets are as before. */
    private @Nullable String openLog(Config config) {
        return lines == null ? null : LogSettings.open(lines, config);
    }
}
