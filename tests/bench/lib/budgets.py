# SPDX-License-Identifier: GPL-2.0-only
"""What was promised, beside what was measured. Nothing fails here: who reads it judges."""

OWN, WRITE, TUNNELS = 'floor that owns its frames', 'floor that may write headers', 'tunnels: floor'

# Of a packet: the case, the floor that asks of it what it asks of everybody, and nanoseconds above that at most.
PACKETS = (
    ('bridge, no policy', 'vrouter bridge', OWN, 60),
    ('route, no policy', 'vrouter route, 1 route', WRITE, 80),
    ('flow hit, 1 flow', 'vrouter route, policy, 1 flow', WRITE, 120),
    ('flow hit, 1000 flows', 'vrouter route, policy, 1000 flows', WRITE, 120),
    ('flow hit, 1 Mi flows at random', 'vrouter route, policy, 1048576 flows', WRITE, 250),
    ('VXLAN in', 'tunnels: VXLAN in, vrouter', TUNNELS, 130),
    ('MPLSoUDP in', 'tunnels: MPLSoUDP in, vrouter', TUNNELS, 150),
    ('VXLAN out, to a guest', 'tunnels: VXLAN out, vrouter', TUNNELS, 200),
)

# Of all else: the figure, the budget, and whether it is the most (or else the least) that there may be.
MOST, LEAST = True, False
FIGURES = (
    ('routes: new', 300000, LEAST),
    ('flow sets: new', 150000, LEAST),
    ('memory without configuration: MemAvailable', 8, MOST),
    ('memory of a flow: counted', 200, MOST),
    ('memory of a flow: MemAvailable', 200, MOST),
    ('memory of a route: counted', 100, MOST),
    ('memory of a route: MemAvailable', 100, MOST),
)


def row(name, value, budget, unit, most=MOST):
    missed_by = value - budget if most else budget - value
    verdict = 'kept' if missed_by <= 0 else f'missed by {missed_by:.0f}'
    return {'budget': name, 'value': round(value, 1), 'limit': budget, 'unit': unit, 'at_most': most,
            'verdict': verdict}


def compare(cases, figures):
    """Rows of what was measured, in the order above; see run for @cases and @figures."""
    took = {case['case']: case['ns'] for case in cases}
    got = {figure['figure']: figure for figure in figures}
    rows = [row(name, took[case] - took[floor], budget, 'ns') for name, case, floor, budget in PACKETS
            if case in took and floor in took]
    return rows + [row(name, got[name]['value'], budget, got[name]['unit'], most) for name, budget, most in FIGURES
                   if name in got]
