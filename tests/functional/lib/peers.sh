# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scripts whose other end of a tunnel is plain Linux; sourced after tunnels.sh.
#
#	a -- h1 == fabric == h2 -- b	h2 is a namespace with what Linux has for tunnels
#
# Guest b is what it is in overlay(): 10.1.9.2 and fd09::2 are bridged, 10.1.2.1 and fd02::1 are routed by h2 itself. What it
# sends is small enough for every tunnel: a bridge tells nobody what fits.

# peer_module WHAT MODULE...: Linux has it, or the checks are skipped.
peer_module() {
	local what=$1 module

	shift
	for module; do
		modprobe "$module" 2>/dev/null && continue
		skip "$what" "this kernel has no $module"
		return 1
	done
}

# peer: h1 with guest a; h2 is Linux, with guest b on its port tap-b.
peer() {
	hypervisor h1
	namespace h2
	fabric_wire h1 h2
	host_end h1 1
	end_addresses h2 up0 2
	member h1 a 1
	guest h2 b 10.1.9.2/24 fd09::2/64 10.1.2.1/24 fd02::1/64
	must ip -n "$b" route replace 10.1.9.0/24 dev eth0 src 10.1.9.2 mtu 1400
	must ip -n "$b" route add default via 10.1.2.254 mtu 1400
	in_ns "$b" sysctl -qw net.ipv6.conf.eth0.mtu=1400
	must ip -n "$b" route add default via fd02::fe
	in_ns "$h2" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0
	outgoing h1 2 vxlan inet
	incoming h1
	behind h1 "$b_mac" 10.1.2.0/24 fd02::/64
	must vr h1 vrouter --set pmtu_answer=1
	# What devices said by themselves before all was there.
	must vr h1 dropstats --clear
}

# peer_bridge: b's port is in br0, which is b's gateway.
peer_bridge() {
	must ip -n "$h2" link add br0 type bridge
	must ip -n "$h2" link set tap-b master br0
	must ip -n "$h2" link set br0 up
	must ip -n "$h2" address add 10.1.2.254/24 dev br0
	must ip -n "$h2" address add fd02::fe/64 dev br0
}

# peer_forgets: both guests have forgotten what they knew of the way.
peer_forgets() {
	local ns

	for ns in "$a" "$b" "$h2"; do
		must ip -n "$ns" route flush cache
		must ip -n "$ns" -6 route flush cache
		ip -n "$ns" neigh flush all >/dev/null 2>&1
	done
	peer_neighbours
}

# For scripts to replace: entries that must not be forgotten.
peer_neighbours() { :; }

# reaches TEXT ADDRESS ADDRESS...: a and b reach each other, with packets of all sizes, by TCP and
# by UDP. Addresses are pairs: one of b, and that of a for the other direction.
SMALLEST=1
reaches() {
	TEXT=$1 ADDRESSES=${*:2} SMALLEST=$SMALLEST frames <<-'PYTHON'
	from streams import *

	text, addresses = os.environ["TEXT"], os.environ["ADDRESSES"].split()
	smallest = int(os.environ["SMALLEST"])
	listeners = {"a": Listener("a"), "b": Listener("b")}
	for ends in zip(addresses[::2], addresses[1::2]):
	    for client, server, address in zip("ab", "ba", ends):
	        pinger = Pinger(client, address)
	        for size in (smallest, 1300, 8900, 60000):
	            check(f"{text}: {size} bytes to {address}", pinger.reaches(size))
	        pinger.close()
	        check(f"{text}: TCP to {address}, byte for byte",
	              listeners[server].exchange(client, address, 300000))
	        check(f"{text}: UDP to {address}",
	              datagrams(client, server, address, (smallest, 1000, 1300, 5000)))
	PYTHON
}

BRIDGED=(10.1.9.2 10.1.9.1 fd09::2 fd09::1) ROUTED=(10.1.2.1 10.1.1.1 fd02::1 fd01::1)
# One of each, for what only changes outer headers. VR_FULL=1: all.
MIXED=("${BRIDGED[@]:0:2}" "${ROUTED[@]:2:2}")
[ -n "${VR_FULL:-}" ] && MIXED=("${BRIDGED[@]}" "${ROUTED[@]}")

# --- MPLS -----------------------------------------------------------------------------------------------------------

# peer_mpls DEVICE: label 102 brings packets to h2's routes, and what is for a's networks leaves with it by the device; label 101
# brings frames to b's port, and b's frames leave with it.
#
# Linux has no Ethernet over MPLS of its own: its MPLS router passes the frames on to a wire, and tc at the other end of that
# takes off labels and puts them on.
peer_mpls() {
	local dev=$1 pw0=02:00:00:00:0d:00 pw1=02:00:00:00:0d:01

	in_ns "$h2" sysctl -qw net.mpls.platform_labels=1000 "net.mpls.conf.$dev.input=1"
	must ip -n "$h2" -family mpls route replace $PACKETS dev lo
	must ip -n "$h2" route replace 10.1.1.0/24 encap mpls $PACKETS dev "$dev"
	must ip -n "$h2" route replace fd01::/64 encap mpls $PACKETS dev "$dev"
	if ! ip -n "$h2" link show pw0 >/dev/null 2>&1; then
		must ip -n "$h2" address add 10.1.2.254/24 dev tap-b
		must ip -n "$h2" address add fd02::fe/64 dev tap-b
		must ip -n "$h2" link add pw0 address $pw0 type veth peer name pw1 address $pw1
		must ip -n "$h2" link set pw0 up
		must ip -n "$h2" link set pw1 up
		must ip -n "$h2" address add 169.254.7.1/24 dev pw0
		must ip -n "$h2" neigh add 169.254.7.2 lladdr $pw1 dev pw0
		in_ns "$h2" sysctl -qw net.mpls.conf.pw0.input=1
		must in_ns "$h2" tc qdisc add dev pw1 clsact
		must in_ns "$h2" tc filter add dev pw1 ingress protocol mpls_uc flower mpls_label 301 mpls_bos 1 \
			action vlan pop_eth action mpls pop protocol teb action mirred egress redirect dev tap-b
		must in_ns "$h2" tc qdisc add dev tap-b clsact
	fi
	must ip -n "$h2" -family mpls route replace $FRAMES as 301 via inet 169.254.7.2 dev pw0
	must ip -n "$h2" -family mpls route replace 401 as $FRAMES dev "$dev"
}

# peer_mpls_frames on|off: what b sends to a, and to all, goes into the tunnel as it is, and not to h2's own stack.
peer_mpls_frames() {
	in_ns "$h2" tc filter del dev tap-b ingress 2>/dev/null
	[ "$1" = off ] && return
	# What b still says to its gateway is for that.
	must in_ns "$h2" tc filter add dev tap-b ingress pref 1 flower \
		dst_mac "$(ip -n "$h2" -j link show tap-b | jq -r '.[0].address')" action pass
	must in_ns "$h2" tc filter add dev tap-b ingress pref 2 matchall \
		action mpls mac_push label 401 ttl 64 bos 1 \
		action vlan push_eth dst_mac 02:00:00:00:0d:00 src_mac 02:00:00:00:0d:01 \
		action mirred egress redirect dev pw1
}
