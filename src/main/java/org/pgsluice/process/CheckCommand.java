package org.pgsluice.process;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pgsluice.check.ConfigCheck;
import org.pgsluice.check.Finding;
import org.pgsluice.check.Finding.Severity;
import org.pgsluice.check.Machine;
import org.pgsluice.config.Environment;

/** {@code pgsluice check FILE [--connect]}: one line for each finding, then how many there were. */
final class CheckCommand {
    private static final String USAGE = "check FILE [--connect]\n";

    private final String exe;
    private final Environment environment;
    private final Machine machine;

    CheckCommand(String exe, Environment environment, Machine machine) {
        this.exe = exe;
        this.environment = environment;
        this.machine = machine;
    }

    /** Whether the words ask for a check, and not for a pooler whose file is called so. */
    static boolean isAskedFor(List<String> words) {
        return words.size() > 1 && words.getFirst().equals("check");
    }

    /** Checks what the words behind the first one name; the exit status. */
    int run(List<String> words, PrintStream out, PrintStream err) {
        List<String> files = new ArrayList<>(words.subList(1, words.size()));
        boolean connects = files.remove("--connect");
        if (files.size() != 1 || files.getFirst().startsWith("-")) {
            err.print("usage: " + exe + " " + USAGE);
            return 1;
        }
        List<Finding> findings = ConfigCheck.run(Path.of(files.getFirst()), environment, machine, connects);
        findings.forEach(out::println);
        long errors = count(findings, Severity.ERROR);
        out.println(counted(errors, "error") + ", " + counted(count(findings, Severity.WARNING), "warning") + ", "
                + counted(count(findings, Severity.NOTE), "note") + ": " + (errors == 0 ? "the configuration is valid" : "the configuration is not valid"));
        return errors == 0 ? 0 : 1;
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static long count(List<Finding> findings, Severity severity) {
        return findings.stream().filter(finding -> finding.severity() == severity).count();
    }
}
