# SPDX-License-Identifier: GPL-2.0-only
"""What flows cost beside the price of a packet: making, changing and dumping them, their memory, and first packets; and
what TCP makes of a tunnel. What other tables cost is in tables.py.

A group makes a router, measures and takes it away; it gives figures, each a name, a value and a unit. flow_bench.c
does what has to be fast.
"""
import json
import os
import statistics
import time

import tables
from flows import KEY_NH, REVERSE_NH, write_flows
from machine import ROUTER_MAC, TOP, destination, memory_available, run
from tables import Router, counted_bytes

MILLION = 1 << 20
SETS = 1 << 18
LIMIT = 1 << 19             # of a table that is nearly full
PIECE = 1 << 14             # flows that are made while one looks
TRIPS, TRIPS_AT_ONCE = 50000, 256
TRIPS_ALONE = 5000
STREAM = 256 << 20          # bytes
SET = ('set', '--nh', str(KEY_NH))
TRIP = ('trips', '--nh', str(KEY_NH), '--reverse-nh', str(REVERSE_NH), '--mac', ROUTER_MAC)


def flow_bench(mode, *options, first=0, count):
    return json.loads(run(f'{TOP}/build/bench/flow_bench', *mode, *options, '--first', destination(first),
                          '--count', str(count)))


def rate(result):
    return result['flows'] / result['seconds']


def nanoseconds(result):
    return 1e9 / rate(result)


def flow_sets():
    """Decisions a second through netlink, 512 to a sendmsg."""
    with Router():
        yield 'flow sets: new', rate(flow_bench(SET, count=SETS)), 'flows/s'
        yield 'flow sets: changed', rate(flow_bench(SET, '--drop', count=SETS)), 'flows/s'
    with Router():
        yield ('flow sets: new, both directions in one',
               rate(flow_bench(SET, '--reverse-nh', str(REVERSE_NH), count=SETS // 2)), 'flows/s')


def flow_batch():
    """The same by the tool, which has text to read."""
    file = write_flows(SETS)
    with Router():
        start = time.monotonic()
        run('flow', '--batch', file)
        yield 'flow sets: flow --batch', SETS / (time.monotonic() - start), 'flows/s'
    os.unlink(file)


def full_table():
    """What a new flow costs when nine tenths of those that may be are there, and when none is."""
    full = LIMIT * 9 // 10
    with Router(flows=LIMIT):
        yield 'new flow: empty table', nanoseconds(flow_bench(SET, count=PIECE)), 'ns'
        flow_bench(SET, first=PIECE, count=full - PIECE)
        yield 'new flow: 90 % of the limit', nanoseconds(flow_bench(SET, first=full, count=PIECE)), 'ns'


def million():
    """Memory and dumps of 1 Mi flows."""
    with Router():
        counted, available = counted_bytes(), memory_available()
        flow_bench(SET, count=MILLION)
        yield 'memory of a flow: counted', (counted_bytes() - counted) / MILLION, 'bytes'
        yield 'memory of a flow: MemAvailable', (available - memory_available()) / MILLION, 'bytes'
        yield 'dump of 1048576 flows: netlink', rate(flow_bench(('dump',), count=1)), 'flows/s'
        start = time.monotonic()
        with open('/dev/null', 'w', encoding='ascii') as null:
            run('flow', '--list', stdout=null)
        yield 'dump of 1048576 flows: flow --list', MILLION / (time.monotonic() - start), 'flows/s'


def trips():
    """Miss, agent, forward; see flow_trips.c."""
    with Router():
        run('vif', '--create', 'pkt0', '--type', 'agent')
        run('vif', '--add', 'pkt0', '--type', 'agent')
        run('ip', 'link', 'set', 'pkt0', 'up')
        many = flow_bench(TRIP, '--window', str(TRIPS_AT_ONCE), count=TRIPS)
        yield f'miss, agent, forward: {TRIPS_AT_ONCE} on their way', rate(many), 'flows/s'
        alone = flow_bench(TRIP, first=TRIPS, count=TRIPS_ALONE)
        known = flow_bench(TRIP, first=TRIPS, count=TRIPS_ALONE)
        yield 'miss, agent, forward: one at a time', rate(alone), 'flows/s'
        for name, result in ('first packet', alone), ('packet of a flow that is there', known):
            for part in 'p50', 'p99':
                yield f'{name}: {part}', result[part + '_us'], 'us'


def tunnel_streams():
    """One TCP stream through each kind of tunnel; see tests/bench/streams."""
    for line in run(f'{TOP}/tests/bench/streams', str(STREAM)).splitlines():
        if not line.startswith('{'):
            continue
        result = json.loads(line)
        name = f'TCP in {result["name"]}'
        yield name, result['rate'] * 8 / 1e9, 'Gbit/s'
        yield f'{name}: packets on the uplink', result['uplink'], 'bytes'
        yield f'{name}: packets at the guest', result['guest'], 'bytes'


GROUPS = {
    **tables.GROUPS,
    flow_sets: ('flow sets: new', 'flow sets: changed', 'flow sets: new, both directions in one'),
    flow_batch: ('flow sets: flow --batch',),
    full_table: ('new flow: empty table', 'new flow: 90 % of the limit'),
    million: ('memory of a flow: counted', 'memory of a flow: MemAvailable', 'dump of 1048576 flows: netlink',
              'dump of 1048576 flows: flow --list'),
    trips: (f'miss, agent, forward: {TRIPS_AT_ONCE} on their way', 'miss, agent, forward: one at a time',
            'first packet: p50', 'first packet: p99', 'packet of a flow that is there: p50',
            'packet of a flow that is there: p99'),
    tunnel_streams: tuple(f'TCP in {encap}{what}' for encap in ('VXLAN', 'MPLSoUDP', 'MPLSoGRE')
                          for what in ('', ': packets on the uplink', ': packets at the guest')),
}


def names():
    return [name for group in GROUPS.values() for name in group]


def measure(wanted, rounds, progress):
    """Rows of the figures whose name @wanted() likes; groups without such are left out."""
    rows = []
    for group, mine in GROUPS.items():
        if not any(map(wanted, mine)):
            continue
        values, units = {}, {}
        for _ in range(rounds):
            for name, value, unit in group():
                values.setdefault(name, []).append(value)
                units[name] = unit
        progress(group.__name__)
        for name, got in values.items():
            if wanted(name):
                rows.append({'figure': name, 'value': round(statistics.median(got), 1), 'min': round(min(got), 1),
                             'max': round(max(got), 1), 'unit': units[name], 'rounds': len(got)})
    return rows
