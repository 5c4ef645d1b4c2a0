#!/usr/bin/env python3
"""Sends requests to the invitation list from many threads and watches PostgreSQL's connections meanwhile.

Prints one row of a Markdown table (the columns are in HEADER). The exit status is 1 if --no-failures or --max-servers
was given and did not hold.
"""
import argparse
import collections
import http.client
import json
import math
import queue
import re
import sys
import threading
import time

import psycopg2

HEADER = (
    "| route | max_connections | requests | threads | succeeded | failed | mean ms | p99 ms "
    "| peak of server connections | errors |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |"
)
SAMPLE_SECONDS = 0.02
CONNECTIONS = """
    SELECT application_name, state, count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = 'wedding_db' AND pid <> pg_backend_pid()
    GROUP BY 1, 2
"""


class ConnectionSampler(threading.Thread):
    """Counts client backends every 20 ms over one connection, opened before the load so that it never lacks a slot."""

    def __init__(self, dsn):
        super().__init__(daemon=True)
        self.connection = psycopg2.connect(dsn, application_name="load sampler")
        self.connection.autocommit = True
        self.peak = 0
        self.at_peak = []
        self.samples = 0
        self.error = None
        self.stopped = threading.Event()

    def run(self):
        try:
            while not self.stopped.wait(SAMPLE_SECONDS):
                self.sample()
        except psycopg2.Error as error:
            self.error = error

    def sample(self):
        with self.connection.cursor() as cursor:
            cursor.execute(CONNECTIONS)
            rows = cursor.fetchall()
        self.samples += 1
        total = sum(row[2] for row in rows)
        if total > self.peak:
            self.peak, self.at_peak = total, rows

    def finish(self):
        """Stop, take a last sample, and fail if the measurement is not one."""
        self.stopped.set()
        self.join()
        if self.error:
            raise SystemExit("the sampler lost its connection: %s" % self.error)
        self.sample()
        self.connection.close()


def request_number(n, invitations):
    """Three of four requests open an invitation (every tenth of all with a wrong token), the fourth lists guests."""
    if n % 4 == 3:
        return "GET", "/", None, 200
    i = n % invitations + 1
    wrong = n % 10 == 0
    body = {"code": "INV-%04d" % i, "token": "wrong" if wrong else "token-%04d" % i}
    return "POST", "/api/public/auth/", json.dumps(body), 400 if wrong else 200


def send(host, port, n, options):
    """Send request `n`; return the name of what went wrong, or None."""
    method, path, body, expected = request_number(n, options.invitations)
    connection = http.client.HTTPConnection(host, port, timeout=options.timeout)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        response.read()
        return None if response.status == expected else "HTTP %d" % response.status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def run_load(options):
    """Send all requests; return the seconds of those that succeeded, and the errors by name."""
    host, _, port = options.target.rpartition(":")
    todo = queue.SimpleQueue()
    for n in range(options.requests):
        todo.put(n)
    seconds, errors = [], collections.Counter()
    lock = threading.Lock()
    start = threading.Barrier(options.threads)

    def work():
        start.wait()
        while True:
            try:
                n = todo.get_nowait()
            except queue.Empty:
                return
            begin = time.perf_counter()
            error = send(host, int(port), n, options)
            took = time.perf_counter() - begin
            with lock:
                if error:
                    errors[error] += 1
                else:
                    seconds.append(took)

    threads = [threading.Thread(target=work) for _ in range(options.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, errors


def reasons_in(log, offset):
    """The database errors that the application logged behind `offset`, by text."""
    with open(log, "rb") as file:
        file.seek(offset)
        text = file.read().decode("utf-8", "replace")
    found = re.findall(r"^django\.db\.utils\.(\w+: .*)", text, re.MULTILINE)
    return collections.Counter(re.sub(r"connection to server .*? failed: ", "", line) for line in found)


def size_of(log):
    with open(log, "rb") as file:
        return file.seek(0, 2)


def listed(counter):
    return ", ".join("%d × %s" % (count, " ".join(name.split()).replace("|", "\\|")) for name, count in counter.most_common())


def row(options, seconds, errors, reasons, sampler):
    seconds = sorted(seconds)
    mean = "%.0f" % (1000 * sum(seconds) / len(seconds)) if seconds else "-"
    p99 = "%.0f" % (1000 * seconds[math.ceil(0.99 * len(seconds)) - 1]) if seconds else "-"
    peak = str(sampler.peak)
    if sampler.at_peak:
        kinds = sorted(sampler.at_peak, key=lambda kind: -kind[2])
        peak += " (" + ", ".join("%s %s %d" % (name or "(no name)", state, count) for name, state, count in kinds) + ")"
    why = listed(errors) or "none"
    if reasons:
        why += "; log: " + listed(reasons)
    cells = [options.label, options.max_connections, options.requests, options.threads,
             len(seconds), sum(errors.values()), mean, p99, peak, why]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--header", action="store_true", help="print the table's head and end")
    parser.add_argument("--target", default="127.0.0.1:8000", help="HOST:PORT of the application")
    parser.add_argument("--dsn", default="", help="PostgreSQL itself, not the pooler: for the sampler")
    parser.add_argument("--log", help="the application's log, to name the causes of failures")
    parser.add_argument("--label", default="load")
    parser.add_argument("--max-connections", default="")
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--threads", type=int, default=50)
    parser.add_argument("--invitations", type=int, default=200)
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one request")
    parser.add_argument("--no-failures", action="store_true", help="exit status 1 if a request failed")
    parser.add_argument("--max-servers", type=int, help="exit status 1 if there were more server connections")
    options = parser.parse_args()
    if options.header:
        print(HEADER)
        return 0

    offset = size_of(options.log) if options.log else 0
    sampler = ConnectionSampler(options.dsn)
    sampler.start()
    seconds, errors = run_load(options)
    sampler.finish()
    reasons = reasons_in(options.log, offset) if options.log else {}
    print(row(options, seconds, errors, reasons, sampler), flush=True)
    broken = options.no_failures and errors
    broken = broken or options.max_servers is not None and sampler.peak > options.max_servers
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
