"""The servers behind and between: PostgreSQL, the one that answers at once, PgBouncer and pgsluice."""

import base64
import glob
import hashlib
import hmac
import os
import re
import signal
import socket
import subprocess

from processes import Process, find_program
from wire import Connection, until_it_answers

USER = "bench"
PASSWORD = "a password for measuring"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def scram_secret(password):
    salt = hashlib.sha256(b"bench").digest()[:16]
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 4096)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return "SCRAM-SHA-256$4096:" + "$".join((base64.b64encode(salt).decode(), base64.b64encode(stored).decode() + ":" + base64.b64encode(server).decode()))


def newest(pattern):
    return sorted(glob.glob(pattern), key=lambda path: [int(number) for number in re.findall(r"\d+", path)])[-1:]


def find_java_home():
    """The JDK 25 or newer that compiles and runs the drivers; as the launcher looks for it."""
    for home in [os.environ.get("JAVA_HOME"), *glob.glob("/usr/lib/jvm/*25*"), *glob.glob("/opt/*jdk*25*"), *glob.glob("/opt/java/*25*"), *glob.glob("/usr/lib/jvm/*")]:
        try:
            with open(os.path.join(home or "", "release")) as release:
                found = re.search(r'JAVA_VERSION="(\d+)', release.read())
        except OSError:
            continue
        if home and found and int(found[1]) >= 25 and os.access(os.path.join(home, "bin/javac"), os.X_OK):
            return home
    raise SystemExit("no JDK 25 found: install it, or set JAVA_HOME")


