"""The scenarios. Each function adds its lines and facts to the report; the targets hold against PgBouncer only."""

import os
import time
from statistics import median

import side_facts
from drivers import SQL
from processes import Sampler, children_cpu_seconds
from report import Fact
from rounds import Stage, say
from servers import PASSWORD, Setup, Side, scram_secret
from wire import Connection, any_certificate


def trust(bench, **options):
    return Setup({"bench": bench.postgres().port}, **options)


def target(bench, value):
    return value if bench.has_targets else 0


def clients_of(bench, *counts):
    return [count for count in counts if count in bench.clients] if bench.clients else counts


def protocol_row(bench, protocol):
    with Stage(bench, trust(bench)) as stage:
        for clients in clients_of(bench, 1, 16, 64, 256, 1000):
            stage.line(
                f"select-only, {protocol}",
                protocol,
                clients,
                lambda pooler, **options: bench.pgbench_driver(pooler, protocol=protocol, clients=options.pop("clients", clients), **options),
                target(bench, 0.85 if clients >= 64 else 0.95),
                tail=True,
            )


def simple(bench):
    protocol_row(bench, "simple")


def extended(bench):
    protocol_row(bench, "extended")


def prepared(bench):
    lacking = [side.name for side in bench.sides if not side.supports_prepared()]
    if lacking:
        bench.report.notes.append(f"prepared: {lacking[0]} of this version has no prepared statements in transaction mode; it runs the extended protocol without them instead")
    with Stage(bench, trust(bench)) as stage:
        for clients in clients_of(bench, 64, 1000):

            def drive(pooler, clients=clients, **options):
                return bench.pgbench_driver(pooler, protocol="prepared" if pooler.side.supports_prepared() else "extended", clients=clients, **options)

            stage.line("select-only, prepared", "prepared", clients, drive, target(bench, 0.85))


def pipeline(bench):
    with Stage(bench, trust(bench)) as stage:
        for clients in clients_of(bench, 1, 16, 64):

            def drive(pooler, clients=clients, **options):
                return bench.load(pooler, kind="pipeline", sql=SQL, batch=10, clients=clients, **options)

            stage.line("pipeline, 10 statements a batch (µs/batch)", "pipeline", clients, drive, target(bench, 0.6))
        if not all(side.supports_prepared() for side in bench.sides):
            return
        select = "select abalance from pgbench_accounts where aid = :aid;\n"
        path = script(bench, "pipeline.sql", "\\set aid random(1, 100000)\n\\startpipeline\n" + 10 * select + "\\endpipeline")
        for clients in clients_of(bench, 1, 16, 64):

            def drive_prepared(pooler, clients=clients, **options):
                return bench.pgbench_driver(pooler, protocol="prepared", clients=clients, script=path, **options)

            stage.line("pipeline, 10 prepared statements a batch (µs/batch)", "pipeline prepared", clients, drive_prepared, target(bench, 0.6))


def tpcb(bench):
    """Seven statements a transaction: pgbench's own, which writes."""
    with Stage(bench, trust(bench)) as stage:
        for clients in clients_of(bench, 16, 64):

            def drive(pooler, clients=clients, **options):
                return bench.pgbench_driver(pooler, clients=clients, builtin="tpcb-like", **options)

            stage.line("TPC-B, seven statements a transaction, simple", "tpcb", clients, drive, target(bench, 0.95))


def script(bench, name, text):
    path = os.path.join(bench.directory, name)
    with open(path, "w") as file:
        file.write(text + "\n")
    return path


def big(bench):
    with Stage(bench, trust(bench)) as stage:
        for label, sql in (
            ("result of 1 MB, rows of 1 kB", "select repeat('x', 1000) from generate_series(1, 1000)"),
            ("result of 1 MB, rows of 100 B", "select repeat('x', 100) from generate_series(1, 10000)"),
            ("result of 1 MB, one row", "select repeat('x', 1000000)"),
        ):
            path = script(bench, "big.sql", sql + ";")
            stage.line(label, label, 4, lambda pooler, **options: bench.pgbench_driver(pooler, clients=4, script=path, **options), target(bench, 0.5))
        slow_reader(bench, stage)


