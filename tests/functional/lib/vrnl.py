# SPDX-License-Identifier: GPL-2.0-only
"""The module's generic netlink family over raw sockets, with nothing but Python's standard library.

Deliberately no more than a thin layer over bytes: the tests that use it have to be able to say things that a proper
library would not let them say. The numbers come from include/uapi/vrouter/netlink.h itself: vrnl.VR_CMD_VRF_NEW, and
of the settings from conf.h: vrnl.VR_A_CONF_FLOWS, vrnl.SETTINGS.
"""
import ctypes
import errno
import os
import re
import socket
import struct
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO, NLM_F_DUMP_INTR = 0x1, 0x2, 0x4, 0x8, 0x10
NLM_F_ROOT, NLM_F_MATCH, NLM_F_DUMP = 0x100, 0x200, 0x300
NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_APPEND = 0x100, 0x200, 0x400, 0x800
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLA_F_NESTED, NLA_TYPE_MASK = 0x8000, 0x3fff
NETLINK_GENERIC, SOL_NETLINK = 16, 270
NETLINK_ADD_MEMBERSHIP, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 1, 10, 11
NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS, NLMSGERR_ATTR_MISS_TYPE, NLMSGERR_ATTR_MISS_NEST = 1, 2, 5, 6
GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_ATTR_MCAST_GROUPS = 1, 2, 7
CTRL_ATTR_MCAST_GRP_NAME, CTRL_ATTR_MCAST_GRP_ID = 1, 2
AF_INET, AF_INET6, AF_BRIDGE = 2, 10, 7
CLONE_NEWNET = 0x40000000
HEADERS = 20        # netlink's and generic netlink's


