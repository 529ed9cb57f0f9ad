# SPDX-License-Identifier: GPL-2.0-only
"""What is compared: forwarders without policy. Each knows how to start and how to stop.

Nothing but the one that is measured may have work to do: what start() makes, stop() takes away, but for what only
lies there.
"""
import random

from machine import BLOCKS, FIRST_BLOCK, FLOOR, GEN_MAC, ROUTER_MAC, SINK_MAC, address, run, write


def plural(count, noun):
    return f'{count} {noun}{"s" if count > 1 else ""}'


def random_prefixes(count):
    """A fixed choice of prefixes, in no order; one is everything."""
    if count == 1:
        return ['0.0.0.0/0']
    blocks = list(range(FIRST_BLOCK, FIRST_BLOCK + BLOCKS))
    random.Random(1).shuffle(blocks)
    return [f'{address(block << 8)}/24' for block in blocks[:count]]


class Case:
    """A forwarder, and what is sent to it."""
    name = ''
    floor = 'floor'                 # the case that it is compared with
    dmac = SINK_MAC                 # None: port0's own
    destinations = BLOCKS * 256
    frame = None                    # pktgen's; or returns bytes, and where the IP header is whose destination varies

    def prepare(self):
        """Once, before the first round."""

    def start(self):
        raise NotImplementedError

    def stop(self):
        raise NotImplementedError

    def finish(self):
        """Once, after the last round."""


class Floor(Case):
    """Sends each frame on; as everybody must, after it owns it, or after it could also write its headers."""

    def __init__(self, how=''):
        self.how = how
        self.name = {'': 'floor', 'OWN': 'floor that owns its frames', 'WRITE': 'floor that may write headers'}[how]

    def start(self):
        write(FLOOR + 'forward', f'port0 port1 {self.how}'.strip())

    def stop(self):
        write(FLOOR + 'forward', '-')


class Bridge(Case):
    name = 'Linux bridge'

    def start(self):
        run('ip', 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0')
        for port in 'port0', 'port1':
            run('ip', 'link', 'set', port, 'master', 'br0')
        run('ip', 'link', 'set', 'br0', 'up')
        run('bridge', 'fdb', 'replace', SINK_MAC, 'dev', 'port1', 'master', 'static')
        run('bridge', 'fdb', 'replace', GEN_MAC, 'dev', 'port0', 'master', 'static')

    def stop(self):
        run('ip', 'link', 'del', 'br0')


class OpenvSwitch(Case):
    """A data path of its own, without its daemon: nobody but us makes flows."""
    name = 'Open vSwitch, one megaflow'
    datapath = 'bench'

    def prepare(self):
        run('ovs-dpctl', 'add-dp', self.datapath)
        self.add_flows()

    def add_flows(self):
        run('ovs-dpctl', 'add-flow', self.datapath, 'in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)', '2')

    def start(self):
        for number, port in enumerate(('port0', 'port1'), 1):
            run('ovs-dpctl', 'add-if', self.datapath, f'{port},port_no={number}')

    def stop(self):
        run('ovs-dpctl', 'del-if', self.datapath, 'port0', 'port1')

    def finish(self):
        run('ovs-dpctl', 'del-dp', self.datapath)


class LinuxRoute(Case):
    dmac = None

    def __init__(self, routes):
        self.routes = routes
        self.name = f'Linux route, {plural(routes, "route")}'

    def start(self):
        write('/proc/sys/net/ipv4/ip_forward', '1')
        run('ip', 'addr', 'add', '198.18.1.1/24', 'dev', 'port0')
        run('ip', 'addr', 'add', '198.18.2.1/24', 'dev', 'port1')
        run('ip', 'neigh', 'replace', '198.18.2.2', 'lladdr', SINK_MAC, 'dev', 'port1')
        prefixes = random_prefixes(self.routes)
        for first in range(0, len(prefixes), 5000):     # ip keeps what it has read; UML has few mappings to give
            run('ip', '-batch', '-',
                input=''.join(f'route add {p} via 198.18.2.2\n' for p in prefixes[first:first + 5000]))

    def stop(self):
        for port in 'port0', 'port1':
            run('ip', 'addr', 'flush', 'dev', port)
        run('ip', 'neigh', 'flush', 'all')
        write('/proc/sys/net/ipv4/ip_forward', '0')


class Vrouter(Case):
    """The vifs, which the cases have in common."""
    vif_options = ((), ())

    def start(self):
        for number, port in enumerate(('port0', 'port1')):
            run('vif', '--add', port, '--type', 'virtual', '--vif', str(number), '--mac', ROUTER_MAC,
                *self.vif_options[number])
        self.configure()

    def configure(self):
        raise NotImplementedError

    def stop(self):
        run('vrouter', '--reset')


class VrouterBridge(Vrouter):
    name = 'vrouter bridge'

    def configure(self):
        run('nh', '--create', '1', '--type', 'encap', '--family', 'bridge', '--oif', '1', '--dmac', SINK_MAC,
            '--smac', ROUTER_MAC)
        run('rt', '--create', '--vrf', '0', '--family', 'bridge', '--mac', SINK_MAC, '--nh', '1')


class VrouterRoute(Vrouter):
    dmac = ROUTER_MAC

    def __init__(self, routes):
        self.routes = routes
        self.name = f'vrouter route, {plural(routes, "route")}'

    def configure(self):
        run('nh', '--create', '1', '--type', 'l2-receive')
        run('nh', '--create', '2', '--type', 'encap', '--family', 'inet', '--oif', '1', '--dmac', SINK_MAC,
            '--smac', ROUTER_MAC)
        run('rt', '--create', '--vrf', '0', '--family', 'bridge', '--mac', ROUTER_MAC, '--nh', '1')
        run('rt', '--batch', '-', input=''.join(f'--create --vrf 0 --family inet --prefix {p} --nh 2\n'
                                                for p in random_prefixes(self.routes)))
