package org.pgsluice.net;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The operating system's random bytes. The provider is loaded at the first use, off the way to the first accept. */
public final class SecureRandomSource implements RandomSource {
    private volatile @Nullable SecureRandom random;

    @Override
    public void nextBytes(byte[] into) {
        SecureRandom source = random;
        if (source == null) {
            source = new SecureRandom(); // two at once do no harm
            random = source;
        }
        source.nextBytes(into);
    }
}
