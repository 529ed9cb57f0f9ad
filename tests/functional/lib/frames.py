# SPDX-License-Identifier: GPL-2.0-only
"""Frames, byte for byte, with nothing but Python's standard library: built, sent and captured in any namespace.

A script runs its part in Python by frames() of frames.sh, which has imported everything of this file:

	a, b, h1 = Port("a"), Port("b"), Router("h1")
	a.send(eth(b.mac, a.mac, udp4("10.1.1.1", "10.1.1.2", b"hello")))
	check("it arrives", b.wait(lambda frame: b"hello" in frame))

Namespaces have the names that the script gave them. Nothing here sleeps: it waits for frames and for counters, and
gives up long after any machine would have been done.
"""
import ctypes
import fcntl
import os
import re
import select
import socket
import struct
import time

import vrnl

LIMIT = 20      # seconds until something is taken not to happen

ETH_P_ALL, ETH_P_IP, ETH_P_ARP, ETH_P_IPV6, ETH_P_8021Q, ETH_P_8021AD = 3, 0x800, 0x806, 0x86dd, 0x8100, 0x88a8
SOL_PACKET, PACKET_AUXDATA, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 8, 15, 23
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 0x10, 0x40
SIOCGIFHWADDR = 0x8927
BROADCAST = b"\xff" * 6
ARP_REQUEST, ARP_REPLY = 1, 2
TCP_FIN, TCP_SYN, TCP_RST, TCP_ACK = 1, 2, 4, 16
ROUTER_MAC = "00:00:5e:00:01:00"

TUNSETIFF, TUNSETOFFLOAD = 0x400454ca, 0x400454d0
IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x2, 0x1000, 0x4000
TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6 = 1, 2, 4

# struct virtio_net_hdr
VNET_CSUM = 1
VNET_GSO_NONE, VNET_GSO_TCPV4, VNET_GSO_TCPV6 = 0, 1, 4
VNET_LEN = 10


# --- checks ----------------------------------------------------------------------------------------------------------

CHECKS = vrnl.Checks()
CHECKS.script = os.environ.get("SCRIPT", "frames")


def check(good, name=None, detail=""):
    """check(what must be true, text), or check(text, what must be true)."""
    if isinstance(good, str):
        good, name = name, good
    return CHECKS.check(good, name, detail)


def check_is(name, want, got):
    return CHECKS.equal(got, want, name)


def eventually(condition, limit=LIMIT):
    """The first true value of condition(), or its last one."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.02)


# --- building --------------------------------------------------------------------------------------------------------

def mac(text):
    return text if isinstance(text, bytes) else bytes.fromhex(text.replace(":", ""))


def addr(text):
    if isinstance(text, bytes):
        return text
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def csum(data):
    """The Internet checksum, as a number."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def pseudo(src, dst, proto, length):
    return addr(src) + addr(dst) + struct.pack("!II" if len(addr(src)) == 16 else "!HH", proto, length)


def tag(vid, proto=ETH_P_8021Q):
    """What stands between the MACs and the type of a tagged frame."""
    return struct.pack("!HH", proto, vid)


def eth(dst, src, payload, proto=None, tags=b""):
    """An Ethernet frame; the type of IP need not be given."""
    if proto is None:
        proto = ETH_P_IPV6 if payload[0] >> 4 == 6 else ETH_P_IP
    return mac(dst) + mac(src) + tags + struct.pack("!H", proto) + payload


def padded(frame, length=60):
    """As it would come from a wire: not below the smallest size."""
    return frame + bytes(max(0, length - len(frame)))


def tagged(frame, vid, proto=ETH_P_8021Q):
    """The frame with one more tag, the outermost."""
    return frame[:12] + tag(vid, proto) + frame[12:]


