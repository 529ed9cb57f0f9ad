# SPDX-License-Identifier: GPL-2.0-only
"""What the tools make of the kernel's answers about flows, settings and fat flows; the kernel is fake.py."""

import json

from fake import Kernel, answer, attr, put, u64
from harness import ABI, expect, settings, test

ENOENT, EEXIST = 2, 17
ECHO = 8


def flow(index=44, **values):
    known = {"INDEX": index, "GEN": 1, "NH": 16, "FAMILY": 2, "PROTO": 6, "SIP": bytes([10, 1, 1, 11]),
             "DIP": bytes([10, 1, 1, 12]), "SPORT": 1052, "DPORT": 22, "ACTION": 2, "VRF": 1, "RINDEX": 48, "RGEN": 3,
             "TCP": 0x78, "IDLE": 1250, "PACKETS": u64(30), "BYTES": u64(4210)}
    known.update(values)
    return answer("FLOW_NEW", put("VR_A_FLOW_", **{name: value for name, value in known.items() if value is not None}))


SHORT = {"GEN": None, "RINDEX": None, "RGEN": None, "TCP": None, "SPORT": None, "DPORT": None, "VRF": None}
SIX = {"FAMILY": 10, "SIP": bytes([0xfd] + [0] * 14 + [1]), "DIP": bytes([0xfd] + [0] * 14 + [2])}
TABLE = [
    flow(44),
    flow(48, NH=17, SIP=bytes([10, 1, 1, 12]), DIP=bytes([10, 1, 1, 11]), SPORT=22, DPORT=1052, RINDEX=44, RGEN=1, TCP=0xd4),
    flow(49, PROTO=17, ACTION=0, DROP_REASON=0x17, SRC_NH=16, **{**SHORT, "GEN": 7}),
    flow(50, PROTO=17, ACTION=0, DROP_REASON=99, ECMP=3, TTL=64, MIRROR=1, MIRROR2=2, FLAGS=0x6000, DVRF=9, **SIX),
    flow(51, ACTION=1, STATE=3, HELD=2, TCP=0x8),
    flow(16777215, ACTION=3, PROTO=58, MIRROR2=0, PACKETS=u64(2**64 - 1), BYTES=u64(2**64 - 1), **SIX),
    flow(53, STATE=4, TCP=0x8003, ACTION=9),
]
TOTALS = {"CREATED": 35, "ADDED": 4, "CHANGED": 17, "DELETED": 14, "EVICTED": 3, "EXPIRED": 2, "REFUSED": 1, "HOLDING": 5,
          "BURST": 6}


def info(used=6, totals=None):
    table = put("VR_A_TABLE_", NAME="flows", USED=u64(used), LIMIT=u64(1000))
    other = put("VR_A_TABLE_", NAME="vifs", USED=u64(1), LIMIT=u64(2))
    flows = put("VR_A_FLOWS_", **{name: u64(value) for name, value in (totals or TOTALS).items()})
    return answer("INFO_NEW", attr(ABI["VR_A_INFO_TABLES"], [attr(ABI["VR_A_TABLE_ENTRY"], [other]),
                                                             attr(ABI["VR_A_TABLE_ENTRY"], [table])]) +
                  attr(ABI["VR_A_INFO_FLOWS"], [flows]) + put("VR_A_INFO_", VERSION="1", UNACCOUNTED=u64(0)))


def router(request):
    if request.cmd == "INFO_GET":
        return [info()]
    if request.cmd == "FLOW_GET" and request.dump:
        return TABLE
    return ENOENT


def run(words, handler=router, status=0, errors="", **options):
    with Kernel(handler, **options) as kernel:
        done = kernel.run(words)
        expect(f"{words}: errors", done.stderr.decode(), errors)
        expect(f"{words}: status", done.returncode, status)
        return done.stdout.decode(), kernel.requests


