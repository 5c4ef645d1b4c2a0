package org.pgsluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarReaderTest {
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

    @TempDir
    Path temp;

    @Test
    void filesDirectoriesAndLinksComeOut() throws IOException {
        add("bin/", '5', "", "", "0000755");
        add("bin/postgres", '0', "program", "", "0000755");
        add("lib/libpq.so.5", '0', "x".repeat(512), "", "0000644");
        add("lib/libpq.so", '2', "", "libpq.so.5", "0000777");

        unpack();

        assertThat(temp.resolve("out/bin/postgres")).hasContent("program").isExecutable();
        assertThat(temp.resolve("out/lib/libpq.so")).isSymbolicLink().hasContent("x".repeat(512));
        assertThat(Files.isExecutable(temp.resolve("out/lib/libpq.so.5"))).isFalse();
    }

    @Test
    void nothingLeavesTheDirectory() {
        add("../evil", '0', "x", "", "0000644");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("is outside");
    }

    @Test
    void noLinkLeadsOutOfTheDirectory() {
        add("lib/evil", '2', "", "../../evil", "0000777");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("is outside");
    }

    @Test
    void unknownTypeIsRefused() {
        add("device", '3', "", "", "0000644");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("unknown type");
    }

    @Test
    void cutArchiveIsRefused() {
        add("file", '0', "x".repeat(2000), "", "0000644");
        byte[] whole = archive.toByteArray();
        archive.reset();
        archive.write(whole, 0, 1000);

        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(archive.toByteArray()), temp).unpack()).hasMessageContaining("ends within");
    }

    private void unpack() throws IOException {
        archive.writeBytes(new byte[1024]);
        new TarReader(new ByteArrayInputStream(archive.toByteArray()), temp.resolve("out")).unpack();
    }

    private void add(String name, char type, String content, String link, String mode) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, mode);
        put(header, 124, "%011o".formatted(content.length()));
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar  ");
        archive.writeBytes(header);
        archive.writeBytes(content.getBytes(StandardCharsets.US_ASCII));
        archive.writeBytes(new byte[(512 - content.length() % 512) % 512]);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
