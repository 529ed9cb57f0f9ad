# SPDX-License-Identifier: GPL-2.0-only
"""Messages, as --dry-run shows them, against the numbers in the headers."""

import struct

from harness import ABI, AF, MAC, attributes, dry, expect, mac, sends, settings, test, u32


@test
def vif_messages():
    name = ("NAME", b"tap0\0")
    kind = ("TYPE", u32(3))
    sends("vif --add tap0 --type virtual", "vif_new", "VR_A_VIF_", [name, kind])
    sends("vif --add tap0 --type virtual --exclusive", "vif_new", "VR_A_VIF_", [name, kind], exclusive=True)
    for option, attr, word, payload in [
            ("vif", "ID", "7", u32(7)),
            ("vif", "ID", "0x10", u32(16)),
            ("mac", "MAC", MAC, mac(MAC)),
            ("mac", "MAC", "2:0:0:0:A:fF", mac("02:00:00:00:0a:ff")),
            ("vrf", "VRF", "4294967295", u32(4294967295)),
            ("mcast-vrf", "MCAST_VRF", "3", u32(3)),
            ("mcast-vrf", "MCAST_VRF", "none", u32(65535)),
            ("nh", "NH", "12", u32(12)),
            ("ip", "IP", "10.1.2.3", bytes([10, 1, 2, 3])),
            ("ip6", "IP6", "fd00::5", bytes([0xfd] + [0] * 14 + [5])),
            ("mtu", "MTU", "9000", u32(9000)),
            ("xconnect", "XCONNECT", "2", u32(2))]:
        sends(f"vif --add tap0 --type virtual --{option} {word}", "vif_new", "VR_A_VIF_", [name, kind, (attr, payload)])
        sends(f"vif --add tap0 --type virtual --{option}={word}", "vif_new", "VR_A_VIF_", [name, kind, (attr, payload)])
        if option != "vif":
            sends(f"vif --set 3 --{option} {word}", "vif_set", "VR_A_VIF_", [("ID", u32(3)), (attr, payload)])
            sends(f"vif --set tap0 --{option} {word}", "vif_set", "VR_A_VIF_", [name, (attr, payload)])
    three = [("XCONNECT", u32(id)) for id in (0, 1, 2)]
    sends("vif --add tap0 --type 3 --xconnect 0 1 --xconnect 2", "vif_new", "VR_A_VIF_", [name, kind] + three)
    for key, attr in (("3", ("ID", u32(3))), ("tap0", name)):
        sends(f"vif --delete {key}", "vif_del", "VR_A_VIF_", [attr])
        sends(f"vif --get {key}", "vif_get", "VR_A_VIF_", [attr])
        sends(f"vif --clear --vif {key}", "vif_clear", "VR_A_VIF_", [attr])
    sends("vif --clear", "vif_clear", "VR_A_VIF_", [])
    sends("vif --list", "vif_get", "VR_A_VIF_", [], dump=True)
    sends("vif --list -s", "vif_get", "VR_A_VIF_", [], dump=True)
    sends("vif --rate", "vif_get", "VR_A_VIF_", [], dump=True)


@test
def vif_types():
    for word, constant in (("virtual", "VIRTUAL"), ("physical", "PHYSICAL"), ("vhost", "HOST"), ("agent", "AGENT")):
        number = ABI["VR_VIF_" + constant]
        for text in (word, str(number)):
            sends(f"vif --add x --type {text}", "vif_new", "VR_A_VIF_", [("NAME", b"x\0"), ("TYPE", u32(number))])


VIF_FLAGS = {"xconnect": "XCONNECT", "l3": "L3", "l2": "L2", "dhcp": "DHCP", "promisc": "PROMISC",
             "no-arp-proxy": "NO_ARP_PROXY", "uuc-flood": "UUC_FLOOD", "mac-proxy": "MAC_PROXY", "policy": "POLICY",
             "drop-new-flows": "DROP_NEW_FLOWS", "igmp": "IGMP"}