def ip4(src, dst, proto, payload, ttl=64, **header):
    """IPv4; header fields by name replace what would be right: ihl, tot_len, frag, csum, ident."""
    ihl = header.get("ihl", 5)
    head = struct.pack("!BBHHHBBH", 0x40 | ihl, 0, header.get("tot_len", 20 + len(payload)), header.get("ident", 0),
                       header.get("frag", 0), ttl, proto, 0) + addr(src) + addr(dst)
    return head[:10] + struct.pack("!H", header.get("csum", csum(head))) + head[12:] + payload


def ip6(src, dst, proto, payload, hops=64, length=None):
    return struct.pack("!IHBB", 6 << 28, len(payload) if length is None else length, proto, hops) + \
        addr(src) + addr(dst) + payload


def udp(src, dst, payload, sport=1234, dport=5678):
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    total = csum(pseudo(src, dst, 17, 8 + len(payload)) + head + payload) or 0xffff
    return head[:6] + struct.pack("!H", total) + payload


def udp4(src, dst, payload, sport=1234, dport=5678, **header):
    return ip4(src, dst, 17, udp(src, dst, payload, sport, dport), **header)


def udp6(src, dst, payload, sport=1234, dport=5678, **header):
    return ip6(src, dst, 17, udp(src, dst, payload, sport, dport), **header)


def tcp(src, dst, payload, sport=1234, dport=5678, seq=1, ack=1, flags=TCP_ACK, partial=False):
    """A TCP segment; partial: only the pseudo header is in its checksum, as for a device to finish."""
    length = 20 + len(payload)
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, 65535, 0, 0)
    if partial:
        total = csum(pseudo(src, dst, 6, length)) ^ 0xffff
    else:
        total = csum(pseudo(src, dst, 6, length) + head + payload)
    return head[:16] + struct.pack("!H", total) + head[18:] + payload


def arp(operation, sha, sip, tha, tip):
    return struct.pack("!HHBBH", 1, ETH_P_IP, 6, 4, operation) + mac(sha) + addr(sip) + mac(tha) + addr(tip)


def arp_request(sha, sip, tip, dst=BROADCAST, tags=b""):
    return eth(dst, sha, arp(ARP_REQUEST, sha, sip, bytes(6), tip), ETH_P_ARP, tags)


def icmp6(src, dst, body, **header):
    """ICMPv6 from type on; its checksum is filled in."""
    total = csum(pseudo(src, dst, 58, len(body)) + body)
    return ip6(src, dst, 58, body[:2] + struct.pack("!H", total) + body[4:], **header)


def nd_advert(src, dst, target, lladdr, flags=0x60000000):
    body = struct.pack("!BBHI", 136, 0, 0, flags) + addr(target) + struct.pack("!BB", 2, 1) + mac(lladdr)
    return icmp6(src, dst, body, hops=255)


def lladdr_option(kind, lladdr):
    """A link-layer address option of neighbour discovery; kind 1: the source's, 2: the target's."""
    return struct.pack("!BB", kind, 1) + mac(lladdr)


def solicited_node(target):
    """The group that is asked for an address."""
    return addr("ff02::1:ff00:0")[:13] + addr(target)[13:]


def nd_solicit(lladdr, src, target, options=None, dst=None, dmac=None):
    """A frame that asks who has the target: to its group with a source option, unless said otherwise."""
    if dst is None:
        dst = solicited_node(target)
    if dmac is None:
        dmac = b"\x33\x33" + addr(dst)[12:]
    if options is None:
        options = lladdr_option(1, lladdr)
    return eth(dmac, lladdr, icmp6(src, dst, struct.pack("!BBHI", 135, 0, 0, 0) + addr(target) + options, hops=255))


def nd_router_solicitation(src, lladdr):
    body = struct.pack("!BBHI", 133, 0, 0, 0) + struct.pack("!BB", 1, 1) + mac(lladdr)
    return icmp6(src, "ff02::2", body, hops=255)


def vnet(flags=0, gso=VNET_GSO_NONE, hdr_len=0, gso_size=0, csum_start=0, csum_offset=0):
    """struct virtio_net_hdr: what is left to do with a frame."""
    return struct.pack("=BBHHHH", flags, gso, hdr_len, gso_size, csum_start, csum_offset)


