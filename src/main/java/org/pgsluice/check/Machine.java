package org.pgsluice.check;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.pgsluice.config.Config;

/** What a check asks of the machine that it runs on; tests have one of their own. */
public interface Machine {
    /** What the start would say to that configuration and refuse, beyond the configuration itself: files of secrets, rules, TLS and name servers. */
    List<String> refusals(Config config);

    /** Whether the name leads to an address. */
    boolean canBeResolved(String host);

    /** Whether a process listens on that TCP port. */
    boolean isListenedOn(int port);

    /** How many files a process may open at most; below 0 where there is no limit, or none is known. */
    long mostOpenFiles();

    /** Whether other users than the owner and its group may read the file. */
    boolean isReadableByAll(Path file);

    /** Whether the directory is there and this process may make files in it. */
    boolean isWritableDirectory(Path directory);

    /**
     * Connects, and closes at once.
     *
     * @throws IOException if nobody answers
     */
    void connect(SocketAddress address) throws IOException;

    /**
     * Listens, and closes at once.
     *
     * @throws IOException if it may not
     */
    void bind(InetSocketAddress address) throws IOException;
}
