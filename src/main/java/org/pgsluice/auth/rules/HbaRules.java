package org.pgsluice.auth.rules;

import java.net.InetSocketAddress;
import java.util.List;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.AuthRules;
import org.pgsluice.auth.ConnectionFacts;
import org.pgsluice.auth.Identity;
import org.pgsluice.auth.NamePattern;

/** The rules of an HBA file: the first that is about a client says how it logs in. Immutable, any thread. */
record HbaRules(List<HbaRule> rules) implements AuthRules {
    HbaRules {
        rules = List.copyOf(rules);
    }

    @Override
    public AuthMethod methodFor(ConnectionFacts facts, Identity identity) {
        byte[] from = facts.from() instanceof InetSocketAddress inet && inet.getAddress() != null ? unmapped(inet.getAddress().getAddress()) : new byte[0];
        try {
            for (HbaRule rule : rules) {
                if (!rule.type().isAbout(facts.unix(), facts.encrypted()) || !isAbout(rule, identity)) {
                    continue;
                }
                String name = facts.hostName();
                if (rule.address() instanceof HbaAddress.HostName && name == null) {
                    return new AuthMethod.DependsOnHostName();
                }
                if (rule.address().has(from, name)) {
                    return rule.method();
                }
            }
        } catch (NamePattern.TooLong undecided) {
            return new AuthMethod.Refused("a regular expression of the HBA file takes too long for this client's names");
        }
        return new AuthMethod.NoRule();
    }

    private static boolean isAbout(HbaRule rule, Identity identity) {
        boolean database = identity.physicalReplication() ? rule.databases().replication() : rule.databases().has(identity.database(), identity.user());
        return database && rule.users().has(identity.user(), "");
    }

    /** The IPv4 address that an IPv6 one stands for, as on a socket for both. */
    private static byte[] unmapped(byte[] address) {
        if (address.length != 16) {
            return address;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return address;
            }
        }
        return address[10] == -1 && address[11] == -1 ? new byte[] {address[12], address[13], address[14], address[15]} : address;
    }
}
