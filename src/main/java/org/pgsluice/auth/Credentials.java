package org.pgsluice.auth;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.StoredSecret.ScramVerifier;

/**
 * A user's name and secret, and what has been derived or learnt from the secret so far, so that the costly key derivation happens once and not at every login.
 * The secret never changes; a user with a new secret gets new credentials, with nothing derived. Thread-safe: a reader on a reactor never waits.
 */
public final class Credentials {
    /** As many servers of one user as may have different salts before derived keys are forgotten. */
    private static final int KEPT_KEYS = 8;

    private final String name;
    private final StoredSecret secret;
    private final Object deriving = new Object();

    /** Written under {@link #deriving}, except the keys of a client, which any reactor may write. */
    private volatile @Nullable ScramVerifier verifier;

    private volatile DerivedKeys[] derived = {};
    private volatile @Nullable ScramKeys learnt;

    public Credentials(String name, StoredSecret secret) {
        this.name = name;
        this.secret = secret;
    }

    /** Credentials from the texts that auth_file, auth_query or a connection string has. */
    public static Credentials parse(String name, byte[] secretText) {
        return new Credentials(name, StoredSecret.parse(secretText));
    }

    /** A user who has no secret, and is shown to servers by name alone. */
    public static Credentials none(String name) {
        return new Credentials(name, StoredSecret.None.INSTANCE);
    }

    public String name() {
        return name;
    }

    public StoredSecret secret() {
        return secret;
    }

    /** These credentials if the secret is the same, so that what was derived stays known; otherwise new ones. */
    public Credentials withSecret(StoredSecret current) {
        return secret.equals(current) ? this : new Credentials(name, current);
    }

    /** The keys that a client's SCRAM login has shown, which open servers that have the same verifier; null before the first such login. */
    public @Nullable ScramKeys learntKeys() {
        return learnt;
    }

    /** Keeps the keys of a client's login (or of a process that handed its sessions over). */
    public void learn(ScramKeys keys) {
        learnt = keys;
    }

    /** What checks a client's proof, if it is known without derivation. */
    @Nullable ScramVerifier verifier(int iterations) {
        if (secret instanceof ScramVerifier stored) {
            return stored;
        }
        ScramVerifier known = verifier;
        return known != null && known.iterations() == iterations ? known : null;
    }

    /** Derives the verifier of a plain secret unless another login has done so meanwhile. Takes milliseconds. */
    ScramVerifier deriveVerifier(StoredSecret.Plain plain, int iterations, byte[] salt) {
        synchronized (deriving) {
            ScramVerifier known = verifier(iterations);
            if (known == null) {
                ScramKeys keys = Scram.deriveKeys(plain.bytes(), salt, iterations);
                known = new ScramVerifier(iterations, salt, keys.storedKey(), keys.serverKey());
                verifier = known;
            }
            return known;
        }
    }

    /** The keys for a server that asks with this salt and count, if they are known without derivation. */
    @Nullable ScramKeys keys(byte[] salt, int iterations) {
        for (DerivedKeys known : derived) {
            if (known.iterations == iterations && Arrays.equals(known.salt, salt)) {
                return known.keys;
            }
        }
        return null;
    }

    /** Derives the keys for a server unless another login has done so meanwhile. Takes milliseconds. */
    ScramKeys deriveKeys(byte[] password, byte[] salt, int iterations) {
        synchronized (deriving) {
            ScramKeys known = keys(salt, iterations);
            if (known == null) {
                known = Scram.deriveKeys(password, salt, iterations);
                DerivedKeys[] older = derived;
                DerivedKeys[] all = Arrays.copyOfRange(older, Math.max(0, older.length - KEPT_KEYS + 1), older.length + 1);
                all[all.length - 1] = new DerivedKeys(salt, iterations, known);
                derived = all;
            }
            return known;
        }
    }

    @Override
    public String toString() {
        return "Credentials[" + name + ", " + secret + "]";
    }

    private record DerivedKeys(byte[] salt, int iterations, ScramKeys keys) {}
}
