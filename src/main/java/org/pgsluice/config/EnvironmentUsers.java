package org.pgsluice.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users whose passwords the environment gives; the first password of a user counts. Used by one thread. */
final class EnvironmentUsers {
    private final Environment environment;
    private final ConfigReader reader;
    private final Map<String, UserEntry> users = new LinkedHashMap<>();

    EnvironmentUsers(Environment environment, ConfigReader reader) {
        this.environment = environment;
        this.reader = reader;
    }

    /** Takes a user, if both are there. */
    void know(@Nullable String user, @Nullable String password) {
        if (user != null && password != null) {
            users.putIfAbsent(user, new UserEntry(user, new Secret(password)));
        }
    }

    /** Takes users and as many passwords, both as comma lists. */
    void knowAll(String usersVariable, String passwordsVariable) {
        String secrets = environment.getOrRead(passwordsVariable, reader);
        if (secrets == null) {
            return;
        }
        String given = environment.get(usersVariable);
        List<String> names = SettingValues.split(given == null ? "postgres" : given);
        String[] each = secrets.split(",", -1);
        if (names.size() != each.length) {
            reader.problem(Problems.plain(passwordsVariable, 0, "as many passwords as users",
                    "environment variable " + passwordsVariable + " has " + each.length + " passwords for the " + names.size() + " users of " + usersVariable));
            return;
        }
        for (int i = 0; i < each.length; i++) {
            know(names.get(i), each[i]);
        }
    }

    List<UserEntry> all() {
        return List.copyOf(users.values());
    }
}
