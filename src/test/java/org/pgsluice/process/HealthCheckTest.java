package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image's health check, with a pg_isready that only says how it was called. */
class HealthCheckTest {
    @TempDir
    Path bin;

    /** It would wait behind the clients of a busy pool, and fail. */
    @Test
    void takesNoServerConnection() throws Exception {
        Path stub = Files.writeString(bin.resolve("pg_isready"), "#!/bin/sh\necho \"$@\"\nexit 3\n");
        Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", Path.of("packaging/image/healthcheck.sh").toAbsolutePath().toString());
        builder.environment().put("PATH", bin.toString());
        Process process = builder.start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("-q -d service=pgsluice dbname=pgbouncer\n");
        assertThat(process.waitFor()).as("its status").isEqualTo(3);
    }
}
