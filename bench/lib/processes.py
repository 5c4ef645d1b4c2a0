"""Processes of the run: started in a session of their own, measured through /proc, stopped by their own pid."""

import os
import pwd
import resource
import shutil
import signal
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
DESCRIPTORS = 65536


def raise_descriptor_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= DESCRIPTORS:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, hard if hard == resource.RLIM_INFINITY else max(DESCRIPTORS, hard)))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def server_user():
    """Whom servers run as: PostgreSQL and PgBouncer refuse root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("run it as an ordinary user: there is neither a user postgres nor nobody to run the servers as")


class Process:
    """A child in a session of its own: the scheduler shares the processor out by session (autogroup), and so every process counts alike."""

    def __init__(self, command, log, user=None, environment=None, stdin=subprocess.DEVNULL, stdout=None):
        options = {}
        if user is not None:
            options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self.command = command
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                command, stdin=stdin, stdout=stdout or out, stderr=out, start_new_session=True, cwd="/", env={**os.environ, **(environment or {})}, **options
            )
        self.pid = self.child.pid

    def alive(self):
        return self.child.poll() is None

    def cpu_seconds(self):
        return cpu_seconds(self.pid)

    def memory(self):
        return memory(self.pid)

    def tail(self, lines=8):
        with open(self.log, "r", errors="replace") as text:
            return "".join(text.readlines()[-lines:]).strip()

    def stop(self, how=signal.SIGTERM, patience=10):
        for number in (how, signal.SIGKILL):
            if self.child.poll() is not None:
                return
            self.child.send_signal(number)
            try:
                self.child.wait(patience)
            except subprocess.TimeoutExpired:
                continue


def cpu_seconds(pid):
    """User and system time of all its threads. The process's clock has the same sum as /proc/PID/stat, but in nanoseconds and not in ticks of 10 ms."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return stat_cpu_seconds(pid)


def stat_cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def children_cpu_seconds(pid):
    """Of all that it has started and that live: PostgreSQL's servers."""
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return sum(cpu_seconds(int(child)) for child in children.read().split())


def memory(pid):
    """Resident and peak resident memory in KiB."""
    result = {}
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            name, _, value = line.partition(":")
            if name in ("VmRSS", "VmHWM"):
                result[name] = int(value.split()[0])
    return result


class Sampler:
    """Notes a process's CPU time and memory twenty times a second, so that any window can be looked at afterwards."""

    def __init__(self, pid, period=0.05):
        self.pid = pid
        self.period = period
        self.points = []
        self.rss = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.sample, daemon=True)

    def sample(self):
        while True:
            self.points.append((time.time(), cpu_seconds(self.pid)))
            self.rss.append(memory(self.pid).get("VmRSS", 0))
            if self.done.wait(self.period):
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        self.points.append((time.time(), cpu_seconds(self.pid)))

    def at(self, moment):
        before = self.points[0]
        for point in self.points:
            if point[0] >= moment:
                span = point[0] - before[0]
                share = (moment - before[0]) / span if span > 0 else 0
                return before[1] + (point[1] - before[1]) * share
            before = point
        return before[1]

    def seconds(self, start, end):
        return self.at(end) - self.at(start)


def find_program(name, *places):
    for place in places:
        path = os.path.join(place, name)
        if os.access(path, os.X_OK):
            return path
    return shutil.which(name)
