"""From rounds to tables."""

import os
import platform
import re
import subprocess
from dataclasses import dataclass, field
from statistics import median

TOLERANCE = 1.03


def spread(values):
    return f"**{median(values):.2f}** ({min(values):.2f}–{max(values):.2f})"


def milliseconds(micros):
    return f"{micros / 1000:.2f}" if micros < 10000 else f"{micros / 1000:.0f}"


@dataclass
class Line:
    """A row of the first table: rounds of two sides, pair by pair."""

    scenario: str
    clients: str
    names: tuple
    base: list
    subject: list
    target: float = 0
    tail: bool = False

    HEAD = (
        "| scenario | clients | A: CPU µs/tx | B: CPU µs/tx | B ÷ A, median (min–max) | target | A: tps | B: tps | B ÷ A | A: p50/p99 ms | B: p50/p99 ms | held |\n"
        "| --- | ---: | ---: | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    )

    def values(self, samples, name):
        return [getattr(sample, name) for sample in samples]

    def median(self, samples, name):
        return median(self.values(samples, name))

    def ratios(self, name):
        return [getattr(b, name) / getattr(a, name) for a, b in zip(self.base, self.subject) if getattr(a, name) > 0]

    def verdict(self):
        if not self.target:
            return ""
        words = ["CPU " + ("yes" if median(self.ratios("cpu")) <= self.target else "**no**")]
        if self.tail:
            words.append("tps " + ("yes" if median(self.ratios("tps")) * TOLERANCE >= 1 else "**no**"))
            words.append("p99 " + ("yes" if median(self.ratios("p99")) <= TOLERANCE else "**no**"))
        return ", ".join(words)

    def markdown(self):
        cells = [self.scenario, self.clients]
        cells += [f"{self.median(side, 'cpu'):.1f}" for side in (self.base, self.subject)]
        cells += [spread(self.ratios("cpu")), f"≤ {self.target:.2f}" if self.target else ""]
        cells += [f"{self.median(side, 'tps'):.0f}" for side in (self.base, self.subject)]
        cells += [f"{median(self.ratios('tps')):.2f}"]
        cells += [f"{milliseconds(self.median(side, 'p50'))} / {milliseconds(self.median(side, 'p99'))}" for side in (self.base, self.subject)]
        return "| " + " | ".join([*cells, self.verdict()]) + " |"


@dataclass
class Fact:
    """A row of the second table: numbers that are no transactions."""

    scenario: str
    base: str
    subject: str
    target: str = ""
    held: object = None

    HEAD = "| measured | A | B | target for B | held |\n| --- | ---: | ---: | --- | --- |"

    def markdown(self):
        held = "" if self.held is None else "yes" if self.held else "**no**"
        return f"| {self.scenario} | {self.base} | {self.subject} | {self.target} | {held} |"


@dataclass
class Report:
    title: str
    names: tuple
    settings: str
    lines: list = field(default_factory=list)
    facts: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def markdown(self, machine):
        parts = [f"# {self.title}\n", machine + "\n", self.settings + "\n"]
        if self.lines:
            parts.append(f"A is {self.names[0]}, B is {self.names[1]}, where the scenario does not say otherwise.\n")
            parts.append("\n".join([Line.HEAD, *[line.markdown() for line in self.lines]]) + "\n")
        if self.facts:
            parts.append("\n".join([Fact.HEAD, *[fact.markdown() for fact in self.facts]]) + "\n")
        if self.notes:
            parts.append("\n".join("* " + note for note in self.notes) + "\n")
        return "\n".join(parts)


def first_line(command):
    try:
        found = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "none"
    return (found.stdout + found.stderr).strip().split("\n")[0]


def machine(versions):
    model, memory, system = "unknown processor", "", platform.system()
    with open("/proc/cpuinfo") as info:
        found = re.search(r"model name\s*: (.*)", info.read())
        model = found[1] if found else platform.machine()
    with open("/proc/meminfo") as info:
        memory = f"{int(re.search(r'MemTotal: *([0-9]+)', info.read())[1]) / 1048576:.0f} GiB"
    if os.path.exists("/etc/os-release"):
        with open("/etc/os-release") as release:
            system = re.search(r'PRETTY_NAME="?([^"\n]*)', release.read())[1]
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {memory}; {system}, Linux {platform.release().split('-')[0]}; " + "; ".join(versions) + "."
