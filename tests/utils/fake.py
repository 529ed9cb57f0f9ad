# SPDX-License-Identifier: GPL-2.0-only
"""A kernel for the tools: they run with fake_kernel.c preloaded and talk to what a test says the kernel answers."""

import atexit
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading

from harness import ABI, ROOT, TOOLS, Skip, attributes

FAMILY = 33
CTRL = 16
NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO, NLM_F_DUMP_INTR, NLM_F_DUMP, NLM_F_CAPPED = 2, 4, 8, 0x10, 0x300, 0x100
NLMSG_ERROR, NLMSG_DONE = 2, 3

_built = {}


def library():
    """fake_kernel.so, built once a run."""
    if "path" not in _built:
        if not shutil.which("cc"):
            raise Skip("no compiler")
        directory = tempfile.mkdtemp()
        atexit.register(shutil.rmtree, directory)
        path = os.path.join(directory, "fake_kernel.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", path,
                        os.path.join(ROOT, "tests/utils/fake_kernel.c"), "-ldl"], check=True)
        _built["path"] = path
    return _built["path"]


def attr(number, payload):
    """One attribute, its payload as bytes, a number (u32) or a list of attributes (a nest)."""
    if isinstance(payload, int):
        payload = struct.pack("=I", payload & 0xffffffff)
    elif isinstance(payload, str):
        payload = payload.encode() + b"\0"
    elif isinstance(payload, list):
        payload = b"".join(payload)
        number |= 0x8000
    return struct.pack("=HH", 4 + len(payload), number) + payload + bytes(-len(payload) % 4)


def u64(value):
    return struct.pack("=Q", value)


def put(prefix, **values):
    """Attributes of one enum: put("VR_A_NH_", ID=5, TYPE=2)."""
    return b"".join(attr(ABI[prefix + name], value) for name, value in values.items())


def message(kind, flags, seq, payload):
    return struct.pack("=IHHII", 16 + len(payload), kind, flags, seq, 1) + payload


def answer(cmd, attrs):
    """What a reply carries: a command by name and its attributes."""
    return struct.pack("=BBH", ABI["VR_CMD_" + cmd], 2, 0) + attrs


class Request:
    def __init__(self, flags, payload):
        self.flags = flags
        self.cmd = {value: name[7:] for name, value in ABI.items() if name.startswith("VR_CMD_")
                    and not name.endswith("MAX")}[payload[0]]
        self.dump = flags & NLM_F_DUMP == NLM_F_DUMP
        self.attrs = {number: data for number, _, data in attributes(payload[4:])}

    def u32(self, name):
        data = self.attrs.get(ABI[name])
        return None if data is None else struct.unpack("=I", data)[0]


class Kernel:
    """
    handler(request) returns a list of answer(), or an errno to refuse with. Requests are kept in self.requests.

    interrupted: dumps say that the table changed meanwhile
    """

    def __init__(self, handler, interrupted=False):
        self.handler = handler
        self.interrupted = interrupted
        self.requests = []
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "socket")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(self.path)
        self.listener.listen(4)
        self.library = library()

    def run(self, words, stdin=None, stdout=subprocess.PIPE):
        words = words.split() if isinstance(words, str) else words
        env = {**os.environ, "LD_PRELOAD": self.library, "FAKE_KERNEL": self.path,
               "ASAN_OPTIONS": "verify_asan_link_order=0"}
        server = threading.Thread(target=self._serve, daemon=True)
        server.start()
        return subprocess.run([os.path.join(TOOLS, words[0])] + words[1:], input=stdin, stdout=stdout,
                              stderr=subprocess.PIPE, env=env, timeout=120, check=False)

    def close(self):
        self.listener.close()
        self.directory.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _serve(self):
        try:
            sock, _ = self.listener.accept()
        except OSError:
            return
        while True:
            try:
                data = sock.recv(1 << 17)
            except OSError:
                return
            if not data:
                return
            while len(data) >= 16:
                length, kind, flags, seq, _ = struct.unpack_from("=IHHII", data)
                self._answer(sock, kind, flags, seq, data[16:length])
                data = data[(length + 3) & ~3:]

    def _answer(self, sock, kind, flags, seq, payload):
        code = 0
        if kind == CTRL:
            found = attr(1, struct.pack("=H", FAMILY)) + attr(2, "vrouter")
            sock.send(message(CTRL, 0, seq, struct.pack("=BBH", 1, 2, 0) + found))
        else:
            request = Request(flags, payload)
            self.requests.append(request)
            answers = self.handler(request)
            if isinstance(answers, int):
                code, answers = answers, []
            more = (NLM_F_MULTI if request.dump else 0) | (NLM_F_DUMP_INTR if self.interrupted and request.dump else 0)
            for buffer in packed(answers, more, seq):
                sock.send(buffer)
            if request.dump and not code:
                sock.send(message(NLMSG_DONE, more, seq, struct.pack("=i", 0)))
                return
        if code or flags & NLM_F_ACK:
            sock.send(message(NLMSG_ERROR, NLM_F_CAPPED, seq,
                              struct.pack("=i", -code) + struct.pack("=IHHII", 16, kind, flags, seq, 0)))


def packed(answers, flags, seq):
    """Messages, as many in a buffer as the kernel puts there."""
    buffer = b""
    for payload in answers:
        one = message(FAMILY, flags, seq, payload)
        if len(buffer) + len(one) > 32000:
            yield buffer
            buffer = b""
        buffer += one
    if buffer:
        yield buffer
