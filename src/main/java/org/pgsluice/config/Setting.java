package org.pgsluice.config;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of the {@code [pgbouncer]} section: its name, type, default and nature. All of them are constants of {@link Settings}; a {@link Config} holds
 * their values. Immutable.
 */
public final class Setting<T> {
    /** Where a parameter of that meaning can also be given, more narrowly than for the whole pooler. */
    public enum Scope {
        GLOBAL,
        DATABASE,
        USER
    }

    /** What a number counts. */
    public enum Unit {
        NONE,
        SECONDS,
        MILLISECONDS,
        BYTES,
        CONNECTIONS
    }

    private final int index;
    private final String name;
    private final Codec<T> codec;
    private final @Nullable String defaultRaw;
    private final @Nullable T initial;
    private final boolean reloadable;
    private final boolean list;
    private final boolean bareVariable;
    private final boolean secret;
    private final Set<Scope> scopes;
    private final Unit unit;
    private final String doc;

    Setting(int index, SettingBuilder<T> from, String doc) {
        this.index = index;
        this.name = from.name;
        this.codec = from.codec;
        this.defaultRaw = from.defaultRaw;
        this.initial = from.initial();
        this.reloadable = from.reloadable;
        this.list = from.list;
        this.bareVariable = from.bareVariable;
        this.secret = from.secret;
        this.scopes = from.scopes;
        this.unit = from.unit;
        this.doc = doc;
    }

    /** PgBouncer's name, letter for letter. */
    public String name() {
        return name;
    }

    public Parsed<T> parse(String raw) {
        return codec.parse(raw);
    }

    /** The text that SHOW CONFIG gives. */
    public String show(T value) {
        return codec.show(value);
    }

    /** The default as SHOW CONFIG shows it, which is how a file would write it; null: NULL. */
    public @Nullable String defaultRaw() {
        return defaultRaw;
    }

    /** The value when nothing gives one; null: unset. */
    public @Nullable T defaultValue() {
        return initial;
    }

    /** Whether RELOAD and SET change it; otherwise they succeed without effect. */
    public boolean reloadable() {
        return reloadable;
    }

    public Set<Scope> scopes() {
        return scopes;
    }

    public Unit unit() {
        return unit;
    }

    /** Whether its value must not be shown. */
    public boolean secret() {
        return secret;
    }

    /** Whether, without a file, its bare name in capitals is a variable of the environment that is read. */
    public boolean bareVariable() {
        return bareVariable;
    }

    /** Whether the text is a comma list. */
    public boolean list() {
        return list;
    }

    /** One sentence for reference pages. */
    public String doc() {
        return doc;
    }

    int index() {
        return index;
    }

    @Override
    public String toString() {
        return name;
    }
}
