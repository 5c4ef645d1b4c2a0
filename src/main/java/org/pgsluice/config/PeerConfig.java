package org.pgsluice.config;

import org.jspecify.annotations.Nullable;

/** One line of {@code [peers]}: another process that can be handed cancel requests. What was not given is null. */
public record PeerConfig(int id, EntryValues values) {
    static final int DEFAULT_PORT = 6432;

    public String host() {
        String given = values.get(EntryKeys.PEER_HOST);
        return given == null ? "" : given;
    }

    public @Nullable Integer port() {
        return values.get(EntryKeys.PEER_PORT);
    }

    public @Nullable Integer poolSize() {
        return values.get(EntryKeys.PEER_POOL_SIZE);
    }

    /** The port, 6432 when none is given. */
    public int serverPort() {
        Integer port = port();
        return port == null ? DEFAULT_PORT : port;
    }

    /** Reads a peer's connection string. */
    public static PeerConfig parse(String id, String connectionString) throws ConfigException {
        EntryReader reader = EntryReader.ofPeer(connectionString);
        PeerConfig parsed = reader.peer(id);
        if (parsed == null) {
            throw new ConfigException(Problems.badEntry(new IniFile.Value("peer", 0, id, connectionString), "peers", reader));
        }
        return parsed;
    }
}
