#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Random and mutated messages for the module's netlink family.

usage: tests/fuzz/netlink.py [--seed N] [--count N] [--time SECONDS] [--log FILE] [--write-corpus FILE] NAMESPACE...

In each namespace (its path, or "." for the one it is in) a process of its own sends messages until it has sent
--count of them or --time is over, and one line at the end says how many were sent, accepted, and refused with which
error. The same seed and count send the same messages, if the answers are the same; --log writes down each buffer
before it is sent, in hex. tests/functional/fuzz-netlink runs it, under traffic.

Messages are those of tests/fuzz/netlink.corpus, one for each thing that a command can do, or made from the attributes
that <vrouter/netlink.h> names, with the types that it says there. Most are then changed: values, lengths, types,
nesting, order, repetition, headers. They go out alone or many at once; dumps are read, left alone, or left in the middle.
"""
import argparse
import collections
import ctypes
import errno
import os
import random
import re
import socket
import struct
import sys
import time
import traceback

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests/functional/lib"))
import vrnl as v  # noqa: E402  pylint: disable=C0413

CORPUS = os.path.join(TOP, "tests/fuzz/netlink.corpus")
SETS = {"MPLS": "DEMUX", "VXLAN": "DEMUX"}
COMMANDS = {name[len("VR_CMD_"):]: getattr(v, name) for name in vars(v)
            if name.startswith("VR_CMD_") and not name.endswith(("_MAX", "_UNSPEC"))}
# Small numbers, so that messages meet each other's objects; and those at the edges.
IDS = [*range(13), 50, 51, 60, 61, 70, 71, 72, 100, 101, 102]
EDGES = [0, 1, 2, 7, 10, 15, 16, 31, 32, 33, 127, 128, 129, 255, 256, 257, 4095, 65533, 65534, 65535, 65536, 1048575,
         1048576, 0xfffffe, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]
NAMES = [b"tap-a\0", b"tap-b\0", b"up0\0", b"vhost0\0", b"pkt0\0", b"vrgro0\0", b"lo\0", b"none\0", b"\0", b"x" * 15 + b"\0",
         b"x" * 16, b"a/b\0", b"%d%s\0"]
ADDRESSES = [socket.inet_pton(v.AF_INET6 if ":" in one else v.AF_INET, one) for one in
             ("10.1.9.1", "10.1.9.2", "10.1.1.0", "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1", "192.0.2.2",
              "fd09::1", "fd02::", "::", "ff02::1", "2001:db8::1", "2001:db8::2")]
STATIONS = [bytes.fromhex(one) for one in ("020000000001", "020000000002", "00005e000100", "ffffffffffff", "000000000000",
                                           "01005e000001", "020000000f01", "020000000f02")]


# --- the grammar -----------------------------------------------------------------------------------------------------

def grammar():
    """{set: {number: (type, inner set)}} from the header's comments."""
    with open(os.path.join(TOP, "include/uapi/vrouter/netlink.h"), encoding="utf-8") as file:
        text = file.read()
    sets = {}
    for name, body in re.findall(r"^enum vr_a_(\w+) \{(.*?)^\};", text, re.M | re.S):
        attrs, number = {}, 0
        for line in body.splitlines():
            found = re.match(r"\t(VR_A_\w+),\s*(?:/\*\s*(.*))?", line)
            if not found:
                continue
            said = found.group(2) or ""
            inner = re.match(r"nest of VR_A_([A-Z]+)", said)
            kind = "nest" if said.startswith("nest") else (said.split(",")[0].split(";")[0].split(":")[0].split() or [""])[0]
            attrs[number] = (kind, inner.group(1) if inner else name.upper())
            number += 1
        sets[name.upper()] = attrs
    sets["CONF"] = {number: ("u32", "CONF") for number in range(1, len(v.SETTINGS) + 1)}
    return sets


def attr(kind, payload):
    """One, of as much of the payload as an attribute can be long."""
    return v.attr(kind, payload[:0xffff - 4])


