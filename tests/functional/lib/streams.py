# SPDX-License-Identifier: GPL-2.0-only
"""Data through sockets of two namespaces, byte for byte; both ends are in this process."""
import itertools
import os
import random
import select
import socket
import struct
import threading
import time

from frames import LIMIT, Inside, csum

SOL_UDP, UDP_SEGMENT = 17, 103


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def pattern(size, seed=1):
    """Bytes in which nothing repeats: the same for the same seed."""
    return random.Random(seed).randbytes(size)


class Listener:
    """A TCP socket that waits in a namespace, on any address of both families."""

    def __init__(self, namespace, port=5001):
        self.namespace, self.port = namespace, port
        with Inside(namespace):
            self.sock = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)

    def connection(self, client, address):
        """Both ends of a connection from another namespace, not blocking; or None."""
        with Inside(client):
            near = socket.socket(family(address), socket.SOCK_STREAM)
        near.settimeout(LIMIT)
        self.sock.settimeout(LIMIT)
        try:
            near.connect((address, self.port))
            far, _ = self.sock.accept()
        except OSError:
            near.close()
            return None
        near.setblocking(False)
        far.setblocking(False)
        return near, far

    def exchange(self, client, address, size):
        """Send so many bytes both ways at once over a new connection. Both arrive as they were sent, and no others."""
        ends = self.connection(client, address)
        if not ends:
            return False
        data = [pattern(size, 1), pattern(size, 2)]
        sent, got = [0, 0], [bytearray(), bytearray()]
        open_ends = {0, 1}
        end = time.monotonic() + LIMIT
        while open_ends and time.monotonic() < end:
            writing = [ends[i] for i in (0, 1) if sent[i] < size]
            readable, writable, _ = select.select([ends[i] for i in open_ends], writing, [], 1)
            for i in (0, 1):
                if ends[i] in writable:
                    sent[i] += ends[i].send(data[i][sent[i]:sent[i] + (1 << 18)])
                    if sent[i] == size:
                        ends[i].shutdown(socket.SHUT_WR)
                if ends[i] in readable:
                    block = ends[i].recv(1 << 20)
                    got[i] += block
                    if not block:
                        open_ends.discard(i)
            if readable or writable:
                end = time.monotonic() + LIMIT
        for sock in ends:
            sock.close()
        return got[0] == data[1] and got[1] == data[0]


def datagrams(source, target, address, sizes, segment=0, port=5002):
    """
    Send UDP datagrams of these sizes from one namespace to an address of another. Those that arrive, as they were
    sent; with segment each is cut into such pieces by the kernel or the device.
    """
    with Inside(target):
        far = socket.socket(family(address), socket.SOCK_DGRAM)
    far.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33), 1 << 22)
    far.bind((address, port))
    far.settimeout(LIMIT)
    with Inside(source):
        near = socket.socket(family(address), socket.SOCK_DGRAM)
    if segment:
        near.setsockopt(SOL_UDP, UDP_SEGMENT, segment)
    good = 0
    try:
        for number, size in enumerate(sizes):
            data = pattern(size, number)
            near.sendto(data, (address, port))
            step = segment or size
            pieces = [data[at:at + step] for at in range(0, size, step)]
            if [far.recv(1 << 16) for _ in pieces] == pieces:
                good += 1
    except socket.timeout:
        pass
    near.close()
    far.close()
    return good == len(sizes)


class Pinger:
    """Echo requests from a namespace to an address, and their replies, byte for byte."""

    numbers = itertools.count(os.getpid())

    def __init__(self, namespace, address):
        self.address, self.seq, self.ident = address, 0, next(self.numbers) & 0xffff
        self.is_ip6 = ":" in address
        with Inside(namespace):
            self.sock = socket.socket(family(address), socket.SOCK_RAW,
                                      socket.IPPROTO_ICMPV6 if self.is_ip6 else socket.IPPROTO_ICMP)

    def echo(self, size, limit=LIMIT):
        """One with so many bytes is answered."""
        self.seq += 1
        data = pattern(size, self.seq)
        rest = struct.pack("!HH", self.ident, self.seq) + data
        asks, answers = (128, 129) if self.is_ip6 else (8, 0)
        # The kernel fills in ICMPv6's checksum itself.
        total = 0 if self.is_ip6 else csum(struct.pack("!BBH", asks, 0, 0) + rest)
        try:
            self.sock.sendto(struct.pack("!BBH", asks, 0, total) + rest, (self.address, 0))
        except OSError:
            return False
        end = time.monotonic() + limit
        while select.select([self.sock], [], [], max(0, end - time.monotonic()))[0]:
            got = self.sock.recv(1 << 17)
            if not self.is_ip6:
                got = got[(got[0] & 15) * 4:]
            if got[0] == answers and got[4:] == rest:
                return True
        return False

    def reaches(self, size, count=3):
        """The first packets may be lost until neighbours and path MTU are known. Then none is."""
        return any(self.echo(size, limit) for limit in (.1, .1, .2, .5, 1, 4, 16)) and \
            all(self.echo(size) for _ in range(count))

    def close(self):
        self.sock.close()


def send_all(sock, data):
    """All of it, where each step may take the socket's timeout: sendall() must be through with all in that time."""
    left = memoryview(data)
    while left:
        left = left[sock.send(left):]


def drain(sock, total):
    """Read so many bytes, or to the end."""
    got = 0
    while got < total:
        block = sock.recv(1 << 20)
        if not block:
            return
        got += len(block)


def stream(ends, size):
    """Send so many bytes, whole blocks of 1 MiB, from the first end to the second, both blocking; seconds."""
    near, far = ends
    block = bytes(1 << 20)
    start = time.monotonic()
    reader = threading.Thread(target=drain, args=(far, size))
    reader.start()
    for _ in range(size // len(block)):
        near.sendall(block)
    reader.join()
    return time.monotonic() - start


def device_counts(namespace, device, way):
    """Packets and bytes that a device has sent ("tx") or received ("rx")."""
    found = ()
    with Inside(namespace), open("/proc/thread-self/net/dev", encoding="ascii") as table:
        for line in table:
            name, _, numbers = line.strip().partition(":")
            if name == device:
                numbers = list(map(int, numbers.split()))
                found = (numbers[9], numbers[8]) if way == "tx" else (numbers[1], numbers[0])
    return found


def mean_size(before, after):
    """Bytes of a packet between two counts."""
    return (after[1] - before[1]) / max(1, after[0] - before[0])