def _constants():
    """The enums and the plain defines of the header."""
    with open(os.path.join(TOP, "include/uapi/vrouter/netlink.h"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    values = {}
    for name, number in re.findall(r"^#define (VR_\w+)\s+(0x[0-9a-f]+|\d+)U?\s*$", text, re.M):
        values[name] = int(number, 0)
    for body in re.findall(r"^enum \w+ \{(.*?)\};", text, re.M | re.S):
        value = 0
        for name, number in re.findall(r"(\w+)(?:\s*=\s*(\d+))?\s*(?:,|$)", body):
            value = int(number) if number else value
            values[name] = value
            value += 1
    return values


def _settings():
    """(symbol, word, default, least, most) of each setting, in order."""
    with open(os.path.join(TOP, "include/uapi/vrouter/conf.h"), encoding="utf-8") as file:
        found = re.findall(r'^\tX\((\w+), "(\w+)", (\d+), (\d+), (\w+),', file.read(), re.M)
    return [(sym, word, int(default), int(least), int(most, 0)) for sym, word, default, least, most in found]


SETTINGS = _settings()
globals().update(_constants())
globals().update({f"VR_A_CONF_{setting[0]}": number for number, setting in enumerate(SETTINGS, 1)})


def command_name(cmd):
    """As in the YAML: vrf-new."""
    for name, value in globals().items():
        if name.startswith("VR_CMD_") and not name.endswith("_MAX") and value == cmd:
            return name[len("VR_CMD_"):].lower().replace("_", "-")
    return str(cmd)


# --- attributes ------------------------------------------------------------------------------------------------------

def attr(kind, payload=b""):
    """One attribute from bytes."""
    return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def u32(kind, value):
    return attr(kind, struct.pack("=I", value))


def s32(kind, value):
    return attr(kind, struct.pack("=i", value))


def text(kind, value):
    return attr(kind, value.encode() + b"\0")


def mac(kind, value):
    return attr(kind, bytes.fromhex(value.replace(":", "")))


def address(kind, value):
    return attr(kind, socket.inet_pton(AF_INET6 if ":" in value else AF_INET, value))


def nest(kind, *children):
    return attr(kind | NLA_F_NESTED, b"".join(children))


def walk(data, offset=0):
    """(offset, type, payload) of each attribute in a row."""
    while offset + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, offset)
        if length < 4 or offset + length > len(data):
            return
        yield offset, kind & NLA_TYPE_MASK, data[offset + 4:offset + length], bool(kind & NLA_F_NESTED)
        offset += (length + 3) & ~3


class Attrs:
    """A row of attributes that was received."""

    def __init__(self, data):
        self.data = data
        self.list = [(kind, payload) for _, kind, payload, _ in walk(data)]

    def all(self, kind):
        return [payload for number, payload in self.list if number == kind]

    def get(self, kind):
        found = self.all(kind)
        return found[0] if found else None

    def u32(self, kind):
        payload = self.get(kind)
        return None if payload is None else struct.unpack("=I", payload)[0]

    def s32(self, kind):
        payload = self.get(kind)
        return None if payload is None else struct.unpack("=i", payload)[0]

    def u64(self, kind):
        payload = self.get(kind)
        return None if payload is None else struct.unpack("=Q", payload)[0]

    def s64(self, kind):
        payload = self.get(kind)
        return None if payload is None else struct.unpack("=q", payload)[0]

    def text(self, kind):
        payload = self.get(kind)
        return None if payload is None else payload.rstrip(b"\0").decode()

    def nest(self, kind):
        payload = self.get(kind)
        return None if payload is None else Attrs(payload)

    def nests(self, kind):
        return [Attrs(payload) for payload in self.all(kind)]


class Message(Attrs):
    """A message of the family that was received."""

    def __init__(self, flags, seq, payload):
        super().__init__(payload[4:])
        self.flags = flags
        self.seq = seq
        self.cmd = payload[0]


class Refused(OSError):
    """
    What the kernel says no with: errno, text, and whom it blames.

    blamed is a tuple of attribute types from the outside in; missing is (the nest's tuple, attribute type).
    """

    def __init__(self, code, said, blamed, missing):
        super().__init__(code, said)
        self.text = said
        self.blamed = blamed
        self.missing = missing

    def __str__(self):
        return f"{errno.errorcode.get(self.errno)}: {self.text!r}, bad {self.blamed}, missing {self.missing}"


def _path(request, offset, start=HEADERS, end=None):
    """The attribute that begins at an offset of the request, with those around it."""
    for at, kind, payload, nested in walk(request[:end], start):
        if at == offset:
            return (kind,)
        if nested and at < offset < at + 4 + len(payload):
            inner = _path(request, offset, at + 4, at + 4 + len(payload))
            return (kind,) + inner if inner else None
    return None


# --- requests --------------------------------------------------------------------------------------------------------
# Each is a dict of attribute type to bytes, so that a test can leave one out or replace it.
# pylint: disable=undefined-variable  # the constants

GUEST = "02:00:00:00:00:01"
ROUTER = "00:00:5e:00:01:00"


def vrf(number):
    return {VR_A_VRF_ID: u32(VR_A_VRF_ID, number)}


def vif(number=4, name="free0"):
    return {
        VR_A_VIF_ID: u32(VR_A_VIF_ID, number),
        VR_A_VIF_NAME: text(VR_A_VIF_NAME, name),
        VR_A_VIF_TYPE: u32(VR_A_VIF_TYPE, VR_VIF_VIRTUAL),
    }


def encap(number=10):
    return {
        VR_A_NH_ID: u32(VR_A_NH_ID, number),
        VR_A_NH_TYPE: u32(VR_A_NH_TYPE, VR_NH_ENCAP),
        VR_A_NH_FAMILY: u32(VR_A_NH_FAMILY, AF_BRIDGE),
        VR_A_NH_OIF: u32(VR_A_NH_OIF, 3),
        VR_A_NH_DMAC: mac(VR_A_NH_DMAC, GUEST),
        VR_A_NH_SMAC: mac(VR_A_NH_SMAC, ROUTER),
    }


def simple(kind, number=10):
    return {
        VR_A_NH_ID: u32(VR_A_NH_ID, number),
        VR_A_NH_TYPE: u32(VR_A_NH_TYPE, kind),
    }


def member(number, label=None):
    children = [u32(VR_A_MEMBER_NH, number)]
    if label is not None:
        children.append(u32(VR_A_MEMBER_LABEL, label))
    return nest(VR_A_MEMBER_ENTRY, *children)


def tunnel(number=10, sip="192.0.2.1", dip="192.0.2.2"):
    """VXLAN with given MACs, out by vif 3."""
    return {
        VR_A_NH_ID: u32(VR_A_NH_ID, number),
        VR_A_NH_TYPE: u32(VR_A_NH_TYPE, VR_NH_TUNNEL),
        VR_A_NH_ENCAP: u32(VR_A_NH_ENCAP, VR_ENCAP_VXLAN),
        VR_A_NH_SIP: address(VR_A_NH_SIP, sip),
        VR_A_NH_DIP: address(VR_A_NH_DIP, dip),
        VR_A_NH_OIF: u32(VR_A_NH_OIF, 3),
        VR_A_NH_DMAC: mac(VR_A_NH_DMAC, "02:00:00:00:0f:02"),
        VR_A_NH_SMAC: mac(VR_A_NH_SMAC, "02:00:00:00:0f:01"),
    }


def demux(number=100, nh=1):
    """A label or VNI."""
    return {VR_A_DEMUX_ID: u32(VR_A_DEMUX_ID, number), VR_A_DEMUX_NH: u32(VR_A_DEMUX_NH, nh)}


def composite(number=10, *members, kind=None):
    request = simple(VR_NH_COMPOSITE, number)
    request[VR_A_NH_KIND] = u32(VR_A_NH_KIND, VR_NH_KIND_ENCAP if kind is None else kind)
    request[VR_A_NH_MEMBERS] = nest(VR_A_NH_MEMBERS, *members)
    return request


def route(prefix="10.9.0.0/16", nh=2, number=1):
    where, length = prefix.split("/")
    return {
        VR_A_ROUTE_VRF: u32(VR_A_ROUTE_VRF, number),
        VR_A_ROUTE_FAMILY: u32(VR_A_ROUTE_FAMILY, AF_INET6 if ":" in where else AF_INET),
        VR_A_ROUTE_PREFIX: address(VR_A_ROUTE_PREFIX, where),
        VR_A_ROUTE_PLEN: u32(VR_A_ROUTE_PLEN, int(length)),
        VR_A_ROUTE_NH: u32(VR_A_ROUTE_NH, nh),
    }


def route_key(prefix="10.0.0.0/24", number=1):
    request = route(prefix, number=number)
    del request[VR_A_ROUTE_NH]
    return request


def bridge(station="02:00:00:00:00:09", nh=1, number=1):
    return {
        VR_A_BRIDGE_VRF: u32(VR_A_BRIDGE_VRF, number),
        VR_A_BRIDGE_MAC: mac(VR_A_BRIDGE_MAC, station),
        VR_A_BRIDGE_NH: u32(VR_A_BRIDGE_NH, nh),
    }


def bridge_key(station=GUEST, number=1):
    request = bridge(station, number=number)
    del request[VR_A_BRIDGE_NH]
    return request


def flow_key(sip="10.0.0.1", dip="10.0.0.2", sport=1000, dport=2000, nh=1, proto=17):
    return {
        VR_A_FLOW_NH: u32(VR_A_FLOW_NH, nh),
        VR_A_FLOW_FAMILY: u32(VR_A_FLOW_FAMILY, AF_INET6 if ":" in sip else AF_INET),
        VR_A_FLOW_PROTO: u32(VR_A_FLOW_PROTO, proto),
        VR_A_FLOW_SIP: address(VR_A_FLOW_SIP, sip),
        VR_A_FLOW_DIP: address(VR_A_FLOW_DIP, dip),
        VR_A_FLOW_SPORT: u32(VR_A_FLOW_SPORT, sport),
        VR_A_FLOW_DPORT: u32(VR_A_FLOW_DPORT, dport),
    }


def flow(*where, action=None, **key):
    """A flow that forwards, unless another action is said."""
    request = flow_key(*where, **key)
    request[VR_A_FLOW_ACTION] = u32(VR_A_FLOW_ACTION, VR_FLOW_FORWARD if action is None else action)
    return request


def flow_id(index, gen=None):
    request = {VR_A_FLOW_INDEX: u32(VR_A_FLOW_INDEX, index)}
    if gen is not None:
        request[VR_A_FLOW_GEN] = u32(VR_A_FLOW_GEN, gen)
    return request


def reverse(nh, *attrs):
    return nest(VR_A_FLOW_REVERSE, u32(VR_A_FLOW_NH, nh), *attrs)


def less(request, kind):
    return {number: data for number, data in request.items() if number != kind}


def more(request, kind, data):
    return {**request, kind: data}


# --- sockets ---------------------------------------------------------------------------------------------------------

class Socket:
    """A generic netlink socket in the namespace that the process is in when it is made."""

    def __init__(self, family="vrouter", receive=1 << 20, chunk=1 << 16):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33)
                             if os.geteuid() == 0 else socket.SO_RCVBUF, receive)
        self.sock.bind((0, 0))
        self.chunk = chunk
        self.seq = 0
        self.pending = []
        self.interrupted = False        # the last dump, by a change
        self.buffers = 0                # that the last answer took
        self.groups = {}
        self.family = GENL_ID_CTRL
        self.family = self._resolve(family)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def _resolve(self, family):
        found = self.do(CTRL_CMD_GETFAMILY, text(CTRL_ATTR_FAMILY_NAME, family))[0]
        groups = found.nest(CTRL_ATTR_MCAST_GROUPS)
        for _, group in groups.list if groups else []:
            group = Attrs(group)
            self.groups[group.text(CTRL_ATTR_MCAST_GRP_NAME)] = group.u32(CTRL_ATTR_MCAST_GRP_ID)
        return struct.unpack("=H", found.get(CTRL_ATTR_FAMILY_ID))[0]

    def join(self, group="config"):
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.groups[group])

    def build(self, cmd, attrs=(), flags=0, reserved=0, tail=b""):
        """A request as bytes; tail goes behind the attributes and is counted in the length."""
        self.seq += 1
        body = struct.pack("=BBH", cmd, 2, reserved) + b"".join(attrs) + tail
        return struct.pack("=IHHII", 16 + len(body), self.family, NLM_F_REQUEST | flags, self.seq, 0) + body

    def send(self, data):
        self.sock.send(data)

    def receive(self):
        """(type, flags, seq, payload) of each message of one buffer."""
        data, _, flags, _ = self.sock.recvmsg(self.chunk)
        assert not flags & socket.MSG_TRUNC, "message is longer than the buffer"
        at = 0
        while at + 16 <= len(data):
            length, kind, flags, seq, _ = struct.unpack_from("=IHHII", data, at)
            yield kind, flags, seq, data[at + 16:at + length]
            at += (length + 3) & ~3

    def acknowledged(self, request, kind, flags, payload):
        """NLMSG_ERROR or NLMSG_DONE: nothing, or Refused."""
        code = struct.unpack_from("=i", payload)[0]
        if not code:
            return
        tlvs = Attrs(b"")
        if flags & NLM_F_ACK_TLVS:
            if kind == NLMSG_DONE:
                skip = 4
            elif flags & NLM_F_CAPPED:
                skip = 20
            else:
                skip = 4 + ((struct.unpack_from("=I", payload, 4)[0] + 3) & ~3)
            tlvs = Attrs(payload[skip:])
        blamed = missing = None
        if tlvs.get(NLMSGERR_ATTR_OFFS):
            blamed = _path(request, tlvs.u32(NLMSGERR_ATTR_OFFS))
        if tlvs.get(NLMSGERR_ATTR_MISS_TYPE):
            around = tlvs.u32(NLMSGERR_ATTR_MISS_NEST)
            missing = (_path(request, around) if around else (), tlvs.u32(NLMSGERR_ATTR_MISS_TYPE))
        raise Refused(-code, tlvs.text(NLMSGERR_ATTR_MSG), blamed, missing)

    def talk(self, request):
        """Send one request; the answers up to its acknowledgement or the end of its dump."""
        seq = struct.unpack_from("=I", request, 8)[0]
        answers = []
        self.interrupted, self.buffers = False, 0
        self.send(request)
        while True:
            self.buffers += 1
            for kind, flags, got, payload in self.receive():
                if got != seq:
                    continue
                self.interrupted |= bool(flags & NLM_F_DUMP_INTR) and kind != NLMSG_ERROR
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    self.acknowledged(request, kind, flags, payload)
                    return answers
                answers.append(Message(flags, got, payload))

    def do(self, cmd, *attrs, flags=0):
        return self.talk(self.build(cmd, attrs, NLM_F_ACK | flags))

    def get(self, cmd, *attrs):
        """The one answer to a *_GET."""
        answers = self.do(cmd, *attrs)
        assert len(answers) == 1, f"{len(answers)} answers"
        return answers[0]

    def dump(self, cmd, *attrs):
        return self.talk(self.build(cmd, attrs, NLM_F_DUMP))

    def each(self, cmd, *attrs):
        """The answers of a dump one by one, for those that are too many to keep."""
        self.interrupted, self.buffers, done = False, 0, False
        request = self.build(cmd, attrs, NLM_F_DUMP)
        self.send(request)
        while not done:
            self.buffers += 1
            for kind, flags, got, payload in self.receive():
                self.interrupted |= bool(flags & NLM_F_DUMP_INTR)
                done = kind == NLMSG_DONE
                if done:
                    self.acknowledged(request, kind, flags, payload)
                else:
                    yield Message(flags, got, payload)

    def batch(self, cmd, objects, flags=0, size=60000):
        """Many requests in few sendmsg(); the last of each is acknowledged. Raises the first refusal."""
        objects = iter(objects)
        attrs, buffer, length = next(objects, None), [], 0
        while attrs is not None:
            following = next(objects, None)
            full = length > size or following is None
            buffer.append(self.build(cmd, attrs, flags | (NLM_F_ACK if full else 0)))
            length += len(buffer[-1])
            if full:
                self.send(b"".join(buffer))
                self._wait(struct.unpack_from("=I", buffer[-1], 8)[0])
                buffer, length = [], 0
            attrs = following

    def _wait(self, seq):
        refused = None
        while True:
            for kind, flags, got, payload in self.receive():
                try:
                    if kind == NLMSG_ERROR:
                        self.acknowledged(b"", kind, flags, payload)
                except Refused as error:
                    refused = refused or error
                if got == seq:
                    if refused:
                        raise refused
                    return

    def news(self, timeout=10):
        """The next notification, or None if there is none for so long (a limit, not something to measure)."""
        if not self.pending:
            self.sock.settimeout(timeout)
            try:
                self.pending = [Message(flags, seq, payload) for _, flags, seq, payload in self.receive()]
            except (socket.timeout, BlockingIOError):
                return None
            finally:
                self.sock.settimeout(None)
        return self.pending.pop(0)


# --- namespaces ------------------------------------------------------------------------------------------------------

def new_namespace():
    """Move this process into a network namespace of its own."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")


def ip(command):
    subprocess.run(["ip"] + command.split(), check=True)


# --- results ---------------------------------------------------------------------------------------------------------

class Checks:
    """One line per check; the exit status says whether all passed."""

    def __init__(self):
        self.script = os.path.basename(sys.argv[0])
        self.passed = self.failed = 0

    def check(self, good, name, detail=""):
        if good:
            self.passed += 1
            print(f"ok - {self.script}: {name}", flush=True)
        else:
            self.failed += 1
            print(f"not ok - {self.script}: {name}\n# {detail}", flush=True)
        return good

    def equal(self, got, want, name):
        return self.check(got == want, name, f"{got!r}, not {want!r}")

    def books_balance(self, nl):
        self.equal(nl.get(VR_CMD_INFO_GET).s64(VR_A_INFO_UNACCOUNTED), 0, "no packet is unaccounted for")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed, 0 skipped")
        return 1 if self.failed or not self.passed else 0