class Maker:
    """Messages of the family, right ones and wrong ones."""

    def __init__(self, rng, family):
        self.rng, self.family, self.seq = rng, family, 0
        self.sets = grammar()
        with open(CORPUS, encoding="ascii") as file:
            lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
        self.corpus = [(COMMANDS[words[0]], int(words[1]), bytes.fromhex("".join(words[2:]))) for words in lines]

    def number(self):
        return self.rng.choice(IDS) if self.rng.random() < .7 else self.rng.choice(EDGES) if self.rng.random() < .7 else \
            self.rng.getrandbits(32)

    def payload(self, kind, inner, depth):
        rng = self.rng
        if kind in ("u32", "s32", "u8"):
            return struct.pack("=I", self.number())
        if kind in ("u64", "s64"):
            return struct.pack("=Q", rng.getrandbits(64))
        if kind == "string":
            return rng.choice(NAMES)
        if kind == "6":
            return rng.choice(STATIONS)
        if kind == "4":
            return rng.choice(ADDRESSES)
        if kind == "nest" and depth < 6:
            return self.attributes(inner, depth + 1)
        return rng.randbytes(rng.choice([0, 1, 2, 4, 6, 8, 16, 40]))

    def attributes(self, name, depth=0):
        found = self.sets.get(name, {})
        out = b""
        if not found:
            return out
        for _ in range(self.rng.choice([0, 1, 2, 3, 4, 6, 9])):
            number = self.rng.choice(list(found))
            kind, inner = found[number]
            nested = v.NLA_F_NESTED if kind == "nest" else 0
            out += v.attr(number | nested, self.payload(kind, inner, depth))
        return out

    def made(self):
        name = self.rng.choice(list(COMMANDS))
        which = name.split("_", maxsplit=1)[0]
        flags = v.NLM_F_ACK
        if name.endswith("GET") and self.rng.random() < .5:
            flags = v.NLM_F_DUMP
        return COMMANDS[name], flags, self.attributes(SETS.get(which, which))

    # --- mutations: of a row of attributes

    def split(self, data):
        """[type with flags, payload]"""
        row, at = [], 0
        while at + 4 <= len(data):
            length, kind = struct.unpack_from("=HH", data, at)
            if length < 4 or at + length > len(data):
                break
            row.append([kind, data[at + 4:at + length]])
            at += (length + 3) & ~3
        return row

    @staticmethod
    def join(row):
        return b"".join(attr(kind, payload) for kind, payload in row)

    def change_row(self, data):
        """One attribute of the row, or the row."""
        rng, row = self.rng, self.split(data)
        if not row:
            return data + rng.randbytes(rng.randrange(1, 24))
        at = rng.randrange(len(row))
        pick = rng.randrange(11)
        if pick == 0 and row[at][0] & v.NLA_F_NESTED:
            row[at][1] = self.change_row(row[at][1])
        elif pick <= 2:
            row[at][1] = struct.pack("=I", self.number())
        elif pick == 3:
            row[at][1] = rng.randbytes(rng.choice([0, 1, 3, 4, 5, 6, 7, 8, 15, 16, 17, 64, 300]))
        elif pick == 4:
            row[at][0] ^= rng.choice([v.NLA_F_NESTED, 0x4000, 1, 2, 4, 8])
        elif pick == 5:
            row[at][0] = rng.randrange(40)
        elif pick == 6:
            del row[at]
        elif pick == 7:
            row += [row[at]] * rng.choice([1, 2, 5, 60])
        elif pick == 8:
            rng.shuffle(row)
        elif pick == 9:
            payload = row[at][1]
            for _ in range(rng.choice([1, 2, 40])):
                payload = attr(rng.randrange(1, 12) | v.NLA_F_NESTED, payload)
            row[at][1] = payload
        else:
            # A huge count of what is in a nest.
            row[at][1] = row[at][1] * rng.choice([2, 100, 2000])
            row[at][1] = row[at][1][:60000]
        return self.join(row)

    def spoil(self, data):
        """The bytes, whatever they mean."""
        rng, out = self.rng, bytearray(data)
        for _ in range(rng.randrange(1, 4)):
            pick = rng.randrange(4)
            if not out or pick == 0:
                out += rng.randbytes(rng.randrange(1, 9))
            elif pick == 1:
                out[rng.randrange(len(out))] = rng.getrandbits(8)
            elif pick == 2:
                del out[rng.randrange(len(out)):]
            else:
                at = rng.randrange(len(out)) & ~3
                out[at:at + 2] = struct.pack("=H", rng.choice([0, 1, 3, 4, 5, 8, len(out) & 0xffff, 0xffff]))
        return bytes(out)

    def message(self):
        """One, as bytes."""
        rng = self.rng
        cmd, flags, attrs = rng.choice(self.corpus) if rng.random() < .7 else self.made()
        flags = flags or v.NLM_F_ACK
        while rng.random() < .45:
            attrs = self.change_row(attrs)
        if rng.random() < .06:
            attrs = self.spoil(attrs)
        if rng.random() < .03:
            cmd = rng.randrange(256)
        if rng.random() < .04:
            flags ^= 1 << rng.randrange(16)
        attrs = attrs[:60000]
        self.seq += 1
        body = struct.pack("=BBH", cmd, rng.choice([2, 2, 2, 2, 0, 255]), 0 if rng.random() < .97 else 1) + attrs
        family, length = self.family, 16 + len(body)
        if rng.random() < .01:
            family = rng.choice([1, 2, 3, v.GENL_ID_CTRL + 4000, 0xffff])
        if rng.random() < .01:
            length = rng.choice([0, 15, 16, 17, 19, 20, length + 1, length + 4000, 0xffffffff])
        padding = bytes(-len(body) % 4)
        return struct.pack("=IHHII", length, family, v.NLM_F_REQUEST | flags, self.seq, 0) + body + padding


