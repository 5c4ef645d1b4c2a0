import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Files;
import java.nio.file.Path;

/** Has Helm itself, as a library, lint the chart and render it with several values, and looks at what comes out. Started by try.sh. */
final class Try {
    private static final String DATABASE = "databases: {'*': host=postgresql port=5432}\n";

    private static int wrong;

    public static void main(String[] words) throws Exception {
        Path chart = Path.of("packaging", "helm");
        LintResult lint = new Helm(chart).lint().strict().call();
        lint.getMessages().forEach(System.out::println);
        check(!lint.isFailed(), "helm lint --strict");

        String all = render(chart, DATABASE);
        for (String kind : new String[] {"ConfigMap", "Secret", "Deployment", "Service", "PodDisruptionBudget"}) {
            check(all.contains("\nkind: " + kind + "\n"), kind);
        }
        check(!all.contains("ServiceMonitor"), "no ServiceMonitor unless asked for");
        check(all.contains("name: test-pgsluice\n"), "the name");
        check(all.contains("path: /health, port: http") && all.contains("path: /ready, port: http"), "probes over HTTP");
        check(all.contains("command: [sleep, \"15\"]") && all.contains("terminationGracePeriodSeconds: 75"), "the drain");
        check(all.contains("* = host=postgresql port=5432") && all.contains("http_listen = 0.0.0.0:9930"), "the configuration");

        String other = render(chart, """
                http: {enabled: false}
                databases: {app: host=db dbname=app, "my db": host=db2}
                settings: {pool_mode: session, max_client_conn: 1000000, query_timeout: 1.5, log_connections: false}
                users: {app: 'se"cret'}
                env: [{name: PGBOUNCER_VERBOSE, value: "1"}]
                """);
        Files.writeString(Path.of(words[0]), configuration(other));
        check(other.contains("'my db' = host=db2"), "a name in quotes");
        check(other.contains("max_client_conn = 1000000\n") && other.contains("query_timeout = 1.5\n") && other.contains("log_connections = 0\n"), "numbers");
        check(other.contains("\"app\" \"se\"\"cret\"\n"), "a quote in a password");
        check(other.contains("exec: {command: [docker-healthcheck.sh]}") && !other.contains("port: http"), "probes without HTTP");
        check(render(chart, DATABASE + "existingSecret: mine").contains("secret: {name: mine}"), "a Secret that is there");
        String watched = render(chart, DATABASE + "serviceMonitor: {enabled: true}\nhttp: {passwordSecret: {name: web}}");
        check(watched.contains("credentials: {name: web, key: password}"), "the ServiceMonitor");

        for (String mistake : new String[] {"replica: 2", "settings: {listen_port: 1}", "port: 80",
            "serviceMonitor: {enabled: true}", "serviceMonitor: {enabled: true}\nhttp: {enabled: false}"}) {
            check(isRefused(chart, DATABASE + mistake), "refuses " + mistake);
        }
        check(isRefused(chart, "{}"), "refuses no databases at all");
        System.out.println(wrong == 0 ? "helm/try.sh: linted and rendered" : "helm/try.sh: " + wrong + " wrong");
        System.exit(wrong == 0 ? 0 : 1);
    }

    private static String render(Path chart, String values) throws Exception {
        Path file = Files.writeString(Files.createTempFile("values", ".yaml"), values);
        try {
            TemplateCommand command = new Helm(chart).template().withName("test").withValuesFile(file);
            return command.call();
        } finally {
            Files.delete(file);
        }
    }

    private static boolean isRefused(Path chart, String values) throws Exception {
        try {
            render(chart, values);
            return false;
        } catch (IllegalStateException refused) {
            return true;
        }
    }

    /** The text of pgbouncer.ini within the ConfigMap. */
    private static String configuration(String manifests) {
        StringBuilder text = new StringBuilder();
        int from = manifests.indexOf("pgbouncer.ini: |\n") + "pgbouncer.ini: |\n".length();
        for (String line : manifests.substring(from).split("\n")) {
            if (!line.isBlank() && !line.startsWith("    ")) {
                break;
            }
            text.append(line.strip()).append('\n');
        }
        return text.toString();
    }

    private static void check(boolean good, String what) {
        if (!good) {
            wrong++;
            System.err.println("    WRONG: " + what);
        }
    }
}
