package org.pgsluice.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One reading of auth_file: the users before the first broken line, and what was wrong. Immutable, but for what the credentials in it learn. Reading blocks:
 * not on a reactor.
 */
public final class AuthFile {
    /** No file: nobody is known. */
    public static final AuthFile EMPTY = new AuthFile(Map.of(), List.of(), FileStamp.NONE);

    private final Map<String, Credentials> users;
    private final List<Problem> problems;
    private final FileStamp fingerprint;

    AuthFile(Map<String, Credentials> users, List<Problem> problems, FileStamp fingerprint) {
        this.users = Collections.unmodifiableMap(users);
        this.problems = List.copyOf(problems);
        this.fingerprint = fingerprint;
    }

    /** What is wrong at a line (counted from 1); {@code message} is PgBouncer's, without the line and without what stands there. */
    public record Problem(int line, String message) {}

    /** Reads the file. */
    public static AuthFile read(Path path) throws IOException {
        return EMPTY.reread(path);
    }

    /** The users of a file with this text, which has never been read before. */
    public static AuthFile parse(String text) {
        return EMPTY.reparse(text.getBytes(StandardCharsets.UTF_8), FileStamp.NONE);
    }

    /** Reads the file again. A user whose line is the same keeps the credentials object, and with it what was derived and learnt. */
    public AuthFile reread(Path path) throws IOException {
        // The stamp is taken first: a file that changes while it is read has an old stamp and is read again.
        FileStamp stamp = FileStamp.of(path);
        return reparse(Files.readAllBytes(path), stamp);
    }

    /** Whether the file looks just as it did when this was read, so that reading it again can be spared. */
    public boolean isCurrent(Path path) {
        return !fingerprint.equals(FileStamp.NONE) && fingerprint.equals(FileStamp.of(path));
    }

    AuthFile reparse(byte[] text, FileStamp stamp) {
        AuthFileParser parser = new AuthFileParser(text, users);
        return new AuthFile(parser.parse(), parser.problems(), stamp);
    }

    /** The user's credentials; null for a name that the file does not have. */
    public @Nullable Credentials find(String user) {
        return users.get(user);
    }

    /** By name, in the file's order. */
    public Map<String, Credentials> users() {
        return users;
    }

    public List<Problem> problems() {
        return problems;
    }

    @Override
    public String toString() {
        return "AuthFile[" + users.size() + " users, " + problems.size() + " problems]";
    }
}