ROUTE_FLAGS = {"proxy": "PROXY", "trap": "TRAP", "flood": "FLOOD"}
BRIDGE_FLAGS = {"flood-dhcp": "FLOOD_DHCP"}
NH_FLAGS = {"mcast": "MCAST", "uuc-flood": "UUC_FLOOD", "policy": "POLICY", "flow-lookup": "FLOW_LOOKUP",
            "control-word": "CONTROL_WORD", "l3-vxlan": "L3_VXLAN", "udp-csum": "UDP_CSUM",
            "udp6-zero-csum": "UDP6_ZERO_CSUM", "resolve": "RESOLVE", "validate-mcast": "VALIDATE_MCAST",
            "ecmp-keep-label": "ECMP_KEEP_LABEL"}
HASHES = {"sip": "SIP", "dip": "DIP", "sport": "SPORT", "dport": "DPORT", "proto": "PROTO"}
FLOW_FLAGS = {"mirror": "MIRROR", "vrft": "VRFT"}


def flag_bits(words, prefix, command, attr, option="--flags"):
    for chosen in [[word] for word in words] + [list(words)]:
        bits = 0
        for word in chosen:
            bits |= ABI[prefix + words[word]]
        got = dry(f"{command} {option} {','.join(chosen)}")["bytes"]
        expect(f"{command} {option} {chosen}", dict((n, p) for n, _, p in attributes(bytes.fromhex(got)))[ABI[attr]], u32(bits))


@test
def flag_words():
    flag_bits(VIF_FLAGS, "VR_VIF_F_", "vif --add tap0 --type virtual", "VR_A_VIF_FLAGS")
    flag_bits(VIF_FLAGS, "VR_VIF_F_", "vif --set 3", "VR_A_VIF_FLAGS")
    flag_bits(NH_FLAGS, "VR_NH_F_", "nh --create 1 --type encap", "VR_A_NH_FLAGS")
    flag_bits(HASHES, "VR_HASH_", "nh --create 1 --type composite --kind ecmp", "VR_A_NH_HASH", "--hash")
    flag_bits(FLOW_FLAGS, "VR_FLOW_F_", "flow --set 5", "VR_A_FLOW_FLAGS")
    flag_bits(ROUTE_FLAGS, "VR_ROUTE_F_", "rt --create --vrf 1 --prefix 10.0.0.0/8 --nh 1", "VR_A_ROUTE_FLAGS")
    flag_bits(BRIDGE_FLAGS, "VR_BRIDGE_F_", f"rt --create --vrf 1 --mac {MAC} --nh 1", "VR_A_BRIDGE_FLAGS")


@test
def every_flag_has_a_word():
    for prefix, words in (("VR_VIF_F_", VIF_FLAGS), ("VR_NH_F_", NH_FLAGS), ("VR_ROUTE_F_", ROUTE_FLAGS),
                          ("VR_BRIDGE_F_", BRIDGE_FLAGS), ("VR_FLOW_F_", FLOW_FLAGS), ("VR_HASH_", HASHES)):
        there = {name[len(prefix):] for name in ABI if name.startswith(prefix)} - {"ALL", "LABEL"}
        expect(prefix, set(words.values()), there)


@test
def vif_dhcp():
    flags = ("FLAGS", u32(ABI["VR_VIF_F_DHCP"]))
    sends("vif --add x --type virtual --dhcp-enable", "vif_new", "VR_A_VIF_", [("NAME", b"x\0"), ("TYPE", u32(3)), flags])
    both = ("FLAGS", u32(ABI["VR_VIF_F_DHCP"] | ABI["VR_VIF_F_L2"]))
    sends("vif --set 3 --flags l2 --dhcp-enable", "vif_set", "VR_A_VIF_", [("ID", u32(3)), both])
    l2 = ("FLAGS", u32(ABI["VR_VIF_F_L2"]))
    sends("vif --set 3 --flags l2,dhcp --no-dhcp-enable", "vif_set", "VR_A_VIF_", [("ID", u32(3)), l2])


