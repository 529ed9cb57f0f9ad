# SPDX-License-Identifier: GPL-2.0-only
"""The machine that everything is measured on: its devices, the generator and the sink.

    pktgen or vr_gen -> gen0 ==veth== port0 -> FORWARDER -> port1 ==veth== sink0 -> sink
"""
import json
import os
import re
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), '../../..'))
FLOOR = '/sys/module/vr_floor/parameters/'
COUNT = '/sys/module/vr_count/parameters/instructions'
GEN = '/sys/module/vr_gen/parameters/'
GEN_MAC, SINK_MAC, ROUTER_MAC = '02:00:00:00:00:01', '02:00:00:00:00:02', '00:00:5e:00:01:00'
SOURCE, PORT = '198.18.1.2', 9
# Destinations: 100 000 times 256 addresses, each block of them with a route of its own in the large tables.
FIRST_BLOCK, BLOCKS = 16 << 16, 100000


def die(text):
    sys.exit(f'bench: {text}')


def run(*args, **kw):
    """Run a command that must succeed."""
    done = subprocess.run(args, stderr=subprocess.PIPE, text=True, check=False,
                          **{'stdout': subprocess.PIPE, **kw})
    if done.returncode:
        die(f'{" ".join(args)}: {done.stderr.strip() or done.returncode}')
    return done.stdout


def write(path, text):
    with open(path, 'w', encoding='ascii') as file:
        file.write(text + '\n')


def address(number):
    return f'{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}'


def destination(number):
    """The destinations in a row."""
    return address((FIRST_BLOCK << 8) + number)


def load(module):
    run('insmod', f'{os.environ["VR_MODULE_DIR"]}/{module}.ko')


def make_ports():
    for which in 'all', 'default':
        write(f'/proc/sys/net/ipv6/conf/{which}/disable_ipv6', '1')
    for a, b in ('gen0', 'port0'), ('port1', 'sink0'):
        run('ip', 'link', 'add', a, 'type', 'veth', 'peer', 'name', b)
    run('ip', 'link', 'set', 'gen0', 'address', GEN_MAC)
    run('ip', 'link', 'set', 'sink0', 'address', SINK_MAC)
    for dev in 'gen0', 'port0', 'port1', 'sink0':
        run('ip', 'link', 'set', dev, 'up')


def make_devices():
    load('vr_floor')
    load('vr_gen')
    load('vr_count')
    make_ports()
    write(FLOOR + 'sink', 'sink0')
    write('/proc/net/pktgen/kpktgend_0', 'add_device gen0')


def read(path):
    with open(path, encoding='ascii') as file:
        return file.read()


def sunk():
    return int(read(FLOOR + 'sunk'))


def backlog_drops():
    """Packets that processors had no room for: on a busy machine the sender may run on while they do not."""
    return sum(int(line.split()[1], 16) for line in read('/proc/net/softnet_stat').splitlines())


def instructions():
    return int(read(COUNT))


def device_mac(device):
    return json.loads(run('ip', '-j', 'link', 'show', device))[0]['address']


def prepare_pktgen(case, count, device='gen0'):
    # dst_max itself never comes. A single destination costs pktgen a random number too, as in all other cases.
    for line in (f'count {count}', 'pkt_size 60', 'delay 0', f'dst_mac {case.dmac or device_mac("port0")}',
                 f'src_min {SOURCE}', f'src_max {SOURCE}', 'flag IPDST_RND', f'dst_min {destination(0)}',
                 f'dst_max {destination(case.destinations)}'):
        write(f'/proc/net/pktgen/{device}', line)


def send_by_pktgen(_):
    """Nanoseconds."""
    write('/proc/net/pktgen/pgctrl', 'start')
    result = re.search(r'OK: (\d+)\(', read('/proc/net/pktgen/gen0'))
    return int(result[1]) * 1000 if result else 0


def prepare_gen(case, _):
    """The same for frames that the case has made."""
    frame, l3_off = case.frame()
    write(GEN + 'frame', frame.hex())
    write(GEN + 'vary', f'{l3_off} {FIRST_BLOCK << 8} {case.destinations}')


def send_by_gen(count):
    write(GEN + 'send', f'gen0 {count}')
    return int(read(GEN + 'took'))


def generate(case, count):
    """Send @count packets, which must all arrive; nanoseconds and instructions for each."""
    prepare, send = (prepare_gen, send_by_gen) if case.frame else (prepare_pktgen, send_by_pktgen)
    prepare(case, count)
    before, dropped, executed = sunk(), backlog_drops(), instructions()
    took = send(count)
    executed, arrived = instructions() - executed, sunk() - before
    if not took or arrived < count:     # a device's own announcements may come on top
        die(f'{case.name}: of {count} packets {arrived} arrived; the backlog dropped {backlog_drops() - dropped}')
    return took / count, executed / count


def memory_available():
    """Bytes, with nothing cached that could be dropped."""
    os.sync()
    write('/proc/sys/vm/drop_caches', '3')
    with open('/proc/meminfo', encoding='ascii') as file:
        return int(re.search(r'MemAvailable: +(\d+) kB', file.read())[1]) * 1024
