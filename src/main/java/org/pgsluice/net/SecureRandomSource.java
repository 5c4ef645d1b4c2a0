package org.pgsluice.net;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's random bytes, on any thread. They are read from the kernel's device, which never blocks and which the JDK's own source reads, too:
 * to load that with all security providers would take a tenth of the time from the start to the first answer. Where there is no such device, the JDK's it is.
 */
public final class SecureRandomSource implements RandomSource {
    private static final String DEVICE = "/dev/urandom";

    private final String device;
    private volatile @Nullable InputStream kernel;
    private volatile @Nullable SecureRandom provider;

    public SecureRandomSource() {
        this(DEVICE);
    }

    SecureRandomSource(String device) {
        this.device = device;
    }

    @Override
    public void nextBytes(byte[] into) {
        SecureRandom instead = provider;
        if (instead == null) {
            try {
                if (fromKernel(into)) {
                    return;
                }
            } catch (IOException e) {
                // no such device here
            }
            instead = new SecureRandom(); // two at once do no harm
            provider = instead;
        }
        instead.nextBytes(into);
    }

    private boolean fromKernel(byte[] into) throws IOException {
        InputStream source = kernel;
        if (source == null) {
            synchronized (this) {
                source = kernel;
                if (source == null) {
                    source = new FileInputStream(device);
                    kernel = source;
                }
            }
        }
        return source.readNBytes(into, 0, into.length) == into.length;
    }
}