def slow_reader(bench, stage):
    """Twenty clients ask for 100 MB each and read some 10 kB of it ten times a second."""
    say("slow readers")
    grown = []
    for pooler in stage.poolers:
        before = pooler.process.memory()["VmRSS"]
        with Sampler(pooler.pid) as sampler:
            options = bench.load.options(pooler, kind="slow", clients=20, sql="select repeat('x', 1000) from generate_series(1, 100000)", seconds=bench.seconds + 2, settle=1)
            bench.load.command(**options)
        grown.append((max(sampler.rss) - before) / 1024)
    bench.report.facts.append(Fact("slow readers, 20 × 100 MB: memory grows by, MiB", *(f"{value:.1f}" for value in grown), "≤ 10", grown[1] <= 10))


def copy(bench):
    with Stage(bench, trust(bench)) as stage:
        for label, options in (
            ("COPY out, 1 MB, rows of 100 B", {"kind": "simple", "sql": "copy (select repeat('x', 99) from generate_series(1, 10000)) to stdout"}),
            ("COPY in, 1 MB, messages of 8 kB", {"kind": "copyin", "sql": "copy sink from stdin where false", "bytes": 1000000}),
        ):
            stage.line(label, label, 4, lambda pooler, what=options, **more: bench.load(pooler, clients=4, **what, **more), target(bench, 0.5))


def connect(bench):
    port = bench.postgres().port
    kinds = (
        ("trust", Setup({"bench": port})),
        ("SCRAM, secret in auth_file", Setup({"bench": port}, f'"bench" "{scram_secret(PASSWORD)}"\n', {"auth_type": "scram-sha-256"}, login_user=None)),
        ("SCRAM, password in auth_file", Setup({"bench": port}, settings={"auth_type": "scram-sha-256"}, login_user=None)),
    )
    for label, setup in kinds:
        with Stage(bench, setup) as stage:
            stage.line(
                f"connect per transaction, {label}",
                label,
                8,
                lambda pooler, **options: bench.load(pooler, kind="connect", clients=8, sql="select 1", **options),
                target(bench, 1.2),
            )
            if setup.login_user is None and "secret" in label:
                storm(bench, stage)


def storm(bench, stage):
    """Everybody comes at once."""
    clients = bench.storm
    results = []
    for pooler in stage.poolers:
        say(f"storm of {clients} logins: {pooler.side.name}")
        result = bench.load.open(pooler, clients=clients, concurrency=0)
        bench.load.close()
        time.sleep(1)
        results.append(result)
        if result["failures"]:
            bench.report.notes.append(f"storm: {result['failures']:.0f} of {clients} logins failed with {pooler.side.name}: {result['failure']}")
    name = f"storm of {clients} SCRAM logins at once"
    facts = bench.report.facts
    facts.append(Fact(f"{name}: all in after, s", *(f"{result['login_seconds']:.2f}" for result in results)))
    facts.append(Fact(f"{name}: p50 / slowest, s", *(f"{result['login_p50'] / 1e6:.2f} / {result['login_max'] / 1e6:.2f}" for result in results)))
    facts.append(Fact(f"{name}: CPU µs a login", *(f"{result['cpu'] / clients * 1e6:.0f}" for result in results)))
    facts.append(Fact(f"{name}: failed", *(f"{result['failures']:.0f}" for result in results), "0", results[1]["failures"] == 0))


def pools(bench):
    port = bench.fake().port
    users = "".join(f'"u{number}" ""\n' for number in range(2))
    setup = Setup({f"db{number}": port for number in range(500)}, users, login_user="u0")
    with Stage(bench, setup) as stage:

        def drive(pooler, **options):
            # Two minutes' worth of logins are in the first round only: servers stay.
            return bench.load(pooler, kind="simple", sql="select 1", clients=1000, database="db", databases=500, user="u", users=2, **options)

        stage.line("500 databases × 2 users, simple, instant server", "pools", 1000, drive, target(bench, 0.9))
        shares = []
        for pooler in stage.poolers:
            bench.load.open(pooler, clients=1000, database="db", databases=500, user="u", users=2, sql="")
            time.sleep(1)
            shares.append(idle_share(bench, pooler))
            bench.load.close()
        bench.report.facts.append(Fact("1,000 idle pools and clients: upkeep, % of a core", *(f"{share:.2f}" for share in shares), "< 1", shares[1] < 1))