class Postgres:
    def __init__(self, bench, binaries=None):
        self.bin = binaries or "".join(newest("/usr/lib/postgresql/*/bin"))
        program = find_program("postgres", self.bin)
        if program is None:
            raise SystemExit("no PostgreSQL server found: install postgresql, or name its directory with --postgres")
        self.bin = os.path.dirname(os.path.realpath(program))
        self.version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()
        self.port = free_port()
        data = os.path.join(bench.directory, "data")
        log = os.path.join(bench.directory, "postgres.log")
        bench.run_to_end([os.path.join(self.bin, "initdb"), "-A", "trust", "-U", USER, "--no-sync", "-E", "UTF8", "--locale=C", data], log)
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": bench.directory,
            "max_connections": 500,
            "shared_buffers": "256MB",
            "fsync": "off",
            "autovacuum": "off",
        }
        command = [program, "-D", data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self.process = Process(command, log, bench.user)
        bench.processes.append((self.process, signal.SIGINT))
        until_it_answers(self.port, self.process, database="postgres")
        with Connection(self.port, database="postgres") as connection:
            connection.query("create database bench")
        pgbench = [bench.pgbench, "-h", "127.0.0.1", "-p", str(self.port), "-U", USER]
        bench.run_to_end([*pgbench, "-i", "-q", "-s", str(bench.scale), "--unlogged-tables", "bench"], log)
        with Connection(self.port) as connection:
            connection.query("create unlogged table sink (line text)")


class FakeServer:
    def __init__(self, bench, threads):
        log = os.path.join(bench.directory, "fake.log")
        self.process = Process([*bench.java, "-cp", bench.classes, "org.pgsluice.bench.FakeServer", "0", str(threads)], log, bench.user, stdout=subprocess.PIPE)
        bench.processes.append((self.process, signal.SIGTERM))
        self.port = int(self.process.child.stdout.readline().split()[1])


class Side:
    """A program to be measured: ``pgbouncer``, its path, or a launcher of pgsluice or the directory of one, then settings of its own behind commas:
    ``./pgsluice,engine=nio,java=-XX:+UseParallelGC``."""

    def __init__(self, spec, name=None):
        program, *settings = spec.split(",")
        self.settings = dict(setting.split("=", 1) for setting in settings)
        self.java_options = self.settings.pop("java", "")
        if os.path.isdir(program):
            program = os.path.join(program, "pgsluice")
        path = find_program(program, "", "/usr/sbin") if os.sep not in program else os.path.abspath(program)
        if path is None or not os.access(path, os.X_OK):
            raise SystemExit(f"there is no program {program}")
        self.program = path
        text = subprocess.run([path, "-V"], capture_output=True, text=True).stdout
        self.ours = "pgsluice" in text
        self.version = text.splitlines()[0] if text else "unknown"
        if self.ours:
            self.version = revision(os.path.dirname(path))
        own = " ".join(f"{key}={value}" for key, value in self.settings.items()) + (" " + self.java_options if self.java_options else "")
        self.name = name or (("pgsluice" if self.ours else "PgBouncer") + (" " + own.strip() if own.strip() else ""))

    def supports_prepared(self):
        """PgBouncer keeps named statements in transaction mode since 1.21."""
        numbers = [int(number) for number in re.findall(r"\d+", self.version)[:2]]
        return self.ours or numbers >= [1, 21]

    def prepare(self):
        """Builds what a checkout lacks, as whoever may write there; the server itself may not."""
        if self.ours:
            subprocess.run([self.program, "archive"], stdin=subprocess.DEVNULL, capture_output=True)


def revision(directory):
    found = subprocess.run(["git", "-C", directory, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return "pgsluice " + found.stdout.strip() if found.returncode == 0 else "pgsluice"


class Pooler:
    """A running side."""

    count = 0

    def __init__(self, bench, side, setup):
        Pooler.count += 1
        self.side = side
        self.bench = bench
        self.port = free_port()
        self.directory = os.path.join(bench.directory, f"pooler-{Pooler.count}")
        os.mkdir(self.directory)
        users = self.write("users", setup.users)
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": self.port,
            "unix_socket_dir": self.directory,
            "logfile": os.path.join(self.directory, "log"),
            "pidfile": os.path.join(self.directory, "pid"),
            "auth_file": users,
            "auth_type": "trust",
            "admin_users": USER,
            "pool_mode": "transaction",
            "default_pool_size": bench.pool_size,
            "max_client_conn": 10000,
            "listen_backlog": 4096,
        }
        settings.update(setup.settings)
        if side.supports_prepared():
            settings["max_prepared_statements"] = 200
        if side.ours:
            settings["reactors"] = setup.reactors or bench.reactors
        settings.update(side.settings)
        host = bench.directory if bench.server_socket == "unix" else "127.0.0.1"
        databases = "".join(f"{name} = host={host if port == bench.postgres_port() else '127.0.0.1'} port={port} dbname=bench\n" for name, port in setup.databases.items())
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        config = self.write("config.ini", f"[databases]\n{databases}[pgbouncer]\n{lines}")
        if bench.user:
            os.chown(self.directory, bench.user.pw_uid, bench.user.pw_gid)
        java_options = " ".join(filter(None, (setup.java_options.format(directory=self.directory), side.java_options)))
        environment = {"PGSLUICE_JAVA_OPTS": java_options} if java_options else {}
        self.process = Process([side.program, config], os.path.join(self.directory, "out"), bench.user, environment)
        self.pid = self.process.pid
        bench.processes.append((self.process, signal.SIGTERM))
        self.first = next(iter(setup.databases))
        self.login_user = setup.login_user

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    def wait(self, pause=0.05):
        """Until it accepts: a raw connection will do where a password is asked for."""
        if self.login_user:
            return until_it_answers(self.port, self.process, pause=pause, database=self.first, user=self.login_user)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 5).close()
                return None
            except OSError:
                if not self.process.alive():
                    raise SystemExit(f"{self.side.name} ended at its start:\n{self.process.tail()}") from None

    @property
    def client_host(self):
        return self.directory if self.bench.client_socket == "unix" else "127.0.0.1"

    def stop(self):
        # PgBouncer 1.18 ends at once with TERM, newer ones wait for their clients: nobody is there any more.
        self.process.stop()


class Setup:
    """What a pooler is configured for."""

    def __init__(self, databases, users=None, settings=None, reactors=None, java_options="", login_user=USER):
        self.databases = databases
        self.users = users or f'"{USER}" "{PASSWORD}"\n'
        self.settings = settings or {}
        self.reactors = reactors
        self.java_options = java_options
        self.login_user = login_user
