package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One pass over the bytes of auth_file: {@code "user" "secret"}, the rest of a line ignored, {@code ""} for a quote, comment lines after {@code ;}. The
 * secret's quote may come on a later line, as in PgBouncer. What is broken ends the pass.
 */
final class AuthFileParser {
    private static final int MAX_USER_BYTES = 127;
    private static final int MAX_SECRET_BYTES = 65_530;

    private final byte[] text;
    private final Map<String, Credentials> known;
    private final Map<String, Credentials> users = new LinkedHashMap<>();
    private final List<AuthFile.Problem> problems = new ArrayList<>();
    private int position;

    AuthFileParser(byte[] text, Map<String, Credentials> known) {
        this.text = text;
        this.known = known;
    }

    List<AuthFile.Problem> problems() {
        return problems;
    }

    Map<String, Credentials> parse() {
        while (true) {
            skipBlank();
            if (position == text.length) {
                return users;
            }
            if (text[position] == ';') {
                skipLine();
            } else if (!readUser()) {
                return users;
            }
        }
    }

    private boolean readUser() {
        int start = position;
        int userEnd = text[position] == '"' ? closingQuote(position + 1) : -1;
        if (userEnd < 0) {
            return broken(start, "broken auth file");
        }
        if (userEnd - position - 1 > MAX_USER_BYTES) {
            return broken(start, "username too long in auth file");
        }
        int open = nextQuote(userEnd + 1);
        int secretEnd = open < 0 ? -1 : closingQuote(open + 1);
        if (secretEnd < 0) {
            return broken(start, "broken auth file");
        }
        if (secretEnd - open - 1 > MAX_SECRET_BYTES) {
            return broken(start, "password too long in auth file");
        }
        add(start, unquoted(start + 1, userEnd), unquoted(open + 1, secretEnd));
        position = secretEnd + 1;
        skipLine();
        return true;
    }

    private void add(int start, byte[] userBytes, byte[] secret) {
        String user;
        try {
            user = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(userBytes)).toString();
        } catch (CharacterCodingException e) {
            // Decoded with replacement characters, two different users could become one.
            problems.add(new AuthFile.Problem(line(start), "username is not UTF-8 in auth file"));
            return;
        }
        StoredSecret parsed = StoredSecret.parse(secret);
        Credentials before = known.get(user);
        users.put(user, before == null ? new Credentials(user, parsed) : before.withSecret(parsed));
    }

    private boolean broken(int at, String message) {
        problems.add(new AuthFile.Problem(line(at), message));
        return false;
    }

    /** The first quote that is not doubled; -1 if there is none (a zero byte ends everything, as it does for PgBouncer). */
    private int closingQuote(int from) {
        int at = nextQuote(from);
        while (at >= 0 && at + 1 < text.length && text[at + 1] == '"') {
            at = nextQuote(at + 2);
        }
        return at;
    }

    private int nextQuote(int from) {
        for (int i = from; i < text.length && text[i] != 0; i++) {
            if (text[i] == '"') {
                return i;
            }
        }
        return -1;
    }

    private byte[] unquoted(int from, int to) {
        byte[] result = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (text[i] == '"') {
                i++;
            }
            result[length++] = text[i];
        }
        return length == result.length ? result : Arrays.copyOf(result, length);
    }

    private void skipBlank() {
        while (position < text.length && (text[position] == ' ' || text[position] >= '\t' && text[position] <= '\r')) {
            position++;
        }
    }

    private void skipLine() {
        while (position < text.length && text[position] != '\n') {
            position++;
        }
    }

    private int line(int at) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            if (text[i] == '\n') {
                line++;
            }
        }
        return line;
    }
}
