package org.pgsluice.simulation;

import java.util.List;

/**
 * Something that a guest of the pooler says, and what it must be told.
 *
 * @param due the messages that must come, notices and the like aside
 * @param alone whether it is said only when nothing is due, and nothing is said before all of it has come
 * @param canBeCancelled whether, when somebody asked for a cancel, an error may stand for the messages up to the ReadyForQuery
 */
record Step(byte[] bytes, List<Due> due, boolean alone, boolean canBeCancelled) {
    /**
     * A message that is due.
     *
     * @param text of a DataRow the value, or {@code =name} for the value of a parameter; of CommandComplete the tag; of ReadyForQuery the status; of an error a
     *     part of it
     */
    record Due(char tag, String text) {}

    static Step of(Requests requests, Due... due) {
        return new Step(requests.toBytes(), List.of(due), false, false);
    }

    static Step alone(Requests requests, Due... due) {
        return new Step(requests.toBytes(), List.of(due), true, false);
    }
}