LIST = """\
Flow table (limit 1000, entries 6)

Entries: Created 35 Added 4 Deleted 14 Changed 17 Evicted 3 Expired 2 Refused 1 Holding 5

Action:F=Forward, D=Drop, H=Hold
 Other:K(nh)=Key_Nexthop, S(nh)=RPF_Nexthop, E=ECMP member
 Flags:N=New Flow, H=Holds Packets, Ec=Evict Candidate
       M=Mirror, Vt=VRF Translate
TCP(r=reverse):S=SYN, E=Established, F=FIN, R=RST, C=HalfClose, D=Dead

     Index               Source:Port/Destination:Port                 Proto(V)
--------------------------------------------------------------------------------
        44<=>48          10.1.1.11:1052                               6 (1)
                         10.1.1.12:22
(Gen: 1, K(nh):16, Action:F, Flags:, TCP:SSrEEr, Stats:30/4210)

        48<=>44          10.1.1.12:22                                 6 (1)
                         10.1.1.11:1052
(Gen: 1, K(nh):17, Action:F, Flags:, TCP:SrErFrR, Stats:30/4210)

        49<=>-1          10.1.1.11:0                                  17 (0)
                         10.1.1.12:0
(Gen: 7, K(nh):16, Action:D(SG), Flags:, S(nh):16, Stats:30/4210)

        50<=>48          [fd00::1]:1052                               17 (1->9)
                         [fd00::2]:22
(Gen: 1, K(nh):16, Action:D(99), Flags:M, E:3, Stats:30/4210, Mirror Index : 1, 2, TTL 64)

        51<=>48          10.1.1.11:1052                               6 (1)
                         10.1.1.12:22
(Gen: 1, K(nh):16, Action:H, Flags:NH, TCP:S, Stats:30/4210, Held:2)

  16777215<=>48          [fd00::1]:1052                               58 (1)
                         [fd00::2]:22
(Gen: 1, K(nh):16, Action:N, Flags:, Stats:18446744073709551615/18446744073709551615, Mirror Index : 0)

"""


@test
def flow_list_text():
    text, requests = run("flow --list")
    expect("the list", text.split("\n"), LIST.split("\n"))
    expect("questions", [(request.cmd, request.dump) for request in requests], [("INFO_GET", False), ("FLOW_GET", True)])
    text, _ = run("flow -l --show-evicted")
    expect("what was hidden", text[len(LIST):], """\
        53<=>48          10.1.1.11:1052                               6 (1)
                         10.1.1.12:22
(Gen: 1, K(nh):16, Action:?, Flags:Ec, TCP:FCD, Stats:30/4210)

""")


FIRST = {"index": 44, "gen": 1, "reverse": 48, "reverse_gen": 3, "nh": 16, "family": "inet", "proto": 6, "sip": "10.1.1.11",
         "dip": "10.1.1.12", "sport": 1052, "dport": 22, "action": "forward", "flags": [], "vrf": 1, "dvrf": 1, "state": [],
         "tcp": ["syn", "syn-reverse", "established", "established-reverse"], "held": 0, "idle_ms": 1250, "packets": 30,
         "bytes": 4210}


@test
def flow_list_json():
    shown = json.loads(run("flow -l --json --show-evicted")[0])
    expect("how many", len(shown), len(TABLE))
    expect("the first", shown[0], FIRST)
    drop = {**FIRST, "index": 49, "gen": 7, "proto": 17, "sport": 0, "dport": 0, "action": "drop", "drop_reason": "sg",
            "vrf": 0, "dvrf": 0, "src_nh": 16, "tcp": []}
    del drop["reverse"], drop["reverse_gen"]
    expect("what is missing has its default", shown[2], drop)
    expect("everything", shown[3], {**FIRST, "index": 50, "proto": 17, "family": "inet6", "sip": "fd00::1",
                                    "dip": "fd00::2", "action": "drop", "drop_reason": 99, "ecmp": 3, "ttl": 64,
                                    "mirror": 1, "mirror2": 2, "flags": ["mirror", "vrft"], "dvrf": 9})
    expect("held", [shown[4][key] for key in ("action", "state", "held", "tcp")], ["hold", ["new", "held"], 2, ["syn"]])
    expect("large", [shown[5][key] for key in ("index", "action", "packets", "bytes")],
           [16777215, "nat", 2**64 - 1, 2**64 - 1])
    expect("strange", [shown[6][key] for key in ("action", "state", "tcp")],
           ["action 9", ["evict"], ["fin", "half-close", "dead"]])
    expect("none", run("flow -l --json", lambda request: [])[0], "[]\n")