# --- talking ---------------------------------------------------------------------------------------------------------

class Talker:
    """A process: its sockets, and what it was told."""

    SOCKETS = 8

    def __init__(self, options, seed):
        self.rng = random.Random(seed)
        self.sockets = [self.socket() for _ in range(self.SOCKETS)]
        self.maker = Maker(self.rng, self.sockets[0].family)
        self.count, self.end = options.count, time.monotonic() + options.time if options.time else None
        self.log = open(options.log, "a", encoding="ascii") if options.log else None
        self.sent = self.accepted = self.dumps = self.closed = 0
        self.refused = collections.Counter()

    @staticmethod
    def socket():
        one = v.Socket(receive=1 << 16)
        one.sock.setblocking(False)
        return one

    def over(self):
        return self.sent >= self.count or self.end and time.monotonic() > self.end

    def read(self, one, most=1 << 30):
        """What has come, so many buffers of it."""
        for _ in range(most):
            try:
                data = one.sock.recv(1 << 17)
            except BlockingIOError:
                return
            except OSError as error:
                assert error.errno == errno.ENOBUFS, error
                continue
            at = 0
            while at + 16 <= len(data):
                length, kind = struct.unpack_from("=IH", data, at)
                if kind == v.NLMSG_ERROR:
                    code = -struct.unpack_from("=i", data, at + 16)[0]
                    self.accepted += not code
                    if code:
                        self.refused[errno.errorcode.get(code, code)] += 1
                self.dumps += kind == v.NLMSG_DONE
                at += (length + 3) & ~3

    def round(self):
        rng, where = self.rng, self.rng.randrange(self.SOCKETS)
        one = self.sockets[where]
        messages = [self.maker.message() for _ in range(rng.choice([1, 1, 1, 2, 5, 20]))]
        data = b"".join(messages)
        if self.log:
            print(data.hex(), file=self.log, flush=True)
        try:
            one.sock.send(data)
            self.sent += len(messages)
        except OSError as error:
            # The buffer is larger than a socket may send, or the answers that were not read are too many.
            self.refused[errno.errorcode[error.errno] + " (send)"] += 1
        pick = rng.random()
        if pick < .04:
            one.close()
            self.closed += 1
            self.sockets[where] = self.socket()
        elif pick < .9:
            self.read(one, 1 << 30 if pick < .8 else 1)

    def run(self):
        while not self.over():
            self.round()
        for one in self.sockets:
            self.read(one)
            one.close()
        refused = ", ".join(f"{name} {count}" for name, count in sorted(self.refused.items()))
        print(f"{self.sent} messages sent, {self.accepted} accepted, {self.dumps} dumps read to their end, "
              f"{self.closed} sockets closed; refused: {refused}", flush=True)
        return not self.accepted


# --- the corpus ------------------------------------------------------------------------------------------------------

