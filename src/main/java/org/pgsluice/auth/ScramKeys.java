package org.pgsluice.auth;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * ClientKey and ServerKey of one user at one salt and iteration count: all that a SCRAM login to a server needs in place of the password. As secret as a
 * password; {@code toString} is masked. Immutable.
 */
public final class ScramKeys {
    private final byte[] clientKey;
    private final byte[] serverKey;

    /** Takes the two 32-byte keys over; the caller keeps no reference. */
    public ScramKeys(byte[] clientKey, byte[] serverKey) {
        if (clientKey.length != Scram.KEY_LENGTH || serverKey.length != Scram.KEY_LENGTH) {
            throw new IllegalArgumentException("SCRAM keys have 32 bytes");
        }
        this.clientKey = clientKey;
        this.serverKey = serverKey;
    }

    /** A copy, for handing a session over to another process. */
    public byte[] clientKey() {
        return clientKey.clone();
    }

    /** A copy, for handing a session over to another process. */
    public byte[] serverKey() {
        return serverKey.clone();
    }

    byte[] storedKey() {
        return Scram.sha256(clientKey);
    }

    boolean matchesServerKey(byte[] other) {
        return MessageDigest.isEqual(serverKey, other);
    }

    /** What proves to a server that we know the password. */
    byte[] proof(String authMessage) {
        return Scram.xor(clientKey, Scram.hmac(storedKey(), authMessage));
    }

    /** What only a server that knows the user can have sent. */
    byte[] serverSignature(String authMessage) {
        return Scram.hmac(serverKey, authMessage);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScramKeys that
                && MessageDigest.isEqual(clientKey, that.clientKey)
                && MessageDigest.isEqual(serverKey, that.serverKey);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(storedKey());
    }

    @Override
    public String toString() {
        return "ScramKeys[***]";
    }
}
