package org.pgsluice.prepared;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.pgsluice.wire.HandoverReader;
import org.pgsluice.wire.HandoverWriter;

/**
 * The prepared statements on their way from one process to the next: the text of each goes once, with the first session that holds it, and later only its name.
 * Numbers stay as they are, since servers know statements by them. For one thread at a time.
 */
public final class HandedStatements {
    private final StatementCatalog catalog;
    private final Set<PreparedStatement> sent = new HashSet<>();
    private final Map<String, PreparedStatement> received = new HashMap<>();

    public HandedStatements(StatementCatalog catalog) {
        this.catalog = catalog;
    }

    public void write(PreparedStatement statement, HandoverWriter out) {
        out.bytes(statement.serverName());
        boolean first = sent.add(statement);
        out.flag(first);
        if (first) {
            out.bytes(statement.body());
        }
    }

    /** The statement, held by this object until {@link #release}. */
    public PreparedStatement read(HandoverReader in) {
        String name = new String(in.bytes(), StandardCharsets.US_ASCII);
        if (in.flag()) {
            byte[] body = in.bytes();
            received.computeIfAbsent(name, unknown -> catalog.adopt(name, body));
        }
        PreparedStatement statement = received.get(name);
        if (statement == null) {
            throw new IllegalArgumentException("a handed-over session has a statement without its text");
        }
        return statement;
    }

    /** The sessions hold by now what they need. */
    public void release() {
        received.values().forEach(catalog::release);
        received.clear();
    }
}
