package org.pgsluice.auth.jwt;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.NameCheck;

/**
 * What a token must be. Immutable.
 *
 * @param keys a file with a public key or a certificate in PEM form, or with a JSON Web Key Set
 * @param issuer who must have issued it; null: anybody who has the key
 * @param audience for whom it must be meant
 * @param claim what names its user
 * @param leeway how wrong clocks may be
 * @param check who may be which user
 */
public record JwtOptions(Path keys, @Nullable String issuer, String audience, String claim, Duration leeway, NameCheck check) {}
