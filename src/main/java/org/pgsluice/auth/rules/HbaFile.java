package org.pgsluice.auth.rules;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pgsluice.auth.AuthMethod;

/**
 * Reads an HBA file. A line that cannot be read is a problem. One that only PostgreSQL could judge (members of a role) is left out with a warning, unless it
 * turns clients away: those would be let in. Blocks; used by one thread, once.
 */
final class HbaFile {
    private static final String KIND = "hba";

    private final MethodReader methods;
    private final Findings findings;

    private HbaFile(MethodReader methods, Findings findings) {
        this.methods = methods;
        this.findings = findings;
    }

    static HbaRules read(Path file, MethodReader methods, Findings findings) {
        HbaFile reader = new HbaFile(methods, findings);
        List<HbaRule> rules = new ArrayList<>();
        for (RuleLines.Line line : RuleLines.read(KIND, file, findings)) {
            try {
                HbaRule rule = reader.rule(line);
                if (rule != null) {
                    rules.add(rule);
                }
            } catch (BadLine bad) {
                findings.problem(line, KIND, String.valueOf(bad.getMessage()));
            }
        }
        return new HbaRules(rules);
    }

    private @Nullable HbaRule rule(RuleLines.Line line) throws BadLine {
        Words words = new Words(line.text());
        HbaRule.Type type = type(words.take());
        NameList databases = NameList.read(words, true, line.file());
        NameList users = NameList.read(words, false, line.file());
        HbaAddress address = type == HbaRule.Type.LOCAL ? new HbaAddress.Anywhere() : address(words, line);
        AuthMethod method = methods.read(words);
        String unknown = databases.unknown() != null ? databases.unknown() : users.unknown();
        if (unknown == null) {
            return new HbaRule(type, databases, users, address, method);
        }
        if (method instanceof AuthMethod.Reject) {
            throw new BadLine(unknown + " is not supported, and without this line its clients would be let in");
        }
        findings.warning(line, KIND, unknown + " is not supported, the line is left out");
        return null;
    }

    private static HbaRule.Type type(Words.@Nullable Word word) throws BadLine {
        return switch (word == null || word.quoted() ? "" : word.text()) {
            case "local" -> HbaRule.Type.LOCAL;
            case "host" -> HbaRule.Type.HOST;
            case "hostssl" -> HbaRule.Type.HOSTSSL;
            case "hostnossl" -> HbaRule.Type.HOSTNOSSL;
            case "hostgssenc" -> HbaRule.Type.HOSTGSSENC;
            case "hostnogssenc" -> HbaRule.Type.HOSTNOGSSENC;
            default -> throw new BadLine("unknown type");
        };
    }

    private HbaAddress address(Words words, RuleLines.Line line) throws BadLine {
        Words.Word word = words.take();
        if (word == null || word.comma()) {
            throw new BadLine("did not find address");
        }
        if (word.is("all")) {
            return new HbaAddress.Anywhere();
        }
        if (word.is("samehost") || word.is("samenet")) {
            return HbaAddress.Networks.ofThisMachine(word.is("samenet"));
        }
        int slash = word.text().indexOf('/');
        InetAddress base = literal(slash < 0 ? word.text() : word.text().substring(0, slash));
        if (base == null) {
            return hostName(word.text());
        }
        byte[] mask = slash < 0 ? mask(base, words.take()) : HbaAddress.Network.mask(base.getAddress().length, bits(base, word.text().substring(slash + 1)));
        HbaAddress.Network network = new HbaAddress.Network(base.getAddress(), mask);
        if (network.hasBitsBeyondMask()) {
            findings.warning(line, KIND, "address does not match mask, so no client's does: " + word.text());
        }
        return network;
    }

    private static byte[] mask(InetAddress base, Words.@Nullable Word word) throws BadLine {
        if (word == null || word.comma()) {
            throw new BadLine("did not find mask");
        }
        InetAddress mask = literal(word.text());
        if (mask == null || mask.getAddress().length != base.getAddress().length) {
            throw new BadLine("failed to parse mask: " + word.text());
        }
        return mask.getAddress();
    }

    private static int bits(InetAddress base, String text) throws BadLine {
        int bits = 0;
        boolean good = !text.isEmpty() && text.length() <= 3;
        for (int i = 0; i < text.length() && good; i++) {
            good = text.charAt(i) >= '0' && text.charAt(i) <= '9';
            bits = bits * 10 + text.charAt(i) - '0';
        }
        if (!good || bits > base.getAddress().length * 8) {
            throw new BadLine("invalid mask");
        }
        return bits;
    }

    /** An address in numbers; null for what is none. No name is looked up. */
    private static @Nullable InetAddress literal(String text) {
        boolean numeric = text.indexOf(':') >= 0;
        int dots = 0;
        if (!numeric) {
            numeric = !text.isEmpty();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                dots += c == '.' ? 1 : 0;
                numeric &= c == '.' || c >= '0' && c <= '9';
            }
            numeric &= dots == 3;
        }
        try {
            return numeric && text.indexOf('%') < 0 ? InetAddress.ofLiteral(text) : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static HbaAddress hostName(String text) throws BadLine {
        boolean letter = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            letter |= c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-' || c > 127;
            if (c <= ' ' || c == '/' || c == ':' || c == '*') {
                letter = false;
                break;
            }
        }
        if (!letter) {
            throw new BadLine("failed to parse address - " + text);
        }
        return new HbaAddress.HostName(text.toLowerCase(Locale.ROOT));
    }
}
