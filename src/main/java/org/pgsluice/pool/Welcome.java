package org.pgsluice.pool;

import java.util.List;

/** What a pool's servers report at login, in their order; a client is welcomed with it. Immutable. */
public record Welcome(List<Parameter> parameters) {
    /** One ParameterStatus. */
    public record Parameter(String name, String value) {}
}
