package org.pgsluice.state;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pgsluice.vars.Carried;
import org.pgsluice.vars.Carrying;
import org.pgsluice.vars.Raw;

/** What a server has answered to a {@link Question}, row by row. An answer that makes no sense is none. Not for logs. */
public final class Truth implements Consumer<ByteBuffer> {
    /** They are of the transaction, or cannot be set to what they are. */
    private static final Set<String> NOT_CARRIED =
            Set.of("transaction_isolation", "transaction_read_only", "transaction_deferrable", "seed", Carried.ROLE, "session_authorization");

    private static final int MOST_SETTINGS = 512;

    private final Question question;
    private final SortedMap<String, String> session = new TreeMap<>();
    private final SortedMap<String, String> customs = new TreeMap<>();
    private final Set<String> ofExtensions = new HashSet<>();
    private final SortedMap<String, @Nullable String> statements = new TreeMap<>();
    private String role = "";
    private boolean superuser;
    private boolean ofSuperuser;
    private int pins;
    private boolean senseless;

    public Truth(Question question) {
        this.question = question;
    }

    /** Takes the body of a DataRow. */
    @Override
    public void accept(ByteBuffer row) {
        try {
            take(row);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            senseless = true;
        }
    }

    private void take(ByteBuffer row) {
        if (row.getShort() != 3) {
            throw new IllegalArgumentException("a row of three columns was asked for");
        }
        String kind = text(row);
        String first = text(row);
        String second = text(row);
        if (kind == null || kind.length() != 1) {
            throw new IllegalArgumentException("a row is of no kind");
        }
        switch (kind.charAt(0)) {
            case 'r' -> {
                role = bytes(first);
                superuser = "on".equals(second);
            }
            case 's' -> setting(session, bytes(first), second);
            case 'S' -> {
                ofSuperuser = true;
                setting(session, bytes(first), second);
            }
            case 'd' -> ofExtensions.add(Carrying.key(bytes(first)));
            case 'c' -> setting(customs, bytes(first), second);
            case 'l' -> pins |= Pins.LOCK;
            case 't' -> pins |= Pins.TEMPORARY;
            case 'h' -> pins |= Pins.CURSOR;
            case 'p' -> {
                pins |= Pins.PREPARED;
                statements.put(bytes(first), second == null ? null : bytes(second));
            }
            default -> throw new IllegalArgumentException("a row is of an unknown kind");
        }
    }

    private void setting(SortedMap<String, String> into, String name, @Nullable String value) {
        String key = Carrying.key(name);
        if (NOT_CARRIED.contains(key)) {
            return;
        }
        if (value == null || into.size() >= MOST_SETTINGS) {
            pins |= Pins.SETTING;
        } else {
            into.putIfAbsent(key, Raw.of(bytes(value), Raw.OF_DATABASE));
        }
    }

    private static @Nullable String text(ByteBuffer row) {
        int length = row.getInt();
        if (length < 0) {
            return null;
        }
        if (length > row.remaining()) {
            throw new IllegalArgumentException("a column is longer than its row");
        }
        byte[] value = new byte[length];
        row.get(value);
        return new String(value, StandardCharsets.US_ASCII);
    }

    private static String bytes(@Nullable String hex) {
        if (hex == null) {
            throw new IllegalArgumentException("a column is missing");
        }
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    /** Whether the server has answered, and what was asked. */
    public boolean isComplete() {
        return !senseless && !role.isEmpty();
    }

    /** The {@link Pins} of the server now; {@code held} are those before. */
    public int pins(int held) {
        int asked = question.pins() | (question.settings() ? Pins.SETTING : 0);
        return (held & ~asked) | pins | (ofSuperuser && !superuser ? Pins.SETTING : 0);
    }

    /** The statements that were prepared by SQL: texts by names, null for one that is too long, all as {@link Raw} bytes. */
    public SortedMap<String, @Nullable String> statements() {
        return statements;
    }

    /**
     * What the session has set now.
     *
     * @param before what was set on the server, as far as it was known
     * @param defined whether a custom setting that is empty was made so by the client: a server that once had a value never has none again
     */
    public SortedMap<String, String> settings(Carried before, Predicate<String> defined) {
        SortedMap<String, String> now = new TreeMap<>(session);
        if (!question.settings()) {
            before.forEach((name, value) -> now.put(name, value));
            question.customs().forEach(name -> now.remove(name));
        }
        for (Map.Entry<String, String> custom : customs.entrySet()) {
            if (!ofExtensions.contains(custom.getKey()) && (!custom.getValue().isEmpty() || defined.test(custom.getKey()))) {
                now.putIfAbsent(custom.getKey(), custom.getValue());
            }
        }
        now.remove(Carried.ROLE);
        if (!role.equals("none")) {
            now.put(Carried.ROLE, Raw.of(role, Raw.OF_DATABASE));
        }
        return now;
    }
}
