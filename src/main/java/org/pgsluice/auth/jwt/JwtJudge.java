package org.pgsluice.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.PasswordJudge;
import org.pgsluice.net.Offload;

/** Judges a token that is given as the password: signed by a known key, meant for us, not expired, and of the user that its bearer wants to be. */
public final class JwtJudge implements PasswordJudge {
    /** Of access tokens (RFC 9068). */
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

    private final JwtOptions options;
    private final DefaultJWTProcessor<SecurityContext> tokens = new DefaultJWTProcessor<>();

    private JwtJudge(JwtOptions options) throws JwtException {
        this.options = options;
        tokens.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, ACCESS_TOKEN, null));
        tokens.setJWSKeySelector(JwtKeys.read(options.keys()));
        JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
        if (options.issuer() != null) {
            exact.issuer(options.issuer());
        }
        DefaultJWTClaimsVerifier<SecurityContext> claims =
                new DefaultJWTClaimsVerifier<>(options.audience(), exact.build(), Set.of("exp", options.claim()));
        claims.setMaxClockSkew((int) Math.min(options.leeway().toSeconds(), Integer.MAX_VALUE));
        tokens.setJWTClaimsSetVerifier(claims);
    }

    /** Reads the keys. Blocks: not on a reactor. */
    public static JwtJudge of(JwtOptions options) throws JwtException {
        return new JwtJudge(options);
    }

    /** It is arithmetic. */
    @Override
    public Offload.Kind kind() {
        return Offload.Kind.KEYS;
    }

    @Override
    public String name() {
        return "JWT";
    }

    /** A token would open other doors to whoever runs the server. */
    @Override
    public boolean passwordIsTheServers() {
        return false;
    }

    @Override
    public @Nullable String wrong(String user, byte[] password, String from) {
        try {
            JWTClaimsSet claims = tokens.process(new String(password, StandardCharsets.UTF_8), null);
            String name = claims.getStringClaim(options.claim());
            if (name == null || name.isEmpty()) {
                return "JWT has no name in its claim " + options.claim();
            }
            return options.check().lets(List.of(name), user) ? null : "JWT is that of " + name;
        } catch (ParseException notOne) {
            // Not the reason: it may have been a password that was typed.
            return "not a JWT";
        } catch (BadJOSEException | JOSEException e) {
            return "JWT is refused: " + e.getMessage();
        }
    }
}
