package org.pgsluice.auth.pam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Linux-PAM with services of a directory of the test's own, which needs no rights. */
class PamJudgeTest {
    @TempDir
    Path services;

    private PamLibrary library;

    @BeforeEach
    void load() {
        try {
            library = PamLibrary.load(services);
        } catch (PamException missing) {
            abort(missing.getMessage());
        }
    }

    private PamJudge service(String auth, String account) throws Exception {
        Files.writeString(services.resolve("test"), "auth " + auth + "\naccount " + account + "\n");
        return new PamJudge("test", library);
    }

    private static String ask(PamJudge judge, String user, String password) {
        return judge.wrong(user, password.getBytes(StandardCharsets.UTF_8), "192.0.2.7");
    }

    @Test
    void permitLetsAnybodyInAndDenyNobody() throws Exception {
        assertThat(ask(service("required pam_permit.so", "required pam_permit.so"), "guest", "any")).isNull();
        assertThat(ask(service("required pam_deny.so", "required pam_permit.so"), "guest", "any"))
                .isEqualTo("pam_authenticate() failed: Authentication failure");
    }

    @Test
    void accountThatMayNotBeUsedIsRefusedInSpiteOfItsPassword() throws Exception {
        assertThat(ask(service("required pam_permit.so", "required pam_deny.so"), "guest", "any")).startsWith("pam_acct_mgmt() failed: ");
    }

    /** The module asks for the password and has a program compare it. */
    @Test
    void moduleIsGivenThePasswordAndWhereTheClientIs() throws Exception {
        Path script = Files.writeString(services.resolve("compare"), """
                #!/bin/sh
                password=$(tr -d '\\000')
                [ "$password" = "p é" ] && [ "$PAM_USER" = alice ] && [ "$PAM_RHOST" = 192.0.2.7 ]
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        PamJudge judge = service("required pam_exec.so quiet expose_authtok " + script, "required pam_permit.so");

        assertThat(ask(judge, "alice", "p é")).isNull();
        assertThat(ask(judge, "alice", "pencil")).startsWith("pam_authenticate() failed: ");
        assertThat(ask(judge, "bob", "p é")).startsWith("pam_authenticate() failed: ");
    }

    @Test
    void passwordOfTheSystemIsAskedFor() throws Exception {
        PamJudge judge = service("required pam_unix.so nodelay", "required pam_unix.so");

        assertThat(ask(judge, "no-such-user", "pencil")).startsWith("pam_authenticate() failed: ");
        assertThat(ask(judge, System.getProperty("user.name"), "certainly not this")).startsWith("pam_authenticate() failed: ");
    }

    @Test
    void serviceThatIsNotThereLetsNobodyIn() {
        assertThat(ask(new PamJudge("missing", library), "guest", "any")).isNotNull();
    }

    @Test
    void nameThatTheSystemWouldCutIsRefused() throws Exception {
        assertThat(ask(service("required pam_permit.so", "required pam_permit.so"), "root\0x", "any")).isEqualTo("a user name with a zero byte");
    }

    @Test
    void loginsOfSeveralThreadsDoNotMeet() throws Exception {
        PamJudge permit = service("required pam_permit.so", "required pam_permit.so");
        Files.writeString(services.resolve("never"), "auth required pam_deny.so\naccount required pam_permit.so\n");
        PamJudge deny = new PamJudge("never", library);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> outcomes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                boolean good = i % 2 == 0;
                outcomes.add(threads.submit(() -> (ask(good ? permit : deny, "guest", "any") == null) == good));
            }
            for (Future<Boolean> outcome : outcomes) {
                assertThat(outcome.get()).isTrue();
            }
        }
    }
}