@test
def policy():
    flags = ("FLAGS", u32(ABI["VR_VIF_F_POLICY"]))
    sends("vif --add x --type virtual --policy", "vif_new", "VR_A_VIF_", [("NAME", b"x\0"), ("TYPE", u32(3)), flags])
    both = ("FLAGS", u32(ABI["VR_VIF_F_POLICY"] | ABI["VR_VIF_F_DHCP"]))
    sends("vif --set 3 --flags dhcp --policy", "vif_set", "VR_A_VIF_", [("ID", u32(3)), both])
    sends("vif --set 3 --flags policy,dhcp,l2 --no-policy --no-dhcp-enable", "vif_set", "VR_A_VIF_",
          [("ID", u32(3)), ("FLAGS", u32(ABI["VR_VIF_F_L2"]))])
    encap = [("ID", u32(5)), ("TYPE", u32(2))]
    sends("nh --create 5 --type encap --policy", "nh_new", "VR_A_NH_", encap + [("FLAGS", u32(ABI["VR_NH_F_POLICY"]))])
    sends("nh --create 5 --type encap --flags mcast --policy", "nh_new", "VR_A_NH_",
          encap + [("FLAGS", u32(ABI["VR_NH_F_POLICY"] | ABI["VR_NH_F_MCAST"]))])


def fat_of(command):
    """The fat-flow rules as a list of (name, {name: number or bytes or such a dict})."""
    names = {ABI[name]: name[9:] for name in ABI if name.startswith("VR_A_FAT_") and not name.endswith("MAX")}

    def inside(data):
        return [(names[number], inside(payload) if nest else payload if names[number] == "PREFIX" else
                 struct.unpack("=I", payload)[0]) for number, nest, payload in attributes(data)]

    fat = [(nest, payload) for number, nest, payload in attributes(bytes.fromhex(dry(command)["bytes"]))
           if number == ABI["VR_A_VIF_FAT"]]
    expect(f"{command}: one nest", [nest for nest, _ in fat], [True])
    return [(kind, dict(entry)) for kind, entry in inside(fat[0][1])]


@test
def fat_flows():
    make = "vif --set 3 "
    ten = ("PREFIX", bytes([10, 0, 0, 0]))
    expect("none", fat_of(make + "--no-fat-flow"), [])
    expect("a protocol", fat_of(make + "--fat-flow udp"), [("RULE", {"PROTO": 17})])
    expect("a port", fat_of(make + "--fat-flow 6:443"), [("RULE", {"PROTO": 6, "PORT": 443})])
    expect("ignored", [entry["IGNORE"] for _, entry in fat_of(make + "--fat-flow icmp,ignore-src udp:53,ignore-dst "
                                                              "--fat-flow sctp:1,ignore-dst,ignore-src")], [1, 2, 3])
    both = fat_of("vif --add x --type virtual --fat-flow tcp:80,src=10.0.0.0/8:24,dst=fd00::/16:64")
    expect("two prefixes", both, [("RULE", {
        "PROTO": 6, "PORT": 80, "SRC": [ten, ("PLEN", 8), ("AGGREGATE", 24)],
        "DST": [("PREFIX", bytes([0xfd]) + bytes(15)), ("PLEN", 16), ("AGGREGATE", 64)]})])
    expect("excluded", fat_of(make + "--fat-flow tcp --fat-exclude 10.0.0.0/8 fd00::1"), [
        ("RULE", {"PROTO": 6}), ("EXCLUDE", {"PREFIX": ten[1], "PLEN": 8}),
        ("EXCLUDE", {"PREFIX": bytes([0xfd] + [0] * 14 + [1]), "PLEN": 128})])
    wide = ",src=fd00:1:2:3:4:5:6:7/100:120,dst=fd00:1:2:3:4:5:6:7/100:120"
    many = fat_of(make + "--fat-flow " + " ".join(f"tcp:{port}{wide}" for port in range(1, 257)) +
                  " --fat-exclude " + " ".join(f"fd00::{n}" for n in range(16)))
    expect("as many as there may be", [kind for kind, _ in many], ["RULE"] * 256 + ["EXCLUDE"] * 16)


FLOW = "--nh 16 --sip 10.1.1.11 --dip 10.1.1.12 --proto tcp --action forward"
FLOW_ATTRS = [("NH", u32(16)), ("FAMILY", u32(2)), ("SIP", bytes([10, 1, 1, 11])), ("DIP", bytes([10, 1, 1, 12])),
              ("PROTO", u32(6)), ("ACTION", u32(2))]


