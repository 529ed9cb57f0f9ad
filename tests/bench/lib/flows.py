# SPDX-License-Identifier: GPL-2.0-only
"""Forwarders that look a conversation up: each packet has a flow of its own, or one of a few.

Every flow is one destination; source and ports are always the same. All flows are there before a packet comes, so
nobody is asked.
"""
import os
import re
import tempfile

from forwarders import OpenvSwitch, VrouterRoute, plural
from machine import GEN_MAC, PORT, ROUTER_MAC, SOURCE, destination, die, load, run

# The nexthop that stands for vif 0 is where packets come from: part of a flow's key, and the source that is checked.
KEY_NH, REVERSE_NH = 3, 2
# Room for the largest case, and nothing goes while it is measured.
FLOWS_LIMIT = 2 << 20


def write_lines(lines):
    """A file in memory with one line for each."""
    with tempfile.NamedTemporaryFile('w', encoding='ascii', dir='/dev/shm', delete=False) as file:
        file.writelines(lines)
        return file.name


def write_flows(count):
    """What flow --batch is to read."""
    return write_lines(
        f'--create --nh {KEY_NH} --src-nh {KEY_NH} --sip {SOURCE} --dip {destination(i)} --proto udp '
        f'--sport {PORT} --dport {PORT} --action forward\n' for i in range(count))


class VrouterFlows(VrouterRoute):
    """Policy on: every packet needs its flow, then it is routed."""
    vif_options = (('--nh', str(KEY_NH), '--policy'), ('--nh', str(REVERSE_NH)))

    def __init__(self, flows):
        super().__init__(1)
        self.destinations = flows
        self.name = f'vrouter route, policy, {plural(flows, "flow")}'
        self.batch = None

    def configure(self):
        super().configure()
        run('nh', '--create', str(KEY_NH), '--type', 'encap', '--family', 'inet', '--oif', '0', '--dmac', GEN_MAC,
            '--smac', ROUTER_MAC)
        run('vrouter', '--set', f'flows={FLOWS_LIMIT}', 'age_udp=0', 'trap_rate_flow=0')

    def prepare(self):
        self.batch = write_flows(self.destinations)

    def start(self):
        super().start()
        run('flow', '--batch', self.batch)

    def stop(self):
        # A table that has grown stays so, which the next case would feel.
        run('rmmod', 'vrouter')
        load('vrouter')

    def finish(self):
        os.unlink(self.batch)


class OpenvSwitchFlows(OpenvSwitch):
    """The same five fields and the port, exactly, by a mask that all flows share."""
    def __init__(self, flows):
        self.destinations = flows
        self.name = f'Open vSwitch, exact match, {plural(flows, "flow")}'
        self.datapath = f'bench{flows}'

    def add_flows(self):
        file = write_lines(
            f'in_port(1),eth(),eth_type(0x0800),ipv4(src={SOURCE},dst={destination(i)},proto=17,frag=no),'
            f'udp(src={PORT},dst={PORT}) 2\n' for i in range(self.destinations))
        run('ovs-dpctl', 'add-flows', self.datapath, file)
        os.unlink(file)
        # It skips what it cannot read, and calls that success.
        taken = int(re.search(r'^ *flows: (\d+)', run('ovs-dpctl', 'show', self.datapath), re.M)[1])
        if taken != self.destinations:
            die(f'{self.name}: {taken} were taken')
