package org.pgsluice.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.pgsluice.config.SslMode;

/** A certificate authority in a directory of a test's own, which signs what the test needs by the openssl command. */
public final class TestAuthority {
    private final Path directory;

    /** Makes its own certificate. */
    public TestAuthority(Path directory, String name) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=" + name,
                "-keyout", file("ca.key").toString(), "-out", file("ca.crt").toString());
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    public String certificate() {
        return file("ca.crt").toString();
    }

    /** Makes {@code name.key} and {@code name.crt} for {@code subject}, valid for the names and addresses of {@code alternatives} (or none). */
    public void sign(String name, String subject, String alternatives) {
        List<String> words = new ArrayList<>(List.of("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-CA", file("ca.crt").toString(), "-CAkey", file("ca.key").toString(), "-subj", subject,
                "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", file(name + ".key").toString(), "-out", file(name + ".crt").toString()));
        if (!alternatives.isEmpty()) {
            words.addAll(List.of("-addext", "subjectAltName=" + alternatives));
        }
        openssl(words.toArray(new String[0]));
    }

    /** The same, but valid until yesterday. */
    public void signExpired(String name, String subject, String alternatives) {
        String request = file(name + ".csr").toString();
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject,
                "-addext", "subjectAltName=" + alternatives, "-keyout", file(name + ".key").toString(), "-out", request);
        openssl("x509", "-req", "-in", request, "-CA", certificate(), "-CAkey", file("ca.key").toString(), "-days", "-1", "-copy_extensions", "copy",
                "-out", file(name + ".crt").toString());
    }

    /** What a side says of itself with {@code name} (empty for nothing), and holds the other against. */
    public TlsSettings settings(String prefix, SslMode mode, String name) {
        return new TlsSettings(prefix, mode, "secure", "default", null, name.isEmpty() ? "" : file(name + ".key").toString(),
                name.isEmpty() ? "" : file(name + ".crt").toString(), certificate(), "auto", "auto");
    }

    /** Runs the command in the directory; its output on failure is the test's. */
    public void openssl(String... words) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        try {
            Path output = Files.createTempFile(directory, "openssl", ".log");
            Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(command + ": " + Files.readString(output, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