def write_corpus(path):
    """What the commands can do, by the requests of the functional tests, for the network of overlay()."""
    n, u32 = v.NLM_F_ACK, v.u32
    there = v.more(v.tunnel(50), v.VR_A_NH_OIF, u32(v.VR_A_NH_OIF, 10))
    resolved = {kind: data for kind, data in there.items() if kind not in (v.VR_A_NH_OIF, v.VR_A_NH_DMAC, v.VR_A_NH_SMAC)}
    resolved[v.VR_A_NH_FLAGS] = u32(v.VR_A_NH_FLAGS, v.VR_NH_F_RESOLVE)
    rules = v.nest(v.VR_A_VIF_FAT, v.nest(v.VR_A_FAT_RULE, u32(v.VR_A_FAT_PROTO, 17), u32(v.VR_A_FAT_PORT, 53)),
                   v.nest(v.VR_A_FAT_EXCLUDE, v.address(v.VR_A_FAT_PREFIX, "10.2.0.0"), u32(v.VR_A_FAT_PLEN, 16)))
    host = {v.VR_A_VIF_TYPE: u32(v.VR_A_VIF_TYPE, v.VR_VIF_HOST), v.VR_A_VIF_XCONNECT: u32(v.VR_A_VIF_XCONNECT, 10),
            v.VR_A_VIF_IP: v.address(v.VR_A_VIF_IP, "192.0.2.1")}
    kind_of = {"tap-a": v.VR_VIF_VIRTUAL, "up0": v.VR_VIF_PHYSICAL, "pkt0": v.VR_VIF_AGENT}
    rows = [("INFO_GET", n, {}), ("CONF_GET", n, {}), ("VRF_NEW", n, v.vrf(1)), ("VRF_NEW", n, v.vrf(2)),
            ("VRF_DEL", n, v.vrf(2)), ("VRF_GET", n, v.vrf(1)), ("VRF_GET", v.NLM_F_DUMP, {}),
            ("VIF_NEW", n, {**v.vif(11, "vhost0"), **host}), ("VIF_DEL", n, {1: u32(1, 3)}), ("VIF_GET", n, {1: u32(1, 1)}),
            ("VIF_GET", v.NLM_F_DUMP, {}), ("VIF_CLEAR", n, {}), ("VIF_CLEAR", n, {1: u32(1, 1)}),
            ("VIF_SET", n, {1: u32(1, 1), v.VR_A_VIF_FAT: rules}),
            ("VIF_SET", n, {1: u32(1, 1), v.VR_A_VIF_NH: u32(v.VR_A_VIF_NH, 1), v.VR_A_VIF_FLAGS: u32(v.VR_A_VIF_FLAGS, 0xc1)})]
    for number, (name, kind) in zip((1, 10, 6), kind_of.items()):
        request = v.more(v.vif(number, name), v.VR_A_VIF_TYPE, u32(v.VR_A_VIF_TYPE, kind))
        rows.append(("VIF_NEW", n, v.more(request, v.VR_A_VIF_VRF, u32(v.VR_A_VIF_VRF, 1))))
    for kind in (v.VR_NH_DISCARD, v.VR_NH_RESOLVE, v.VR_NH_L2_RECEIVE):
        rows.append(("NH_NEW", n, v.simple(kind, kind)))
    for family in (v.AF_BRIDGE, v.AF_INET):
        request = v.more(v.encap(family), v.VR_A_NH_FAMILY, u32(v.VR_A_NH_FAMILY, family))
        rows.append(("NH_NEW", n, v.more(request, v.VR_A_NH_OIF, u32(v.VR_A_NH_OIF, 1))))
        rows.append(("NH_NEW", n, {**v.simple(v.VR_NH_VRF_TRANSLATE, 60 + family % 2), v.VR_A_NH_FAMILY: u32(
            v.VR_A_NH_FAMILY, family), v.VR_A_NH_VRF: u32(v.VR_A_NH_VRF, 1)}))
    for encap in (v.VR_ENCAP_VXLAN, v.VR_ENCAP_MPLS_UDP, v.VR_ENCAP_MPLS_GRE):
        for request in (there, resolved):
            rows.append(("NH_NEW", n, v.more(request, v.VR_A_NH_ENCAP, u32(v.VR_A_NH_ENCAP, encap))))
    for number, (kind, members) in enumerate(((v.VR_NH_KIND_ENCAP, [v.member(1)]), (v.VR_NH_KIND_EVPN, [v.member(50, 101)]),
                                              (v.VR_NH_KIND_L2_MCAST, [v.member(70), v.member(71)]),
                                              (v.VR_NH_KIND_ECMP, [v.member(1), v.member(50, 102)]),
                                              (v.VR_NH_KIND_TOR, [v.member(50, 101)]),
                                              (v.VR_NH_KIND_FABRIC, [v.member(51, 101)])), 70):
        rows.append(("NH_NEW", n, v.composite(number, *members, kind=kind)))
    rows += [("NH_DEL", n, {1: u32(1, 12)}), ("NH_GET", n, {1: u32(1, 50)}), ("NH_GET", v.NLM_F_DUMP, {})]
    for prefix in ("10.1.2.0/24", "10.1.1.1/32", "0.0.0.0/0", "fd02::/64", "::/0"):
        rows += [("ROUTE_NEW", n, v.route(prefix, 50)), ("ROUTE_DEL", n, v.route_key(prefix)), ("ROUTE_GET", n, v.route_key(prefix))]
    rows += [("ROUTE_GET", n, v.less(v.route_key("10.1.2.0/24"), v.VR_A_ROUTE_PLEN)),
             ("ROUTE_GET", v.NLM_F_DUMP, {1: u32(v.VR_A_ROUTE_VRF, 1)}), ("BRIDGE_NEW", n, v.bridge()),
             ("BRIDGE_NEW", n, v.bridge("ff:ff:ff:ff:ff:ff", 72)), ("BRIDGE_DEL", n, v.bridge_key("02:00:00:00:00:09")),
             ("BRIDGE_GET", n, v.bridge_key()), ("BRIDGE_GET", v.NLM_F_DUMP, {1: u32(v.VR_A_BRIDGE_VRF, 1)}),
             ("DROPS_GET", n, {}), ("DROPS_GET", n, {1: u32(1, 1)}), ("DROPS_CLEAR", n, {}), ("FLOW_FLUSH", n, {}),
             ("FLOW_NEW", n, v.flow()), ("FLOW_NEW", n, {**v.flow(), v.VR_A_FLOW_REVERSE: v.reverse(2)}),
             ("FLOW_NEW", n, {**v.flow_id(1), v.VR_A_FLOW_ACTION: u32(v.VR_A_FLOW_ACTION, v.VR_FLOW_DROP)}),
             ("FLOW_DEL", n, v.flow_key()), ("FLOW_DEL", n, {**v.flow_id(0), v.VR_A_FLOW_PAIR: v.attr(v.VR_A_FLOW_PAIR)}),
             ("FLOW_GET", n, v.flow_key()), ("FLOW_GET", n, v.flow_id(0)), ("FLOW_GET", v.NLM_F_DUMP, {}), ("RESET", n, {})]
    for table in ("MPLS", "VXLAN"):
        rows += [(table + "_NEW", n, v.demux(101, 60)), (table + "_DEL", n, v.less(v.demux(101), v.VR_A_DEMUX_NH)),
                 (table + "_GET", n, v.less(v.demux(101), v.VR_A_DEMUX_NH)), (table + "_GET", v.NLM_F_DUMP, {})]
    # Not the number of flows: a table of any size takes its time.
    for number, (_, word, default, _, _) in enumerate(v.SETTINGS, 1):
        if word != "flows":
            rows.append(("CONF_SET", n, {number: u32(number, default)}))
    with open(path, "w", encoding="ascii") as file:
        file.write("# Messages that reach every command: its name, netlink flags, attributes (little endian).\n"
                   "# Written by tests/fuzz/netlink.py --write-corpus; what found a fault is added by hand.\n")
        for name, flags, request in rows:
            file.write(f"{name} {flags} {b''.join(request.values()).hex()}".rstrip() + "\n")


def inside(path):
    if path == ".":
        return
    fd = os.open(path, os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(fd, v.CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), f"setns {path}")
    os.close(fd)


def main():
    parser = argparse.ArgumentParser(description="random and mutated messages for the family vrouter")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1 << 62, help="messages of each process")
    parser.add_argument("--time", type=int, default=0, help="seconds")
    parser.add_argument("--log", help="file that gets every buffer in hex")
    parser.add_argument("--write-corpus", help="write the corpus there, and nothing else")
    parser.add_argument("namespace", nargs="*")
    options = parser.parse_args()
    if options.write_corpus:
        write_corpus(options.write_corpus)
        return 0
    if not options.namespace or options.count == 1 << 62 and not options.time:
        parser.error("say where, and --count or --time")
    children = []
    for number, path in enumerate(options.namespace):
        child = os.fork()
        if not child:
            code = 1
            try:
                inside(path)
                code = Talker(options, options.seed * 1000 + number).run()
            except BaseException:  # pylint: disable=W0718
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(code)
        children.append(child)
    return any([os.waitpid(child, 0)[1] for child in children])


if __name__ == "__main__":
    sys.exit(main())
