# SPDX-License-Identifier: GPL-2.0-only
"""utils/wireshark/vrouter-pkt0.lua, in tshark, over frames that pkt0_frames.py makes."""

import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

from harness import ROOT, Skip, expect, test
from trap_names import COMMANDS, REASONS

LUA = os.path.join(ROOT, "utils/wireshark/vrouter-pkt0.lua")
MAKER = os.path.join(ROOT, "tests/utils/pkt0_frames.py")
DECODE_AS = ("-d", "ethertype==0x0800,vrouter_pkt0")
MALFORMED = str(0x07000000)

_made = {}      # once a run


def python_with_scapy():
    for python in (sys.executable, "/usr/bin/python3"):
        if not subprocess.run([python, "-c", "import scapy"], capture_output=True, check=False).returncode:
            return python
    raise Skip("no scapy")


def frames():
    """The directory with both files, and what is in the first."""
    if not _made:
        if not shutil.which("tshark"):
            raise Skip("no tshark")
        python = python_with_scapy()
        _made["directory"] = tempfile.TemporaryDirectory()
        paths = [os.path.join(_made["directory"].name, name) for name in ("ours.pcap", "others.pcap")]
        done = subprocess.run([python, MAKER] + paths, capture_output=True, timeout=300, check=False)
        if done.returncode:
            _made.clear()
            raise AssertionError(done.stderr.decode())
        _made["ours"], _made["others"] = paths
        _made["said"] = json.loads(done.stdout)
    return _made


def tshark(*words):
    done = subprocess.run(["tshark", "-X", f"lua_script:{LUA}"] + list(words), capture_output=True, timeout=300, check=False)
    complaints = [line for line in done.stderr.decode().splitlines() if "Running as user" not in line]
    expect("tshark: complaints", complaints, [])
    expect("tshark: status", done.returncode, 0)
    return done.stdout.decode()


def dissected(which, *words):
    """Of each frame its protocols, and its fields as {name: [(value, as it is shown)]}."""
    packets = []
    for packet in xml.etree.ElementTree.fromstring(tshark("-T", "pdml", *words, "-r", frames()[which])):
        fields = collections.defaultdict(list)
        for field in packet.iter("field"):
            fields[field.get("name")].append((field.get("show"), field.get("showname")))
        protocols = [proto.get("name") for proto in packet.findall("proto")]
        packets.append(([name for name in protocols if name not in ("geninfo", "fake-field-wrapper")], fields))
    return packets


def ours(*words):
    """(what was said, protocols, fields) of each of our frames."""
    packets = dissected("ours", *words)
    expect("frames", len(packets), len(frames()["said"]))
    return [(said, protocols, fields) for said, (protocols, fields) in zip(frames()["said"], packets)]


def value(fields, name):
    """The value of a field that is there once."""
    found = fields.get("vrouter_pkt0." + name, [])
    expect(f"{name}: how often", len(found), 1)
    return found[0][0]


def with_key(key, *words):
    found = [entry for entry in ours(*words) if key in entry[0]]
    if not found:
        raise AssertionError(f"no frame has {key}")
    return found


@test
def dissector_takes_ours():
    for said, protocols, _ in ours():
        expect(f"{said['name']}: how often it is ours", protocols.count("vrouter_pkt0"), 1)


@test
def dissector_leaves_others_alone():
    packets = dissected("others")
    if len(packets) < 400:
        raise AssertionError(f"{len(packets)} frames only")
    expect("taken", [number for number, (protocols, _) in enumerate(packets) if "vrouter_pkt0" in protocols], [])


@test
def dissector_knows_every_name():
    expect("the header", (len(COMMANDS), len(REASONS), sorted([*COMMANDS, *REASONS])), (2, 19, list(range(21))))
    names = {}
    for said, _, fields in with_key("cmd"):
        shown = fields["vrouter_pkt0.cmd"][0][1]
        names[said["cmd"]] = re.fullmatch(r"Command: (\w+) \((\d+)\)", shown).groups()
        expect(f"{shown}: to the agent", value(fields, "to_agent"), "1" if said["cmd"] in REASONS else "0")
    expect("names", names, {number: (name, str(number)) for number, name in {**COMMANDS, **REASONS}.items()})
    lines = tshark("-r", frames()["ours"], "-T", "fields", "-e", "_ws.col.Info").splitlines()
    for number, name in {**COMMANDS, **REASONS}.items():
        if not lines[number].startswith(f"{name} vif 3 vrf 1"):
            raise AssertionError(f"the list of packets says {lines[number]!r} for {name}")


