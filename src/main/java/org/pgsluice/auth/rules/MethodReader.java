package org.pgsluice.auth.rules;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.ClientAuth.PasswordMethod;
import org.pgsluice.auth.IdentMap;
import org.pgsluice.auth.NameCheck;
import org.pgsluice.auth.jwt.JwtException;
import org.pgsluice.auth.jwt.JwtJudge;
import org.pgsluice.auth.jwt.JwtOptions;
import org.pgsluice.auth.ldap.LdapException;
import org.pgsluice.auth.ldap.LdapJudge;
import org.pgsluice.auth.pam.PamException;
import org.pgsluice.auth.pam.PamJudge;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;

/** Reads the end of a rule's line: the method and its options. Used by one thread. */
final class MethodReader {
    /** PgBouncer's. */
    static final String PAM_SERVICE = "pgbouncer";

    private final Config config;
    private final Map<String, IdentMap> maps;

    MethodReader(Config config, Map<String, IdentMap> maps) {
        this.config = config;
        this.maps = maps;
    }

    AuthMethod read(Words words) throws BadLine {
        Words.Word word = words.take();
        if (word == null || word.comma()) {
            throw new BadLine("did not find method");
        }
        words.options();
        Map<String, String> options = options(words);
        return allTaken(method(word.text(), options), options);
    }

    private static AuthMethod allTaken(AuthMethod method, Map<String, String> left) throws BadLine {
        if (!left.isEmpty()) {
            throw new BadLine("unsupported parameters: " + String.join(", ", left.keySet()));
        }
        return method;
    }

    private AuthMethod method(String word, Map<String, String> options) throws BadLine {
        return switch (word) {
            case "trust" -> new AuthMethod.Trust();
            case "reject" -> new AuthMethod.Reject();
            case "md5" -> new AuthMethod.Password(PasswordMethod.MD5);
            case "password", "plain" -> new AuthMethod.Password(PasswordMethod.PLAIN);
            case "scram-sha-256" -> new AuthMethod.Password(PasswordMethod.SCRAM_SHA_256);
            case "peer" -> new AuthMethod.Peer(check(options));
            case "ldap" -> new AuthMethod.Judged(ldap(options));
            case "pam" -> {
                String service = options.remove("pamservice");
                yield pam(service == null ? PAM_SERVICE : service);
            }
            case "jwt" -> jwt(options);
            case "cert" -> new AuthMethod.Cert(check(options), wholeName(options));
            default -> throw new BadLine("unsupported method: " + word);
        };
    }

    /** A service of PAM. */
    static AuthMethod pam(String service) throws BadLine {
        try {
            return new AuthMethod.Judged(PamJudge.of(service));
        } catch (PamException e) {
            throw new BadLine(String.valueOf(e.getMessage()));
        }
    }

    private static LdapJudge ldap(Map<String, String> options) throws BadLine {
        try {
            return LdapJudge.of(options);
        } catch (LdapException e) {
            throw new BadLine(String.valueOf(e.getMessage()));
        }
    }

    /** The method of all clients that auth_ldap_options describes. */
    static AuthMethod ldap(String text) throws BadLine {
        Words words = new Words(text);
        words.options();
        Map<String, String> options = options(words);
        AuthMethod method = new AuthMethod.Judged(ldap(options));
        return allTaken(method, options);
    }

    /** What is left of a line as {@code name=value} pairs. */
    private static Map<String, String> options(Words words) throws BadLine {
        Map<String, String> options = new LinkedHashMap<>();
        for (Words.Word word = words.take(); word != null; word = words.take()) {
            int equals = word.text().indexOf('=');
            if (word.comma()) {
                continue;
            }
            if (equals < 1) {
                throw new BadLine("an option is not in name=value format");
            }
            String name = word.text().substring(0, equals);
            if (options.put(name, word.text().substring(equals + 1)) != null) {
                throw new BadLine("option " + name + " is given twice");
            }
        }
        return options;
    }

    /** Tokens as the settings describe them; an option of the line may name another map. */
    AuthMethod jwt(Map<String, String> options) throws BadLine {
        String keys = config.text(Settings.AUTH_JWT_KEYS);
        String audience = config.text(Settings.AUTH_JWT_AUDIENCE);
        if (keys.isEmpty() || audience.isEmpty()) {
            // Else a token that the user gave somebody else would open this door.
            throw new BadLine("jwt needs auth_jwt_keys and auth_jwt_audience");
        }
        String issuer = config.text(Settings.AUTH_JWT_ISSUER);
        String map = options.remove("map");
        Duration leeway = config.get(Settings.AUTH_JWT_LEEWAY);
        try {
            return new AuthMethod.Judged(JwtJudge.of(new JwtOptions(
                    Path.of(keys),
                    issuer.isEmpty() ? null : issuer,
                    audience,
                    config.text(Settings.AUTH_JWT_CLAIM),
                    leeway == null ? Duration.ZERO : leeway,
                    check(map != null ? map : config.text(Settings.AUTH_JWT_MAP)))));
        } catch (JwtException e) {
            throw new BadLine(String.valueOf(e.getMessage()));
        }
    }

    private NameCheck check(Map<String, String> options) throws BadLine {
        String name = options.remove("map");
        return check(name == null ? "" : name);
    }

    private NameCheck check(String name) throws BadLine {
        if (name.isEmpty()) {
            return NameCheck.SAME;
        }
        IdentMap map = maps.get(name);
        if (map == null) {
            throw new BadLine("Ident map " + name + " is not found in ident config file");
        }
        return new NameCheck(map);
    }

    private static boolean wholeName(Map<String, String> options) throws BadLine {
        String name = options.remove("clientname");
        if (name != null && !name.equals("CN") && !name.equals("DN")) {
            throw new BadLine("clientname is CN or DN, not " + name);
        }
        return "DN".equals(name);
    }
}
