# SPDX-License-Identifier: GPL-2.0-only
"""What an agent does with flows: it hears of new ones on pkt0, decides over netlink, and hears of their ends.

	agent = Agent("h1")
	trap = agent.trap()                     # the first packet of a flow, held
	agent.decide(trap, reverse=2)           # both directions are forwarded; 2 is the other one's key nexthop

or, beside whatever the script does, by a rule:

	with agent.answering(lambda trap: {"reverse": NEXTHOPS[trap.key.dip]}):
"""
import collections
import contextlib
import errno
import os
import select
import threading

import vrnl as v
from frames import LIMIT, Inside, Port, addr, check, eventually, socket, struct

FORWARD, DROP, HOLD = v.VR_FLOW_FORWARD, v.VR_FLOW_DROP, v.VR_FLOW_HOLD
MISS, AGAIN = 6, 15     # reasons of a trap

Key = collections.namedtuple("Key", "nh sip dip sport dport proto")


def ip_text(data):
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)


def key_of(nh, frame):
    """Of an untagged frame with TCP, UDP or an ICMP echo, without IPv6 extension headers or fragments."""
    inet = frame[12:14] == b"\x08\x00"
    proto, sip, dip = (frame[23], frame[26:30], frame[30:34]) if inet else (frame[20], frame[22:38], frame[38:54])
    at = 14 + (frame[14] & 15) * 4 if inet else 54
    sport, dport = struct.unpack_from("!HH", frame, at)
    if proto in (1, 58):
        sport, dport = struct.unpack_from("!H", frame, at + 4)[0], 0 if inet else 129
    return Key(nh, ip_text(sip), ip_text(dip), sport, dport, proto)


class Trap:
    """What the agent got: the fields of its header, and the frame that was trapped."""

    def __init__(self, data):
        (self.vif, self.vrf, self.reason, self.index, self.nh, self.bytes, self.packets, self.over,
         self.gen) = struct.unpack_from("!HHHIIIIIB", data, 14)
        self.frame = data[44:]

    @property
    def key(self):
        return key_of(self.nh, self.frame)


class Flow:
    """A flow as the router tells of it."""

    def __init__(self, message):
        def u32(name, default=0):
            value = message.u32(getattr(v, "VR_A_FLOW_" + name))
            return default if value is None else value

        self.index, self.gen = u32("INDEX"), u32("GEN")
        self.rindex, self.rgen = u32("RINDEX", None), u32("RGEN", None)
        self.key = Key(u32("NH"), ip_text(message.get(v.VR_A_FLOW_SIP)), ip_text(message.get(v.VR_A_FLOW_DIP)),
                       u32("SPORT"), u32("DPORT"), u32("PROTO"))
        self.action, self.drop_reason, self.ttl = u32("ACTION"), u32("DROP_REASON"), u32("TTL")
        self.vrf, self.state, self.tcp, self.held = u32("VRF"), u32("STATE"), u32("TCP"), u32("HELD")
        self.packets, self.bytes = message.u64(v.VR_A_FLOW_PACKETS), message.u64(v.VR_A_FLOW_BYTES)
        self.end = u32("END", None)

    def __repr__(self):
        return f"Flow({vars(self)})"


def decision(action=None, reverse=None, **attrs):
    """Attributes: those of VR_A_FLOW_* by their names in lower case; reverse: a key nexthop, or a whole nest."""
    said = [] if action is None else [v.u32(v.VR_A_FLOW_ACTION, action)]
    said += [v.u32(getattr(v, "VR_A_FLOW_" + name.upper()), value) for name, value in attrs.items()]
    if reverse is not None:
        said.append(v.reverse(reverse) if isinstance(reverse, int) else reverse)
    return said


def key_attrs(key):
    return list(v.flow_key(key.sip, key.dip, key.sport, key.dport, key.nh, key.proto).values())


