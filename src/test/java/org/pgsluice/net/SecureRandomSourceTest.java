package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecureRandomSourceTest {
    /** A device, one that is missing, and one that ends at once. */
    @ParameterizedTest
    @ValueSource(strings = {"/dev/urandom", "/dev/missing", "/dev/null"})
    void bytesDifferEachTime(String device) {
        SecureRandomSource source = new SecureRandomSource(device);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[32];
            source.nextBytes(bytes);
            seen.add(HexFormat.of().formatHex(bytes));
        }
        assertThat(seen).hasSize(100);
    }

    @Test
    void everyByteIsSet() {
        SecureRandomSource source = new SecureRandomSource();
        boolean[] changed = new boolean[64];
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[changed.length];
            source.nextBytes(bytes);
            for (int at = 0; at < bytes.length; at++) {
                changed[at] |= bytes[at] != 0;
            }
        }
        assertThat(changed).doesNotContain(false);
    }
}
