package org.pgsluice.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool's servers report at login, in their order; a client is welcomed with it. Immutable.
 *
 * @param number of two welcomes of a pool the newer has the larger
 */
public record Welcome(long number, List<Parameter> parameters) {
    /** One that no pool has taken yet. */
    public Welcome(List<Parameter> parameters) {
        this(0, parameters);
    }

    /** One ParameterStatus; its value as the bytes that came, see {@code Raw} in {@code vars}. */
    public record Parameter(String name, String value) {}

    /** The value of a parameter, null when there is none. */
    public @Nullable String value(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                return parameter.value();
            }
        }
        return null;
    }

    /** The same with another value for a parameter that is there. */
    Welcome with(String name, String value) {
        List<Parameter> all = new ArrayList<>(parameters.size());
        for (Parameter parameter : parameters) {
            all.add(parameter.name().equals(name) ? new Parameter(name, value) : parameter);
        }
        return new Welcome(List.copyOf(all));
    }

    /** PostgreSQL's major version as it says itself, 0 when it does not. */
    public int serverMajor() {
        String version = value("server_version");
        int major = 0;
        for (int i = 0; version != null && i < version.length() && i < 4 && version.charAt(i) >= '0' && version.charAt(i) <= '9'; i++) {
            major = 10 * major + version.charAt(i) - '0';
        }
        return major;
    }
}
