# SPDX-License-Identifier: GPL-2.0-only
"""Allocations that fail, one by one: the kernel's fault injection, by the number of the allocation.

	nth = Nth()                     # of this thread
	nth.arm(3)                      # the third one from now on fails
	...                             # a system call or two: nothing that itself needs memory
	hit = nth.disarm()              # whether it came to that

Campaign does so with a request until there is no allocation left to fail, and compares all there is before and after.
"""
import atexit
import collections
import errno
import os
import socket
import struct
import subprocess
import time

import vrnl as v

DEBUGFS = "/sys/kernel/debug"
NO_MEMORY = (errno.ENOMEM, errno.ENOBUFS)
# Of who makes a device: the kernel does not look whether it had memory for its name, and then takes it for one without.
NO_DEVICE = (*NO_MEMORY, errno.EINVAL)
MOST = 20000            # allocations of one call: more is a mistake of this program


def missing():
    """Why allocations cannot be made to fail on this kernel, or None."""
    for path in (DEBUGFS + "/failslab", "/proc/thread-self/fail-nth"):
        if not os.path.exists(path):
            return f"this kernel has no {os.path.basename(path)}"
    return None


def kinds():
    """Of allocations that can fail here: of objects, and perhaps of pages."""
    return [kind for kind in ("failslab", "fail_page_alloc") if os.path.exists(f"{DEBUGFS}/{kind}")]


def setting(kind, name, value=None):
    """Of failslab or fail_page_alloc: what it is, or what it is to be."""
    path = f"{DEBUGFS}/{kind}/{name}"
    if value is None:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))
    return value


def mark(text):
    """In the kernel's log: tests/vm/log-faults knows by these what Linux says of an allocation that was let fail."""
    with open("/dev/kmsg", "w", encoding="ascii") as file:
        file.write(f"faults: {text}\n")


def by_number():
    """Every allocation counts, that of a whole page too; none by chance; and nothing is said of it."""
    mark("allocations fail on purpose")
    atexit.register(mark, "allocations are left alone")
    for kind in kinds():
        setting(kind, "verbose", 0)
        setting(kind, "probability", 0)
        setting(kind, "ignore-gfp-wait", "N")
        if kind == "fail_page_alloc":
            setting(kind, "min-order", 0)


class Nth:
    """Of the thread that makes it."""

    def __init__(self):
        self.file = os.open("/proc/thread-self/fail-nth", os.O_RDWR)

    def arm(self, number):
        os.pwrite(self.file, b"%d" % number, 0)

    def disarm(self):
        left = int(os.pread(self.file, 16, 0))
        os.pwrite(self.file, b"0", 0)
        return left == 0


# --- all there is ----------------------------------------------------------------------------------------------------

