"""Rounds, interleaved: A B, B A, A B, and so on, each side warm."""

import sys

from drivers import RoundFailed
from report import Line
from servers import Pooler


def say(text):
    print(text, file=sys.stderr, flush=True)


class Stage:
    """The poolers of one setup, all running."""

    def __init__(self, bench, setup, sides=None):
        self.bench = bench
        self.setup = setup
        self.sides = sides or bench.sides
        self.poolers = []
        self.warm = set()

    def __enter__(self):
        for side in self.sides:
            pooler = Pooler(self.bench, side, self.setup)
            self.poolers.append(pooler)
            pooler.wait()
        return self

    def __exit__(self, *_):
        for pooler in self.poolers:
            pooler.stop()

    def warm_up(self, kind, drive):
        """Lets the compiler of a JVM see this kind of load; the others only fill their pools."""
        for pooler in self.poolers:
            if (kind, pooler) not in self.warm:
                self.warm.add((kind, pooler))
                seconds = self.bench.warm_up if pooler.side.ours else 1
                if seconds > 0:
                    say(f"  warming {pooler.side.name} up: {kind}, {seconds} s")
                    drive(pooler, seconds=seconds)

    def line(self, scenario, kind, clients, drive, target=0, tail=False, clients_text=None):
        """One row of the table, or a note why there is none."""
        say(f"{scenario}, {clients_text or clients} clients")
        samples = {pooler: [] for pooler in self.poolers}
        try:
            self.warm_up(kind, drive)
            for number in range(self.bench.rounds):
                for pooler in self.poolers if number % 2 == 0 else self.poolers[::-1]:
                    sample = drive(pooler, seconds=self.bench.seconds)
                    samples[pooler].append(sample)
                    say(f"  {number + 1}: {pooler.side.name:10} {sample.cpu:8.1f} µs/tx {sample.tps:8.0f} tps p50 {sample.p50 / 1000:.2f} p99 {sample.p99 / 1000:.2f} ms")
        except RoundFailed as problem:
            self.bench.report.notes.append(f"{scenario}, {clients_text or clients} clients: not measured. {problem}")
            say(f"  not measured: {problem}")
            return None
        first, second = (samples[pooler] for pooler in self.poolers[:2])
        line = Line(scenario, str(clients_text or clients), self.bench.report.names, first, second, target, tail)
        self.bench.report.lines.append(line)
        return line
