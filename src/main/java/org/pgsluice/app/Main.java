package org.pgsluice.app;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import org.pgsluice.log.LogLines;

/** Starts the process. */
public final class Main {
    private Main() {}

    public static void main(String[] words) {
        switch (CommandLine.parse(exe(), List.of(words))) {
            case CommandLine.Answer answer -> end(System.out, answer.text(), 0);
            case CommandLine.Mistake mistake -> end(System.err, mistake.text(), 1);
            case CommandLine.Run run -> run(run);
        }
    }

    private static void run(CommandLine.Run run) {
        if (run.configFile() == null) {
            end(System.err, CommandLine.noConfigurationFile(exe()).text(), 1);
        }
        LogLines log = new LogLines(InstantSource.system(), ProcessHandle.current().pid());
        log.setQuiet(run.quiet());
        PidFile pidFile = new PidFile(System.getenv().getOrDefault("PGBOUNCER_PIDFILE", ""));
        ServiceNotifier service = new ServiceNotifier(System.getenv("NOTIFY_SOCKET"), log);
        try {
            if (run.user() != null) {
                ProcessUser.become(run.user());
            }
            ProcessUser.refuseRoot();
            pidFile.check(log);
            if (run.daemon()) {
                if (!pidFile.isConfigured()) {
                    throw new StartFailure("daemon needs pidfile configured");
                }
                if (Daemon.isLauncherWaiting()) {
                    Daemon.detach();
                }
                log.setQuiet(true);
            }
            FileLimits limits = FileLimits.current();
            if (limits != null) {
                log.info(limits.text(100, 110));
            }
            Signals.listen(signal -> {
                log.info("got SIG" + signal);
                if (signal == ProcessSignal.QUIT || signal == ProcessSignal.TERM || signal == ProcessSignal.INT) {
                    service.stopping();
                    pidFile.remove();
                    Runtime.getRuntime().exit(0);
                }
            }, log);
            pidFile.write(ProcessHandle.current().pid());
            log.info(Version.processUp("none"));
            service.ready();
            while (true) {
                Thread.sleep(1_000_000);
            }
        } catch (StartFailure e) {
            log.fatal(String.valueOf(e.getMessage()));
            Runtime.getRuntime().exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(PrintStream stream, String text, int code) {
        stream.print(text);
        stream.flush();
        Runtime.getRuntime().exit(code);
    }

    private static String exe() {
        return System.getProperty("pgsluice.exe", "pgsluice");
    }
}
