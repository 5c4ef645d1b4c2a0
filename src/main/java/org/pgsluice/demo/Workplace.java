package org.pgsluice.demo;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The directory that everything of a run lies in, deleted at the end unless the user named it.
 *
 * @param directory absolute; the children's user may write there
 * @param kept whether it outlives the run
 */
public record Workplace(Path directory, boolean kept) implements AutoCloseable {

    /** A temporary one, or the one that {@code keep} names, which is made if need be. */
    public static Workplace open(@Nullable String keep, Account account) throws IOException {
        Workplace place;
        if (keep == null) {
            place = new Workplace(Files.createTempDirectory("pgsluice-demo-").toRealPath(), false);
            Files.setPosixFilePermissions(place.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } else {
            place = new Workplace(Files.createDirectories(Path.of(keep)).toRealPath(), true);
            requireOurs(place.directory);
        }
        account.own(place.directory);
        return place;
    }

    /** A directory with other things in it is somebody else's, and would change its owner. */
    private static void requireOurs(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!name.startsWith("postgres") && !name.startsWith("pgsluice") && !name.startsWith("data") && !name.equals("userlist.txt")) {
                    throw new IOException(directory + " has other things in it, such as " + name + ": name an empty or a new directory");
                }
            }
        }
    }

    /** Tries for some seconds: a child that was killed may have children of its own that still write. */
    @Override
    public void close() throws IOException {
        Thread.interrupted(); // the interrupt that made us stop must not cut the stop short
        for (int tries = 0; !kept; tries++) {
            try {
                Trees.delete(directory);
                return;
            } catch (DirectoryNotEmptyException e) {
                if (tries == 50) {
                    throw e;
                }
                LockSupport.parkNanos(100_000_000);
            }
        }
    }
}