@test
def flow_messages():
    sends("flow --create " + FLOW, "flow_new", "VR_A_FLOW_", FLOW_ATTRS)
    sends("flow --create --exclusive " + FLOW, "flow_new", "VR_A_FLOW_", FLOW_ATTRS, exclusive=True)
    for option, attr, word, payload in [
            ("sport", "SPORT", "1052", u32(1052)),
            ("dport", "DPORT", "22", u32(22)),
            ("vrf", "VRF", "1", u32(1)),
            ("dvrf", "DVRF", "2", u32(2)),
            ("src-nh", "SRC_NH", "7", u32(7)),
            ("src-nh", "SRC_NH", "none", u32(ABI["VR_FLOW_NONE"])),
            ("rflow", "RINDEX", "48", u32(48)),
            ("rgen", "RGEN", "3", u32(3)),
            ("ecmp", "ECMP", "-1", struct.pack("=i", -1)),
            ("ecmp", "ECMP", "5", u32(5)),
            ("ttl", "TTL", "64", u32(64)),
            ("mirror", "MIRROR", "1", u32(1)),
            ("mirror2", "MIRROR2", "255", u32(255)),
            ("drop-reason", "DROP_REASON", "sg", u32(0x17)),
            ("drop-reason", "DROP_REASON", "reverse-out-fwaas", u32(0x22)),
            ("drop-reason", "DROP_REASON", "200", u32(200))]:
        sends(f"flow --create {FLOW} --{option} {word}", "flow_new", "VR_A_FLOW_", FLOW_ATTRS + [(attr, payload)])
        if option not in ("sport", "dport"):
            sends(f"flow --set 44 --{option} {word}", "flow_new", "VR_A_FLOW_", [("INDEX", u32(44)), (attr, payload)])
    six = "flow --create --nh 16 --sip fd00::1 --dip fd00::2 --proto %s --action %s"
    ends = [("SIP", bytes([0xfd] + [0] * 14 + [1])), ("DIP", bytes([0xfd] + [0] * 14 + [2])), ("FAMILY", u32(10)),
            ("NH", u32(16))]
    for proto, number in (("tcp", 6), ("udp", 17), ("icmp", 1), ("icmp6", 58), ("sctp", 132), ("47", 47)):
        for action, code in (("forward", "FORWARD"), ("drop", "DROP"), ("hold", "HOLD")):
            sends(six % (proto, action), "flow_new", "VR_A_FLOW_",
                  ends + [("PROTO", u32(number)), ("ACTION", u32(ABI["VR_FLOW_" + code]))])
    key = [("INDEX", u32(44))]
    gen = [("GEN", u32(2))]
    pair, closed = [("PAIR", b"")], [("IF_CLOSED", b"")]
    for words, name, attrs in [
            ("--forward 44", "flow_new", [("ACTION", u32(2))]), ("-f 44", "flow_new", [("ACTION", u32(2))]),
            ("-f44", "flow_new", [("ACTION", u32(2))]), ("-d 44", "flow_new", [("ACTION", u32(0))]),
            ("--drop 44 --drop-reason policy", "flow_new", [("ACTION", u32(0)), ("DROP_REASON", u32(0x15))]),
            ("-i 44", "flow_del", []), ("--invalidate 44 --pair", "flow_del", pair),
            ("-e 44", "flow_del", closed + pair), ("--evict 44", "flow_del", closed + pair),
            ("--get 44", "flow_get", [])]:
        sends(f"flow {words}", name, "VR_A_FLOW_", key + attrs)
        sends(f"flow {words} --gen 2", name, "VR_A_FLOW_", key + attrs + gen)
    for words in ("--flush", "-F"):
        sends(f"flow {words}", "flow_flush", "VR_A_FLOW_", [])
    sends("flow --stats", "flow_get", "VR_A_FLOW_", [], dump=True)
    sends("flow -s", "flow_get", "VR_A_FLOW_", [], dump=True)
    sends("flow -r", "info_get", "VR_A_INFO_", [])
    expect("letters together", dry("flow -lj"), dry("flow --list --json"))


