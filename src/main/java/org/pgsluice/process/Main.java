package org.pgsluice.process;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigException;
import org.pgsluice.config.ConfigProblem;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.config.Settings;
import org.pgsluice.log.LogLines;
import org.pgsluice.net.Engines;
import org.pgsluice.pooler.Access;
import org.pgsluice.pooler.Encryption;
import org.pgsluice.pooler.StartFailure;

import org.pgsluice.rehearsal.Rehearsal;

/** The command line: reads the configuration and hands over to {@link PoolerProcess}. */
public final class Main {
    private Main() {}

    public static void main(String[] words) {
        Environment environment = new Environment(System.getenv());
        String rehearsal = System.getProperty("pgsluice.rehearsal");
        if (rehearsal == null) {
            begin(List.of(words), environment, false);
        } else {
            rehearse(Path.of(rehearsal));
        }
    }

    /** Starts the pooler for a training run: also as root, since nobody else reaches it, and without the environment's settings. */
    private static void rehearse(Path directory) {
        try {
            begin(List.of("-q", Rehearsal.begin(directory).toString()), Environment.NONE, true);
        } catch (IOException e) {
            end(System.err, "no rehearsal: " + e.getMessage() + "\n", 1);
        }
    }

    private static void begin(List<String> words, Environment environment, boolean mayBeRoot) {
        if (CheckCommand.isAskedFor(words)) {
            LogLines log = new LogLines(InstantSource.system(), ProcessHandle.current().pid());
            Signals.listen(new StartSignals(log, () -> Runtime.getRuntime().halt(1)), log);
            exit(new CheckCommand(exe(), environment, new ThisMachine()).run(words, System.out, System.err));
        }
        List<String> all = new ArrayList<>(words);
        all.addAll(environment.options());
        CommandLine said = CommandLine.parse(exe(), all);
        if (said instanceof CommandLine.Run run) {
            run(run, words, environment, mayBeRoot);
        } else if (said instanceof CommandLine.Answer answer) {
            end(System.out, answer.text(), 0);
        } else {
            end(System.err, ((CommandLine.Mistake) said).text(), 1);
        }
    }

    private static void run(CommandLine.Run run, List<String> words, Environment environment, boolean mayBeRoot) {
        if (run.configFile() == null && !environment.describesDatabase()) {
            StringBuilder text = new StringBuilder(CommandLine.noConfigurationFile(exe()).text());
            for (String line : environment.incompleteDatabases()) {
                text.append("In the environment, ").append(line).append(".\n");
            }
            end(System.err, text.toString(), 1);
        }
        Engines.prepare(); // first of all, since the start waits for it in the end
        ProcessName.take(exe(), words);
        LogLines log = new LogLines(InstantSource.system(), ProcessHandle.current().pid());
        boolean quiet = run.quiet() || run.configFile() == null && environment.asksForQuiet();
        log.setQuiet(quiet && !run.testConfig());
        log.setVerbose(run.verbose());
        // From here on, since a file that is a pipe, or lies on a mount that is gone, may let the reading wait for good.
        StartSignals signals = new StartSignals(log, () -> Runtime.getRuntime().halt(run.testConfig() ? 1 : 0));
        Signals.listen(signals, log);
        log.setJournal(Journal.isStandardError(System.getenv("JOURNAL_STREAM")));
        Path file = run.configFile() == null ? null : Path.of(run.configFile());
        LoadResult read = ConfigReader.read(file, environment, commandLineDefaults(run));
        if (read instanceof LoadResult.Failed failed) {
            for (ConfigProblem problem : failed.problems()) {
                problem.lines().forEach(log::error);
            }
            log.fatal("cannot load config file");
            exit(1);
            return;
        }
        LoadResult.Loaded loaded = (LoadResult.Loaded) read;
        for (ConfigProblem warning : loaded.warnings()) {
            warning.lines().forEach(log::warning);
        }
        if (run.testConfig()) {
            if (!Access.isGood(loaded.config(), log) || !isUsable(loaded.config(), log)) {
                exit(1);
            }
            end(System.out, "configuration is valid\n", 0);
        }
        start(run, loaded.config(), file, environment, log, signals, mayBeRoot);
    }

    private static boolean isUsable(Config config, LogLines log) {
        try {
            Encryption.atStart(config);
            Names.of(config);
            return true;
        } catch (StartFailure e) {
            log.error(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static void start(
            CommandLine.Run run, Config config, @Nullable Path file, Environment environment, LogLines log, StartSignals signals, boolean mayBeRoot) {
        try {
            new PoolerProcess(run, config, file, environment, log).start(signals, mayBeRoot);
        } catch (StartFailure e) {
            log.fatal(String.valueOf(e.getMessage()));
            exit(1);
        }
    }

    private static Config commandLineDefaults(CommandLine.Run run) {
        try {
            return run.verbose() == 0 ? Config.defaults() : Config.defaults().with(Settings.VERBOSE, Integer.toString(run.verbose()));
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void end(PrintStream stream, String text, int code) {
        stream.print(text);
        stream.flush();
        exit(code);
    }

    private static void exit(int code) {
        Runtime.getRuntime().exit(code);
    }

    private static String exe() {
        return System.getProperty("pgsluice.exe", "pgsluice");
    }
}
