# SPDX-License-Identifier: GPL-2.0-only
"""Tunnels as their other end sees them, byte for byte: built and taken apart.

	t = Tunnel("mpls-udp", "inet6")         # between h1 and the end .2 outside
	t.create(50)                            # h1's nexthop 50 goes there
	out.send(t.to_h1(FRAMES, frame))        # from there: label or VNI, and what is in it
	check_is("it arrives", frame, a.wait())
	a.send(frame)
	sent = out.wait()
	check_is("it leaves", t.from_h1(FRAMES, frame, sport_of(sent)), sent)

The network is that of outside() in tunnels.sh.
"""
import atexit
import subprocess

from frames import ETH_P_IP, ETH_P_IPV6, ROUTER_MAC, Port, addr, csum, eth, mac, os, pseudo, struct

FRAMES, PACKETS = 101, 102              # labels and VNIs
ENCAPS, FAMILIES = ("mpls-gre", "mpls-udp", "vxlan"), ("inet", "inet6")
KINDS = tuple((encap, family) for encap in ENCAPS for family in FAMILIES)
UP_MAC = None
INNER_SMAC = "02:00:00:00:0e:01"        # h1's own, in L3 VXLAN
VXLAN_PORT, MPLS_PORT, MPLS_PORT_OLD = 4789, 6635, 51234
PORTS = range(49152, 65536)             # that h1 sends from
VXLAN_I, VXLAN_ALERT = 0x08, 0x01
GRE_CSUM, GRE_KEY, GRE_SEQ, GRE_ROUTING = 0x8000, 0x2000, 0x1000, 0x4000
EXPLICIT_NULL4, ROUTER_ALERT, EXPLICIT_NULL6, ENTROPY = 0, 1, 2, 7
NOT_ECT, ECT1, ECT0, CE = range(4)
UDP, GRE = 17, 47


def netns(namespace):
    return f"{namespace}-{os.environ['SCRIPT_PID']}"


