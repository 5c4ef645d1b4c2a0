"""What puts load on a pooler, and what comes out of one round."""

import bisect
import glob
import os
import subprocess
import time
from dataclasses import dataclass, field

from processes import Process, Sampler
from servers import PASSWORD, USER

SQL = "select abalance from pgbench_accounts where aid = $1"


class RoundFailed(Exception):
    pass


@dataclass
class Sample:
    """One round: microseconds, transactions per second, KiB."""

    cpu: float
    tps: float
    p50: float
    p99: float
    rss: float = 0
    extra: dict = field(default_factory=dict)


def quantile(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def served_meanwhile(moments, latencies, start, end):
    """How many transactions of all clients ended while one was under way, p50 and p99: how fair the queue is, however fast the machine goes at the time."""
    ends = sorted(moments)
    counts = [
        bisect.bisect_left(ends, moment) - bisect.bisect_left(ends, moment - latency / 1e6) for moment, latency in zip(moments, latencies) if start <= moment - latency / 1e6 and moment < end
    ]
    counts.sort()
    return quantile(counts, 0.5), quantile(counts, 0.99)


class PgBench:
    """One round of pgbench. Its log of transactions gives the window that is counted: from when all are connected and settled to just before the end."""

    def __init__(self, bench):
        self.bench = bench

    def __call__(self, pooler, protocol="simple", clients=1, seconds=None, settle=None, script=None, builtin="select-only", sslmode="disable", reconnect=False, more=()):
        bench = self.bench
        seconds = seconds or bench.seconds
        settle = bench.settle if settle is None else settle
        prefix = os.path.join(bench.directory, "transactions")
        for old in glob.glob(prefix + ".*"):
            os.unlink(old)
        command = [bench.pgbench, "-h", pooler.client_host, "-p", str(pooler.port), "-U", USER, "-n", "-M", protocol, "-c", str(clients)]
        command += ["-j", str(min(clients, bench.threads)), "-T", str(max(1, round(seconds + settle + 0.5))), "-l", "--log-prefix=" + prefix]
        command += ["-f", script] if script else ["-b", builtin]
        command += ["-C"] if reconnect else []
        command += more
        output = os.path.join(bench.directory, "pgbench.log")
        with Sampler(pooler.pid) as sampler:
            process = Process([*command, "bench"], output, environment={"PGPASSWORD": PASSWORD, "PGSSLMODE": sslmode})
            try:
                code = process.child.wait(seconds + settle + 120)
            except subprocess.TimeoutExpired:
                process.stop()
                code = "none"
        if code != 0:
            raise RoundFailed(f"pgbench's exit code is {code}: {process.tail(2)}")
        return self.evaluate(glob.glob(prefix + ".*"), sampler, settle)

    @staticmethod
    def evaluate(files, sampler, settle):
        clients, moments, latencies = [], [], []
        for name in files:
            with open(name) as log:
                for line in log:
                    fields = line.split()
                    clients.append(int(fields[0]))
                    moments.append(int(fields[4]) + int(fields[5]) / 1e6)
                    latencies.append(int(fields[2]))
        if not moments:
            raise RoundFailed("no transaction at all")
        start, end = min(moments) + settle, max(moments) - 0.1
        counted, chosen = {client: 0 for client in clients}, []
        for client, moment, latency in zip(clients, moments, latencies):
            if start <= moment < end:
                counted[client] += 1
                chosen.append(latency)
        if not chosen:
            raise RoundFailed("no transaction in the window that is counted")
        extra = {"least": min(counted.values()), "most": max(counted.values()), "max": max(chosen), "all": len(moments), "rss_end": sampler.rss[-1], "served": served_meanwhile(moments, latencies, start, end)}
        chosen.sort()
        return Sample(
            cpu=sampler.seconds(start, end) / len(chosen) * 1e6,
            tps=len(chosen) / (end - start),
            p50=quantile(chosen, 0.5),
            p99=quantile(chosen, 0.99),
            rss=max(sampler.rss),
            extra=extra,
        )


class Load:
    """Our own driver: one process for all rounds."""

    def __init__(self, bench):
        self.bench = bench
        self.process = None

    def command(self, **options):
        if self.process is None or not self.process.alive():
            command = [*self.bench.java, "-cp", self.bench.classes, "org.pgsluice.bench.Load"]
            self.process = Process(command, os.path.join(self.bench.directory, "load.log"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.bench.processes.append((self.process, 9))
        child = self.process.child
        child.stdin.write(("\t".join(f"{name}={value}" for name, value in options.items()) + "\n").encode())
        child.stdin.flush()
        line = child.stdout.readline().decode()
        if not line:
            raise RoundFailed("the load driver is gone: " + self.process.tail())
        result = dict(part.split("=", 1) for part in line.rstrip("\n").split("\t"))
        return {name: value if name == "failure" else float(value) for name, value in result.items()}

    def options(self, pooler, **options):
        return {"host": pooler.client_host, "port": pooler.port, "user": USER, "password": PASSWORD, "threads": 1, "seconds": self.bench.seconds, "settle": self.bench.settle, **options}

    def __call__(self, pooler, **options):
        with Sampler(pooler.pid) as sampler:
            result = self.command(**self.options(pooler, **options))
        if result["failures"] > 0:
            raise RoundFailed(f"{result['failures']:.0f} clients failed: {result['failure']}")
        count = result["transactions"]
        if count == 0:
            raise RoundFailed("no transaction in the window that is counted")
        start, end = result["from"], result["to"]
        return Sample(
            cpu=sampler.seconds(start, end) / count * 1e6,
            tps=count / (end - start),
            p50=result["p50"],
            p99=result["p99"],
            rss=max(sampler.rss),
            extra={"least": result["least"], "most": result["most"], "max": result["max"], "rss_end": sampler.rss[-1]},
        )

    def open(self, pooler, **options):
        """Clients that log in and stay until ``close``."""
        with Sampler(pooler.pid) as sampler:
            begun = time.time()
            result = self.command(**self.options(pooler, kind="open", **options))
            ended = time.time()
        result["cpu"] = sampler.seconds(begun, ended)
        return result

    def close(self):
        self.command(kind="close")
