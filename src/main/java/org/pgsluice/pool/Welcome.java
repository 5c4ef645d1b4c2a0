package org.pgsluice.pool;

import java.util.List;

/** What a pool's servers report at login, in their order; a client is welcomed with it. Immutable. */
public record Welcome(List<Parameter> parameters) {
    /** One ParameterStatus; its value as the bytes that came, see {@code Raw} in {@code vars}. */
    public record Parameter(String name, String value) {}

    /** PostgreSQL's major version as it says itself, 0 when it does not. */
    public int serverMajor() {
        for (Parameter parameter : parameters) {
            if (parameter.name().equals("server_version")) {
                int major = 0;
                String version = parameter.value();
                for (int i = 0; i < version.length() && i < 4 && version.charAt(i) >= '0' && version.charAt(i) <= '9'; i++) {
                    major = 10 * major + version.charAt(i) - '0';
                }
                return major;
            }
        }
        return 0;
    }
}
