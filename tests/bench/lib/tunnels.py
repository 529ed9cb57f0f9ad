# SPDX-License-Identifier: GPL-2.0-only
"""Into tunnels and out of them, over IPv4: a guest on one side, the fabric on the other.

Into one, port0 is a guest's and port1 the uplink; out of one it is the other way round. This end is 192.0.2.1 and the
other one 192.0.2.2, in the sink or in the generator. Label and VNI are the same everywhere, and a label leads to its
guest without a further look-up. vr_gen makes the frames, for pktgen cannot: those without a tunnel too, so that all
have the same floor.
"""
import socket
import struct

from forwarders import Case, Floor, VrouterBridge, VrouterRoute
from machine import GEN_MAC, PORT, ROUTER_MAC, SINK_MAC, SOURCE, device_mac, destination, run, write

HERE, THERE = '192.0.2.1', '192.0.2.2'
LABEL, TTL = 102, 64
ENTROPY_PORT = 50000
PORTS = {'VXLAN': 4789, 'MPLSoUDP': 6635}
ENCAPS = {'VXLAN': 'vxlan', 'MPLSoUDP': 'mpls-udp', 'MPLSoGRE': 'mpls-gre'}
MPLS_IN_IP = 137
ETH_LEN = 14


# --- frames -----------------------------------------------------------------------------------------------------------

def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ethernet(dst, src, payload, kind=0x0800):
    return bytes.fromhex((dst + src).replace(':', '')) + struct.pack('!H', kind) + payload


def ipv4(src, dst, proto, payload):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 0, 0x4000, TTL, proto, 0, socket.inet_aton(src),
                       socket.inet_aton(dst))
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def udp(source, dest, payload):
    return struct.pack('!HHHH', source, dest, 8 + len(payload), 0) + payload


def inner(dmac):
    """What a guest sends: 60 bytes, as pktgen's are."""
    return ethernet(dmac, GEN_MAC, ipv4(SOURCE, destination(0), socket.IPPROTO_UDP, udp(PORT, PORT, bytes(18))))


def outer(encap, dmac):
    """A frame of the fabric, and where the IP header inside is."""
    payload = inner(SINK_MAC)
    l3_len = len(payload) - ETH_LEN
    proto = socket.IPPROTO_UDP
    if encap == 'VXLAN':
        payload = struct.pack('!II', 0x08000000, LABEL << 8) + payload
    else:
        payload = struct.pack('!I', LABEL << 12 | 0x100 | TTL) + payload[ETH_LEN:]
    if encap == 'MPLSoGRE':
        proto = socket.IPPROTO_GRE
        payload = struct.pack('!HH', 0, 0x8847) + payload
    else:
        payload = udp(ENTROPY_PORT, PORTS[encap], payload)
    frame = ethernet(dmac, GEN_MAC, ipv4(THERE, HERE, proto, payload))
    return frame, len(frame) - l3_len


# --- what is sent -----------------------------------------------------------------------------------------------------

class Plain:
    """A case without a tunnel, with frames of vr_gen."""
    floor = 'tunnels: floor'

    def __init__(self, *args):
        super().__init__(*args)
        self.name = f'tunnels: {"" if self.name == "floor" else "none, "}{self.name}'

    def frame(self):
        return inner(self.dmac), ETH_LEN


class PlainFloor(Plain, Floor):
    pass


class PlainBridge(Plain, VrouterBridge):
    pass


class PlainRoute(Plain, VrouterRoute):
    pass


class Tunnel(Case):
    """One kind of tunnel, in or out of it."""
    floor = Plain.floor
    what = ''

    def __init__(self, encap, into):
        self.encap = encap
        self.into = into
        self.fabric, self.guest = ('port1', 'port0') if into else ('port0', 'port1')
        self.name = f'tunnels: {encap} {"in" if into else "out"}, {self.what}'

    def frame(self):
        if not self.into:
            return outer(self.encap, device_mac('port0'))
        if self.encap == 'VXLAN':
            return inner(SINK_MAC), ETH_LEN
        return inner(self.router_mac()), ETH_LEN

    def router_mac(self):
        """Of who routes what guests send."""
        return device_mac('port0')


# --- Linux ------------------------------------------------------------------------------------------------------------

