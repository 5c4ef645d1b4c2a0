package org.pgsluice.auth.rules;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pgsluice.auth.AuthMethod;
import org.pgsluice.auth.AuthRules;
import org.pgsluice.auth.IdentMap;
import org.pgsluice.auth.NameCheck;
import org.pgsluice.config.AuthType;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;
import org.pgsluice.config.SslMode;

/** Reads what a configuration says about how clients log in, with the files that it names. Blocks: not on a reactor. */
public final class RulesReader {
    private RulesReader() {}

    /**
     * What was read.
     *
     * @param problems why the rules must not be used, each with file and line; empty when they may
     * @param warnings what is worth a line in the log
     */
    public record Result(AuthRules rules, List<String> problems, List<String> warnings) {}

    public static Result read(Config config) {
        Findings findings = new Findings();
        AuthType type = config.get(Settings.AUTH_TYPE);
        AuthRules rules = switch (type == null ? AuthType.MD5 : type) {
            case HBA -> fromFile(config, findings);
            case LDAP -> all(byLdap(config, findings));
            case PAM -> all(byPam(findings));
            case CERT -> all(byCertificate(config, findings));
            case JWT -> all(byJwt(config, findings));
            case ANY, TRUST, PLAIN, MD5, SCRAM_SHA_256 -> AuthRules.of(config);
        };
        return new Result(rules, findings.problems(), findings.warnings());
    }

    private static AuthRules all(AuthMethod method) {
        return new AuthRules.SameForAll(method);
    }

    private static AuthMethod byLdap(Config config, Findings findings) {
        String options = config.get(Settings.AUTH_LDAP_OPTIONS);
        try {
            if (options != null) {
                return MethodReader.ldap(options);
            }
            findings.problem("auth_ldap_options is null");
        } catch (BadLine bad) {
            findings.problem("auth_ldap_options: " + bad.getMessage());
        }
        return new AuthMethod.NoRule();
    }

    private static AuthMethod byPam(Findings findings) {
        try {
            return MethodReader.pam(MethodReader.PAM_SERVICE);
        } catch (BadLine bad) {
            findings.problem(String.valueOf(bad.getMessage()));
            return new AuthMethod.NoRule();
        }
    }

    private static AuthMethod byCertificate(Config config, Findings findings) {
        if (config.get(Settings.CLIENT_TLS_SSLMODE) != SslMode.VERIFY_FULL) {
            findings.problem("auth_type=cert requires client_tls_sslmode=SSLMODE_VERIFY_FULL");
        } else if (config.text(Settings.CLIENT_TLS_CA_FILE).isEmpty()) {
            findings.problem("auth_type=cert requires client_tls_ca_file");
        }
        return new AuthMethod.Cert(NameCheck.SAME, false);
    }

    private static AuthMethod byJwt(Config config, Findings findings) {
        try {
            return new MethodReader(config, maps(config, findings)).jwt(new HashMap<>());
        } catch (BadLine bad) {
            findings.problem(String.valueOf(bad.getMessage()));
            return new AuthMethod.NoRule();
        }
    }

    private static Map<String, IdentMap> maps(Config config, Findings findings) {
        String ident = config.text(Settings.AUTH_IDENT_FILE);
        return ident.isEmpty() ? Map.of() : IdentFile.read(Path.of(ident), findings);
    }

    private static AuthRules fromFile(Config config, Findings findings) {
        String hba = config.text(Settings.AUTH_HBA_FILE);
        Map<String, IdentMap> maps = maps(config, findings);
        if (hba.isEmpty()) {
            findings.problem("auth_type=hba needs auth_hba_file");
            return all(new AuthMethod.NoRule());
        }
        return HbaFile.read(Path.of(hba), new MethodReader(config, maps), findings);
    }
}
