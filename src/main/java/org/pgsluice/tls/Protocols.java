package org.pgsluice.tls;

import java.util.Locale;

/** The versions of TLS that a list of the configuration allows, in PgBouncer's words. Bit 0 is TLS 1.0, bit 3 is TLS 1.3. */
final class Protocols {
    private static final int ALL = 0b1111;
    private static final int SECURE = 0b1100;
    private static final int TLS_1_0 = 0x0301;

    private Protocols() {}

    /** The versions as bits; 0 when the list has an unknown word, or nothing. */
    static int parse(String list) {
        int allowed = 0;
        for (String word : list.split("[,:]", -1)) {
            String name = word.strip().toLowerCase(Locale.ROOT);
            boolean without = name.startsWith("!");
            int named = named(without ? name.substring(1).strip() : name);
            if (named == 0) {
                return 0;
            }
            if (without) {
                allowed = (allowed == 0 ? ALL : allowed) & ~named;
            } else {
                allowed |= named;
            }
        }
        return allowed;
    }

    private static int named(String name) {
        return switch (name) {
            case "all", "legacy", "tlsv1" -> ALL;
            case "secure", "default" -> SECURE;
            case "tlsv1.0" -> 0b0001;
            case "tlsv1.1" -> 0b0010;
            case "tlsv1.2" -> 0b0100;
            case "tlsv1.3" -> 0b1000;
            default -> 0;
        };
    }

    /** OpenSSL's number of the oldest version in {@code bits}. */
    static int oldest(int bits) {
        return TLS_1_0 + Integer.numberOfTrailingZeros(bits);
    }

    /** OpenSSL's number of the newest version in {@code bits}. */
    static int newest(int bits) {
        return TLS_1_0 + 31 - Integer.numberOfLeadingZeros(bits);
    }
}
