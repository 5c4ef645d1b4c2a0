"""As much of the protocol as it takes to log in without a password and to ask a simple query."""

import socket
import ssl
import struct
import time

SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class Refused(Exception):
    pass


class Connection:
    def __init__(self, port, user="bench", database="bench", timeout=10, tls=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        # As drivers do. Without it the first packet waits for the ACK of the handshake's end, 40 ms and more where nothing is sent back.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if tls:
                self.encrypt(tls)
            fields = b"".join(word.encode() + b"\0" for word in ("user", user, "database", database)) + b"\0"
            self.socket.sendall(struct.pack("!ii", 8 + len(fields), 196608) + fields)
            self.until_ready()
        except BaseException:
            self.socket.close()
            raise

    def encrypt(self, context):
        self.socket.sendall(SSL_REQUEST)
        if self.receive(1) != b"S":
            raise Refused("no TLS")
        self.socket = context.wrap_socket(self.socket)

    def receive(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise Refused("connection closed")
            data += more
        return data

    def until_ready(self):
        rows, names = [], []
        while True:
            tag, length = struct.unpack("!ci", self.receive(5))
            body = self.receive(length - 4)
            if tag == b"E":
                raise Refused(body.replace(b"\0", b" ").decode(errors="replace"))
            if tag == b"T":
                names = column_names(body)
            if tag == b"D":
                rows.append(dict(zip(names, columns(body))))
            if tag == b"R" and body[:4] != b"\0\0\0\0":
                raise Refused("asks for a password")
            if tag == b"Z":
                return rows

    def query(self, sql):
        text = sql.encode() + b"\0"
        self.socket.sendall(b"Q" + struct.pack("!i", 4 + len(text)) + text)
        return self.until_ready()

    def close(self):
        try:
            self.socket.sendall(b"X\0\0\0\4")
        finally:
            self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def any_certificate():
    """A context for ``Connection`` that believes whoever answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def column_names(body):
    names, at = [], 2
    for _ in range(struct.unpack_from("!h", body)[0]):
        end = body.index(0, at)
        names.append(body[at:end].decode())
        at = end + 19
    return names


def columns(body):
    values, at = [], 2
    for _ in range(struct.unpack_from("!h", body)[0]):
        (length,) = struct.unpack_from("!i", body, at)
        at += 4
        values.append(None if length < 0 else body[at : at + length].decode(errors="replace"))
        at += max(0, length)
    return values


def until_it_answers(port, process, patience=60, pause=0.05, database="bench", user="bench"):
    """Logs in as soon as that works; the seconds that it took."""
    begun = time.monotonic()
    while True:
        try:
            Connection(port, user, database).close()
            return time.monotonic() - begun
        except (OSError, Refused) as problem:
            if not process.alive():
                raise SystemExit(f"{process.command[0]} ended at its start:\n{process.tail()}") from problem
            if time.monotonic() - begun > patience:
                raise SystemExit(f"{process.command[0]} does not let us in: {problem}\n{process.tail()}") from problem
            time.sleep(pause)
