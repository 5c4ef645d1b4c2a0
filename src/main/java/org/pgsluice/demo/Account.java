package org.pgsluice.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As whom children run, and how they are kept from outliving their parent: PostgreSQL and the pooler both refuse to run as root, so root's children run as
 * nobody.
 *
 * @param name the user to become; null: stay who we are
 * @param setpriv whether the system's {@code setpriv} can be used
 * @param setsid whether the system's {@code setsid} can be used
 */
public record Account(@Nullable String name, boolean setpriv, boolean setsid) {

    /** What suits this process. Throws {@link IOException} if it is root's and the system has no {@code setpriv}. */
    public static Account current() throws IOException, InterruptedException {
        boolean setpriv = succeeds("setpriv", "--pdeathsig", "INT", "true");
        boolean root = output("id", "-u").equals("0");
        if (root && !setpriv) {
            throw new IOException("PostgreSQL does not run as root, and there is no setpriv (util-linux) to become another user");
        }
        return new Account(root ? "nobody" : null, setpriv, succeeds("setsid", "true"));
    }

    /**
     * The words that run a command as this user. It gets a session of its own, so that the terminal's Ctrl-C does not reach it, and the signal when its parent
     * has died.
     */
    public List<String> run(String signal, List<String> command) throws IOException, InterruptedException {
        List<String> words = guard(signal);
        if (name != null) {
            if (words.isEmpty()) {
                words.add("setpriv");
            }
            words.addAll(List.of("--reuid", output("id", "-u", name), "--regid", output("id", "-g", name), "--clear-groups"));
        }
        words.addAll(command);
        return words;
    }

    /** The same, but the command starts as who we are: the pooler's launcher becomes the user by itself. */
    List<String> guardOnly(String signal, List<String> command) {
        List<String> words = guard(signal);
        words.addAll(command);
        return words;
    }

    private List<String> guard(String signal) {
        List<String> words = new ArrayList<>();
        if (setsid) {
            words.add("setsid");
        }
        if (setpriv) {
            words.addAll(List.of("setpriv", "--pdeathsig", signal));
        }
        return words;
    }

    /** Gives the file or directory, but not what is in it, to this user. */
    public void own(Path file) throws IOException {
        if (name != null) {
            Files.setOwner(file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name));
        }
    }

    /** Throws {@link IOException} if this user cannot reach the directory. */
    void requireAccess(Path directory) throws IOException, InterruptedException {
        if (!succeeds(run("TERM", List.of("test", "-x", directory.toString())).toArray(String[]::new))) {
            throw new IOException("the user " + (name == null ? "of this process" : name) + " has no access to " + directory);
        }
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return quiet(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = quiet(command).redirectOutput(ProcessBuilder.Redirect.PIPE).start();
        String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).trim();
        if (process.waitFor() != 0) {
            throw new IOException("failed: " + String.join(" ", command));
        }
        return text;
    }

    private static ProcessBuilder quiet(String... command) {
        return new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }
}
