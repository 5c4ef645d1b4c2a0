package org.pgsluice.config;

import java.util.List;

/** What reading the configuration gave: a whole tree, or every reason why there is none. */
public sealed interface LoadResult {
    /** Warnings are for the log; the tree is valid in spite of them. */
    record Loaded(Config config, List<ConfigProblem> warnings) implements LoadResult {}

    /** At least one problem; nothing has changed anywhere. */
    record Failed(List<ConfigProblem> problems) implements LoadResult {}
}
