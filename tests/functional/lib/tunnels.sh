# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scripts about tunnels; sourced after frames.sh. Two networks:
#
#	overlay		a 10.1.9.1, 10.1.1.1 --+----+== fabric ==+----+-- b 10.1.9.2, 10.1.2.1
#			  fd09::1, fd01::1     | h1 |            | h2 |     fd09::2, fd02::1
#	outside		a (mute) --+----+== fabric == out, which is for Python to play
#			           | h1 |
#
# Ends of the fabric are 192.0.2.N and 2001:db8::N, MAC 02:00:00:00:0f:0N: h1 is 1, h2 and the end outside are 2. vif 10 is
# the uplink, vif 11 the host. What a label or VNI leads to is the same everywhere: 101 frames of VRF 1, 102 packets.

FRAMES=101 PACKETS=102
ENCAPS=(mpls-gre mpls-udp vxlan)
FAMILIES=(inet inet6)
WHOLE_SEGMENTS=$FUNCTIONAL/lib/whole-segments.conf

# end_address FAMILY N
end_address() {
	if [ "$1" = inet ]; then
		echo "192.0.2.$2"
	else
		echo "2001:db8::$2"
	fi
}

end_mac() { printf '02:00:00:00:0f:%02x' "$1"; }

# over FAMILY: for texts
over() {
	[ "$1" = inet ] && echo 'over IPv4' || echo 'over IPv6'
}

# whole_segments NAMESPACE: TCP there makes its segments as large as they can be, however slow this machine is: who takes an
# answer that is late for one that is lost begins anew with small ones.
whole_segments() {
	local family route

	must in_ns "${!1}" sysctl -qp "$WHOLE_SEGMENTS"
	for family in -4 -6; do
		while read -ra route; do
			must ip -n "${!1}" $family route change "${route[@]}" rto_min 5s
		done < <(ip -n "${!1}" $family route show | grep -v '^fe80')
	done
}

# fabric_wire NAME NAME: a wire between the two, up0 in both; they are ends 1 and 2.
fabric_wire() {
	wire "$1" up0 "$2" up0
	must ip -n "${!1}" link set up0 address "$(end_mac 1)"
	must ip -n "${!2}" link set up0 address "$(end_mac 2)"
}

# end_addresses NAMESPACE DEVICE N: the device is the end's, with its addresses.
end_addresses() {
	in_ns "${!1}" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=0"
	must ip -n "${!1}" address add "$(end_address inet "$3")/24" dev "$2"
	must ip -n "${!1}" address add "$(end_address inet6 "$3")/64" dev "$2"
}

# host_end HYPERVISOR N: its up0 is the uplink, vhost0 the host, which has the end's addresses.
host_end() {
	must vr "$1" vif --add up0 --type physical --vif 10
	must vr "$1" vif --create vhost0 --type vhost
	must ip -n "${!1}" link set vhost0 up
	must vr "$1" vif --add vhost0 --type vhost --vif 11 --xconnect 10 \
		--ip "$(end_address inet "$2")" --ip6 "$(end_address inet6 "$2")"
	end_addresses "$1" vhost0 "$2"
}

# incoming HYPERVISOR [FLAG]: what comes with a label or VNI goes to VRF 1: frames to its bridge table, packets to its routes.
incoming() {
	local hv=$1 flags=${2:+--flags $2}

	# shellcheck disable=SC2086
	must vr "$hv" nh --create 60 --type vrf-translate --family bridge --vrf 1 $flags
	must vr "$hv" nh --create 61 --type vrf-translate --family inet --vrf 1
	must vr "$hv" mpls --batch - <<<"--create $FRAMES --nh 60"$'\n'"--create $PACKETS --nh 61"
	must vr "$hv" vxlan --batch - <<<"--create $FRAMES --nh 60"$'\n'"--create $PACKETS --nh 60"
}

# tunnel HYPERVISOR N NH ENCAP FAMILY [FLAG]...: nexthop NH goes to end N. With flag resolve the host finds the way.
tunnel() {
	local hv=$1 to=$2 nh=$3 encap=$4 family=$5 here=1 flags
	local way=(--oif 10 --dmac "$(end_mac "$to")")

	[ "$hv" = h2 ] && here=2
	shift 5
	flags=$(IFS=,; echo "$*")
	way+=(--smac "$(end_mac $here)")
	[[ ,$flags, == *,resolve,* ]] && way=()
	[[ ,$flags, == *,l3-vxlan,* ]] && way+=(--inner-dmac $ROUTER_MAC --inner-smac 02:00:00:00:0e:0$here)
	must vr "$hv" nh --create "$nh" --type tunnel --encap "$encap" --sip "$(end_address "$family" $here)" \
		--dip "$(end_address "$family" "$to")" "${way[@]}" ${flags:+--flags "$flags"}
}

# outgoing HYPERVISOR N ENCAP FAMILY [FLAG]...: nexthop 50 carries frames to end N, nexthop 51 packets.
outgoing() {
	local hv=$1 to=$2 encap=$3 family=$4

	shift 4
	tunnel "$hv" "$to" 50 "$encap" "$family" "$@"
	[ "$encap" = vxlan ] && set -- "$@" l3-vxlan
	tunnel "$hv" "$to" 51 "$encap" "$family" "$@"
}

