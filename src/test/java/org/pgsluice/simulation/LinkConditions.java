package org.pgsluice.simulation;

/**
 * How links behave.
 *
 * @param minLatencyNanos shortest time that bytes are under way
 * @param maxLatencyNanos longest time
 * @param bufferBytes how many bytes one direction holds (under way and unread) before a write comes up short
 * @param fragments whether reads and writes are cut at random places
 * @param resetChance how likely a delivery of bytes breaks the connection instead, 0 to 1
 */
public record LinkConditions(long minLatencyNanos, long maxLatencyNanos, int bufferBytes, boolean fragments, double resetChance) {
    /** A fast local link that keeps writes in one piece where they fit. */
    public static final LinkConditions CALM = new LinkConditions(20_000, 50_000, 64 * 1024, false, 0);

    /** Uneven, cutting reads and writes everywhere, small buffers; breaks nothing. */
    public static final LinkConditions ROUGH = new LinkConditions(10_000, 3_000_000, 2_000, true, 0);

    /** As {@link #ROUGH}, and now and then a connection breaks. */
    public static final LinkConditions HOSTILE = new LinkConditions(10_000, 3_000_000, 2_000, true, 0.002);
}
