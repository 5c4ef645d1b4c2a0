package org.pgsluice.advice;

import java.util.List;
import java.util.Set;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;

/** All rules. */
public final class Advice {
    /** What a snapshot must have for {@link #of}. */
    public static final Set<Part<?>> PARTS = Set.of(
            Part.POOLS, Part.POOL_LIMITS, Part.DATABASES, Part.USERS, Part.STATS, Part.LISTS, Part.CONFIG, Part.CLIENTS, Part.PINS, Part.CLOSINGS,
            Part.STATE, Part.SESSION_STATE);

    private static final List<Rule> RULES = List.of(
            PoolRules::unreachable,
            PoolRules::heldBack,
            PoolRules::tooSmall,
            PoolRules::reserveInUse,
            ClientRules::idleInSessionPools,
            ClientRules::idleInTransaction,
            ClientRules::limitNear,
            SessionRules::pinsNearBound,
            SessionRules::leaks,
            SessionRules::refusals,
            ClosingRules::closed,
            SessionRules::statementsEvicted,
            PoolRules::tooLarge);

    private Advice() {}

    /**
     * What the snapshot says should be changed, the most urgent first.
     *
     * @param nowMicros the time at which the snapshot was taken, microseconds since 1970
     */
    public static List<AdviceRow> of(Snapshot snapshot, long nowMicros) {
        Facts facts = new Facts(snapshot, nowMicros);
        Findings findings = new Findings();
        for (Rule rule : RULES) {
            rule.examine(facts, findings);
        }
        return findings.sorted();
    }
}