@test
def flow_list_that_changed():
    changed = "flow: the table changed while it was read: the list may have gaps\n"
    text, _ = run("flow -l --json", interrupted=True, errors=changed)
    expect("flows", len(json.loads(text)), len(TABLE) - 1)


@test
def flow_list_refused():
    run("flow -l --json", lambda request: ENOENT, status=1, errors="flow: refused: No such file or directory\n")
    run("flow -l", lambda request: ENOENT if request.dump else [info()], status=1,
        errors="flow: refused: No such file or directory\n")


@test
def flow_list_where_there_is_no_router():
    def nothing(request):
        return [] if request.dump else ENOENT

    expect("text", run("flow -l", nothing)[0].split("\n")[0], "Flow table (limit 0, entries 0)")
    expect("JSON", run("flow -l --json", nothing)[0], "[]\n")


@test
def flow_list_is_long():
    """Many buffers; every flow is there once, in order, and what a filter takes away is not."""
    table = [flow(n, NH=n % 7, SPORT=n & 0xffff) for n in range(20000)]
    shown = json.loads(run("flow -l --json", lambda request: table)[0])
    expect("indexes", [entry["index"] for entry in shown], list(range(20000)))
    shown = json.loads(run(["flow", "-l", "--json", "--match", "nh 3 & *:22,*"], lambda request: table)[0])
    expect("indexes", [entry["index"] for entry in shown], [n for n in range(20000) if n % 7 == 3])


@test
def flow_match():
    """Which of the table: the tool looks at everything, whatever the kernel has left out already."""
    for expression, wanted in [
            ("*", [44, 48, 49, 50, 51, 16777215]), ("vrf 1", [44, 48, 50, 51, 16777215]), ("vrf 0", [49]),
            ("nh 17", [48]), ("proto udp", [49, 50]), ("proto 58", [16777215]), ("action drop", [49, 50]),
            ("action nat", [16777215]), ("family inet6", [50, 16777215]), ("family inet & vrf 1", [44, 48, 51]),
            # one end, wherever it is
            ("10.1.1.11", [44, 48, 49, 51]), ("10.1.1.11:1052", [44, 48, 51]), ("10.1.1.11:22", []),
            ("*:22", [44, 48, 50, 51, 16777215]), ("10.1.1.12:*", [44, 48, 49, 51]), ("10.1.1.13", []),
            # both ends, whichever way round
            ("10.1.1.11:1052,10.1.1.12:22", [44, 48, 51]), ("10.1.1.12:22,10.1.1.11:1052", [44, 48, 51]),
            ("10.1.1.12:1052,10.1.1.11:22", []), ("10.1.1.11,10.1.1.11", []), ("*:1052,*:22", [44, 48, 50, 51, 16777215]),
            ("*:22,*:22", []), ("10.1.1.11:1052,*", [44, 48, 51]),
            # prefixes
            ("10.1.1.8/29,10.1.1.12/32", [44, 48, 49, 51]), ("10.1.1.8/31", []), ("10.1.1.10/31", [44, 48, 49, 51]),
            ("0.0.0.0/0", [44, 48, 49, 51]), ("::/0", [50, 16777215]), ("[fd00::/127]:*,fd00::2", [50, 16777215]),
            ("fd00::2/127,fd00::1", [50, 16777215]), ("[fd00::1]:1052,[fd00::2]:22 & proto icmp6", [16777215]),
            ("fd00::1/127,fd00::1/127", []),
            ("10.1.1.11 & nh 16 & vrf 1 & proto tcp & action hold", [51])]:
        text, requests = run(["flow", "-l", "--json", "--match", expression])
        expect(expression, [entry["index"] for entry in json.loads(text)], wanted)
        expect(f"{expression}: one question", len(requests), 1)


@test
def flow_create_prints_the_index():
    def router_of(*answers):
        return lambda request: list(answers) if request.cmd == "FLOW_NEW" and request.flags & ECHO else []

    make = "flow --create --nh 16 --sip 10.1.1.11 --dip 10.1.1.12 --proto tcp --action forward"
    expect("one", run(make, router_of(flow(44, RINDEX=None, RGEN=None)))[0], "44\n")
    expect("both", run(make + " --reverse 17", router_of(flow(44)))[0], "44 48\n")
    expect("both are told", run(make + " --reverse 17", router_of(flow(44), flow(48, RINDEX=44)))[0], "44 48\n")
    expect("JSON", json.loads(run(make + " --json", router_of(flow(44)))[0]),
           {"index": 44, "gen": 1, "reverse": 48, "reverse_gen": 3})
    expect("JSON, one", json.loads(run(make + " --json", router_of(flow(44, RINDEX=None, RGEN=None)))[0]),
           {"index": 44, "gen": 1})
    run(make + " --exclusive", lambda request: EEXIST, status=1, errors="flow: refused: File exists\n")