@test
def dissector_shows_every_field():
    for said, _, fields in with_key("fields"):
        got = {name: value(fields, name) for name in ("ifindex", "vrf", "cmd", "param", "param1", "param2", "param3", "param4",
                                                      "param5", "pad")}
        expect(said["name"], got, {"ifindex": str(0x1234), "vrf": str(0x2345), "cmd": str(said["cmd"]),
                                   "param": str(0x01020304), "param1": str(0x11121314), "param2": str(0x21222324),
                                   "param3": str(0x31323334), "param4": str(0x00410042), "param5": str(0x51),
                                   "pad": "00:00:00"})
        meaning = {name[len("vrouter_pkt0."):]: found[0][0] for name, found in fields.items()
                   if name in ("vrouter_pkt0.mtu", "vrouter_pkt0.diag_vif", "vrouter_pkt0.bfd_state", "vrouter_pkt0.diagnostic")
                   or name.startswith("vrouter_pkt0.flow.")}
        flow = {"flow.index": str(0x01020304), "flow.gen": str(0x51), "flow.nh": str(0x11121314),
                "flow.bytes": str(0x42 << 32 | 0x21222324), "flow.packets": str(0x41 << 32 | 0x31323334)}
        wanted = {6: flow, 15: flow, 1: {"diagnostic": "0"}, 8: {"diag_vif": str(0x01020304)},
                  11: {"mtu": str(0x01020304), "flow.index": str(0x11121314)}, 20: {"bfd_state": "0"}}
        expect(f"{said['name']}: what they mean", meaning, wanted.get(said["cmd"], {}))


@test
def dissector_shows_the_rest():
    for said, _, fields in with_key("no_flow"):
        expect("no flow", "vrouter_pkt0.flow.index" in fields, False)
    for said, _, fields in with_key("diagnostic"):
        expect(said["name"], value(fields, "diagnostic"), "1" if said["diagnostic"] else "0")
    for said, _, fields in with_key("bfd"):
        name = ("AdminDown", "Down", "Init", "Up")[said["bfd"]]
        expect(said["name"], fields["vrouter_pkt0.bfd_state"], [(str(said["bfd"]), f"BFD state: {name} ({said['bfd']})")])
    for said, _, fields in with_key("ifindex"):
        expect(said["name"], value(fields, "ifindex"), str(said["ifindex"]))
    for _, _, fields in with_key("fields"):
        expect("MACs", (value(fields, "eth.dst"), value(fields, "eth.src")), ("00:00:5e:00:01:01",) * 2)


@test
def dissector_goes_on_inside():
    inside = {"ip": ["eth", "ip", "udp"], "ipv6": ["eth", "ipv6", "udp"], "arp": ["eth", "arp"],
              "tagged": ["eth", "vlan", "ip", "udp"], "llc": ["eth", "llc", "stp"]}
    for words in ((), DECODE_AS):
        for said, protocols, fields in with_key("packet", *words):
            behind = protocols[protocols.index("vrouter_pkt0") + 1:]
            expect(f"{said['name']} {words}", behind[:len(inside[said["packet"]])], inside[said["packet"]])
            if "udp" in behind:
                expect("ports", (fields["udp.srcport"][0][0], fields["udp.dstport"][0][0]), ("1000", "2000"))
    for said, protocols, fields in with_key("cut"):
        expect("cut: the packet", fields["udp.dstport"][0][0], "2000")


@test
def dissector_marks_what_is_cut_short():
    for words in ((), DECODE_AS):
        for said, _, fields in with_key("truncated", *words):
            groups = [shown for shown, _ in fields["_ws.expert.group"]]
            expect(f"{said['name']} {words}: malformed", groups, [MALFORMED])
            expect(f"{said['name']}: it says so", len(fields["vrouter_pkt0.truncated"]), 1)
            there = [name for name, end in (("ifindex", 2), ("vrf", 4), ("cmd", 6), ("param", 10), ("param1", 14),
                                            ("param2", 18), ("param3", 22), ("param4", 26), ("param5", 27))
                     if "vrouter_pkt0." + name in fields]
            ends = [2, 4, 6, 10, 14, 18, 22, 26, 27]
            expect(f"{said['name']}: whole fields", len(there), sum(end <= said["truncated"] for end in ends))
        for said, _, fields in with_key("no_packet", *words):
            expect(f"{said['name']} {words}", [shown for shown, _ in fields["_ws.expert.group"]], [MALFORMED])
            expect(f"{said['name']}: it says so", len(fields["vrouter_pkt0.no_packet"]), 1)
    whole = [said["name"] for said, _, fields in ours() if "_ws.expert.group" in fields and MALFORMED in
             [shown for shown, _ in fields["_ws.expert.group"]] and not said.keys() & {"truncated", "no_packet", "cut"}]
    expect("malformed, but whole", whole, [])


@test
def dissector_obeys_decode_as():
    """By hand everything with this ethertype is ours, whatever it looks like, and nothing else."""
    for (protocols, _), (by_hand, _) in zip(dissected("others"), dissected("others", *DECODE_AS)):
        if protocols[:3] == ["frame", "eth", "ip"]:
            expect(f"{protocols}: by hand", by_hand[:3], ["frame", "eth", "vrouter_pkt0"])
        elif "ip" not in protocols:
            expect(f"{protocols}: by hand", by_hand, protocols)