def agent(command, vif, vrf, packet, station=ROUTER_MAC):
    """A frame of the agent: <vrouter/trap.h>."""
    header = struct.pack("!HHHIIIIIB3x", vif, vrf, command, 0, 0, 0, 0, 0, 0)
    return eth(station, station, header + packet, ETH_P_IP)


# --- taking apart ----------------------------------------------------------------------------------------------------

def carries(data):
    """For wait(): a frame with these bytes in it."""
    return lambda frame: data in frame


def trapped(frame):
    """(vif, vrf, reason, packet) of what the agent got."""
    vif, vrf, reason = struct.unpack_from("!HHH", frame, 14)
    return vif, vrf, reason, frame[44:]


def l4_good(frame):
    """The checksum of the TCP or UDP in an untagged IP frame is right."""
    if frame[12:14] == b"\x08\x00":
        src, dst, proto = frame[26:30], frame[30:34], frame[23]
        body = frame[34:14 + struct.unpack_from("!H", frame, 16)[0]]
    else:
        src, dst, proto = frame[22:38], frame[38:54], frame[20]
        body = frame[54:54 + struct.unpack_from("!H", frame, 18)[0]]
    return csum(pseudo(src, dst, proto, len(body)) + body) == 0


# --- namespaces and ports --------------------------------------------------------------------------------------------

LIBC = ctypes.CDLL(None, use_errno=True)