@test
def flow_reverse():
    def reverse(words):
        found = [(nest, payload) for number, nest, payload in
                 attributes(bytes.fromhex(dry(f"flow --create {FLOW} {words}")["bytes"]))
                 if number == ABI["VR_A_FLOW_REVERSE"]]
        expect("a nest", [nest for nest, _ in found], [True])
        return sorted((number, payload) for number, _, payload in attributes(found[0][1]))

    nh, src_nh = ABI["VR_A_FLOW_NH"], ABI["VR_A_FLOW_SRC_NH"]
    expect("key nexthop", reverse("--reverse 17"), [(nh, u32(17))])
    expect("source nexthop", reverse("--reverse 17,3"), [(nh, u32(17)), (src_nh, u32(3))])
    expect("not the source nexthop of the other way", reverse("--src-nh 4 --reverse 17"),
           [(nh, u32(17)), (src_nh, u32(ABI["VR_NH_NONE"]))])
    expect("each its own", reverse("--src-nh 4 --reverse 17,3"), [(nh, u32(17)), (src_nh, u32(3))])


@test
def flow_drop_reasons():
    shown = dry("flow --batch -", "\n".join(f"-d 1 --drop-reason {n}" for n in range(256)).encode())
    expect("numbers", [entry["attributes"]["drop_reason"] for entry in shown], list(range(256)))


@test
def flow_filters():
    """What the kernel can look at by itself is in the request."""
    for expression, attrs in [
            ("nh 16", [("NH", 16)]), ("vrf 3", [("VRF", 3)]), ("proto udp", [("PROTO", 17)]), ("proto 47", [("PROTO", 47)]),
            ("action drop", [("ACTION", 0)]), ("action nat", [("ACTION", 3)]), ("family inet6", [("FAMILY", 10)]),
            ("*:22", []), ("*,*", []), ("*", []), ("10.1.1.1", [("FAMILY", 2)]), ("*:1,10.1.0.0/16:*", [("FAMILY", 2)]),
            ("[fd00::1]:80", [("FAMILY", 10)]), ("fd00::1", [("FAMILY", 10)]), ("[fd00::/8],*:80", [("FAMILY", 10)]),
            ("10.1.1.1:1,10.1.1.2:2 & vrf 3 & proto tcp&nh 4&  action hold & family inet",
             [("FAMILY", 2), ("VRF", 3), ("PROTO", 6), ("NH", 4), ("ACTION", 1)])]:
        sends(["flow", "-l", "--match", expression], "flow_get", "VR_A_FLOW_", [(name, u32(n)) for name, n in attrs],
              dump=True)


@test
def settings_messages():
    for symbol, word, *_ in settings():
        sends(f"vrouter --set {word}=7", "conf_set", "VR_A_CONF_", [(symbol, u32(7))])
    sends("vrouter --set " + " ".join(f"{entry[1]}={n}" for n, entry in enumerate(settings())), "conf_set", "VR_A_CONF_",
          [(entry[0], u32(n)) for n, entry in enumerate(settings())])
    sends("vrouter --set=flows=0x1000", "conf_set", "VR_A_CONF_", [("FLOWS", u32(4096))])


@test
def vif_devices():
    for word, kind in (("vhost", b"vhost\0"), ("agent", b"vrpkt\0")):
        shown = dry(f"vif --create dev0 --type {word} --mac {MAC}")
        expect("command", shown["command"], "newlink")
        got = attributes(bytes.fromhex(shown["bytes"]))
        expect("attributes", [(number, payload) for number, nest, payload in got if not nest],
               [(3, b"dev0\0"), (1, mac(MAC))])
        expect("kind", [attributes(payload) for number, nest, payload in got if number == 18], [[(1, False, kind)]])


