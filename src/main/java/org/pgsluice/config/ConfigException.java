package org.pgsluice.config;

import java.util.List;

/** A value, string or file that cannot be taken; carries every problem found, never a secret. */
public final class ConfigException extends Exception {
    private final transient List<ConfigProblem> problems;

    public ConfigException(List<ConfigProblem> problems) {
        super(problems.get(0).toString());
        this.problems = List.copyOf(problems);
    }

    ConfigException(ConfigProblem problem) {
        this(List.of(problem));
    }

    public List<ConfigProblem> problems() {
        return problems;
    }
}
