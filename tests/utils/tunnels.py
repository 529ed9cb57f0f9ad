# SPDX-License-Identifier: GPL-2.0-only
"""What the tools make of the kernel's answers about tunnels, composites, labels and VNIs; the kernel is fake.py."""

import json

from fake import Kernel, answer, attr, put, u64
from flows import run
from harness import ABI, dry, expect, mac, test

ENOENT = 2
TEN = bytes([192, 0, 2, 1])
PEER = bytes([192, 0, 2, 2])
SIX = bytes([0xfd] + [0] * 14 + [1])
SIX_PEER = bytes([0xfd] + [0] * 14 + [2])
OUTER, OWN = mac("02:00:00:00:00:aa"), mac("02:00:00:00:00:bb")
INNER, INNER_OWN = mac("02:00:00:00:00:cc"), mac("02:00:00:00:00:dd")


def flags(*names):
    return sum(ABI["VR_NH_F_" + name] for name in names)


def nexthop(**values):
    known = {"ID": 30, "TYPE": 3, "FLAGS": 0, "VRF": 0, "REFS": 2}
    known.update(values)
    return answer("NH_NEW", put("VR_A_NH_", **known))


def member(nh, label=None):
    values = {"NH": nh} if label is None else {"NH": nh, "LABEL": label}
    return attr(ABI["VR_A_MEMBER_ENTRY"], [put("VR_A_MEMBER_", **values)])


GIVEN = nexthop(FLAGS=flags("CONTROL_WORD", "UDP_CSUM"), OIF=0, DMAC=OUTER, SMAC=OWN, ENCAP=ABI["VR_ENCAP_MPLS_UDP"],
                SIP=TEN, DIP=PEER, STATE=1, PATH_MTU=1500, PACKETS=u64(2**64 - 1), BYTES=u64(2**64 - 2))
RESOLVED = nexthop(ID=31, FLAGS=flags("RESOLVE", "L3_VXLAN"), DMAC=bytes(6), SMAC=bytes(6), ENCAP=ABI["VR_ENCAP_VXLAN"],
                   SIP=SIX, DIP=SIX_PEER, INNER_DMAC=INNER, INNER_SMAC=INNER_OWN, STATE=0, PATH_MTU=0, PACKETS=u64(0),
                   BYTES=u64(0))
GRE = nexthop(ID=32, VRF=1, OIF=3, DMAC=OUTER, SMAC=OWN, ENCAP=ABI["VR_ENCAP_MPLS_GRE"], SIP=SIX, DIP=SIX_PEER,
              INNER_DMAC=INNER, STATE=1, PATH_MTU=1400, PACKETS=u64(7), BYTES=u64(700))
ECMP = nexthop(ID=40, TYPE=6, FAMILY=2, VRF=1, KIND=ABI["VR_NH_KIND_ECMP"], FLAGS=flags("POLICY", "ECMP_KEEP_LABEL"),
               HASH=ABI["VR_HASH_SIP"] | ABI["VR_HASH_PROTO"], MEMBERS=[member(30, 17), member(31), member(30, 17)])
LATER = nexthop(ID=41, TYPE=6, KIND=99, FLAGS=0x80, MEMBERS=[])

LIST = """\
Id:30         Type:Tunnel         Fmly:       -  Rid:0  Ref_cnt:2          Vrf:0
              Flags:Valid, MPLSoUDP, L2 Control Word, UDP Checksum
              Oif:0 Len:14
              Data: 02 00 00 00 00 aa 02 00 00 00 00 bb 08 00
              Sip:192.0.2.1 Dip:192.0.2.2
              Resolved:Yes Path MTU:1500 Packets:18446744073709551615 Bytes:18446744073709551614

Id:31         Type:Tunnel         Fmly:       -  Rid:0  Ref_cnt:2          Vrf:0
              Flags:Valid, Vxlan, L3 Vxlan, Resolve Underlay
              Len:0
              Sip:fd00::1 Dip:fd00::2
              Inner Dmac:02:00:00:00:00:cc Smac:02:00:00:00:00:dd
              Resolved:No Path MTU:- Packets:0 Bytes:0

Id:32         Type:Tunnel         Fmly:       -  Rid:0  Ref_cnt:2          Vrf:1
              Flags:Valid, MPLSoGRE,\x20
              Oif:3 Len:14
              Data: 02 00 00 00 00 aa 02 00 00 00 00 bb 86 dd
              Sip:fd00::1 Dip:fd00::2
              Inner Dmac:02:00:00:00:00:cc
              Resolved:Yes Path MTU:1400 Packets:7 Bytes:700

Id:40         Type:Composite      Fmly: AF_INET  Rid:0  Ref_cnt:2          Vrf:1
              Flags:Valid, Ecmp, Policy, Ecmp Keep Label
              Valid Hash Key Parameters: SrcIP,Proto
              Sub NH(label): 30(17) 31(-) 30(17)

Id:41         Type:Composite      Fmly:       -  Rid:0  Ref_cnt:2          Vrf:0
              Flags:Valid, kind 99, 0x80
              Sub NH(label):

"""
TABLE = [GIVEN, RESOLVED, GRE, ECMP, LATER]