@test
def nh_messages():
    for word, constant in (("discard", "DISCARD"), ("receive", "RECEIVE"), ("resolve", "RESOLVE"),
                           ("l2-receive", "L2_RECEIVE"), ("encap", "ENCAP"), ("tunnel", "TUNNEL"),
                           ("vrf-translate", "VRF_TRANSLATE"), ("composite", "COMPOSITE")):
        number = ABI["VR_NH_" + constant]
        for text in (word, str(number)):
            sends(f"nh --create 5 --type {text}", "nh_new", "VR_A_NH_", [("ID", u32(5)), ("TYPE", u32(number))])
    base = [("ID", u32(5)), ("TYPE", u32(2))]
    for option, attr, word, payload in [
            ("vrf", "VRF", "1", u32(1)),
            ("oif", "OIF", "3", u32(3)),
            ("family", "FAMILY", "inet", u32(AF["inet"])),
            ("family", "FAMILY", "inet6", u32(AF["inet6"])),
            ("family", "FAMILY", "bridge", u32(AF["bridge"])),
            ("dmac", "DMAC", MAC, mac(MAC)),
            ("smac", "SMAC", MAC, mac(MAC)),
            ("encap", "ENCAP", "vxlan", u32(ABI["VR_ENCAP_VXLAN"])),
            ("encap", "ENCAP", "mpls-udp", u32(ABI["VR_ENCAP_MPLS_UDP"])),
            ("encap", "ENCAP", "mpls-gre", u32(ABI["VR_ENCAP_MPLS_GRE"])),
            ("sip", "SIP", "192.0.2.1", bytes([192, 0, 2, 1])),
            ("sip", "SIP", "fd00::1", bytes([0xfd] + [0] * 14 + [1])),
            ("dip", "DIP", "192.0.2.2", bytes([192, 0, 2, 2])),
            ("dip", "DIP", "fd00::2", bytes([0xfd] + [0] * 14 + [2])),
            ("inner-dmac", "INNER_DMAC", MAC, mac(MAC)),
            ("inner-smac", "INNER_SMAC", MAC, mac(MAC))]:
        sends(f"nh --create 5 --type encap --{option} {word}", "nh_new", "VR_A_NH_", base + [(attr, payload)])
    for word in ("l2-mcast", "encap", "fabric", "evpn", "tor", "ecmp"):
        number = ABI["VR_NH_KIND_" + word.upper().replace("-", "_")]
        sends(f"nh --create 5 --type composite --kind {word}", "nh_new", "VR_A_NH_",
              [("ID", u32(5)), ("TYPE", u32(6)), ("KIND", u32(number))])
    sends("nh --create 5 --type encap --exclusive", "nh_new", "VR_A_NH_", base, exclusive=True)
    sends("nh --delete 5", "nh_del", "VR_A_NH_", [("ID", u32(5))])
    sends("nh --get 5", "nh_get", "VR_A_NH_", [("ID", u32(5))])
    sends("nh --list", "nh_get", "VR_A_NH_", [], dump=True)


@test
def nh_resolve():
    make = "nh --create 5 --type tunnel --encap vxlan --sip 192.0.2.1 --dip 192.0.2.2 "
    base = [("ID", u32(5)), ("TYPE", u32(3)), ("ENCAP", u32(1)), ("SIP", bytes([192, 0, 2, 1])),
            ("DIP", bytes([192, 0, 2, 2]))]
    resolve, policy, csum = (ABI["VR_NH_F_" + name] for name in ("RESOLVE", "POLICY", "UDP_CSUM"))
    for words, bits in (("--resolve", resolve), ("--flags resolve", resolve), ("--resolve --flags resolve", resolve),
                        ("--flags udp-csum --resolve", resolve | csum), ("--resolve --flags udp-csum", resolve | csum),
                        ("--resolve --policy --flags udp-csum", resolve | policy | csum)):
        sends(make + words, "nh_new", "VR_A_NH_", base + [("FLAGS", u32(bits))])
    sends(make + f"--oif 3 --dmac {MAC} --smac {MAC}", "nh_new", "VR_A_NH_",
          base + [("OIF", u32(3)), ("DMAC", mac(MAC)), ("SMAC", mac(MAC))])


@test
def label_messages():
    for name in ("mpls", "vxlan"):
        key, nh = ("ID", u32(16777215)), ("NH", u32(3))
        sends(f"{name} --create 16777215 --nh 3", f"{name}_new", "VR_A_DEMUX_", [key, nh])
        sends(f"{name} --create 0xffffff --nh 3 --exclusive", f"{name}_new", "VR_A_DEMUX_", [key, nh], exclusive=True)
        sends(f"{name} --delete 16777215", f"{name}_del", "VR_A_DEMUX_", [key])
        sends(f"{name} --get 16777215", f"{name}_get", "VR_A_DEMUX_", [key])
        sends(f"{name} --dump", f"{name}_get", "VR_A_DEMUX_", [], dump=True)
        # What a label or VNI may be is for the kernel to say.
        sends(f"{name} --create 4294967295 --nh 0", f"{name}_new", "VR_A_DEMUX_",
              [("ID", u32(4294967295)), ("NH", u32(0))])


