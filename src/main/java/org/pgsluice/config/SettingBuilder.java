package org.pgsluice.config;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers what is special about one setting; {@link #doc} ends the sentence and registers it. Used while {@link Settings} is initialised, by one thread. */
final class SettingBuilder<T> {
    private final List<Setting<?>> registry;
    final String name;
    final Codec<T> codec;
    final @Nullable String defaultRaw;
    private @Nullable T initial;
    boolean reloadable = true;
    boolean list;
    boolean secret;
    boolean bareVariable = true;
    Set<Setting.Scope> scopes = Set.of(Setting.Scope.GLOBAL);
    Setting.Unit unit = Setting.Unit.NONE;

    SettingBuilder(List<Setting<?>> registry, String name, Codec<T> codec, @Nullable String defaultRaw) {
        this.registry = registry;
        this.name = name;
        this.codec = codec;
        this.defaultRaw = defaultRaw;
    }

    SettingBuilder<T> startOnly() {
        reloadable = false;
        return this;
    }

    /** Without a file it is read from the environment under its prefixed name alone: under the bare one other programs may mean something else. */
    SettingBuilder<T> prefixedOnly() {
        bareVariable = false;
        return this;
    }

    SettingBuilder<T> list() {
        list = true;
        return this;
    }

    /** Its value is never shown. */
    SettingBuilder<T> secret() {
        secret = true;
        return this;
    }

    SettingBuilder<T> perDatabase() {
        scopes = Set.of(Setting.Scope.GLOBAL, Setting.Scope.DATABASE);
        return this;
    }

    SettingBuilder<T> perUser() {
        scopes = Set.of(Setting.Scope.GLOBAL, Setting.Scope.USER);
        return this;
    }

    SettingBuilder<T> perDatabaseAndUser() {
        scopes = Set.of(Setting.Scope.values());
        return this;
    }

    SettingBuilder<T> unit(Setting.Unit counted) {
        unit = counted;
        return this;
    }

    /** The value of an unset setting whose SHOW CONFIG default is NULL although it has a value. */
    SettingBuilder<T> unsetIs(T value) {
        initial = value;
        return this;
    }

    Setting<T> doc(String sentence) {
        Setting<T> setting = new Setting<>(registry.size(), this, sentence);
        registry.add(setting);
        return setting;
    }

    @Nullable T initial() {
        if (defaultRaw == null) {
            return initial;
        }
        Parsed<T> parsed = codec.parse(defaultRaw);
        if (parsed instanceof Parsed.Value<T> good) {
            return good.value();
        }
        throw new IllegalStateException(name + ": the default is " + parsed);
    }
}
