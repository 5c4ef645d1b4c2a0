package org.pgsluice.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/** Unpacks a tar archive: directories, files and symbolic links with names up to 255 bytes, as PostgreSQL's binaries need them. */
final class TarReader {
    private static final int BLOCK = 512;

    private final InputStream in;
    private final Path root;

    /** The stream stays the caller's. */
    TarReader(InputStream in, Path root) {
        this.in = in;
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * Everyone may read and enter what comes out: who unpacks is not who runs it. Throws {@link IOException} for what it does not know or what leaves the
     * directory.
     */
    void unpack() throws IOException {
        byte[] header = new byte[BLOCK];
        while (true) {
            if (in.readNBytes(header, 0, BLOCK) < BLOCK) {
                throw new IOException("the archive ends early");
            }
            if (header[0] == 0) {
                return;
            }
            unpack(header);
        }
    }

    private void unpack(byte[] header) throws IOException {
        String prefix = text(header, 345, 155);
        boolean posix = header[263] == '0';
        String name = posix && !prefix.isEmpty() ? prefix + "/" + text(header, 0, 100) : text(header, 0, 100);
        long size = Long.parseLong(text(header, 124, 12).trim(), 8);
        Path target = inside(root.resolve(name));
        switch (header[156]) {
            case '5' -> directory(target);
            case '2' -> {
                Path link = Path.of(text(header, 157, 100));
                inside(parent(target).resolve(link));
                directory(parent(target));
                Files.createSymbolicLink(target, link);
            }
            case '0', 0 -> {
                directory(parent(target));
                file(target, size, (text(header, 100, 8).trim().charAt(4) & 1) == 1);
            }
            default -> throw new IOException("archive entry " + name + " is of the unknown type " + header[156]);
        }
    }

    private void file(Path target, long size, boolean executable) throws IOException {
        byte[] buffer = new byte[1 << 16];
        try (var out = Files.newOutputStream(target)) {
            for (long left = size; left > 0; ) {
                int count = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
                if (count == 0) {
                    throw new IOException("the archive ends within " + target);
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static void directory(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            return;
        }
        directory(parent(target));
        Files.createDirectory(target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path inside(Path target) throws IOException {
        Path normal = target.normalize();
        if (!normal.startsWith(root)) {
            throw new IOException("archive entry " + target + " is outside " + root);
        }
        return normal;
    }

    private static Path parent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException(path + " has no parent");
        }
        return parent;
    }

    private static String text(byte[] header, int start, int length) {
        byte[] field = Arrays.copyOfRange(header, start, start + length);
        int end = 0;
        while (end < length && field[end] != 0) {
            end++;
        }
        return new String(field, 0, end, StandardCharsets.UTF_8);
    }
}