def members_of(command):
    found = []
    for number, nest, payload in attributes(bytes.fromhex(dry(command)["bytes"])):
        if number != ABI["VR_A_NH_MEMBERS"]:
            continue
        expect("members are a nest", nest, True)
        for number, nest, entry in attributes(payload):
            expect("entry", (number, nest), (ABI["VR_A_MEMBER_ENTRY"], True))
            inner = {number: struct.unpack("=I", value)[0] for number, _, value in attributes(entry)}
            found.append((inner[ABI["VR_A_MEMBER_NH"]], inner.get(ABI["VR_A_MEMBER_LABEL"])))
    return found


@test
def nh_members():
    make = "nh --create 5 --type composite --kind encap"
    expect("none", members_of(make), [])
    expect("one", members_of(make + " --member 3"), [(3, None)])
    expect("several", members_of(make + " --member 3:17 4 --member 9:0"), [(3, 17), (4, None), (9, 0)])
    many = [str(number) for number in range(1, 257)]
    expect("256", members_of(make + " --member " + " ".join(many)), [(number, None) for number in range(1, 257)])


@test
def route_messages():
    key = [("VRF", u32(1)), ("FAMILY", u32(2)), ("PREFIX", bytes([10, 1, 0, 0]))]
    plen = [("PLEN", u32(16))]
    target = [("NH", u32(5))]
    sends("rt --create --vrf 1 --prefix 10.1.0.0/16 --nh 5", "route_new", "VR_A_ROUTE_", key + plen + target)
    sends("rt --create --vrf 1 --family inet --prefix 10.1.0.0/16 --nh 5", "route_new", "VR_A_ROUTE_", key + plen + target)
    sends("rt --create --vrf 1 --prefix 10.1.0.0/16 --nh 5 --exclusive", "route_new", "VR_A_ROUTE_", key + plen + target,
          exclusive=True)
    sends("rt --create --vrf 1 --prefix 10.1.0.0 --nh 5", "route_new", "VR_A_ROUTE_", key + [("PLEN", u32(32))] + target)
    sends(f"rt --create --vrf 1 --prefix 10.1.0.0/16 --nh 5 --label 17 --mac {MAC}", "route_new", "VR_A_ROUTE_",
          key + plen + target + [("LABEL", u32(17)), ("MAC", mac(MAC))])
    sends("rt --delete --vrf 1 --prefix 10.1.0.0/16", "route_del", "VR_A_ROUTE_", key + plen)
    sends("rt --get 10.1.0.0/16 --vrf 1", "route_get", "VR_A_ROUTE_", key + plen)
    sends("rt --get 10.1.0.0 --vrf 1", "route_get", "VR_A_ROUTE_", key)
    sends("rt --dump 1", "route_get", "VR_A_ROUTE_", key[:2], dump=True)
    six = [("VRF", u32(1)), ("FAMILY", u32(10)), ("PREFIX", bytes([0xfd] + [0] * 15))]
    sends("rt --create --vrf 1 --prefix fd00::/8 --nh 5", "route_new", "VR_A_ROUTE_", six + [("PLEN", u32(8))] + target)
    sends("rt --get fd00:: --vrf 1", "route_get", "VR_A_ROUTE_", six)
    sends("rt --dump 1 --family inet6", "route_get", "VR_A_ROUTE_", six[:2], dump=True)
    # Bits behind the length are for the kernel to refuse, not for the tool to hide.
    sends("rt --delete --vrf 1 --prefix 10.1.0.0/8", "route_del", "VR_A_ROUTE_", key + [("PLEN", u32(8))])
    sends("rt --delete --vrf 1 --prefix 0.0.0.0/0", "route_del", "VR_A_ROUTE_",
          key[:2] + [("PREFIX", bytes(4)), ("PLEN", u32(0))])