class Session:
    """A tool that takes commands as they come, for a process each costs more than all else."""

    sessions = {}

    def __init__(self, namespace, name):
        self.lines = 0
        self.process = subprocess.Popen([name, "--netns", netns(namespace), "--batch", "-", "--force"],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        atexit.register(self.end)

    @classmethod
    def of(cls, *key):
        if key not in cls.sessions:
            cls.sessions[key] = cls(*key)
        return cls.sessions[key]

    def do(self, command):
        """What it has against the command; behind that comes what it has against no command."""
        self.process.stdin.write(f"{command}\n--nothing\n")
        self.process.stdin.flush()
        self.lines += 2
        said = ""
        while True:
            line = self.process.stderr.readline()
            if f":{self.lines}: " in line:
                return said
            if not line:
                raise RuntimeError(f"{command}: {said}")
            said += line

    def end(self):
        self.process.stdin.close()
        self.process.stderr.close()
        self.process.wait()


def tool(namespace, command):
    """A tool in a hypervisor: tool("h1", "nh --delete 50"). What it prints; it must succeed."""
    name, *words = command.split()
    if words[0] in ("--create", "--delete", "--set"):
        said = Session.of(namespace, name).do(" ".join(words))
        if said:
            raise RuntimeError(f"{command}: {said.strip()}")
        return ""
    done = subprocess.run([name, "--netns", netns(namespace), *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout.strip()}")
    return done.stdout


def end_address(family, number):
    return ("192.0.2.%d" if family == "inet" else "2001:db8::%d") % number


def end_mac(number):
    return f"02:00:00:00:0f:{number:02x}"


def up_mac():
    """Of h1's uplink."""
    global UP_MAC  # pylint: disable=global-statement
    if not UP_MAC:
        port = Port("h1", "up-out")
        UP_MAC = port.mac
        port.close()
    return UP_MAC


# --- headers ---------------------------------------------------------------------------------------------------------

def mpls(label, payload=b"", bottom=True, ttl=64, exp=0):
    """One label, in front of a payload."""
    return struct.pack("!I", label << 12 | exp << 9 | bottom << 8 | ttl) + payload


def control_word(frame):
    return bytes(4) + frame


def vxlan(vni, frame=b"", flags=VXLAN_I, reserved=0):
    return struct.pack("!B3sI", flags, bytes((reserved,)) * 3, vni << 8 | reserved) + frame


def gre(payload, flags=0, proto=0x8847, options=b""):
    """GRE (RFC 2784, 2890); options: the words behind the header that the flags announce."""
    return struct.pack("!HH", flags, proto) + options + payload


def gre_csum(payload, key=None, good=True):
    """GRE with a checksum, and perhaps a key."""
    flags, rest = GRE_CSUM, b""
    if key is not None:
        flags, rest = GRE_CSUM | GRE_KEY, struct.pack("!I", key)
    total = csum(gre(payload, flags, options=bytes(4) + rest))
    return gre(payload, flags, options=struct.pack("!HH", total if good else total ^ 0x1111, 0) + rest)


def outer_udp(src, dst, payload, sport, dport, checksum=None):
    """checksum: "zero", "good", "bad", or by default what h1 itself does."""
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    if checksum is None:
        checksum = "good" if ":" in src else "zero"
    total = 0
    if checksum != "zero":
        total = csum(pseudo(src, dst, UDP, 8 + len(payload)) + head + payload) or 0xffff
    if checksum == "bad":
        total ^= 0x1111
    return head[:6] + struct.pack("!H", total) + payload


def outer_ip(src, dst, proto, payload, tos=0, ttl=64, df=True, ident=0, options=b"", frag=0):
    """IPv4 or IPv6 by the addresses. df, ident, options and frag (offset and more-fragments) are IPv4's."""
    if ":" in src:
        return struct.pack("!IHBB", 6 << 28 | tos << 20, len(payload), proto, ttl) + addr(src) + addr(dst) + payload
    head = struct.pack("!BBHHHBBH", 0x45 + len(options) // 4, tos, 20 + len(options) + len(payload), ident,
                       frag | df << 14, ttl, proto, 0) + addr(src) + addr(dst) + options
    return head[:10] + struct.pack("!H", csum(head)) + head[12:] + payload


def with_tos(packet, tos):
    """An IP packet with this TOS or traffic class."""
    if packet[0] >> 4 == 6:
        return struct.pack("!I", 6 << 28 | tos << 20) + packet[4:]
    head = packet[:1] + bytes((tos,)) + packet[2:10] + b"\0\0" + packet[12:20]
    return head[:10] + struct.pack("!H", csum(head)) + head[12:] + packet[20:]


def with_ttl(packet, ttl):
    """An IP packet with this TTL or hop limit."""
    if packet[0] >> 4 == 6:
        return packet[:7] + bytes((ttl,)) + packet[8:]
    head = packet[:8] + bytes((ttl,)) + packet[9:10] + b"\0\0" + packet[12:20]
    return head[:10] + struct.pack("!H", csum(head)) + head[12:] + packet[20:]


def l3_of(frame):
    """Where the outer IP header of an untagged frame ends."""
    return 14 + (40 if frame[12:14] == b"\x86\xdd" else (frame[14] & 15) * 4)


def sport_of(frame):
    """The source port of an outer header, 0 if there is none."""
    if not frame or frame[23 if frame[12:14] == b"\x08\x00" else 20] != UDP:
        return 0
    return struct.unpack_from("!H", frame, l3_of(frame))[0]


def tos_of(frame):
    """TOS or traffic class of an untagged frame."""
    return struct.unpack_from("!H", frame, 14)[0] >> 4 & 0xff if frame[12:14] == b"\x86\xdd" else frame[15]


# --- tunnels ---------------------------------------------------------------------------------------------------------

class Tunnel:
    """Between h1 and an end outside."""

    def __init__(self, encap, family, end=2, flags=()):
        self.encap, self.family, self.flags = encap, family, tuple(flags)
        self.here, self.there = end_address(family, 1), end_address(family, end)
        self.mac = end_mac(end)
        self.is_mpls = encap != "vxlan"
        self.is_udp = encap != "mpls-gre"
        self.name = f"{encap} over {'IPv4' if family == 'inet' else 'IPv6'}"
        # Of all outer headers, from IP on, before a frame.
        self.overhead = (20 if family == "inet" else 40) + {"mpls-gre": 4 + 4, "mpls-udp": 8 + 4, "vxlan": 8 + 8}[encap] + \
            (4 if "control-word" in flags else 0)

    def create(self, nh, *words):
        """h1's nexthop nh goes there. words: more for the tool."""
        flags = f"--flags {','.join(self.flags)} " if self.flags else ""
        if "l3-vxlan" in self.flags:
            flags += f"--inner-dmac {ROUTER_MAC} --inner-smac {INNER_SMAC} "
        way = "" if "resolve" in self.flags else f"--oif 10 --dmac {self.mac} --smac {up_mac().hex(':')} "
        tool("h1", f"nh --create {nh} --type tunnel --encap {self.encap} --sip {self.here} --dip {self.there} " + way +
             flags + " ".join(words))

    def routed(self):
        """The same for packets: VXLAN needs an Ethernet header for them."""
        if self.is_mpls:
            return self
        return Tunnel(self.encap, self.family, int(self.mac[-2:], 16), (*self.flags, "l3-vxlan"))

    def shim(self, label, payload, **header):
        """Label or VNI in front of a payload."""
        if not self.is_mpls:
            return vxlan(label, payload, **header)
        if "control-word" in self.flags and header.pop("frame", False):
            payload = control_word(payload)
        header.pop("frame", None)
        return mpls(label, payload, **header)

    def carried(self, src, dst, shim, sport=50000, checksum=None, dport=None, **ip):
        """An outer packet around MPLS or VXLAN."""
        if not self.is_udp:
            return outer_ip(src, dst, GRE, gre(shim), **ip)
        dport = dport or (MPLS_PORT if self.is_mpls else VXLAN_PORT)
        return outer_ip(src, dst, UDP, outer_udp(src, dst, shim, sport, dport, checksum), **ip)

    def to_h1(self, label, payload, shim=None, **outer):
        """The frame that the other end sends. shim: what stands there instead of label and payload."""
        return eth(up_mac(), self.mac, self.carried(self.there, self.here,
                                                    self.shim(label, payload) if shim is None else shim, **outer))

    def from_h1(self, label, payload, sport, ttl=64, frame=True, tos=0, outer_ttl=64):
        """The frame that h1 must send: a frame in it, or a packet."""
        if not self.is_mpls:
            shim = vxlan(label, payload)
        else:
            shim = self.shim(label, payload, ttl=ttl, frame=frame)
        checksum = None
        if "udp-csum" in self.flags and self.family == "inet":
            checksum = "good"
        elif "udp6-zero-csum" in self.flags and self.family == "inet6":
            checksum = "zero"
        return eth(self.mac, up_mac(), self.carried(self.here, self.there, shim, sport, checksum, tos=tos,
                                                    ttl=outer_ttl))

    def inside(self, frame):
        """(label or VNI, what is in it) of a frame that h1 sent by this kind of tunnel."""
        at = l3_of(frame) + (8 if self.is_udp else 4)
        word = struct.unpack_from("!I", frame, at + (0 if self.is_mpls else 4))[0]
        return (word >> 12, frame[at + 4:]) if self.is_mpls else (word >> 8, frame[at + 8:])

    def packet_frame(self, packet):
        """What a packet is in L3 VXLAN when it comes to h1: a frame to its router MAC."""
        return packet if self.is_mpls else eth(ROUTER_MAC, "02:00:00:00:0e:02", packet)


def tunnels(*flags):
    return [Tunnel(encap, family, flags=flags) for encap, family in KINDS]


def station(text):
    """A MAC behind another end."""
    return mac(f"02:00:00:00:bb:{text:02x}")


def is_ip4(frame):
    return frame[12:14] == struct.pack("!H", ETH_P_IP)


def is_ip6(frame):
    return frame[12:14] == struct.pack("!H", ETH_P_IPV6)