@test
def flow_batch_packs():
    """Many flows in few messages, and no index for each."""
    lines = "".join(f"--create --nh {n} --sip 10.0.0.1 --dip 10.0.0.2 --proto udp --action drop\n-i {n}\n"
                    for n in range(1, 1001))
    with Kernel(lambda request: []) as kernel:
        done = kernel.run("flow --batch -", lines.encode())
        expect("status", (done.returncode, done.stdout, done.stderr), (0, b"", b""))
        expect("messages", len(kernel.requests), 2000)
        expect("echo", {bool(request.flags & ECHO) for request in kernel.requests}, {False})
        asked = sum(bool(request.flags & 4) for request in kernel.requests)
        if asked > 80:
            raise AssertionError(f"{asked} round trips for 2000 messages")


def whole(request):
    """A router with everything that flow 44 refers to."""
    if request.cmd == "FLOW_GET":
        return [flow(44)]
    if request.cmd == "NH_GET" and request.u32("VR_A_NH_ID") == 16:
        return [answer("NH_NEW", put("VR_A_NH_", ID=16, TYPE=2, FAMILY=7, OIF=3))]
    if request.cmd == "VIF_GET" and request.u32("VR_A_VIF_ID") == 3:
        return [answer("VIF_NEW", put("VR_A_VIF_", ID=3, NAME='tap"\\a'))]
    if request.cmd == "ROUTE_GET" and request.u32("VR_A_ROUTE_VRF") == 1:
        return [answer("ROUTE_NEW", put("VR_A_ROUTE_", VRF=1, FAMILY=2, PREFIX=bytes([10, 1, 0, 0]), PLEN=16, NH=21))]
    return ENOENT


@test
def flow_get_text():
    expect("everything is there", run("flow --get 44", whole)[0], """\
Flow:                   44 (generation 1)
Reverse flow:           48 (generation 3)
Protocol:               6 (tcp)
Source:                 10.1.1.11:1052
Destination:            10.1.1.12:22
Key nexthop:            16 (encap), vif 3 (tap"\\a)
VRF:                    1
Route to destination:   10.1.0.0/16, nexthop 21
Action:                 forward
Flags:                  none
State:                  none
TCP:                    syn, syn-reverse, established, established-reverse
Statistics:             30 packets, 4210 bytes
Last packet:            1.2 seconds ago
""")
    bare = flow(49, PROTO=47, ACTION=0, DROP_REASON=0x17, SRC_NH=16, FLAGS=0x6000, DVRF=9, STATE=7, ECMP=0, TTL=1, HELD=3,
                MIRROR=1, MIRROR2=2, **{**SHORT, **SIX})
    text, requests = run("flow --get 49", lambda request: [bare] if request.cmd == "FLOW_GET" else ENOENT)
    expect("nothing is there", text, """\
Flow:                   49 (generation 0)
Reverse flow:           none
Protocol:               47 (47)
Source:                 [fd00::1]:0
Destination:            [fd00::2]:0
Key nexthop:            16 (does not exist)
VRF:                    0
Goes on in VRF:         9
Route to destination:   none
Source nexthop:         16
Action:                 drop
Drop reason:            23 (sg): denied by security group
Flags:                  mirror, vrft
State:                  new, held, evict
ECMP member:            0
TTL:                    1
Mirror:                 1
Second mirror:          2
Held packets:           3
Statistics:             30 packets, 4210 bytes
Last packet:            1.2 seconds ago
""")
    expect("the route is looked for where the flow goes on", requests[-1].u32("VR_A_ROUTE_VRF"), 9)
    run("flow --get 5", lambda request: ENOENT, status=1, errors="flow: refused: No such file or directory\n")