@test
def nh_list_text():
    text, requests = run("nh --list", lambda request: TABLE)
    expect("the list", text.split("\n"), LIST.split("\n"))
    expect("questions", [(request.cmd, request.dump) for request in requests], [("NH_GET", True)])


@test
def nh_tunnels_json():
    shown = json.loads(run("nh --list --json", lambda request: TABLE)[0])
    base = {"type": "tunnel", "refs": 2, "vrf": 0}
    expect("given", shown[0], {**base, "id": 30, "encap": "mpls-udp", "flags": ["control-word", "udp-csum"], "oif": 0,
                               "dmac": "02:00:00:00:00:aa", "smac": "02:00:00:00:00:bb", "sip": "192.0.2.1",
                               "dip": "192.0.2.2", "resolved": True, "path_mtu": 1500, "packets": 2**64 - 1,
                               "bytes": 2**64 - 2})
    expect("resolved", shown[1], {**base, "id": 31, "encap": "vxlan", "flags": ["l3-vxlan", "resolve"], "sip": "fd00::1",
                                  "dip": "fd00::2", "inner_dmac": "02:00:00:00:00:cc", "inner_smac": "02:00:00:00:00:dd",
                                  "resolved": False, "path_mtu": 0, "packets": 0, "bytes": 0})
    expect("ecmp", shown[3], {**base, "id": 40, "type": "composite", "family": "inet", "vrf": 1, "kind": "ecmp",
                              "flags": ["policy", "ecmp-keep-label"], "hash": ["sip", "proto"],
                              "members": [{"nh": 30, "label": 17}, {"nh": 31}, {"nh": 30, "label": 17}]})
    expect("of a newer kernel", shown[4], {**base, "id": 41, "type": "composite", "kind": 99, "flags": ["0x80"],
                                           "members": []})
    expect("one", json.loads(run("nh --get 30 --json", lambda request: [GIVEN])[0]), shown[0])


@test
def nh_shows_all_members():
    members = [member(nh, nh if nh % 2 else None) for nh in range(1, 257)]
    many = nexthop(TYPE=6, KIND=ABI["VR_NH_KIND_EVPN"], MEMBERS=members)
    shown = json.loads(run("nh --get 30 --json", lambda request: [many])[0])
    expect("members", shown["members"], [{"nh": nh, "label": nh} if nh % 2 else {"nh": nh} for nh in range(1, 257)])
    text = run("nh --get 30", lambda request: [many])[0]
    expect("in the text", text.splitlines()[2].split()[2:], [f"{nh}({nh if nh % 2 else '-'})" for nh in range(1, 257)])


@test
def nh_reads_what_it_shows():
    """The words of the JSON are those of the command line."""
    shown = json.loads(run("nh --get 31 --json", lambda request: [RESOLVED])[0])
    words = f"nh --create 31 --type {shown['type']} --encap {shown['encap']} --sip {shown['sip']} --dip {shown['dip']} " \
        f"--inner-dmac {shown['inner_dmac']} --inner-smac {shown['inner_smac']} --flags {','.join(shown['flags'])}"
    expect("as it was", dry(words)["attributes"],
           {"id": 31, "type": 3, "flags": flags("RESOLVE", "L3_VXLAN"), "encap": 1, "sip": "fd00::1", "dip": "fd00::2",
            "inner_dmac": "02:00:00:00:00:cc", "inner_smac": "02:00:00:00:00:dd"})
    shown = json.loads(run("nh --get 40 --json", lambda request: [ECMP])[0])
    words = f"nh --create 40 --type {shown['type']} --kind {shown['kind']} --hash {','.join(shown['hash'])}"
    expect("as it was", dry(words)["attributes"],
           {"id": 40, "type": 6, "kind": ABI["VR_NH_KIND_ECMP"], "hash": ABI["VR_HASH_SIP"] | ABI["VR_HASH_PROTO"]})


