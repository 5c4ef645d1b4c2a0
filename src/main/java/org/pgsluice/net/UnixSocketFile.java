package org.pgsluice.net;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a listening unix socket. One that everybody may use is bound in place. Otherwise it is bound in a directory that only we may enter, gets its mode
 * and group there, and is then renamed to its place, so that at no time it is more open than was asked for.
 */
final class UnixSocketFile {
    private static final int ALL = 0777;
    private static final int LONGEST_PATH = 107;
    private static final int DIRECTORY_ATTEMPTS = 10;

    private final Path path;
    private final @Nullable Object identity;

    private UnixSocketFile(Path path) throws IOException {
        this.path = path;
        this.identity = identityOf(path);
    }

    /** Binds a socket to a path and listens. */
    interface Binding {
        void bind(UnixDomainSocketAddress place) throws IOException;
    }

    /**
     * Has {@code binding} bind its socket. A file that nobody listens on is replaced.
     *
     * @throws IOException when somebody answers there, or the place is taken by something that is no socket, or the system refuses
     */
    static UnixSocketFile bind(UnixDomainSocketAddress address, ListenOptions options, Binding binding) throws IOException {
        Path path = address.getPath();
        removeStale(path);
        if (options.unixMode() == ALL && options.unixGroup() == null) {
            binding.bind(address);
            Files.setPosixFilePermissions(path, permissions(ALL));
        } else {
            bindPrivately(binding, path, options);
        }
        return new UnixSocketFile(path);
    }

    /** The file of a socket that listens already. */
    static UnixSocketFile adopt(UnixDomainSocketAddress address) throws IOException {
        return new UnixSocketFile(address.getPath());
    }

    /** Removes the file, unless another process has put its own in the place. */
    void delete() {
        try {
            if (Objects.equals(identityOf(path), identity)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException goneAlready) {
            return;
        }
    }

    private static @Nullable Object identityOf(Path path) throws IOException {
        return attributes(path).fileKey();
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static void removeStale(Path path) throws IOException {
        BasicFileAttributes there;
        try {
            there = attributes(path);
        } catch (NoSuchFileException nothingThere) {
            return;
        }
        if (!there.isOther()) {
            throw new IOException("a file that is no socket is in the way");
        }
        if (somebodyAnswers(path)) {
            throw new IOException("unix socket is in use, cannot continue");
        }
        Files.deleteIfExists(path);
    }

    private static boolean somebodyAnswers(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // with a full queue the answer is "not yet", which is an answer
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static void bindPrivately(Binding binding, Path path, ListenOptions options) throws IOException {
        Path directory = privateDirectory(path);
        Path place = directory.resolve(path.getFileName());
        if (place.toString().length() > LONGEST_PATH) {
            place = directory.resolve("s");
        }
        try {
            binding.bind(UnixDomainSocketAddress.of(place));
            String group = options.unixGroup();
            if (group != null) {
                Files.getFileAttributeView(place, PosixFileAttributeView.class).setGroup(group(place, group));
            }
            Files.setPosixFilePermissions(place, permissions(options.unixMode()));
            Files.move(place, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(place);
            Files.deleteIfExists(directory);
        }
    }

    private static GroupPrincipal group(Path place, String name) throws IOException {
        try {
            return place.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new IOException("there is no group \"" + name + "\"", unknown);
        }
    }

    private static Path privateDirectory(Path path) throws IOException {
        String name = "." + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        for (int i = 0; ; i++) {
            Path directory = path.resolveSibling(name + (char) ('a' + i));
            try {
                return Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(permissions(0700)));
            } catch (FileAlreadyExistsException leftOver) {
                if (i == DIRECTORY_ATTEMPTS) {
                    throw leftOver;
                }
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's read (0400) down to others' execute (0001)
        for (int i = 0; i < all.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }
}