@test
def flow_get_json():
    expect("everything is there", json.loads(run("flow --get 44 --json", whole)[0]),
           {**FIRST, "key_nexthop": {"id": 16, "type": "encap", "vif": 3, "vif_name": 'tap"\\a'},
            "route": {"prefix": "10.1.0.0/16", "nh": 21}})
    expect("nothing is there", json.loads(run("flow --get 44 --json", lambda request: [flow(44)] if request.cmd == "FLOW_GET"
                                              else ENOENT)[0]), FIRST)
    with Kernel(whole) as kernel:
        done = kernel.run("flow --batch - --json", b"--get 44\n--get 44\n")
        expect("in a batch", [entry["index"] for entry in json.loads(done.stdout)], [44, 44])


@test
def flow_rate_counts():
    counts = iter(range(0, 1000, 10))

    def counting(request):
        n = next(counts)
        return [info(100 + n, {name: value * 100 + n for name, value in TOTALS.items()})]

    # The interval is the tool's; so that it does not matter how long it took, only what cannot be otherwise is checked.
    text, _ = run("flow --rate --count 2 --json", counting)
    rows = [json.loads(line) for line in text.splitlines()]
    expect("rows", [row["used"] for row in rows], [110, 120])
    expect("columns", sorted(rows[0]), sorted(["used", "holding", "created", "added", "changed", "deleted", "evicted",
                                               "expired", "refused"]))
    if not all(0 < row["created"] <= 10 for row in rows):
        raise AssertionError(rows)
    expect("now, not a rate", rows[0]["holding"], 510)
    text, _ = run("flow -r --count 1", lambda request: [info()])
    expect("heading and a row", [line.split() for line in text.splitlines()],
           ["Flows Holding Created/s Added/s Changed/s Deleted/s Evicted/s Expired/s Refused/s".split(),
            "6 5 0 0 0 0 0 0 0".split()])


@test
def flow_stats_counts():
    more = [TABLE[0], flow(48, PACKETS=u64(130), BYTES=u64(5210)), *TABLE[2:5], flow(60, GEN=2, PACKETS=u64(7), BYTES=u64(700)),
            flow(53, STATE=4, TCP=0x8003, GEN=2, PACKETS=u64(3), BYTES=u64(300))]
    tables = iter([TABLE[:5] + TABLE[6:], more])
    text, _ = run("flow --stats --count 1 --json", lambda request: next(tables) if request.dump else [info()],
                  interrupted=True)
    shown = json.loads(text)
    expect("flows", (shown["flows"], shown["limit"]), (7, 1000))
    expect("actions", shown["by_action"], {"forward": 4, "drop": 2, "hold": 1, "nat": 0})
    expect("protocols", shown["by_proto"], {"tcp": 5, "udp": 2, "icmp": 0, "icmp6": 0, "sctp": 0, "other": 0})
    expect("others", (shown["inet6"], shown["tcp_dead"], shown["held_packets"]), (1, 1, 2))
    expect("packets", (shown["packets"], shown["bytes"]), (30 * 4 + 130 + 7 + 3, 4210 * 4 + 5210 + 700 + 300))
    # 100 more of one, 7 of a new one, 3 of one that has the place of another: in one interval or, at worst, several
    if not 0 < shown["packets_per_second"] <= 110 or not 0 < shown["bytes_per_second"] <= 2000:
        raise AssertionError(shown)


# --- settings and fat flows ----------------------------------------------------------------------------------------------

@test
def info_shows_settings():
    def answering(request):
        if request.cmd == "CONF_GET":
            return [answer("CONF_NEW", put("VR_A_CONF_", **{entry[0]: n + 1 for n, entry in enumerate(settings())}))]
        return [info()]

    shown = json.loads(run("vrouter --info --json", answering)[0])
    expect("settings", shown["settings"], {entry[1]: n + 1 for n, entry in enumerate(settings())})
    names = {name.lower(): value for name, value in TOTALS.items()}
    names["burst_tokens"] = names.pop("burst")
    expect("flows", shown["flows"], names)
    lines = run("vrouter --info", answering)[0].splitlines()
    for number, entry in enumerate(settings()):
        if not any(line.split()[:2] == [entry[1], str(number + 1)] for line in lines):
            raise AssertionError(f"no line for {entry[1]}")
    run("vrouter --info", lambda request: ENOENT, status=1, errors="vrouter: refused: No such file or directory\n")