class Agent:
    """The agent of a hypervisor: one that reads pkt0, and netlink sockets to decide and to listen."""

    def __init__(self, namespace, device="pkt0"):
        self.pkt0 = Port(namespace, device)
        with Inside(namespace):
            self.nl, self.events, self.decider = v.Socket(), v.Socket(receive=1 << 24), v.Socket()
        self.events.join("flow")
        self.read = self.trapped()

    # --- pkt0

    def trapped(self):
        """How many the router has trapped, ever."""
        return self.nl.get(v.VR_CMD_INFO_GET).u64(v.VR_A_INFO_TRAPPED)

    def trap(self, limit=LIMIT):
        """The next packet that the router traps, or None."""
        data = self.pkt0.wait(limit=limit)
        self.read += bool(data)
        return Trap(data) if data else None

    def traps(self):
        """As many as the router says that it has trapped, less those that were read."""
        return [self.trap() for _ in range(self.trapped() - self.read)]

    # --- flows

    def get(self, index=None, gen=None, key=None):
        """A flow by its place or its key, or None."""
        try:
            attrs = key_attrs(key) if key else v.flow_id(index, gen).values()
            return Flow(self.nl.get(v.VR_CMD_FLOW_GET, *attrs))
        except v.Refused as error:
            if error.errno != errno.ENOENT:
                raise
            return None

    def flows(self, *attrs):
        return [Flow(message) for message in self.nl.dump(v.VR_CMD_FLOW_GET, *attrs)]

    def keys(self):
        """Of all flows, in order."""
        return sorted(flow.key for flow in self.flows())

    def set(self, *attrs):
        """The flow that it became."""
        return Flow(self.nl.do(v.VR_CMD_FLOW_NEW, *attrs, flags=v.NLM_F_ECHO)[0])

    def decide(self, what, action=FORWARD, gen=None, **attrs):
        """Of the flow of a trap, or another one by its index."""
        return self.set(*v.flow_id(what.index, gen).values(), *decision(action, **attrs))

    def change(self, index, gen=None, **attrs):
        """Only what is given."""
        return self.set(*v.flow_id(index, gen).values(), *decision(**attrs))

    def create(self, *where, nh, proto=17, action=FORWARD, **attrs):
        """where: source, destination, and ports if there are any."""
        sip, dip, sport, dport = (*where, 0, 0)[:4]
        return self.set(*key_attrs(Key(nh, sip, dip, sport, dport, proto)), *decision(action, **attrs))

    def delete(self, what, gen=None, pair=False):
        self.nl.do(v.VR_CMD_FLOW_DEL, *v.flow_id(what.index, gen).values(), *[v.attr(v.VR_A_FLOW_PAIR)] * pair)

    def flush(self):
        self.nl.do(v.VR_CMD_FLOW_FLUSH)

    def gone(self, limit=LIMIT):
        """The next end of a flow, or None."""
        message = self.events.news(limit)
        return Flow(message) if message else None

    # --- the router as a whole

    def conf(self, **settings):
        """Settings by their words: conf(age_udp=200)."""
        numbers = {word: number for number, (_, word, *_) in enumerate(v.SETTINGS, 1)}
        self.nl.do(v.VR_CMD_CONF_SET, *[v.u32(numbers[word], value) for word, value in settings.items()])

    def totals(self):
        found = self.nl.get(v.VR_CMD_INFO_GET).nest(v.VR_A_INFO_FLOWS)
        return {name: found.u64(getattr(v, "VR_A_FLOWS_" + name.upper())) for name in
                ("created", "added", "changed", "deleted", "evicted", "expired", "refused", "holding", "burst")}

    def held(self):
        """Packets of the whole router."""
        return self.nl.get(v.VR_CMD_INFO_GET).u64(v.VR_A_INFO_HELD)

    def refused(self, text, call, code, said):
        """The call must be refused so."""
        try:
            call()
            check(text, False, "was not refused")
        except v.Refused as error:
            check(text, (error.errno, error.text) == (code, said), f"{error}")

    # --- by a rule

    @contextlib.contextmanager
    def answering(self, rule):
        """
        While the block runs, a thread decides of each new flow as rule(trap) says: arguments of decision(), or None if
        it is to wait. It decides by key: the flow may have gone meanwhile.
        """
        stop, answers = os.pipe()[::-1], []
        thread = threading.Thread(target=self._answer, args=(stop[1], rule, answers))
        thread.start()
        try:
            yield answers
        finally:
            os.write(stop[0], b".")
            thread.join()
            for end in stop:
                os.close(end)

    def _answer(self, stop, rule, answers):
        while stop not in select.select([self.pkt0, stop], [], [])[0]:
            batch = []
            for trap in map(Trap, self.pkt0.seen()):
                self.read += 1
                said = rule(trap) if trap.reason in (MISS, AGAIN) else None
                if said is not None:
                    answers.append(trap)
                    batch.append(key_attrs(trap.key) + decision(**{"action": FORWARD, "vrf": trap.vrf, **said}))
            try:
                self.decider.batch(v.VR_CMD_FLOW_NEW, batch)
            except v.Refused as error:
                check("every decision by the rule is accepted", False, error)
