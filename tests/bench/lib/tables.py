# SPDX-License-Identifier: GPL-2.0-only
"""What the configuration costs: routes and bridge entries a second, and the memory of each kind of object.

A group of figures.py each: a generator of a name, a value and a unit.
"""
import json
import re
import time

from flows import VrouterFlows
from forwarders import VrouterRoute
from machine import TOP, load, memory_available, read, run

ROUTES = 1 << 20
BRIDGE = 1 << 18
BATCH = 100000                  # lines that the tool reads
OBJECTS = 10000
VRFS = 1000
VIFS = 100
TABLE_NH = 2                    # of VrouterRoute


class Router(VrouterFlows):
    """A router with policy and without flows, for the time of a `with`."""
    def __init__(self, **settings):
        super().__init__(1)
        self.settings = [f'{word}={value}' for word, value in settings.items()]

    def configure(self):
        super().configure()
        if self.settings:
            run('vrouter', '--set', *self.settings)

    def __enter__(self):
        super(VrouterFlows, self).start()

    def __exit__(self, *_):
        self.stop()


def counted_bytes():
    """What the router says that it has."""
    memory = json.loads(run('vrouter', '--info', '--json')).get('memory', {})
    return sum(kind['bytes'] for kind in memory.values())


def table_bench(mode, *options, count):
    result = json.loads(run(f'{TOP}/build/bench/flow_bench', mode, *options, '--nh', str(TABLE_NH),
                            '--count', str(count)))
    return result['objects'] / result['seconds']


def batch(tool, lines):
    """Lines a second through the tool."""
    text = ''.join(lines)
    start = time.monotonic()
    run(tool, '--batch', '-', input=text)
    return len(lines) / (time.monotonic() - start)


def one_by_one(count):
    """Routes a second, each by a process of its own."""
    start = time.monotonic()
    for i in range(count):
        run('rt', '--create', '--vrf', '0', '--prefix', f'10.1.{i}.0/24', '--nh', str(TABLE_NH))
    return count / (time.monotonic() - start)


def routes():
    with Router():
        counted, available = counted_bytes(), memory_available()
        yield 'routes: new', table_bench('routes', count=ROUTES), 'routes/s'
        yield 'memory of a route: counted', (counted_bytes() - counted) / ROUTES, 'bytes'
        yield 'memory of a route: MemAvailable', (available - memory_available()) / ROUTES, 'bytes'
        yield 'routes: replaced', table_bench('routes', count=ROUTES), 'routes/s'
        yield 'routes: deleted', table_bench('routes', '--delete', count=ROUTES), 'routes/s'
        yield 'routes: rt --batch', batch('rt', [
            f'--create --vrf 0 --prefix 10.{i >> 16}.{i >> 8 & 255}.{i & 255}/32 --nh {TABLE_NH}\n'
            for i in range(BATCH)]), 'routes/s'
        yield 'routes: rt, one each', one_by_one(50), 'routes/s'


def bridge():
    with Router():
        counted = counted_bytes()
        yield 'bridge entries: new', table_bench('bridge', count=BRIDGE), 'entries/s'
        yield 'memory of a bridge entry: counted', (counted_bytes() - counted) / BRIDGE, 'bytes'
        yield 'bridge entries: deleted', table_bench('bridge', '--delete', count=BRIDGE), 'entries/s'


def per_object(tool, lines):
    counted = counted_bytes()
    batch(tool, lines)
    return (counted_bytes() - counted) / len(lines)


def objects():
    with Router():
        nexthops = range(1000, 1000 + OBJECTS)
        yield 'memory of a nexthop: counted', per_object('nh', [
            f'--create {i} --type encap --family inet --oif 1 --dmac 02:00:00:00:00:02 --smac 02:00:00:00:00:01\n'
            for i in nexthops]), 'bytes'
        yield 'memory of a label: counted', per_object('mpls', [f'--create {i} --nh {i}\n' for i in nexthops]), 'bytes'
        yield 'memory of a VNI: counted', per_object('vxlan', [f'--create {i} --nh {i}\n' for i in nexthops]), 'bytes'
        yield 'memory of a VRF: counted', per_object('vrftable', [
            f'--create {i}\n' for i in range(1, VRFS + 1)]), 'bytes'
        for i in range(VIFS):
            run('ip', 'link', 'add', f'guest{i}', 'type', 'dummy')
        yield 'memory of a vif: counted', per_object('vif', [
            f'--add guest{i} --type virtual --vif {100 + i} --mac 00:00:5e:00:01:00\n' for i in range(VIFS)]), 'bytes'
    for i in range(VIFS):
        run('ip', 'link', 'del', f'guest{i}')


def idle():
    """The module without configuration, and a router with two vifs."""
    run('rmmod', 'vrouter')
    available = memory_available()
    load('vrouter')
    yield 'memory without configuration: MemAvailable', max(available - memory_available(), 0) / 1e6, 'MB'
    size = int(re.search(r'^vrouter (\d+)', read('/proc/modules'), re.M)[1])
    yield 'memory without configuration: module', size / 1e6, 'MB'
    small = VrouterRoute(1)
    small.start()
    yield 'memory of a small router: counted', counted_bytes() / 1e6, 'MB'
    small.stop()


GROUPS = {
    idle: ('memory without configuration: MemAvailable', 'memory without configuration: module',
           'memory of a small router: counted'),
    routes: ('routes: new', 'memory of a route: counted', 'memory of a route: MemAvailable', 'routes: replaced',
             'routes: deleted', 'routes: rt --batch', 'routes: rt, one each'),
    bridge: ('bridge entries: new', 'memory of a bridge entry: counted', 'bridge entries: deleted'),
    objects: ('memory of a nexthop: counted', 'memory of a label: counted', 'memory of a VNI: counted',
              'memory of a VRF: counted', 'memory of a vif: counted'),
}