def idle_share(bench, pooler):
    begun, cpu = time.monotonic(), pooler.process.cpu_seconds()
    time.sleep(bench.idle_seconds)
    return (pooler.process.cpu_seconds() - cpu) / (time.monotonic() - begun) * 100


def reactors(bench):
    """Our own side with one reactor and with more, against a server that answers at once."""
    ours = [side for side in bench.sides if side.ours]
    if not ours:
        bench.report.notes.append("reactors: there is no side that has any")
        return
    many = max(2, bench.reactors)
    port = bench.fake().port
    program = ours[-1]
    sides = []
    for count in (1, many):
        side = Side(",".join([program.program, *(f"{name}={value}" for name, value in program.settings.items() if name != "reactors"), f"reactors={count}"]))
        side.java_options = program.java_options
        side.name = f"{count} reactor{'s' if count > 1 else ''}"
        sides.append(side)
    sides += [side for side in bench.sides if not side.ours][:1]
    with Stage(bench, Setup({"bench": port}), sides) as stage:
        for clients in clients_of(bench, 16, 64):

            def drive(pooler, clients=clients, **options):
                return bench.load(pooler, kind="simple", sql="select 1", clients=clients, threads=bench.threads, **options)

            label = f"{many} reactors (B) against one (A), instant server"
            line = stage.line(label, "simple", clients, drive, 1.1)
            if line:
                side_facts.prediction(bench, line, many)


def idle(bench):
    """Clients that have asked once and stay: memory for each, and what they cost."""
    count = bench.idle
    bases, slopes, shares, ends = [], [], [], []
    with Stage(bench, trust(bench)) as stage:
        for pooler in stage.poolers:
            say(f"{count} idle clients: {pooler.side.name}")
            bench.load(pooler, kind="simple", sql="select 1", clients=20, seconds=1)
            time.sleep(1)
            base = pooler.process.memory()["VmRSS"]
            result = bench.load.open(pooler, clients=count, sql="select 1", settle=3)
            if result["failures"]:
                bench.report.notes.append(f"idle: {result['failures']:.0f} of {count} clients failed with {pooler.side.name}: {result['failure']}")
            time.sleep(2)
            end = pooler.process.memory()["VmRSS"]
            shares.append(idle_share(bench, pooler))
            bench.load.close()
            bases.append(base / 1024)
            ends.append(end / 1024)
            slopes.append((end - base) / count)
    facts = bench.report.facts
    facts.append(Fact("resident memory before the idle clients, MiB", *(f"{value:.1f}" for value in bases)))
    facts.append(Fact(f"{count} idle clients: resident memory, MiB", *(f"{value:.1f}" for value in ends), "≤ 80", ends[1] <= 80))
    facts.append(Fact(f"{count} idle clients: KiB each", *(f"{value:.1f}" for value in slopes), "≤ 6", slopes[1] <= 6))
    facts.append(Fact(f"{count} idle clients: % of a core", *(f"{value:.2f}" for value in shares), "< 0.1", shares[1] < 0.1))
    facts.append(Fact("50,000 idle clients by that slope, MiB", *(f"{base + slope * 50000 / 1024:.0f}" for base, slope in zip(bases, slopes))))


def tls(bench):
    """Clients under TLS 1.3, the same certificate and suite on both sides; servers are plain."""
    certificate, key = os.path.join(bench.directory, "tls.crt"), os.path.join(bench.directory, "tls.key")
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=bench"
    bench.run_to_end([*words.split(), "-keyout", key, "-out", certificate], os.path.join(bench.directory, "openssl.log"))
    settings = {"client_tls_sslmode": "allow", "client_tls_cert_file": certificate, "client_tls_key_file": key, "client_tls_protocols": "tlsv1.3"}

    def drive(pooler, **options):
        return bench.pgbench_driver(pooler, sslmode="require", **options)

    with Stage(bench, trust(bench, settings=settings)) as stage:
        for clients in clients_of(bench, 16, 64):
            stage.line("TLS: select-only, simple", "tls", clients, lambda pooler, c=clients, **more: drive(pooler, clients=c, **more), target(bench, 0.9))
        path = script(bench, "big.sql", "select repeat('x', 1000) from generate_series(1, 1000);")
        stage.line("TLS: result of 1 MB, rows of 1 kB", "tls big", 4, lambda pooler, **more: drive(pooler, clients=4, script=path, **more), target(bench, 0.7))
        path = script(bench, "one.sql", "select 1;")
        stage.line("TLS: connect per transaction", "tls connect", 8, lambda pooler, **more: drive(pooler, clients=8, script=path, reconnect=True, **more), target(bench, 1.1))
        idle_tls(bench, stage)


