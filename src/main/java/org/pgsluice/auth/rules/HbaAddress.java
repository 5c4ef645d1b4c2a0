package org.pgsluice.auth.rules;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From where a client has to come for a rule to be about it. Immutable. */
sealed interface HbaAddress {
    /**
     * Whether a client comes from here.
     *
     * @param address the bytes of its address
     * @param name that of its host; null when there is none, or it is not known
     */
    boolean has(byte[] address, @Nullable String name);

    /** Every address. */
    record Anywhere() implements HbaAddress {
        @Override
        public boolean has(byte[] address, @Nullable String name) {
            return true;
        }
    }

    /** A network of one family; an address with bits beyond the mask is that of no client. */
    record Network(byte[] base, byte[] mask) implements HbaAddress {
        @Override
        public boolean has(byte[] address, @Nullable String name) {
            return has(address);
        }

        boolean has(byte[] address) {
            if (address.length != base.length) {
                return false;
            }
            for (int i = 0; i < base.length; i++) {
                if ((address[i] & mask[i]) != base[i]) {
                    return false;
                }
            }
            return true;
        }

        boolean hasBitsBeyondMask() {
            return !has(base);
        }

        static Network of(InetAddress address, int bits) {
            byte[] base = address.getAddress();
            byte[] mask = mask(base.length, bits);
            for (int i = 0; i < base.length; i++) {
                base[i] &= mask[i];
            }
            return new Network(base, mask);
        }

        static byte[] mask(int length, int bits) {
            byte[] mask = new byte[length];
            for (int i = 0; i < bits; i++) {
                mask[i / 8] |= (byte) (0x80 >> (i % 8));
            }
            return mask;
        }
    }

    /** One of several networks: those of this machine's own addresses when the rules were read. */
    record Networks(List<Network> networks) implements HbaAddress {
        @Override
        public boolean has(byte[] address, @Nullable String name) {
            for (Network network : networks) {
                if (network.has(address)) {
                    return true;
                }
            }
            return false;
        }

        /** This machine's addresses themselves, or {@code whole} the networks that they are in. */
        static Networks ofThisMachine(boolean whole) throws BadLine {
            List<Network> networks = new ArrayList<>();
            try {
                for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                    for (InterfaceAddress own : device.getInterfaceAddresses()) {
                        InetAddress address = own.getAddress();
                        int bits = address.getAddress().length * 8;
                        networks.add(Network.of(address, whole ? Math.clamp(own.getNetworkPrefixLength(), 0, bits) : bits));
                    }
                }
            } catch (SocketException e) {
                throw new BadLine("could not find this machine's addresses: " + e.getMessage());
            }
            return new Networks(List.copyOf(networks));
        }
    }

    /**
     * A host by its name.
     *
     * @param name in lower case; one that begins with a dot stands for all that end with it
     */
    record HostName(String name) implements HbaAddress {
        @Override
        public boolean has(byte[] address, @Nullable String host) {
            return host != null && has(host);
        }

        boolean has(String host) {
            String lower = host.toLowerCase(Locale.ROOT);
            return name.startsWith(".") ? lower.endsWith(name) : lower.equals(name);
        }
    }
}
