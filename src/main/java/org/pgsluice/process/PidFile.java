package org.pgsluice.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import org.pgsluice.log.Log;
import org.pgsluice.pooler.StartFailure;

/**
 * The file that names the running process. {@link #check} first, then, when the process listens, {@link #write}; {@link #remove} at exit takes away only what was
 * written. Used by the starting thread, {@link #remove} by the one that ends the process.
 */
public final class PidFile {
    private static final int MAX_LENGTH = 128;
    private static final int LOOKS = 200;
    private static final long LOOK_MILLIS = 50;

    private final String name;
    private volatile boolean written;

    /** @param name as configured; empty for none */
    public PidFile(String name) {
        this.name = name;
    }

    public boolean isConfigured() {
        return !name.isEmpty();
    }

    /** Refuses when another process lives that the file names, or when that cannot be told; removes the file of a dead one. */
    public void check(Log log) throws StartFailure {
        if (name.isEmpty()) {
            return;
        }
        Path path = Path.of(name);
        String text;
        try (var in = Files.newInputStream(path)) {
            text = new String(in.readNBytes(MAX_LENGTH), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw new StartFailure("could not open pidfile '" + name + "': " + reason(e));
        }
        long pid = leadingNumber(text);
        if (pid <= 0 || ProcessHandle.of(pid).isPresent()) {
            throw new StartFailure("pidfile '" + name + "' exists, another instance running?");
        }
        log.info("stale pidfile, removing");
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new StartFailure("could not remove stale pidfile: " + reason(e));
        }
    }

    /** Waits until the process that is being replaced has removed its file, for a few seconds at most. */
    public void awaitGone(Log log) throws StartFailure {
        if (name.isEmpty()) {
            return;
        }
        log.info("waiting for old pidfile to go away");
        for (int i = 0; i < LOOKS && Files.exists(Path.of(name)); i++) {
            rest();
        }
        check(log);
    }

    private static void rest() throws StartFailure {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while the old process ends");
        }
    }

    /** Writes this process's number; the file must not exist. */
    public void write(long pid) throws StartFailure {
        if (name.isEmpty()) {
            return;
        }
        var options = EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));
        try (FileChannel channel = FileChannel.open(Path.of(name), options, mode)) {
            written = true;
            channel.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new StartFailure("could not open pidfile '" + name + "': " + reason(e));
        }
    }

    /** Removes the file if {@link #write} made it. Does nothing the second time. */
    public void remove() {
        if (written) {
            written = false;
            try {
                Files.deleteIfExists(Path.of(name));
            } catch (IOException e) {
                return; // the process is ending: a file left behind is found stale by the next one
            }
        }
    }

    private static long leadingNumber(String text) {
        int end = 0;
        while (end < text.length() && end < 10 && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end == 0 ? 0 : Long.parseLong(text.substring(0, end));
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException none -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            case FileAlreadyExistsException exists -> "File exists";
            case FileSystemException file when file.getReason() != null -> file.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
