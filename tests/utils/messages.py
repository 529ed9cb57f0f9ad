# SPDX-License-Identifier: GPL-2.0-only
"""Messages, as --dry-run shows them, against the numbers in the headers."""

import struct

from harness import ABI, AF, MAC, attributes, dry, expect, mac, sends, test, u32


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
             "no-arp-proxy": "NO_ARP_PROXY", "uuc-flood": "UUC_FLOOD", "mac-proxy": "MAC_PROXY"}
ROUTE_FLAGS = {"proxy": "PROXY", "trap": "TRAP", "flood": "FLOOD"}
BRIDGE_FLAGS = {"flood-dhcp": "FLOOD_DHCP"}
NH_FLAGS = {"mcast": "MCAST", "uuc-flood": "UUC_FLOOD"}


def flag_bits(words, prefix, command, attr):
    for chosen in [[word] for word in words] + [list(words)]:
        bits = 0
        for word in chosen:
            bits |= ABI[prefix + words[word]]
        got = dry(f"{command} --flags {','.join(chosen)}")["bytes"]
        expect(f"{command} --flags {chosen}", dict((n, p) for n, _, p in attributes(bytes.fromhex(got)))[ABI[attr]], u32(bits))


@test
def flag_words():
    flag_bits(VIF_FLAGS, "VR_VIF_F_", "vif --add tap0 --type virtual", "VR_A_VIF_FLAGS")
    flag_bits(VIF_FLAGS, "VR_VIF_F_", "vif --set 3", "VR_A_VIF_FLAGS")
    flag_bits(NH_FLAGS, "VR_NH_F_", "nh --create 1 --type encap", "VR_A_NH_FLAGS")
    flag_bits(ROUTE_FLAGS, "VR_ROUTE_F_", "rt --create --vrf 1 --prefix 10.0.0.0/8 --nh 1", "VR_A_ROUTE_FLAGS")
    flag_bits(BRIDGE_FLAGS, "VR_BRIDGE_F_", f"rt --create --vrf 1 --mac {MAC} --nh 1", "VR_A_BRIDGE_FLAGS")


@test
def every_flag_has_a_word():
    for prefix, words in (("VR_VIF_F_", VIF_FLAGS), ("VR_NH_F_", NH_FLAGS), ("VR_ROUTE_F_", ROUTE_FLAGS),
                          ("VR_BRIDGE_F_", BRIDGE_FLAGS)):
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
                           ("l2-receive", "L2_RECEIVE"), ("encap", "ENCAP"), ("vrf-translate", "VRF_TRANSLATE"),
                           ("composite", "COMPOSITE")):
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
            ("kind", "KIND", "l2-mcast", u32(ABI["VR_NH_KIND_L2_MCAST"])),
            ("kind", "KIND", "encap", u32(ABI["VR_NH_KIND_ENCAP"]))]:
        sends(f"nh --create 5 --type encap --{option} {word}", "nh_new", "VR_A_NH_", base + [(attr, payload)])
    sends("nh --create 5 --type encap --exclusive", "nh_new", "VR_A_NH_", base, exclusive=True)
    sends("nh --delete 5", "nh_del", "VR_A_NH_", [("ID", u32(5))])
    sends("nh --get 5", "nh_get", "VR_A_NH_", [("ID", u32(5))])
    sends("nh --list", "nh_get", "VR_A_NH_", [], dump=True)


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
    shown = dry("nh --create 5 --type composite --kind l2-mcast --member 3:17 4")
    expect("attributes", shown["attributes"], {"id": 5, "type": 6, "kind": 1,
                                               "members": {"entry": [{"nh": 3, "label": 17}, {"nh": 4}]}})
    shown = dry(f"vif --add tap0 --type virtual --ip 10.0.0.1 --ip6 fd00::1 --mac {MAC} --xconnect 1 2")
    expect("attributes", shown["attributes"], {"name": "tap0", "type": 3, "ip": "10.0.0.1", "ip6": "fd00::1", "mac": MAC,
                                               "xconnect": [1, 2]})
