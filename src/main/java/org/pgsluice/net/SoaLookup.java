package org.pgsluice.net;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Asks the system's name servers for the serial of a zone, by the JDK's own DNS client. Blocks for some seconds at most. */
public final class SoaLookup implements ZoneWatch.Lookup {
    /** The primary server and the mailbox stand before it. */
    private static final int SERIAL = 2;

    @Override
    @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // the DNS provider alone, which deserializes nothing; its settings must be a Hashtable
    public long serial(String zone) throws NamingException {
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.put("com.sun.jndi.dns.timeout.initial", "2000");
        settings.put("com.sun.jndi.dns.timeout.retries", "2");
        InitialDirContext context = new InitialDirContext(settings);
        try {
            Attribute soa = context.getAttributes(zone, new String[] {"SOA"}).get("SOA");
            return soa == null ? 0 : serialOf(String.valueOf(soa.get()));
        } catch (NameNotFoundException nowhere) {
            return 0;
        } finally {
            context.close();
        }
    }

    static long serialOf(String record) {
        String[] parts = record.split(" ", -1);
        return parts.length <= SERIAL ? 0 : Long.parseLong(parts[SERIAL]);
    }
}