@test
def bridge_messages():
    key = [("VRF", u32(1)), ("MAC", mac(MAC))]
    sends(f"rt --create --vrf 1 --mac {MAC} --nh 5", "bridge_new", "VR_A_BRIDGE_", key + [("NH", u32(5))])
    sends(f"rt --create --vrf 1 --family bridge --mac {MAC} --nh 5 --label 9 --exclusive", "bridge_new", "VR_A_BRIDGE_",
          key + [("NH", u32(5)), ("LABEL", u32(9))], exclusive=True)
    sends(f"rt --delete --vrf 1 --mac {MAC}", "bridge_del", "VR_A_BRIDGE_", key)
    sends(f"rt --get {MAC} --vrf 1", "bridge_get", "VR_A_BRIDGE_", key)
    sends("rt --dump 1 --family bridge", "bridge_get", "VR_A_BRIDGE_", key[:1], dump=True)


@test
def other_messages():
    sends("vrftable --create 7", "vrf_new", "VR_A_VRF_", [("ID", u32(7))])
    sends("vrftable --create 7 --exclusive", "vrf_new", "VR_A_VRF_", [("ID", u32(7))], exclusive=True)
    sends("vrftable --delete 7", "vrf_del", "VR_A_VRF_", [("ID", u32(7))])
    sends("vrftable --get 7", "vrf_get", "VR_A_VRF_", [("ID", u32(7))])
    sends("vrftable --dump", "vrf_get", "VR_A_VRF_", [], dump=True)
    sends("dropstats", "drops_get", "VR_A_DROPS_", [])
    sends("dropstats --list --vif 3", "drops_get", "VR_A_DROPS_", [("VIF", u32(3))])
    sends("dropstats --vif 3", "drops_get", "VR_A_DROPS_", [("VIF", u32(3))])
    sends("dropstats --watch", "drops_get", "VR_A_DROPS_", [])
    sends("dropstats --clear", "drops_clear", "VR_A_DROPS_", [])
    sends("dropstats --clear --vif 3", "drops_clear", "VR_A_DROPS_", [("VIF", u32(3))])
    sends("vrouter --info", "info_get", "VR_A_INFO_", [])
    sends("vrouter --reset", "reset", "VR_A_INFO_", [])


@test
def command_names_are_the_headers():
    shown = dry("rt --batch -", b"--create --vrf 1 --prefix 10.0.0.0/8 --nh 1\n--dump 1\n")
    for entry in shown:
        if "VR_CMD_" + entry["command"].upper() not in ABI:
            raise AssertionError(f"{entry['command']} is not in the header")


@test
def attributes_are_shown_by_name():
    shown = dry("flow --create --nh 1 --sip fd00::1 --dip fd00::2 --proto 6 --action drop --ecmp -1 --reverse 2,3")
    expect("attributes", shown["attributes"], {"nh": 1, "family": 10, "sip": "fd00::1", "dip": "fd00::2", "proto": 6,
                                               "action": 0, "ecmp": -1, "reverse": {"nh": 2, "src_nh": 3}})
    expect("attributes", dry("flow -e 4")["attributes"], {"index": 4, "if_closed": True, "pair": True})
    expect("attributes", dry("vrouter --set flows=4096")["attributes"], {"flows": 4096})
    shown = dry("nh --create 5 --type composite --kind l2-mcast --member 3:17 4")
    expect("attributes", shown["attributes"], {"id": 5, "type": 6, "kind": 1,
                                               "members": {"entry": [{"nh": 3, "label": 17}, {"nh": 4}]}})
    shown = dry(f"nh --create 5 --type tunnel --encap mpls-udp --sip fd00::1 --dip 10.0.0.1 --inner-dmac {MAC} "
                "--hash sip,proto")
    expect("attributes", shown["attributes"], {"id": 5, "type": 3, "encap": 2, "sip": "fd00::1", "dip": "10.0.0.1",
                                               "inner_dmac": MAC, "hash": 3})
    expect("attributes", dry("vxlan --create 7 --nh 3")["attributes"], {"id": 7, "nh": 3})
    shown = dry(f"vif --add tap0 --type virtual --ip 10.0.0.1 --ip6 fd00::1 --mac {MAC} --xconnect 1 2")
    expect("attributes", shown["attributes"], {"name": "tap0", "type": 3, "ip": "10.0.0.1", "ip6": "fd00::1", "mac": MAC,
                                               "xconnect": [1, 2]})
