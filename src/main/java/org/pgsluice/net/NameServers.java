package org.pgsluice.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks name servers itself, by the JDK's own DNS client: those of a {@link ResolverFile} for all names ({@code resolv_conf}), or those of the system for the
 * serials of zones. Names that the hosts file has are not asked for. Every method blocks, for as long as the file allows; it runs where {@link Offload} runs
 * its work.
 */
public final class NameServers implements CachingResolver.Lookup, ZoneWatch.Lookup {
    /** The primary server and the mailbox stand before it. */
    private static final int SERIAL = 2;
    private static final int MILLIS_PER_SECOND = 1000;
    private static final int DNS_PORT = 53;

    private final @Nullable ResolverFile file;
    private final Path hosts;
    private final int port;

    /** The name servers of the system. */
    public NameServers() {
        this(null, Path.of("/etc/hosts"), DNS_PORT);
    }

    /** The name servers of {@code file}. */
    public NameServers(ResolverFile file) {
        this(file, Path.of("/etc/hosts"), DNS_PORT);
    }

    /** With another hosts file, and servers at another port, for tests. */
    NameServers(@Nullable ResolverFile file, Path hosts, int port) {
        this.file = file;
        this.hosts = hosts;
        this.port = port;
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> found = inHostsFile(host);
        for (String name : found.isEmpty() && file != null ? file.candidates(host) : List.<String>of()) {
            found.addAll(addresses(name, "A", host));
            found.addAll(addresses(name, "AAAA", host));
            if (!found.isEmpty()) {
                break;
            }
        }
        if (found.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return found;
    }

    @Override
    public @Nullable String nameOf(InetAddress address) {
        try {
            String name = withoutDot(ask(reverse(address), "PTR"));
            // Whoever owns the address may claim any name: it counts if it leads back.
            return name != null && lookup(name).contains(address) ? name : null;
        } catch (NamingException | UnknownHostException nothing) {
            return null;
        }
    }

    @Override
    public long serial(String zone) throws NamingException {
        try {
            List<String> soa = ask(zone, "SOA");
            return soa.isEmpty() ? 0 : serialOf(soa.get(0));
        } catch (NameNotFoundException nowhere) {
            return 0;
        }
    }

    static long serialOf(String record) {
        String[] parts = record.split(" ", -1);
        return parts.length <= SERIAL ? 0 : Long.parseLong(parts[SERIAL]);
    }

    /** The name under which the DNS has the name of an address. */
    static String reverse(InetAddress address) {
        StringBuilder name = new StringBuilder();
        byte[] bytes = address.getAddress();
        for (int i = bytes.length - 1; i >= 0; i--) {
            int part = bytes[i] & 0xff;
            if (address instanceof Inet4Address) {
                name.append(part).append('.');
            } else {
                name.append(Character.forDigit(part & 0xf, 16)).append('.').append(Character.forDigit(part >> 4, 16)).append('.');
            }
        }
        return name.append(address instanceof Inet4Address ? "in-addr.arpa" : "ip6.arpa").toString();
    }

    private static @Nullable String withoutDot(List<String> names) {
        String name = names.isEmpty() ? "" : names.get(0);
        name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return name.isEmpty() ? null : name;
    }

    private List<InetAddress> addresses(String name, String type, String host) throws UnknownHostException {
        List<InetAddress> found = new ArrayList<>();
        try {
            for (String literal : ask(name, type)) {
                found.add(InetAddress.getByAddress(host, InetAddress.ofLiteral(literal).getAddress()));
            }
        } catch (NameNotFoundException nowhere) {
            return found;
        } catch (NamingException | IllegalArgumentException e) {
            // No answer says nothing about the other names, but a wrong one must not be taken for an answer.
            UnknownHostException failed = new UnknownHostException(host + ": " + e.getMessage());
            failed.initCause(e);
            throw failed;
        }
        return found;
    }

    @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // the DNS provider alone, which deserializes nothing; its settings must be a Hashtable
    private List<String> ask(String name, String type) throws NamingException {
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.put("com.sun.jndi.dns.timeout.initial", Integer.toString((file == null ? 2 : file.timeoutSeconds()) * MILLIS_PER_SECOND));
        settings.put("com.sun.jndi.dns.timeout.retries", Integer.toString(file == null ? 2 : file.attempts()));
        if (file != null) {
            settings.put(Context.PROVIDER_URL, urls(file));
        }
        InitialDirContext context = new InitialDirContext(settings);
        try {
            List<String> values = new ArrayList<>();
            Attribute answer = context.getAttributes(name, new String[] {type}).get(type);
            NamingEnumeration<?> all = answer == null ? null : answer.getAll();
            while (all != null && all.hasMore()) {
                values.add(String.valueOf(all.next()));
            }
            return values;
        } finally {
            context.close();
        }
    }

    private String urls(ResolverFile from) {
        StringBuilder urls = new StringBuilder();
        for (String server : from.servers()) {
            urls.append(urls.isEmpty() ? "" : " ").append("dns://").append(server.indexOf(':') >= 0 ? "[" + server + "]" : server).append(':').append(port);
        }
        return urls.toString();
    }

    /** The addresses that the hosts file has under that name, in its order. A file that cannot be read has none. */
    private List<InetAddress> inHostsFile(String host) {
        List<InetAddress> found = new ArrayList<>();
        try {
            String wanted = host.toLowerCase(Locale.ROOT);
            for (String line : Files.readAllLines(hosts, StandardCharsets.ISO_8859_1)) {
                int comment = line.indexOf('#');
                String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().toLowerCase(Locale.ROOT).split("[ \t]+", -1);
                for (int i = 1; i < words.length; i++) {
                    if (words[i].equals(wanted)) {
                        found.add(InetAddress.getByAddress(host, InetAddress.ofLiteral(words[0]).getAddress()));
                        break;
                    }
                }
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException unreadable) {
            return found;
        }
        return found;
    }
}