class LinuxTunnel(Tunnel):
    """The end of the fabric is the host's own."""
    device = 'tun0'

    def start(self):
        run('ip', 'addr', 'add', HERE + '/24', 'dev', self.fabric)
        run('ip', 'neigh', 'replace', THERE, 'lladdr', SINK_MAC, 'dev', self.fabric)
        self.configure()

    def link(self, *words):
        run('ip', 'link', 'add', self.device, 'type', *words)
        run('ip', 'link', 'set', self.device, 'up')

    def configure(self):
        raise NotImplementedError

    def stop(self):
        run('ip', 'link', 'del', self.device)
        for port in 'port0', 'port1':
            run('ip', 'addr', 'flush', 'dev', port)
        run('ip', 'neigh', 'flush', 'all')


class LinuxVxlan(LinuxTunnel):
    what = 'Linux bridge'

    def configure(self):
        self.link('vxlan', 'id', str(LABEL), 'local', HERE, 'remote', THERE, 'dstport', str(PORTS[self.encap]),
                  'nolearning')
        run('ip', 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0')
        for port in self.guest, self.device:
            run('ip', 'link', 'set', port, 'master', 'br0')
        run('ip', 'link', 'set', 'br0', 'up')
        ends = (self.guest, self.device) if self.into else (self.device, self.guest)
        for mac, port in zip((GEN_MAC, SINK_MAC), ends):
            run('bridge', 'fdb', 'replace', mac, 'dev', port, 'master', 'static')

    def stop(self):
        run('ip', 'link', 'del', 'br0')
        super().stop()


class LinuxMpls(LinuxTunnel):
    """Routes into the tunnel, and out of it by the label."""
    what = 'Linux'
    guest_hop = '198.18.2.2'

    def configure(self):
        self.add_device()
        if self.into:
            write('/proc/sys/net/ipv4/ip_forward', '1')
            run('ip', 'addr', 'add', '198.18.1.1/24', 'dev', self.guest)
            run('ip', 'route', 'add', 'default', 'encap', 'mpls', str(LABEL), 'dev', self.device)
            return
        write('/proc/sys/net/mpls/platform_labels', '1000')
        write(f'/proc/sys/net/mpls/conf/{self.device}/input', '1')
        run('ip', 'addr', 'add', '198.18.2.1/24', 'dev', self.guest)
        run('ip', 'neigh', 'replace', self.guest_hop, 'lladdr', SINK_MAC, 'dev', self.guest)
        run('ip', '-family', 'mpls', 'route', 'add', str(LABEL), 'via', 'inet', self.guest_hop, 'dev', self.guest)

    def add_device(self):
        raise NotImplementedError

    def stop(self):
        write('/proc/sys/net/mpls/platform_labels', '0')
        super().stop()
        write('/proc/sys/net/ipv4/ip_forward', '0')


class LinuxFou(LinuxMpls):
    what = 'Linux fou'

    def add_device(self):
        port = str(PORTS[self.encap])
        run('ip', 'fou', 'add', 'port', port, 'ipproto', str(MPLS_IN_IP))
        self.link('ipip', 'mode', 'mplsip', 'local', HERE, 'remote', THERE, 'encap', 'fou', 'encap-sport', 'auto',
                  'encap-dport', port)

    def stop(self):
        super().stop()
        run('ip', 'fou', 'del', 'port', str(PORTS[self.encap]))


class LinuxBareudp(LinuxMpls):
    what = 'Linux bareudp'

    def add_device(self):
        self.link('bareudp', 'dstport', str(PORTS[self.encap]), 'ethertype', 'mpls_uc')


class LinuxGre(LinuxMpls):
    what = 'Linux gre'

    def add_device(self):
        self.link('gre', 'local', HERE, 'remote', THERE)


# --- Open vSwitch -----------------------------------------------------------------------------------------------------

class OpenvSwitchVxlan(LinuxTunnel):
    """Its VXLAN port uses the host's end of the fabric; it outlives the data path."""
    what = 'Open vSwitch'
    device = 'vxlan_sys_4789'

    def configure(self):
        path = 'tunnel'
        run('ovs-dpctl', 'add-dp', path)
        run('ovs-dpctl', 'add-if', path, f'{self.guest},port_no=1')
        run('ovs-dpctl', 'add-if', path, f'{self.device},type=vxlan,remote_ip=flow,key=flow,port_no=2')
        match = 'eth(),eth_type(0x0800),ipv4(frag=no)'
        if self.into:
            run('ovs-dpctl', 'add-flow', path, f'in_port(1),{match}',
                f'set(tunnel(tun_id={LABEL:#x},src={HERE},dst={THERE},ttl={TTL},tp_dst={PORTS[self.encap]},'
                'flags(df|key))),2')
        else:
            run('ovs-dpctl', 'add-flow', path,
                f'tunnel(tun_id={LABEL:#x},src={THERE},dst={HERE},ttl={TTL},flags(+key)),in_port(2),{match}', '1')

    def stop(self):
        run('ovs-dpctl', 'del-dp', 'tunnel')
        super().stop()


# --- vrouter ----------------------------------------------------------------------------------------------------------

class VrouterTunnel(Tunnel):
    what = 'vrouter'

    def router_mac(self):
        return ROUTER_MAC

    def start(self):
        run('vif', '--add', self.guest, '--type', 'virtual', '--vif', '0', '--mac', ROUTER_MAC)
        run('vif', '--add', self.fabric, '--type', 'physical', '--vif', '1')
        run('vif', '--create', 'vhost0', '--type', 'vhost')
        run('ip', 'link', 'set', 'vhost0', 'up')
        run('vif', '--add', 'vhost0', '--type', 'vhost', '--vif', '2', '--xconnect', '1', '--ip', HERE)
        if self.into:
            self.configure_in()
        else:
            self.configure_out()

    def configure_in(self):
        run('nh', '--create', '1', '--type', 'tunnel', '--encap', ENCAPS[self.encap], '--sip', HERE, '--dip', THERE,
            '--oif', '1', '--dmac', SINK_MAC, '--smac', device_mac(self.fabric))
        if self.encap == 'VXLAN':
            self.bridge('--nh', '1', '--label', str(LABEL))
            return
        run('nh', '--create', '2', '--type', 'l2-receive')
        run('rt', '--create', '--vrf', '0', '--family', 'bridge', '--mac', ROUTER_MAC, '--nh', '2')
        run('rt', '--create', '--vrf', '0', '--family', 'inet', '--prefix', '0.0.0.0/0', '--nh', '1', '--label',
            str(LABEL))

    def configure_out(self):
        family = 'bridge' if self.encap == 'VXLAN' else 'inet'
        run('nh', '--create', '1', '--type', 'encap', '--family', family, '--oif', '0', '--dmac', SINK_MAC, '--smac',
            ROUTER_MAC)
        if self.encap == 'VXLAN':
            run('nh', '--create', '2', '--type', 'vrf-translate', '--family', 'bridge', '--vrf', '0')
            run('vxlan', '--create', str(LABEL), '--nh', '2')
            self.bridge('--nh', '1')
        else:
            run('mpls', '--create', str(LABEL), '--nh', '1')

    @staticmethod
    def bridge(*to):
        run('rt', '--create', '--vrf', '0', '--family', 'bridge', '--mac', SINK_MAC, *to)

    def stop(self):
        run('vrouter', '--reset')
        run('ip', 'link', 'del', 'vhost0')


class VrouterResolved(VrouterTunnel):
    """The host finds the way, as for tunnels of Linux."""
    what = 'vrouter, resolved'

    def start(self):
        super().start()
        run('ip', 'addr', 'add', HERE + '/24', 'dev', 'vhost0')
        run('ip', 'neigh', 'replace', THERE, 'lladdr', SINK_MAC, 'dev', 'vhost0')
        run('nh', '--create', '1', '--type', 'tunnel', '--encap', ENCAPS[self.encap], '--sip', HERE, '--dip', THERE,
            '--flags', 'resolve')


CASES = (
    PlainFloor(), PlainBridge(), PlainRoute(1),
    VrouterTunnel('VXLAN', True), VrouterResolved('VXLAN', True), LinuxVxlan('VXLAN', True),
    OpenvSwitchVxlan('VXLAN', True),
    VrouterTunnel('MPLSoUDP', True), LinuxFou('MPLSoUDP', True),
    VrouterTunnel('MPLSoGRE', True), LinuxGre('MPLSoGRE', True),
    VrouterTunnel('VXLAN', False), LinuxVxlan('VXLAN', False), OpenvSwitchVxlan('VXLAN', False),
    VrouterTunnel('MPLSoUDP', False), LinuxFou('MPLSoUDP', False), LinuxBareudp('MPLSoUDP', False),
    VrouterTunnel('MPLSoGRE', False), LinuxGre('MPLSoGRE', False),
)
