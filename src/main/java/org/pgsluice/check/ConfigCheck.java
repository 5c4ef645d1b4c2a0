package org.pgsluice.check;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigProblem;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.config.Places;

/** The whole check of one file. */
public final class ConfigCheck {
    private static final Pattern PLACED = Pattern.compile("(\\S+:\\d+): (.*)", Pattern.DOTALL);

    private ConfigCheck() {}

    /**
     * Checks {@code file}, with what the environment says over it.
     *
     * @param connects whether servers are connected to, and addresses listened on
     */
    public static List<Finding> run(Path file, Environment environment, Machine machine, boolean connects) {
        Findings findings = new Findings();
        Places places = Places.of(file);
        LoadResult read = ConfigReader.read(file, environment, null);
        if (read instanceof LoadResult.Failed failed) {
            failed.problems().forEach(problem -> findings.error(place(problem), what(problem), allowed(problem)));
            FileChecks.secrets(places, null, machine, findings);
            return findings.all();
        }
        LoadResult.Loaded loaded = (LoadResult.Loaded) read;
        loaded.warnings().forEach(problem -> findings.warning(place(problem), what(problem), allowed(problem)));
        Config config = loaded.config();
        for (String refusal : machine.refusals(config)) {
            Matcher placed = PLACED.matcher(refusal);
            if (placed.matches()) {
                findings.error(placed.group(1), placed.group(2), "");
            } else {
                findings.error(file.toString(), refusal, "");
            }
        }
        FileChecks.secrets(places, config, machine, findings);
        FileChecks.directories(places, config, machine, findings);
        QueryChecks.queries(places, config, findings);
        SizeChecks.sizes(places, config, machine, findings);
        ReachChecks.names(places, config, machine, findings);
        DifferenceChecks.differences(places, config, findings);
        if (connects) {
            ReachChecks.connections(places, config, machine, findings);
        } else {
            ReachChecks.port(places, config, machine, findings);
        }
        return findings.all();
    }

    private static String place(ConfigProblem problem) {
        return problem.line() > 0 ? problem.source() + ":" + problem.line() : problem.source();
    }

    /** The words of the log, without the place and what is allowed, which stand elsewhere. */
    private static String what(ConfigProblem problem) {
        String text = String.join("; ", problem.lines());
        if (problem.allowed() != null) {
            text = text.replace("; allowed: " + problem.allowed(), "");
        }
        return text.replace(" in configuration (" + place(problem) + ")", "").replace(" (" + place(problem) + ")", "");
    }

    private static String allowed(ConfigProblem problem) {
        return problem.allowed() == null ? "" : "Allowed: " + problem.allowed();
    }
}
