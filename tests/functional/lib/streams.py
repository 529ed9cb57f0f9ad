# SPDX-License-Identifier: GPL-2.0-only
"""Data through sockets of two namespaces, byte for byte; both ends are in this process."""
import random
import select
import socket
import time

from frames import LIMIT, Inside

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
