# SPDX-License-Identifier: GPL-2.0-only
"""vragent, as a script starts, stops and reloads it, and what it tells.

	agent = Vragent("h1", CONFIG)           # has taken over when this returns
	agent.reload(OTHER)
	agent.wait("denied", dport=25)
"""
import json
import os
import signal
import subprocess
import time

from frames import LIMIT, Inside, check, socket


class Vragent:
    """One in a hypervisor's namespace. Its configuration may be changed and reloaded."""

    count = 0

    def __init__(self, namespace, config, *options):
        Vragent.count += 1
        work = os.environ["VRAGENT_WORK"]
        self.config = f"{work}/vragent-{Vragent.count}.yaml"
        self.output = f"{work}/vragent-{Vragent.count}.json"
        self.netns = f"{namespace}-{os.environ['SCRIPT_PID']}"
        self.options, self.process, self.told = options, None, []
        self.write(config)
        self.start()

    def write(self, config):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(config)

    def start(self):
        """Starts it; returns the event of its first look at all flows."""
        self.told = []
        with open(self.output, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen(["vragent", "--netns", self.netns, "--config", self.config, *self.options],
                                            stdout=out)
        self.reader = open(self.output, encoding="utf-8")
        return self.wait("sweep", why="takeover")

    def kill(self, number=signal.SIGKILL):
        """Ends it; its exit status."""
        self.process.send_signal(number)
        status = self.process.wait(LIMIT)
        self.reader.close()
        return status

    def read(self):
        """The events until now, those that were read before too."""
        while True:
            at = self.reader.tell()
            line = self.reader.readline()
            if not line.endswith("\n"):
                self.reader.seek(at)
                return self.told
            self.told.append(json.loads(line))

    def wait(self, event, after=0, **members):
        """The first such event behind the first @after ones, or None."""
        end = time.monotonic() + LIMIT
        while True:
            for told in self.read()[after:]:
                if told["event"] == event and all(told.get(key) == value for key, value in members.items()):
                    return told
            if time.monotonic() > end or self.process.poll() is not None:
                return None
            time.sleep(0.02)

    def reload(self, config):
        """With another configuration; the event of its look at all flows, or the one that says what is wrong."""
        after = len(self.read())
        self.write(config)
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            for told in self.read()[after:]:
                if told["event"] == "error" or (told["event"] == "sweep" and told["why"] == "reload"):
                    return told
            time.sleep(0.02)
        return None

    def stats(self):
        after = len(self.read())
        self.process.send_signal(signal.SIGUSR1)
        return self.wait("stats", after)


def sock(namespace, kind=socket.SOCK_STREAM, family=socket.AF_INET, limit=LIMIT):
    with Inside(namespace):
        made = socket.socket(family, kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.settimeout(limit)
    return made


def listen(namespace, port, family=socket.AF_INET):
    made = sock(namespace, family=family)
    made.bind(("", port))
    made.listen(64)
    return made


def connect(namespace, address, port, limit=LIMIT):
    """A connection, or the name of the error."""
    made = sock(namespace, family=socket.AF_INET6 if ":" in address else socket.AF_INET, limit=limit)
    try:
        made.connect((address, port))
        made.settimeout(LIMIT)
        return made
    except OSError as error:
        made.close()
        return type(error).__name__


def talks(listener, namespace, address, port):
    """A new connection, both ways; returns both ends, or says why not."""
    near = connect(namespace, address, port)
    if isinstance(near, str):
        check(f"{namespace} connects to {address}:{port}", False, near)
        return None
    far = listener.accept()[0]
    far.settimeout(LIMIT)
    check(f"{namespace} connects to {address}:{port}", echoes(near, far))
    return near, far


def echoes(near, far, data=b"hello, there"):
    """Goes there and comes back."""
    try:
        near.sendall(data)
        if far.recv(len(data), socket.MSG_WAITALL) != data:
            return False
        far.sendall(data[::-1])
        return near.recv(len(data), socket.MSG_WAITALL) == data[::-1]
    except OSError:
        return False