def idle_tls(bench, stage):
    """The second thousand: what the first clients make a pooler set up once is no part of what one costs."""
    count, slopes = 1000, []
    for pooler in stage.poolers:
        say(f"{count} idle TLS clients: {pooler.side.name}")
        connections, marks = [], []
        for _ in range(2):
            connections += [Connection(pooler.port, tls=any_certificate()) for _ in range(count)]
            for connection in connections[-count:]:
                connection.query("select 1")
            time.sleep(2)
            marks.append(pooler.process.memory()["VmRSS"])
        slopes.append((marks[1] - marks[0]) / count)
        for connection in connections:
            connection.close()
    bench.report.facts.append(Fact(f"{count} idle TLS clients beside {count} others: KiB each", *(f"{value:.1f}" for value in slopes), "≤ 12", slopes[1] <= 12))


TENANTS = """\\set tenant :client_id % :tenants
\\if :told
\\else
SET search_path = tenant_:tenant;
\\set told 1
\\endif
\\set aid random(1, 100)
SELECT balance FROM account WHERE aid = :aid;"""


def tenants(bench):
    """A hundred clients on ten servers, which differ in their search_path: all at once, and so few that most servers rest."""
    postgres = bench.postgres()
    with Connection(postgres.port) as connection:
        for number in range(100):
            schema = f"tenant_{number}"
            connection.query(f"create schema {schema}; create table {schema}.account (aid int primary key, balance int); insert into {schema}.account select n, n from generate_series(1, 100) n")
    path = script(bench, "tenants.sql", TENANTS)
    with Stage(bench, trust(bench, settings={"default_pool_size": 10})) as stage:
        for count, rate in ((100, 0), (10, 0), (10, 1500), (3, 1500)):
            more = ["-D", "told=0", "-D", f"tenants={count}", *(["-R", str(rate)] if rate else [])]
            costs = {pooler: [] for pooler in stage.poolers}

            def drive(pooler, more=more, costs=costs, **options):
                before = children_cpu_seconds(postgres.process.pid)
                sample = bench.pgbench_driver(pooler, clients=100, script=path, more=more, **options)
                costs[pooler].append((children_cpu_seconds(postgres.process.pid) - before) / sample.extra["all"] * 1e6)
                return sample

            name = f"{count} search_paths, " + (f"{rate:,} transactions a second" if rate else "all at once")
            stage.line(name, "tenants", 100, drive)
            servers = [median(costs[pooler][-bench.rounds :]) for pooler in stage.poolers]
            bench.report.facts.append(Fact(f"{name}: CPU µs of PostgreSQL a transaction", *(f"{cost:.1f}" for cost in servers)))


def churn(bench):
    """Waves of clients that come, ask once and go."""
    waves, clients = (5, 500) if bench.quick else (100, 1000)
    resident = []
    with Stage(bench, trust(bench, java_options="-Xlog:gc*:file={directory}/gc.log")) as stage:
        for pooler in stage.poolers:
            say(f"{waves} waves of {clients} clients: {pooler.side.name}")
            failures = 0
            for _ in range(waves):
                failures += bench.load.open(pooler, clients=clients, sql="select 1", settle=0)["failures"]
                bench.load.close()
            time.sleep(3)
            resident.append(pooler.process.memory()["VmRSS"] / 1024)
            if failures:
                bench.report.notes.append(f"churn: {failures:.0f} of {waves * clients} clients failed with {pooler.side.name}")
        pauses = [side_facts.pauses(os.path.join(pooler.directory, "gc.log")) for pooler in stage.poolers]
    facts = bench.report.facts
    name = f"{waves * clients:,} clients came and went, {clients:,} at a time"
    facts.append(Fact(f"{name}: resident memory then, MiB", *(f"{value:.0f}" for value in resident), "≤ 80", resident[1] <= 80))
    facts.append(Fact(f"{name}: collections, longest pause", *(side_facts.pause_text(one) for one in pauses)))


