package org.pgsluice.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of all settings, by their place in the registry. Changed only while a configuration is being read; never once a {@link Config} holds it. */
final class SettingValues {
    private final @Nullable Object[] values;
    private final @Nullable List<String>[] lists;

    @SuppressWarnings("unchecked") // an array of a generic type
    private SettingValues(@Nullable Object[] values) {
        this.values = values;
        this.lists = (@Nullable List<String>[]) new List<?>[values.length];
        for (Setting<?> setting : Settings.ALL) {
            splitList(setting);
        }
    }

    static SettingValues defaults() {
        @Nullable Object[] values = new @Nullable Object[Settings.ALL.size()];
        for (Setting<?> setting : Settings.ALL) {
            values[setting.index()] = setting.defaultValue();
        }
        return new SettingValues(values);
    }

    SettingValues copy() {
        return new SettingValues(values.clone());
    }

    /** What reading a {@code [pgbouncer]} header does: defaults for all that have one and may be changed now. */
    void reset(boolean loaded) {
        for (Setting<?> setting : Settings.ALL) {
            if (setting.defaultRaw() != null && (setting.reloadable() || !loaded)) {
                values[setting.index()] = setting.defaultValue();
                splitList(setting);
            }
        }
    }

    /** Takes a raw text; gives null, or what would have been allowed. */
    @Nullable String set(Setting<?> setting, String raw) {
        Parsed<?> parsed = setting.parse(raw);
        if (parsed instanceof Parsed.Value<?> taken) {
            values[setting.index()] = taken.value();
            splitList(setting);
            return null;
        }
        return ((Parsed.Bad<?>) parsed).allowed();
    }

    @SuppressWarnings("unchecked") // only set() and the defaults write here, with values of the setting's type
    <T> @Nullable T get(Setting<T> setting) {
        return (T) values[setting.index()];
    }

    <T> @Nullable String show(Setting<T> setting) {
        T value = get(setting);
        if (value == null) {
            return null;
        }
        String shown = setting.show(value);
        return setting.secret() && !shown.isEmpty() ? Secret.MASK : shown;
    }

    List<String> list(Setting<String> setting) {
        List<String> cached = lists[setting.index()];
        return cached != null ? cached : split(get(setting));
    }

    private void splitList(Setting<?> setting) {
        if (setting.list()) {
            lists[setting.index()] = split((String) values[setting.index()]);
        }
    }

    static List<String> split(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return List.of();
        }
        List<String> items = new ArrayList<>();
        for (int from = 0; from <= text.length(); ) {
            int comma = text.indexOf(',', from);
            int to = comma < 0 ? text.length() : comma;
            String item = text.substring(from, to).strip();
            if (!item.isEmpty()) {
                items.add(item);
            }
            from = to + 1;
        }
        return List.copyOf(items);
    }
}