# behind HYPERVISOR MAC PREFIX...: what is at the other end of 50 and 51: a station, and networks. Nexthop 70 floods to
# the guest on vif 1 and to there.
behind() {
	local hv=$1 mac=$2 prefix family

	shift 2
	must vr "$hv" rt --create --vrf 1 --family bridge --mac "$mac" --nh 50 --label $FRAMES
	for prefix; do
		family=inet
		[[ $prefix == *:* ]] && family=inet6
		must vr "$hv" rt --create --vrf 1 --family $family --prefix "$prefix" --nh 51 --label $PACKETS
	done
	must vr "$hv" nh --batch - <<-END
		--create 71 --type composite --kind encap --vrf 1 --member 1
		--create 72 --type composite --kind evpn --vrf 1 --member 50:$FRAMES
		--create 70 --type composite --kind l2-mcast --vrf 1 --member 71 --member 72
	END
	must vr "$hv" rt --create --vrf 1 --family bridge --mac ff:ff:ff:ff:ff:ff --nh 70
}

# member HYPERVISOR NAME N ADDRESS...: guest NAME of the hypervisor, on vif 1 in VRF 1: 10.1.9.N and fd09::N among equals,
# the addresses behind the gateways 10.1.N.254 and fd0N::fe.
member() {
	local hv=$1 name=$2 n=$3

	shift 3
	guest "$hv" "$name" "10.1.9.$n/24" "fd09::$n/64" "10.1.$n.1/24" "fd0$n::1/64"
	must vr "$hv" vrftable --create 1
	bridge_guest "$hv" "$name" 1 1
	gateway "$hv" 1 "10.1.$n.254" "fd0$n::fe"
	route_guest "$hv" "$name" 1 1 "10.1.$n.1" "fd0$n::1"
	must ip -n "${!name}" route add default via "10.1.$n.254"
	must ip -n "${!name}" route add default via "fd0$n::fe"
}

# overlay: both hypervisors, with a guest each, who reach each other by VXLAN over IPv4: see carry.
overlay() {
	hypervisor h1
	hypervisor h2
	fabric_wire h1 h2
	host_end h1 1
	host_end h2 2
	member h1 a 1
	member h2 b 2
	outgoing h1 2 vxlan inet
	outgoing h2 1 vxlan inet
	incoming h1
	incoming h2
	behind h1 "$b_mac" 10.1.2.0/24 fd02::/64
	behind h2 "$a_mac" 10.1.1.0/24 fd01::/64
	# Nobody is there to answer for them but they themselves.
	must vr h1 vrouter --set pmtu_answer=1
	must vr h2 vrouter --set pmtu_answer=1
	# What devices said by themselves before all was there.
	must vr h1 dropstats --clear
	must vr h2 dropstats --clear
}

# carry ENCAP FAMILY [FLAG]...: a and b reach each other by this tunnel from now on, and have forgotten what they know of
# the way.
carry() {
	outgoing h1 2 "$@"
	outgoing h2 1 "$@"
	must ip -n "$a" route flush cache
	must ip -n "$b" route flush cache
	must ip -n "$a" -6 route flush cache
	must ip -n "$b" -6 route flush cache
}

# pings TEXT: b answers a by all ways, bridged and routed, to packets of all sizes.
pings() {
	TEXT=$1 frames <<-'PYTHON'
	from streams import *

	for way, address in (("bridged IPv4", "10.1.9.2"), ("bridged IPv6", "fd09::2"),
	                     ("routed IPv4", "10.1.2.1"), ("routed IPv6", "fd02::1")):
	    pinger = Pinger("a", address)
	    for size in (1, 1400, 8900, 60000):
	        check(f"{os.environ['TEXT']}, {way}: {size} bytes", pinger.reaches(size))
	    pinger.close()
	PYTHON
}

# outside: one hypervisor; out is for Python to play: tunnels.py.
outside() {
	hypervisor h1
	uplink h1 out
	must ip -n "$out" link set eth0 address "$(end_mac 2)"
	# What leaves is complete: nothing is left to the wire to do.
	must in_ns "$h1" ethtool -K up-out tx off
	vhost h1 11 10
	must vr h1 vif --set 11 --ip "$(end_address inet 1)" --ip6 "$(end_address inet6 1)"
	must vr h1 vrftable --create 1
	mute_guest h1 a
	bridge_guest h1 a 1 1
	gateway h1 1 10.1.1.254 fd01::fe
	route_guest h1 a 1 1 10.1.1.1 fd01::1
	incoming h1
}

# drops_only HYPERVISOR [REASON]...: nothing was dropped for any other reason. What replication counts is none.
drops_only() {
	local hv=$1 allowed=.cloned_original reason

	shift
	for reason; do
		allowed+=", .$reason"
	done
	vr_json "$hv" "del($allowed) | with_entries(select(.value > 0)) | tostring" dropstats
}

# gro_waits: what comes out of tunnels and is to be merged waits, in every namespace: for threads that run only when nobody
# else wants to, on the processor that scripts in Python stay on. Succeeds if this kernel can do that.
gro_waits() {
	local ns pid

	for ns in "${HYPERVISORS[@]}"; do
		in_ns "$ns" sh -c '[ ! -e /sys/class/net/vrgro0 ] || echo 1 >/sys/class/net/vrgro0/threaded' || return
	done
	for pid in $(pgrep '^napi/vrgro'); do
		chrt --idle --pid 0 "$pid" && taskset --pid --cpu-list 0 "$pid" || return
	done >/dev/null
}