def stay_on_one_processor():
    """What is sent first arrives first: packets of one processor do not overtake each other."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


class Inside:
    """with Inside("a"): what is opened belongs to the namespace of that name."""

    def __init__(self, name):
        self.path = f"/run/netns/{name}-{os.environ['SCRIPT_PID']}"
        self.back = None

    def enter(self, fd):
        if LIBC.setns(fd, vrnl.CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {self.path}")
        os.close(fd)

    def __enter__(self):
        self.back = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.enter(os.open(self.path, os.O_RDONLY))

    def __exit__(self, *_):
        self.enter(self.back)


class Wire:
    """Something that frames come out of: subclasses have fileno() and _read()."""

    def fileno(self):
        raise NotImplementedError

    def _read(self):
        """The next frame, or BlockingIOError."""
        raise NotImplementedError

    def seen(self):
        """The frames that have arrived until now."""
        frames = []
        while True:
            try:
                frames.append(self._read())
            except BlockingIOError:
                return frames

    def wait(self, match=lambda frame: True, limit=LIMIT):
        """The first frame that matches, or None; those before it are gone."""
        end = time.monotonic() + limit
        while True:
            try:
                frame = self._read()
                if match(frame):
                    return frame
            except BlockingIOError:
                left = end - time.monotonic()
                if left <= 0 or not select.select([self], [], [], left)[0]:
                    return None


class Port(Wire):
    """
    A packet socket on a device: sends there, and sees what the device receives, its VLAN tag in the bytes.

    vnet: what is sent is bytes behind a struct virtio_net_hdr.
    """

    def __init__(self, namespace, device="eth0", with_vnet=False):
        with Inside(namespace):
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33), 1 << 22)
        if with_vnet:
            self.sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.with_vnet = with_vnet
        self.sock.bind((device, ETH_P_ALL))
        self.sock.setblocking(False)
        self.mac = fcntl.ioctl(self.sock, SIOCGIFHWADDR, struct.pack("16s16x", device.encode()))[18:24]

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def send(self, frame, header=None):
        data = (header or vnet()) + frame if self.with_vnet else frame
        while True:
            try:
                self.sock.send(data)
                return
            except BlockingIOError:
                # What was sent before is still on its way.
                select.select([], [self], [])

    def _read(self):
        data, notes, _, _ = self.sock.recvmsg(1 << 17, 64)
        if self.with_vnet:
            data = data[VNET_LEN:]
        for level, kind, note in notes:
            if level != SOL_PACKET or kind != PACKET_AUXDATA:
                continue
            status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", note)
            if status & TP_STATUS_VLAN_VALID:
                tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else ETH_P_8021Q
                data = data[:12] + tag(tci, tpid) + data[12:]
        return data


class Tap(Wire):
    """
    The guest behind a tap. with_vnet: it was made with vnet_hdr; header is that of the last frame.
    """

    def __init__(self, namespace, device, with_vnet=False):
        self.with_vnet, self.header = with_vnet, b""
        flags = IFF_TAP | IFF_NO_PI | (IFF_VNET_HDR if with_vnet else 0)
        with Inside(namespace):
            self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("16sH22x", device.encode(), flags))

    def fileno(self):
        return self.fd

    def offload(self, flags):
        """What the guest can do itself: TUN_F_*."""
        fcntl.ioctl(self.fd, TUNSETOFFLOAD, flags)

    def send(self, frame, header=None):
        os.write(self.fd, (header or vnet()) + frame if self.with_vnet else frame)

    def _read(self):
        data = os.read(self.fd, 1 << 17)
        if self.with_vnet:
            self.header, data = data[:VNET_LEN], data[VNET_LEN:]
        return data


# --- the router ------------------------------------------------------------------------------------------------------

def _drop_keys():
    with open(os.path.join(vrnl.TOP, "include/uapi/vrouter/drop.h"), encoding="utf-8") as file:
        return re.findall(r'^\s*X\(\w+, "(\w+)"', file.read(), re.M)


class Router:
    """The router of a hypervisor: its counters."""

    keys = _drop_keys()

    def __init__(self, namespace):
        with Inside(namespace):
            self.nl = vrnl.Socket()

    def drops(self, vif=None):
        """Those that are not zero, by reason."""
        which = [] if vif is None else [vrnl.u32(vrnl.VR_A_DROPS_VIF, vif)]
        found = self.nl.get(vrnl.VR_CMD_DROPS_GET, *which).nest(vrnl.VR_A_DROPS_LIST)
        counts = {}
        for entry in found.nests(vrnl.VR_A_DROP_ENTRY):
            count = entry.u64(vrnl.VR_A_DROP_COUNT)
            if count:
                counts[self.keys[entry.u32(vrnl.VR_A_DROP_REASON)]] = count
        return counts

    def vif(self, number):
        """Its counters."""
        found = self.nl.get(vrnl.VR_CMD_VIF_GET, vrnl.u32(vrnl.VR_A_VIF_ID, number))
        return {name: found.u64(getattr(vrnl, "VR_A_VIF_" + name.upper()))
                for name in ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes", "rx_errors", "tx_errors")}

    def handled(self):
        """Packets that came in and have met their end: 0 unaccounted, so many received."""
        info = self.nl.get(vrnl.VR_CMD_INFO_GET)
        return info.s64(vrnl.VR_A_INFO_UNACCOUNTED) == 0, info.u64(vrnl.VR_A_INFO_RECEIVED)

    def after(self, send, packets=1):
        """The drops, by reason, that so many packets more met; send() is what makes them come."""
        before, start = self.drops(), self.handled()[1]
        send()
        eventually(lambda: self.handled() >= (True, start + packets))
        now = self.drops()
        return {key: now[key] - before.get(key, 0) for key in now if now[key] != before.get(key, 0)}


def outcome(router, ports, sender, *frames):
    """
    What becomes of frames that come in by a vif: (drops by reason, frames by the vif they left by).

    ports has the Port behind each vif that could have a part in it; sender is one of its keys.
    """
    for port in ports.values():
        port.seen()
    before = {number: router.vif(number)["tx_packets"] for number in ports}
    drops = router.after(lambda: [ports[sender].send(frame) for frame in frames], len(frames))
    left = {}
    for number, port in ports.items():
        count = router.vif(number)["tx_packets"] - before[number]
        if count:
            left[number] = [port.wait() for _ in range(count)]
    return drops, left


stay_on_one_processor()
