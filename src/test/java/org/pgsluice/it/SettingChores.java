package org.pgsluice.it;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Tracked parameters: set, set for a transaction only, taken back, and looked at again. */
final class SettingChores {
    static final List<Chore<DriverClient>> ALL = List.of(
            Chore.of("set", 6, SettingChores::set),
            Chore.of("set in a transaction", 5, SettingChores::inTransaction),
            Chore.of("set local", 4, SettingChores::local));

    private SettingChores() {}

    private static void set(DriverClient client) throws SQLException {
        OwnSettings.Change change = client.settings.change(client.random);
        client.execute(change.sql());
        client.settings.apply(change);
        look(client);
    }

    private static void inTransaction(DriverClient client) throws SQLException {
        Map<String, String> before = client.settings.copy();
        client.begin();
        for (int i = client.below(3); i >= 0; i--) {
            OwnSettings.Change change = client.settings.change(client.random);
            client.execute(change.sql());
            client.settings.apply(change);
        }
        client.settings.check(client);
        if (client.once(2)) {
            client.rollback();
            client.settings.restore(before);
        } else {
            client.commit(List.of());
        }
        look(client);
    }

    private static void local(DriverClient client) throws SQLException {
        Map<String, String> before = client.settings.copy();
        client.begin();
        OwnSettings.Change change = client.settings.change(client.random);
        client.execute("SET LOCAL " + change.assignment());
        client.settings.apply(change);
        client.settings.check(client);
        client.settings.restore(before);
        if (client.once(2)) {
            client.rollback();
        } else {
            client.commit(List.of());
        }
        look(client);
    }

    private static void look(DriverClient client) throws SQLException {
        for (int i = client.below(4); i > 0; i--) {
            client.settings.check(client);
            client.pause(3);
        }
    }
}