class Links:
    """A route netlink socket: devices of the namespace."""

    NEW, DEL, GET = 16, 17, 18
    ADDRESS, IFNAME, MTU, LINKINFO, NET_NS_FD, PROMISCUITY, NUM_RX_QUEUES, KIND = 1, 3, 4, 18, 28, 30, 32, 1
    UP = 1

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.sock.setsockopt(v.SOL_NETLINK, v.NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(v.SOL_NETLINK, v.NETLINK_CAP_ACK, 1)
        self.sock.bind((0, 0))
        self.seq = 0

    def talk(self, kind, flags, body):
        self.seq += 1
        self.sock.send(struct.pack("=IHHII", 16 + len(body), kind, v.NLM_F_REQUEST | flags, self.seq, 0) + body)
        answers = []
        while True:
            data = self.sock.recv(1 << 16)
            at = 0
            while at + 16 <= len(data):
                length, got, how, seq, _ = struct.unpack_from("=IHHII", data, at)
                payload = data[at + 16:at + length]
                at += (length + 3) & ~3
                if seq != self.seq:
                    continue
                if got == v.NLMSG_DONE:
                    return answers
                if got == v.NLMSG_ERROR:
                    code = struct.unpack_from("=i", payload)[0]
                    if code:
                        said = v.Attrs(payload[20:]) if how & v.NLM_F_ACK_TLVS else v.Attrs(b"")
                        raise v.Refused(-code, said.text(v.NLMSGERR_ATTR_MSG), None, None)
                    return answers
                answers.append(payload)

    def change(self, kind, name, *attrs, flags=0, up=None):
        """A link by its name: made (flags NLM_F_CREATE | NLM_F_EXCL), changed, or deleted (kind DEL)."""
        state = 0 if up is None else self.UP * up
        head = struct.pack("=BxHiII", 0, 0, 0, state, 0 if up is None else self.UP)
        self.talk(kind, v.NLM_F_ACK | flags, head + v.text(self.IFNAME, name) + b"".join(attrs))

    def make(self, kind, name, *attrs):
        self.change(self.NEW, name, v.nest(self.LINKINFO, v.attr(self.KIND, kind.encode())), *attrs,
                    flags=v.NLM_F_CREATE | v.NLM_F_EXCL)

    def state(self):
        """Of each device what somebody has set, its name first."""
        found = []
        for payload in self.talk(self.GET, v.NLM_F_DUMP, struct.pack("=BxHiII", 0, 0, 0, 0, 0)):
            flags, attrs = struct.unpack_from("=I", payload, 8)[0], v.Attrs(payload[16:])
            found.append((attrs.text(self.IFNAME), flags & self.UP, attrs.u32(self.MTU), attrs.get(self.ADDRESS),
                          attrs.u32(self.PROMISCUITY)))
        return sorted(found)


PLACES = (v.VR_A_FLOW_INDEX, v.VR_A_FLOW_GEN, v.VR_A_FLOW_RINDEX, v.VR_A_FLOW_RGEN)


def state(nl):
    """All there is in the router, by table; no counters, and of flows no places."""
    vrfs = [message.u32(v.VR_A_VRF_ID) for message in nl.dump(v.VR_CMD_VRF_GET)]
    found = {
        "vrfs": [message.data for message in nl.dump(v.VR_CMD_VRF_GET)],
        "labels": [message.data for message in nl.dump(v.VR_CMD_MPLS_GET)],
        "VNIs": [message.data for message in nl.dump(v.VR_CMD_VXLAN_GET)],
        "nexthops": [[one for one in message.list if one[0] < v.VR_A_NH_STATE] for message in nl.dump(v.VR_CMD_NH_GET)],
        "vifs": [[one for one in message.list if one[0] < v.VR_A_VIF_RX_PACKETS and one[0] != v.VR_A_VIF_IFINDEX
                  or one[0] == v.VR_A_VIF_FAT] for message in nl.dump(v.VR_CMD_VIF_GET)],
        "flows": sorted([one for one in message.list if one[0] < v.VR_A_FLOW_STATE and one[0] not in PLACES]
                        for message in nl.dump(v.VR_CMD_FLOW_GET)),
        "settings": nl.get(v.VR_CMD_CONF_GET).data,
    }
    for number in vrfs:
        found[f"routes {number}"] = [message.data for message in
                                     nl.dump(v.VR_CMD_ROUTE_GET, v.u32(v.VR_A_ROUTE_VRF, number))]
        found[f"bridge {number}"] = [message.data for message in
                                     nl.dump(v.VR_CMD_BRIDGE_GET, v.u32(v.VR_A_BRIDGE_VRF, number))]
    return found


def memory(nl):
    """{class: (objects, bytes)}"""
    entries = nl.get(v.VR_CMD_INFO_GET).nest(v.VR_A_INFO_MEMORY).nests(v.VR_A_MEM_ENTRY)
    return {entry.text(v.VR_A_MEM_NAME): (entry.u64(v.VR_A_MEM_OBJECTS), entry.u64(v.VR_A_MEM_BYTES))
            for entry in entries}


def difference(one, other):
    """Of two states or memories: what differs, for a message."""
    return {key: (one.get(key), other.get(key)) for key in {*one, *other} if one.get(key) != other.get(key)}


# --- campaigns -------------------------------------------------------------------------------------------------------

class Campaign:
    """Requests, each with every one of its allocations failing in turn."""

    # What a command may leave behind though it was refused: pages that a table keeps for the next entries; those of the
    # flow table come and go by themselves, too.
    KEPT = ("table", "hash", "trie", "flow", "flow_hash")

    def __init__(self, checks):
        self.checks, self.nth = checks, Nth()
        self.faults = self.requests = self.silent = 0
        self.texts = collections.Counter()
        self.nl, self.links = v.Socket(), Links()
        self.nl.sock.settimeout(20)
        self.listener = v.Socket(receive=1 << 24)
        self.listener.join("config")
        self.listener.join("flow")
        self.listener.sock.setblocking(False)

    def _memory(self):
        """What must stay as it is."""
        return {name: held for name, held in memory(self.nl).items() if name not in self.KEPT}

    def all(self):
        return {**state(self.nl), "devices": self.links.state()}

    def _hear(self):
        """Read away the news, and that some were lost."""
        while True:
            try:
                self.listener.sock.recv(1 << 16)
            except BlockingIOError:
                return
            except OSError as error:
                assert error.errno == errno.ENOBUFS, error

    def _once(self, number, call):
        """(whether there was such an allocation, what it was refused with or None)"""
        said = None
        self.nth.arm(number)
        try:
            call()
        except OSError as error:
            said = error
        hit = self.nth.disarm()
        self.faults += hit
        self._hear()
        return hit, said

    def _settles(self, held):
        """
        Memory is no more than it was, but for what may be kept; what RCU has still to free takes a while. That may be
        of the command before: less than was held is what there was.
        """
        end = time.monotonic() + 20
        while True:
            now = self._memory()
            if all(now[name] <= held[name] for name in held):
                held.update(now)
                return None
            if time.monotonic() > end:
                return difference(held, now)
            time.sleep(0.01)

    def _refused(self, said, before, now, held, right):
        """None, or what is wrong with a refusal."""
        if said.errno not in right:
            return f"refused for {said}"
        lost = not isinstance(said, v.Refused)          # no answer, or no request
        if not lost:
            self.texts[getattr(said, "text", None)] += 1
            self.silent += not said.text
        if now != before and not lost:
            return f"refused, and has changed {difference(before, now)}"
        left = now == before and self._settles(held)
        return f"refused, and memory has changed: {left}" if left else None

    def run(self, name, call, undo=None, right=NO_MEMORY):
        """
        call() with its first, its second ... allocation failing until none is left. It must be refused for want of
        memory, which the errors in right say, and change nothing, or succeed as if nothing had been; undo() makes it
        possible again.
        """
        number, after, wrong, before = 0, None, None, self.all()
        held = self._memory()
        while not wrong and number < MOST:
            number += 1
            hit, said = self._once(number, call)
            now = self.all()
            if said:
                wrong = self._refused(said, before, now, held, right) if hit else f"without a fault: {said}"
            if now != before or not said:
                wrong = wrong or after not in (None, now) and f"done by halves: {difference(after, now)}"
                after = now
                if undo:
                    undo()
                    now = self.all()
                    wrong = wrong or now != before and f"not undone: {difference(before, now)}"
                before = now
            if not hit:
                break
        self.requests += 1
        self.checks.check(not wrong and number < MOST, f"{name}: {number - 1} allocations fail in turn",
                          f"allocation {number}: {wrong}")

    def dump(self, name, cmd, *attrs):
        """A dump is whole, or refused."""
        want, number, hit, wrong = [one.data for one in self.nl.dump(cmd, *attrs)], 0, True, None
        while hit and not wrong and number < MOST:
            number += 1
            with v.Socket() as nl:
                request, got = nl.build(cmd, attrs, v.NLM_F_DUMP), []
                hit, said = self._once(number, lambda: got.extend(nl.talk(request)))
                if said:
                    wrong = not hit and f"without a fault: {said}" or \
                        said.errno not in NO_MEMORY and f"refused for {said}"
                elif [one.data for one in got] != want:
                    wrong = f"{len(got)} of {len(want)}, and no word of it"
        self.requests += 1
        self.checks.check(not wrong, f"{name}: {number - 1} allocations fail in turn", f"allocation {number}: {wrong}")

    def report(self):
        print(f"sum: {self.faults} faults injected")
        print(f"# in {self.requests} commands; {self.silent} refusals had no text; texts:")
        for said, count in self.texts.most_common():
            print(f"# {count:6d} {said}")


def in_child(work):
    """What work() returns, a number below 100, in a process of its own."""
    child = os.fork()
    if not child:
        code = 101
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run(command):
    subprocess.run(command.split(), check=True)