def start(bench):
    side_facts.start(bench)


def tail(bench):
    """All waiting for few: the same for everybody? With pgbench, which looks at its clients one after the other, and with our driver, which serves them as their replies come."""
    setup = trust(bench, java_options="-Xlog:gc*:file={directory}/gc.log")
    drivers = {
        "pgbench": bench.pgbench_driver,
        "own driver": lambda pooler, **options: bench.load(pooler, kind="simple", sql=SQL, **options),
    }
    with Stage(bench, setup) as stage:
        for pooler in stage.poolers:
            if pooler.side.ours and bench.warm_up:
                bench.pgbench_driver(pooler, clients=64, seconds=bench.warm_up)
        for driver, drive in drivers.items():
            results = []
            for pooler in stage.poolers:
                say(f"tail, {driver}, {bench.tail_seconds} s: {pooler.side.name}")
                results.append(drive(pooler, clients=1000, seconds=bench.tail_seconds, settle=1))
            tail_facts(bench, f"1,000 clients on {bench.pool_size} servers, {driver}, {bench.tail_seconds:g} s", results)
        pauses = [side_facts.pauses(os.path.join(pooler.directory, "gc.log")) for pooler in stage.poolers]
        held = None if pauses[1] is None else max(pauses[1], default=0) <= 2
        bench.report.facts.append(Fact("tail: collections, longest pause", *(side_facts.pause_text(one) for one in pauses), "≤ 2 ms", held))


def tail_facts(bench, name, results):
    facts = bench.report.facts
    shares = [result.p99 / result.p50 for result in results]
    facts.append(Fact(f"{name}: p99 ÷ p50", *(f"{share:.2f}" for share in shares), "≤ 1.3", shares[1] <= 1.3))
    if all("served" in result.extra for result in results):
        served = [result.extra["served"] for result in results]
        facts.append(Fact(f"{name}: the same, counted in transactions of others meanwhile", *(f"{one[1] / one[0]:.2f}" for one in served), "≤ 1.3", served[1][1] / served[1][0] <= 1.3))
        facts.append(Fact(f"{name}: transactions of others meanwhile, p50 / p99", *(f"{one[0]} / {one[1]}" for one in served)))
    facts.append(Fact(f"{name}: p50 / p99 / slowest, ms", *(f"{r.p50 / 1000:.1f} / {r.p99 / 1000:.1f} / {r.extra['max'] / 1000:.0f}" for r in results)))
    least = [result.extra["least"] / max(1, result.extra["most"]) for result in results]
    facts.append(Fact(f"{name}: transactions of a client, least / most", *(f"{r.extra['least']:.0f} / {r.extra['most']:.0f}" for r in results), "least ≥ ½ most", least[1] >= 0.5))
    facts.append(Fact(f"{name}: resident memory after it, MiB", *(f"{r.extra['rss_end'] / 1024:.0f}" for r in results), "≤ 80", results[1].extra["rss_end"] <= 80 * 1024))


def syscalls(bench):
    """What strace counts while 64 clients run; it slows all down, but not what is called for one transaction."""
    with Stage(bench, trust(bench)) as stage:
        counts = [side_facts.syscalls(bench, pooler) for pooler in stage.poolers]
    if None in counts:
        bench.report.notes.append("syscalls: not counted, strace is missing or not allowed")
        return
    for name in sorted({name for count in counts for name in count}, key=lambda name: -max(count.get(name, 0) for count in counts)):
        values = [count.get(name, 0) for count in counts]
        if max(values) >= 0.005:
            bench.report.facts.append(Fact(f"64 clients, simple: `{name}` a transaction", *(f"{value:.2f}" for value in values)))


def control(bench):
    """The first side against itself: what the noise of this machine makes of equal programs."""
    first = bench.sides[0]
    with Stage(bench, trust(bench), [first, first]) as stage:
        for clients in clients_of(bench, 16, 64):
            stage.line(f"control: {first.name} against itself, simple", "simple", clients, lambda pooler, c=clients, **o: bench.pgbench_driver(pooler, clients=c, **o))


ROWS = {
    row.__name__: row for row in (control, simple, extended, prepared, pipeline, tpcb, big, copy, connect, pools, reactors, idle, tls, churn, start, tail, syscalls, tenants)
}
