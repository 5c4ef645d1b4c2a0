package org.pgsluice.process;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.net.CachingResolver;
import org.pgsluice.net.NameServers;
import org.pgsluice.net.ResolverFile;
import org.pgsluice.net.ZoneWatch;
import org.pgsluice.pooler.StartFailure;

/**
 * Where names are looked up: with the system's resolver, or with the name servers of {@code resolv_conf}. Made once, at the start.
 *
 * @param lookup for addresses and names
 * @param zones for the serials of zones
 */
record Names(CachingResolver.Lookup lookup, ZoneWatch.Lookup zones) {
    /**
     * Reads the file that is set.
     *
     * @throws StartFailure if it cannot be used
     */
    static Names of(Config config) throws StartFailure {
        String file = config.get(Settings.RESOLV_CONF);
        if (file == null || file.isEmpty()) {
            return new Names(CachingResolver.system(), new NameServers());
        }
        try {
            NameServers servers = new NameServers(ResolverFile.read(Path.of(file)));
            return new Names(servers, servers);
        } catch (NoSuchFileException e) {
            throw new StartFailure("resolv_conf: cannot use \"" + file + "\": no such file");
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure("resolv_conf: cannot use \"" + file + "\": " + e.getMessage());
        }
    }
}
