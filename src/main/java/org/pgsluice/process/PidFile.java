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
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Log;
import org.pgsluice.pooler.StartFailure;

/**
 * The file that names the running process. {@link #check} first, then, when the process listens, {@link #write}; {@link #remove} at exit takes away only what
 * was written. Used by the starting thread, {@link #remove} by the one that ends the process.
 */
public final class PidFile {
    private static final int MAX_LENGTH = 128;
    private static final int LOOKS = 200;
    private static final long LOOK_MILLIS = 50;

    private final String name;
    private final long own;
    private volatile boolean written;

    /**
     * The file of this process.
     *
     * @param name as configured; empty for none
     * @param own this process's number
     */
    public PidFile(String name, long own) {
        this.name = name;
        this.own = own;
    }

    public boolean isConfigured() {
        return !name.isEmpty();
    }

    /**
     * Refuses when another process lives that the file names, or when that cannot be told. Removes the file of a dead one; an empty one, which a power cut
     * leaves; and one with our own number, which an earlier run in a container had.
     */
    public void check(Log log) throws StartFailure {
        String text = read();
        if (text == null) {
            return;
        }
        long pid = leadingNumber(text);
        boolean empty = text.chars().allMatch(c -> c <= ' ');
        if (!empty && pid != own && (pid <= 0 || ProcessHandle.of(pid).isPresent())) {
            throw new StartFailure("pidfile '" + name + "' exists, another instance running?");
        }
        log.info("stale pidfile, removing");
        try {
            Files.delete(Path.of(name));
        } catch (IOException e) {
            throw new StartFailure("could not remove stale pidfile: " + reason(e));
        }
    }

    /** What stands in it, null when there is none. */
    private @Nullable String read() throws StartFailure {
        if (name.isEmpty()) {
            return null;
        }
        try (var in = Files.newInputStream(Path.of(name))) {
            return new String(in.readNBytes(MAX_LENGTH), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new StartFailure("could not open pidfile '" + name + "': " + reason(e));
        }
    }

    /**
     * Refuses when the file could not be written, without touching it: for a start that must not fail later. Whom it names now does not count. It is the
     * process to be replaced, whose number the socket does not tell once it was handed on. One that is still there after that stays, see {@link #takeOver}.
     */
    public void checkPlace() throws StartFailure {
        if (name.isEmpty()) {
            return;
        }
        Path beside = Path.of(name + "." + own);
        try (FileChannel channel = FileChannel.open(beside, EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.DELETE_ON_CLOSE))) {
            channel.write(ByteBuffer.wrap((own + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new StartFailure("could not open pidfile '" + name + "': " + reason(e));
        }
    }

    /**
     * Waits, for a few seconds at most, until the process that was replaced has removed its file, and writes the own one. Nobody else serves any more: what
     * fails is logged, and the process goes on.
     */
    public void takeOver(Log log) {
        if (name.isEmpty()) {
            return;
        }
        log.info("waiting for old pidfile to go away");
        try {
            for (int i = 0; i < LOOKS && Files.exists(Path.of(name)); i++) {
                Thread.sleep(LOOK_MILLIS);
            }
            check(log);
            write();
        } catch (StartFailure e) {
            log.error(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes this process's number; the file must not exist. */
    public void write() throws StartFailure {
        if (name.isEmpty()) {
            return;
        }
        var options = EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));
        try (FileChannel channel = FileChannel.open(Path.of(name), options, mode)) {
            written = true;
            channel.write(ByteBuffer.wrap((own + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new StartFailure("could not open pidfile '" + name + "': " + reason(e));
        }
    }

    /** Removes the file if {@link #write} made it and it is still ours. Does nothing the second time. */
    public void remove() {
        if (written) {
            written = false;
            try {
                String text = read();
                if (text != null && leadingNumber(text) == own) {
                    Files.deleteIfExists(Path.of(name));
                }
            } catch (IOException | StartFailure e) {
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
