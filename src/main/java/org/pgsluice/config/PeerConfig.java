package org.pgsluice.config;

import org.jspecify.annotations.Nullable;

/** One line of {@code [peers]}: another process that can be handed cancel requests. A null component was not given. */
public record PeerConfig(int id, String host, @Nullable Integer port, @Nullable Integer poolSize) {
    static final int DEFAULT_PORT = 6432;

    /** The port, 6432 when none is given. */
    public int serverPort() {
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