def vif(*fat):
    return answer("VIF_NEW", put("VR_A_VIF_", ID=3, NAME="tap3", TYPE=3, FLAGS=ABI["VR_VIF_F_POLICY"], HELD=4) +
                  (attr(ABI["VR_A_VIF_FAT"], list(fat))))


def rule(**values):
    return attr(ABI["VR_A_FAT_RULE"], [put("VR_A_FAT_", **values)])


@test
def vif_shows_fat_flows():
    side = [put("VR_A_FAT_", PREFIX=bytes([10, 0, 0, 0]), PLEN=8, AGGREGATE=24)]
    six = [put("VR_A_FAT_", PREFIX=bytes([0xfd] + [0] * 15), PLEN=16, AGGREGATE=64)]
    rules = [rule(PROTO=6, PORT=80, IGNORE=1), rule(PROTO=17, SRC=side, DST=six), rule(PROTO=1, IGNORE=3)]
    exclude = attr(ABI["VR_A_FAT_EXCLUDE"], [put("VR_A_FAT_", PREFIX=bytes([10, 9, 0, 0]), PLEN=16)])
    shown = json.loads(run("vif --get 3 --json", lambda request: [vif(*rules, exclude)])[0])
    expect("rules", shown["fat_flows"], [
        {"proto": 6, "port": 80, "ignore": ["src"]},
        {"proto": 17, "port": 0, "ignore": [], "src": {"prefix": "10.0.0.0/8", "aggregate": 24},
         "dst": {"prefix": "fd00::/16", "aggregate": 64}},
        {"proto": 1, "port": 0, "ignore": ["src", "dst"]}])
    expect("excluded", shown["fat_exclude"], ["10.9.0.0/16"])
    expect("held", (shown["held_flows"], shown["flags"]), (4, ["policy"]))
    text = run("vif --get 3", lambda request: [vif(*rules, exclude)])[0]
    wanted = "Fat flows: tcp:80,ignore-src udp,src=10.0.0.0/8:24,dst=fd00::/16:64 icmp,ignore-src,ignore-dst\n"
    for line in (wanted, "Fat flows exclude: 10.9.0.0/16\n", "Flags:P ", "Held flows:4\n"):
        if " " * 12 + line not in text and line not in text:
            raise AssertionError(f"no {line!r} in {text}")
    # As it is shown, it can be given.
    words = wanted.strip().split(" ")[2:]
    with Kernel(lambda request: []) as kernel:
        done = kernel.run(["vif", "--set", "3", "--fat-flow"] + words + ["--fat-exclude", "10.9.0.0/16"])
        expect("set", (done.returncode, done.stderr), (0, b""))
        expect("the same", kernel.requests[0].attrs[ABI["VR_A_VIF_FAT"]], b"".join(rules) + exclude)
    for text in (run("vif --get 3", lambda request: [vif()])[0], run("vif --get 3 --json", lambda request: [vif()])[0]):
        if "at flows" in text or "fat_" in text:
            raise AssertionError(f"fat flows where there are none: {text}")


@test
def policy_changes_one_flag():
    flags = ABI["VR_VIF_F_DHCP"] | ABI["VR_VIF_F_L2"]

    def answering(request):
        return [answer("VIF_NEW", put("VR_A_VIF_", ID=3, FLAGS=flags))] if request.cmd == "VIF_GET" else []

    _, requests = run("vif --set tap3 --policy --no-dhcp-enable", answering)
    expect("questions", [request.cmd for request in requests], ["VIF_GET", "VIF_SET"])
    expect("flags", requests[1].u32("VR_A_VIF_FLAGS"), ABI["VR_VIF_F_L2"] | ABI["VR_VIF_F_POLICY"])


@test
def vif_list_with_reasons():
    def handler(request):
        if request.dump:
            return [answer("VIF_NEW", put("VR_A_VIF_", ID=number)) for number in (3, 4, 5)]
        number = request.u32("VR_A_VIF_ID")
        return ENOENT if number == 4 else [answer("VIF_NEW", put("VR_A_VIF_", ID=number, NAME=f"tap{number}", TYPE=3))]

    shown = json.loads(run("vif --list --stats --json", handler)[0])
    expect("without the one that has gone meanwhile", [vif["name"] for vif in shown], ["tap3", "tap5"])
