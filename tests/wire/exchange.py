"""Sends messages, one after the other, each when the one before it is answered, and prints the answers.

Arguments: host, port. On stdin a line for each message: the number of the connection, and the bytes in
hexadecimal digits. What differs from run to run, ids, signatures and the time of now, is not printed.
"""
import socket
import struct
import sys
import time

GREETING = struct.pack(">II", 100, 24)
PATIENCE = 2.0


class Ended(Exception):
    """Nothing more will come."""


class Connection:
    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.socket.sendall(GREETING)
        if self.take(8) != GREETING:
            raise Ended("another greeting")

    def take(self, count):
        taken = b""
        while len(taken) < count:
            try:
                piece = self.socket.recv(count - len(taken))
            except socket.timeout:
                raise Ended("silent") from None
            except OSError:
                piece = b""
            if not piece:
                raise Ended("hung up")
            taken += piece
        return taken

    def pairs(self):
        pairs = []
        while True:
            size = struct.unpack(">H", self.take(2))[0]
            if size == 0:
                return pairs
            name = self.take(size)
            value = self.take(struct.unpack(">I", self.take(4))[0])
            pairs.append("%s=%s" % (name.decode("latin-1"), masked(value)))

    def ask(self, message):
        try:
            self.socket.sendall(message)
            authid, size, operation, handle, _, rid = struct.unpack(">6I", self.take(24))
            about, values = self.pairs(), self.pairs()
            self.take(size)
        except (Ended, OSError) as end:
            self.ask = lambda message: "after the end"
            return str(end) if isinstance(end, Ended) else "hung up"
        header = "authid %d, signature of %d, operation %d, handle %d, rid %d" % (authid, size, operation, handle, rid)
        return "%s: %s | %s" % (header, ", ".join(about), ", ".join(values))


def masked(value):
    if len(value) == 4 and abs(struct.unpack(">I", value)[0] - time.time()) < 600:
        return "<now>"
    return repr(value)


def main():
    address = (sys.argv[1], int(sys.argv[2]))
    connections = {}
    for line in sys.stdin:
        number, message = line.split(" ")
        try:
            if number not in connections:
                connections[number] = Connection(address)
        except (Ended, OSError):
            print(number, "no connection", flush=True)
            continue
        print(number, connections[number].ask(bytes.fromhex(message)), flush=True)


main()
