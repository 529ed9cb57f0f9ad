# SPDX-License-Identifier: GPL-2.0-only
"""The shell of the machine that machine.sh has started, and what its services do. See machine-init."""
import os
import re
import socket

from streams import LIMIT, Inside, family

SENDS, SUMS = 5001, 5002


class Machine:
    """Its shell: a line in, its output and status out."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(os.environ["MACHINE_SHELL"])
        self.sock.settimeout(3 * LIMIT)

    def run(self, line):
        """What the line prints. One that fails is an error of the script."""
        self.sock.sendall(line.encode() + b"\n")
        got = b""
        while not (end := re.search(rb"(?:^|\n)status=(\d+)\n\Z", got)):
            block = self.sock.recv(1 << 16)
            if not block:
                raise EOFError(f"the machine has gone while it ran: {line}")
            got += block
        said = got[:end.start()].decode()
        if end[1] != b"0":
            raise RuntimeError(f"{line}: {said}")
        return said

    def counts(self, way):
        """Packets and bytes that its card has sent or received."""
        numbers = self.run("grep eth0: /proc/net/dev").partition(":")[2].split()
        return tuple(map(int, (numbers[9], numbers[8]) if way == "tx" else (numbers[1], numbers[0])))

    def queues(self, way):
        """Packets of each of its card's queues."""
        found = re.findall(rf"{way}_queue_\d+_packets: (\d+)", self.run("ethtool -S eth0"))
        return [int(number) for number in found]


def connect(namespace, address, port):
    """A connection to a service of the machine."""
    with Inside(namespace):
        sock = socket.socket(family(address), socket.SOCK_STREAM)
    sock.settimeout(LIMIT)
    sock.connect((address, port))
    return sock
