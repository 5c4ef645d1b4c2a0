package org.pgsluice.auth;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a verified certificate names. Immutable.
 *
 * @param distinguishedName the subject in RFC 2253's form, as PostgreSQL compares it
 * @param commonName the subject's CN; null when it has none
 * @param alternativeNames the DNS names among its alternative names
 */
public record CertificateNames(String distinguishedName, @Nullable String commonName, List<String> alternativeNames) {
    public CertificateNames {
        alternativeNames = List.copyOf(alternativeNames);
    }

    /** The names that stand for its owner; {@code wholeName}: the distinguished name alone. */
    List<String> names(boolean wholeName) {
        if (wholeName) {
            return List.of(distinguishedName);
        }
        List<String> names = new ArrayList<>(alternativeNames);
        if (commonName != null) {
            names.add(commonName);
        }
        return names;
    }
}
