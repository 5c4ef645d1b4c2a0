"""Measurements beside the rounds: the way to the first login, pauses, system calls, what more reactors would give."""

import os
import re
import signal
import threading
import time
from statistics import median

from processes import Process, find_program
from report import Fact
from rounds import say
from servers import Pooler, Setup
from wire import Connection


def start(bench):
    """From exec to the first login, through to PostgreSQL."""
    setup = Setup({"bench": bench.postgres().port})
    times = []
    for side in bench.sides:
        say(f"start: {side.name}")
        took = []
        for _ in range(bench.starts):
            pooler = Pooler(bench, side, setup)
            took.append(pooler.wait(pause=0.001))
            memory = pooler.process.memory()["VmRSS"] / 1024
            pooler.stop()
        times.append((took, memory))
    texts = [f"{median(took):.2f} ({min(took):.2f}–{max(took):.2f})" for took, _ in times]
    bench.report.facts.append(Fact("from exec to the first login, s", *texts, "≤ 0.4", median(times[1][0]) <= 0.4))
    bench.report.facts.append(Fact("resident memory right then, MiB", *(f"{memory:.1f}" for _, memory in times)))


def pauses(path):
    """The pauses in a collector's log in milliseconds; None where there is no log."""
    if not os.path.exists(path):
        return None
    with open(path) as log:
        return [float(found[1]) for found in re.finditer(r"Pause [^\n]* ([\d.]+)ms", log.read())]


def pause_text(found):
    return "" if found is None else f"{len(found)}, {max(found, default=0):.1f} ms"


def prediction(bench, line, many):
    """What the extra cost of a transaction on several reactors says about more of them: each reactor more adds the same share of serial or contended work."""
    ratio = median(line.ratios("cpu"))
    share = max(0.0, (ratio - 1) / (many - 1))
    speed = median(line.ratios("tps"))
    enough = len(os.sched_getaffinity(0)) >= many + 2
    # What runs under one lock bounds them all: no more transactions a second than holders fit into it.
    bound = line.median(line.base, "cpu") * 1000 / bench.lock_nanos if bench.lock_nanos else float("inf")
    more = ", ".join(f"{count}: {min(bound, count / (1 + share * (count - 1))):.1f} ×" for count in (8, 16))
    if bench.lock_nanos:
        more += f" (at most {bound:.0f} ×, for {bench.lock_nanos:.0f} ns of each transaction are under the pools' one lock)"
    bench.report.facts.append(
        Fact(f"{many} reactors, {line.clients} clients: tps ÷ one reactor's", "1.00", f"{speed:.2f}", "≥ 1.2 where cores allow", speed >= 1.2 if enough else None)
    )
    bench.report.notes.append(
        f"reactors, {line.clients} clients: a reactor more adds {share * 100:.1f} % to the CPU time of a transaction; were that all, throughput with this many reactors "
        f"and cores enough would be, against one, {more}." + ("" if enough else f" This machine has too few cores to see it: {many} reactors, the server and the driver want {many + 2}.")
    )


def syscalls(bench, pooler):
    """Calls a transaction by name, or None. Transactions are counted by the pooler's own SHOW STATS."""
    strace = find_program("strace")
    if strace is None:
        return None
    say(f"system calls: {pooler.side.name}")
    output = os.path.join(bench.directory, f"strace-{pooler.pid}")
    bench.load(pooler, kind="simple", sql="select 1", clients=64, seconds=bench.warm_up if pooler.side.ours else 1)
    options = bench.load.options(pooler, kind="simple", sql="select 1", clients=64, seconds=5, settle=0)
    load = threading.Thread(target=lambda: bench.load.command(**options))
    load.start()
    try:
        time.sleep(1)
        tracer = Process([strace, "-c", "-f", "-p", str(pooler.pid), "-o", output], output + ".log")
        with Connection(pooler.port, database="pgbouncer") as console:
            if not attached(pooler.pid, tracer):
                return None
            before = transactions(console)
            time.sleep(2)
            count = transactions(console) - before
        tracer.stop(signal.SIGINT)
    finally:
        load.join()
    with open(output) as table:
        rows = [line.split() for line in table if re.match(r"\s*\d+\.\d+ ", line) and not line.rstrip().endswith("total")]
    return {row[-1]: int(row[3]) / max(1, count) for row in rows}


def attached(pid, tracer):
    """Waits until all threads are traced."""
    until = time.monotonic() + 5
    while time.monotonic() < until and tracer.alive():
        traced = True
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/status") as status:
                traced &= "TracerPid:\t0\n" not in status.read()
        if traced:
            return True
        time.sleep(0.002)
    return False


def transactions(console):
    return sum(int(row["total_xact_count"]) for row in console.query("SHOW STATS") if row["database"] == "bench")
