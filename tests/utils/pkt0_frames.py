# SPDX-License-Identifier: GPL-2.0-only
"""
The frames of dissector.py, made by scapy: writes those that are the router's and those that are not into files.

usage: pkt0_frames.py OURS.pcap OTHERS.pcap, and as JSON on standard output what is in the first file
"""

import json
import random
import struct
import sys

from scapy.all import ARP, ICMP, IP, TCP, UDP, Dot1Q, Ether, IPv6, Raw, fragment, wrpcap

sys.path.insert(0, __file__.rsplit("/", 1)[0])
sys.dont_write_bytecode = True

from trap_names import COMMANDS, REASONS  # pylint: disable=wrong-import-position

AGENT = "00:00:5e:00:01:01"
GUEST, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"


def header(ifindex=3, vrf=1, cmd=6, params=(0, 0, 0, 0, 0), param5=0, pad=b"\0\0\0"):
    return struct.pack(">HHH5IB", ifindex, vrf, cmd, *params, param5) + pad


def guest(inner):
    return bytes(Ether(src=GUEST, dst=OTHER) / inner)


PACKETS = {
    "ip": guest(IP(src="10.1.1.1", dst="10.1.1.2") / UDP(sport=1000, dport=2000) / Raw(b"hello")),
    "ipv6": guest(IPv6(src="fd00::1", dst="fd00::2") / UDP(sport=1000, dport=2000) / Raw(b"hello")),
    "arp": guest(ARP(psrc="10.1.1.1", pdst="10.1.1.2")),
    "tagged": guest(Dot1Q(vlan=5) / IP(src="10.1.1.1", dst="10.1.1.2") / UDP(sport=1000, dport=2000)),
    "llc": bytes.fromhex("0180c2000000020000000001" "0026" "424203") + bytes(35),
}

ours, said = [], []


def add(name, agent, inner, src=AGENT, dst=AGENT, **expected):
    """One frame; what is expected of it goes to the test."""
    ours.append(bytes(Ether(src=src, dst=dst, type=0x0800)) + agent + inner)
    said.append({"name": name, **expected})


def make_ours():
    ip = PACKETS["ip"]
    for number in list(COMMANDS) + list(REASONS):
        add(f"command {number}", header(cmd=number), ip, cmd=number)
    for name, packet in PACKETS.items():
        add(f"with {name}", header(), packet, packet=name)
    distinct = (0x01020304, 0x11121314, 0x21222324, 0x31323334, 0x00410042)
    for cmd in (0, 1, 5, 6, 8, 11, 15, 20):
        add(f"fields {cmd}", header(0x1234, 0x2345, cmd, distinct, 0x51), ip, cmd=cmd, fields=True)
    add("no flow", header(cmd=11, params=(1400, 0xffffffff, 0, 0, 0)), ip, no_flow=True)
    add("diagnostic", header(cmd=1, params=(1, 1, 0, 0, 0)), ip, diagnostic=True)
    add("not diagnostic", header(cmd=1, params=(1, 2, 0, 0, 0)), ip, diagnostic=False)
    for state in range(4):
        add(f"BFD {state}", header(cmd=20, params=(state << 6, 0, 0, 0, 0)), ip, bfd=state)
    add("no vif", header(ifindex=0xffff), ip, ifindex=0xffff)
    for ifindex in (0x4500, 0x4501, 0x45ff, 0x4600, 0x4f00):
        add(f"like IPv4 {ifindex:#x}", header(ifindex=ifindex), ip, ifindex=ifindex)
    add("from an agent with a MAC of its own", header(cmd=0), ip, src=GUEST, cmd=0)
    # The router cuts what it has to; the packet then says more than there is.
    long = guest(IP(src="10.1.1.1", dst="10.1.1.2") / UDP(sport=1000, dport=2000) / Raw(bytes(1400)))
    add("cut", header(cmd=5), long[:146], cut=True)
    for length in range(1, 30):
        add(f"truncated {length}", header()[:length], b"", truncated=length)
    for length in (0, 1, 13):
        add(f"no packet {length}", header(), ip[:length], no_packet=True)


def ipv4_like_ours(checksum):
    """IPv4 with everything in place by which we tell our frames, but for its own header."""
    payload = bytes(2) + struct.pack(">H", 0) + bytes(3) + bytes(1) + bytes(12) + b"\x08\x00" + b"\x45" + bytes(40)
    packet = IP(src="10.1.1.1", dst="10.1.1.2", id=6, proto=17) / Raw(bytes(8) + payload)
    if checksum is not None:
        packet[IP].chksum = checksum
    frame = bytearray(bytes(Ether(src=GUEST, dst=OTHER) / packet))
    frame[14 + 27:14 + 30] = bytes(3)
    frame[14 + 42:14 + 45] = b"\x08\x00\x45"
    return bytes(frame)


def make_others():
    rng = random.Random(20240301)
    ends = IP(src="10.1.1.1", dst="10.1.1.2")
    found = [ipv4_like_ours(None), ipv4_like_ours(0)]
    same = bytearray(ipv4_like_ours(None))
    same[:6] = same[6:12]
    found.append(bytes(same))
    for number in range(22):
        for upper in (UDP() / Raw(bytes(100)), TCP() / Raw(bytes(100)), ICMP() / Raw(bytes(56)), Raw(bytes(60))):
            for checksum in (None, 0):
                packet = IP(src="10.1.1.1", dst="10.1.1.2", id=number, flags="DF") / upper
                if checksum is not None:
                    packet[IP].chksum = checksum
                found.append(guest(packet))
    found += [guest(part) for part in fragment(ends / UDP() / Raw(bytes(3000)), 1000)]
    found.append(guest(IP(src="10.1.1.1", dst="10.1.1.2", options=[b"\x94\x04\x00\x00"]) / UDP() / Raw(bytes(80))))
    found += list(PACKETS.values())
    found.append(bytes(Ether(src=AGENT, dst=AGENT) / ends / UDP() / Raw(bytes(80))))
    found.append(bytes(Ether(src="00:00:00:00:00:00", dst="00:00:00:00:00:00") / ends / TCP()))
    for _ in range(300):
        packet = IP(src="10.1.1.1", dst="10.1.1.2", id=rng.randrange(21), tos=rng.randrange(256), proto=rng.randrange(256))
        found.append(guest(packet / Raw(rng.randbytes(rng.randrange(120)))))
    # Not IPv4 either: names that there are not, padding, no Ethernet header behind it.
    ether = bytes(Ether(src=AGENT, dst=AGENT, type=0x0800))
    found.append(ether + header(cmd=21) + PACKETS["ip"])
    found += [bytes(Ether(src=GUEST, dst=AGENT, type=0x0800)) + header()[:length] for length in (1, 5, 20, 29)]
    found.append(ether + header(pad=b"\0\1\0") + PACKETS["ip"])
    found.append(ether + header() + PACKETS["ip"][:12] + b"\x08\x00\x60" + bytes(40))
    found.append(ether + header() + PACKETS["ip"][:12] + b"\x05\xdc" + bytes(40))
    return found


make_ours()
wrpcap(sys.argv[1], [Ether(frame) for frame in ours])
wrpcap(sys.argv[2], [Ether(frame) for frame in make_others()])
json.dump(said, sys.stdout)