@test
def nh_poor_answers():
    """An answer that lacks things is shown as far as it goes."""
    text = run("nh --get 30", lambda request: [nexthop()])[0]
    expect("text", text, """\
Id:30         Type:Tunnel         Fmly:       -  Rid:0  Ref_cnt:2          Vrf:0
              Flags:Valid,\x20
              Len:0
              Sip:- Dip:-
              Resolved:No Path MTU:- Packets:0 Bytes:0

""")
    short = nexthop(SIP=b"\1\2", DIP=b"", DMAC=b"\2", SMAC=OWN, ENCAP=200, INNER_DMAC=b"\2", STATE=b"")
    shown = json.loads(run("nh --get 30 --json", lambda request: [short])[0])
    expect("json", shown, {"id": 30, "type": "tunnel", "refs": 2, "vrf": 0, "encap": 200, "flags": [], "sip": "-",
                           "dip": "-", "resolved": False, "path_mtu": 0, "packets": 0, "bytes": 0})


# --- labels and VNIs -----------------------------------------------------------------------------------------------------

TABLES = {"mpls": ("MPLS", "label", "MPLS Input Label Map\n\n   Label    NextHop\n-------------------\n"),
          "vxlan": ("VXLAN", "vni", "VXLAN Table\n\n    VNID    NextHop\n-------------------\n")}


def entry(command, number, nh):
    return answer(command + "_NEW", put("VR_A_DEMUX_", ID=number, NH=nh))


@test
def labels_dump():
    for name, (command, key, heading) in TABLES.items():
        table = [entry(command, number, nh) for number, nh in ((16, 3), (1048575, 1048575), (16777215, 0))]
        text, requests = run(f"{name} --dump", lambda request, table=table: table)
        expect(f"{name}: text", text, heading + "      16          3\n 1048575    1048575\n16777215          0\n")
        expect(f"{name}: questions", [(request.cmd, request.dump) for request in requests], [(command + "_GET", True)])
        expect(f"{name}: json", json.loads(run(f"{name} --dump --json", lambda request, table=table: table)[0]),
               [{key: 16, "nh": 3}, {key: 1048575, "nh": 1048575}, {key: 16777215, "nh": 0}])
        expect(f"{name}: none", run(f"{name} --dump", lambda request: [])[0], heading)
        expect(f"{name}: none", run(f"{name} --dump --json", lambda request: [])[0], "[]\n")
        run(f"{name} --dump", lambda request: ENOENT, status=1, errors=f"{name}: refused: No such file or directory\n")


@test
def labels_get():
    for name, (command, key, heading) in TABLES.items():
        def one(_, command=command):
            return [entry(command, 100, 7)]

        text, requests = run(f"{name} --get 100", one)
        expect(f"{name}: questions", [(request.cmd, request.dump, request.u32("VR_A_DEMUX_ID")) for request in requests],
               [(command + "_GET", False, 100)])
        expect(f"{name}: text", text, heading + "     100          7\n")
        expect(f"{name}: json", json.loads(run(f"{name} --get 100 --json", one)[0]), {key: 100, "nh": 7})
        expect(f"{name}: behind vrtool", run(f"vrtool {name} --get 100", one)[0], heading + "     100          7\n")


@test
def labels_batch():
    """All lines reach the kernel, each in the table that the tool is named after."""
    for name, (command, key, _) in TABLES.items():
        lines = "".join(f"--create {number} --nh 3\n" for number in range(16, 1016)) + "--delete 16\n--get 17\n"

        def answering(request, command=command):
            return [entry(command, 17, 3)] if request.cmd == command + "_GET" else []

        with Kernel(answering) as kernel:
            done = kernel.run(f"{name} --batch - --json", lines.encode())
            expect(f"{name}: errors", done.stderr.decode(), "")
            expect(f"{name}: shown", json.loads(done.stdout), [{key: 17, "nh": 3}])
            expect(f"{name}: commands", [request.cmd for request in kernel.requests],
                   [command + "_NEW"] * 1000 + [command + "_DEL", command + "_GET"])
            expect(f"{name}: ids", [request.u32("VR_A_DEMUX_ID") for request in kernel.requests],
                   list(range(16, 1016)) + [16, 17])


@test
def labels_refused():
    for name in TABLES:
        run(f"{name} --create 5 --nh 3", lambda request: 34, status=1,
            errors=f"{name}: refused: Numerical result out of range\n")
