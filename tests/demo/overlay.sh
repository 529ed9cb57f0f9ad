# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The third act of the demo, sourced by run: guests of two hypervisors, which are network namespaces too.
#
#	                 +------+ 192.0.2.1       192.0.2.2 +------+
#	      green1 ----+ west +------------ fabric -------+ east +---- green2
#	                 +------+ 2001:db8::1   2001:db8::2 +------+
#
# Both guests are in 10.5.0.0/24 and fd50::/64: 10.5.0.N, fd50::N. Besides each has a network of its own behind a
# gateway, 10.5.N.0/24 and fd5N::/64. On both hypervisors vif 1 is the guest, vif 10 the fabric and vif 11 the host. A
# label or VNI of 101 leads to the bridge table of VRF 1, label 102 to its routes.

# --- those who take part --------------------------------------------------------------------------------------------

# overlay_guest NAME N HYPERVISOR
overlay_guest() {
	local name=$1 n=$2

	namespace "$name"
	quiet ip -n "$3" link add "tap-$name" type veth peer name eth0 netns "$name"
	quiet ip -n "$3" link set "tap-$name" up
	quiet ip -n "$name" link set eth0 address "02:00:00:00:05:0$n" up
	quiet ip -n "$name" address add "10.5.0.$n/24" dev eth0
	quiet ip -n "$name" address add "fd50::$n/64" dev eth0
	quiet ip -n "$name" address add "10.5.$n.1/24" dev eth0
	quiet ip -n "$name" address add "fd5$n::1/64" dev eth0
	quiet ip -n "$name" route add default via "10.5.$n.254" src "10.5.$n.1"
	quiet ip -n "$name" route add default via "fd5$n::fe" src "fd5$n::1"
}

# overlay_ports HYPERVISOR N GUEST: what the router of end N has, and where its tunnels end
overlay_ports() {
	local hv=$1 n=$2

	show vif --netns "$hv" --add fabric0 --type physical --vif 10
	show vif --netns "$hv" --create vhost0 --type vhost
	show vif --netns "$hv" --add vhost0 --type vhost --vif 11 --xconnect fabric0 \
		--ip "192.0.2.$n" --ip6 "2001:db8::$n"
	quiet ip netns exec "$hv" sysctl -qw net.ipv6.conf.vhost0.disable_ipv6=0
	show ip -n "$hv" link set vhost0 up
	show ip -n "$hv" address add "192.0.2.$n/24" dev vhost0
	show ip -n "$hv" address add "2001:db8::$n/64" dev vhost0
	show vrftable --netns "$hv" --create 1
	show vif --netns "$hv" --add "tap-$3" --type virtual --vif 1 --vrf 1 --mac $ROUTER_MAC
	# There is no agent to tell guests what fits.
	show vrouter --netns "$hv" --set pmtu_answer=1
}

# overlay_nexthops N OTHER: those of end N, where tunnels go to the other end
overlay_nexthops() {
	local guest="--oif 1 --vrf 1 --dmac 02:00:00:00:05:0$1 --smac $ROUTER_MAC"
	local ends="--sip 192.0.2.$1 --dip 192.0.2.$2"

	cat <<-END
		# the guest, bridged and routed, and frames for the router itself
		--create 1 --type encap --family bridge $guest
		--create 2 --type encap --family inet $guest
		--create 3 --type encap --family inet6 $guest
		--create 10 --type l2-receive --vrf 1
		# the other hypervisor, for frames and for packets; the host knows the way
		--create 50 --type tunnel --encap vxlan $ends --resolve
		--create 51 --type tunnel --encap mpls-udp $ends --resolve
		# everybody: the guest here, and the tunnel with VNI 101
		--create 40 --type composite --kind encap --vrf 1 --member 1
		--create 41 --type composite --kind evpn --vrf 1 --member 50:101
		--create 42 --type composite --kind l2-mcast --vrf 1 --member 40 41
		# what comes from there: frames and packets of VRF 1
		--create 60 --type vrf-translate --family bridge --vrf 1
		--create 61 --type vrf-translate --family inet --vrf 1
	END
}

# overlay_routes N OTHER
overlay_routes() {
	cat <<-END
		--create --vrf 1 --mac 02:00:00:00:05:0$1 --nh 1
		--create --vrf 1 --mac 02:00:00:00:05:0$2 --nh 50 --label 101
		--create --vrf 1 --mac ff:ff:ff:ff:ff:ff --nh 42
		--create --vrf 1 --mac $ROUTER_MAC --nh 10
		--create --vrf 1 --prefix 10.5.$1.0/24 --nh 2
		--create --vrf 1 --prefix fd5$1::/64 --nh 3
		--create --vrf 1 --prefix 10.5.$2.0/24 --nh 51 --label 102
		--create --vrf 1 --prefix fd5$2::/64 --nh 51 --label 102
		--create --vrf 1 --prefix 10.5.$1.254/32 --nh 0 --flags proxy
		--create --vrf 1 --prefix fd5$1::fe/128 --nh 0 --flags proxy
	END
}

# overlay_end HYPERVISOR N OTHER GUEST
overlay_end() {
	local tool

	heading "Hypervisor $1: its ports, its nexthops, its routes, and what labels and VNIs lead to"
	overlay_ports "$1" "$2" "$4"
	overlay_nexthops "$2" "$3" >"$WORK/nh-$1"
	overlay_routes "$2" "$3" >"$WORK/rt-$1"
	for tool in nh rt; do
		cat "$WORK/$tool-$1"
		show $tool --netns "$1" --batch "$WORK/$tool-$1"
	done
	show vxlan --netns "$1" --create 101 --nh 60
	show mpls --netns "$1" --create 101 --nh 60
	show mpls --netns "$1" --create 102 --nh 61
}

# tunnel_becomes ENCAP NETWORK: nexthop 50 of both ends, which are NETWORK1 and NETWORK2
tunnel_becomes() {
	show nh --netns west --create 50 --type tunnel --encap "$1" --sip "${2}1" --dip "${2}2" --resolve
	show nh --netns east --create 50 --type tunnel --encap "$1" --sip "${2}2" --dip "${2}1" --resolve
}

# --- what is on the fabric ------------------------------------------------------------------------------------------

fabric_capture_start() {
	printf '$ ip netns exec west tcpdump -i fabric0 -w %s.pcap &\n' "$1"
	ip netns exec west tcpdump -i fabric0 --immediate-mode -U -w "$WORK/$1.pcap" 2>"$WORK/tcpdump" &
	CAPTURE=$!
	await grep -q 'listening on fabric0' "$WORK/tcpdump"
}

fabric_capture_end() {
	kill "$CAPTURE"
	wait "$CAPTURE"
}

# on_fabric CAPTURE FILTER: two packets of those that a filter of tcpdump selects. Frames in MPLS are but bytes to it.
on_fabric() {
	tcpdump -nn -c 2 -r "$WORK/$1.pcap" "$2" 2>/dev/null | grep -v '^[[:space:]]0x'
}

# The headers of all packets, and how many there were of each kind. Label 101 has frames behind it, which MPLS does not say.
headers_on_fabric() {
	local outer

	printf '$ tshark -n -r %s.pcap -d mpls.label==101,pwethnocw -Y icmp -T fields -e frame.protocols | sort | uniq -c\n' "$1"
	tshark -n -r "$WORK/$1.pcap" -d mpls.label==101,pwethnocw -Y 'icmp && !_ws.malformed' -T fields \
		-e frame.protocols 2>/dev/null | sort | uniq -c | tee "$WORK/headers"
	for outer in ip:udp:vxlan: ip:udp:mpls: ip:gre:mpls: ipv6:udp:vxlan:; do
		grep -q "ethertype:$outer" "$WORK/headers" || return
	done
}

# --- what is asked of the routers -----------------------------------------------------------------------------------

nh_of_west() { nh --netns west --get "$1" --json | jq -r "[.] | flatten[0] | $2"; }

tunnel_is_ready() {
	nh --netns west --get 50
	[ "$(nh_of_west 50 '"\(.resolved) \(.path_mtu) \(.packets > 0)"')" = 'true 1500 true' ]
}

path_mtu_is() {
	nh --netns west --get 50 | grep -i mtu
	[ "$(nh_of_west 50 .path_mtu)" = "$1" ]
}

books_balance() {
	vrouter --netns "$1" --info | grep -i unaccounted
	[ "$(vrouter --netns "$1" --info --json | jq .unaccounted)" -eq 0 ]
}

fabric_sent() { ip netns exec west cat "/sys/class/net/fabric0/statistics/tx_$1"; }

# TCP from green1 to ADDRESS; what the router gives to the fabric's device are many segments at a time.
iperf_across() {
	local packets bytes mean

	packets=$(fabric_sent packets) bytes=$(fabric_sent bytes)
	iperf_between green1 green2 "$1" || return
	packets=$(($(fabric_sent packets) - packets)) bytes=$(($(fabric_sent bytes) - bytes))
	mean=$((bytes / packets))
	echo "segments of $(mss) bytes; the fabric's device got $mean bytes at a time"
	((mean > 20000))
}

# What TCP of the last iperf3 takes for the largest segment
mss() { jq .start.tcp_mss_default "$WORK/iperf"; }

# Through two routers
ping_routed() {
	ip netns exec green1 ping -c 3 -i 0.2 -W 5 "$1" | tee "$WORK/ping"
	grep -q 'ttl=62' "$WORK/ping"
}

# The guest hears of it before it has sent what would be lost.
told_what_fits() {
	ip netns exec green1 ping -c 1 -W 5 -M "do" -s 1400 10.5.0.2 | tee "$WORK/ping"
	grep -q 'mtu = 1350' "$WORK/ping"
}

# --- a ping that runs while the tunnel changes ----------------------------------------------------------------------

replies() { grep -o 'icmp_seq=[0-9]*' "$WORK/running" | cut -d= -f2; }

more_replies_than() { (($(replies | wc -l) > $1)); }

running_ping_start() {
	printf '$ ip netns exec green1 ping -i 0.1 10.5.0.2 &\n'
	ip netns exec green1 ping -i 0.1 10.5.0.2 >"$WORK/running" 2>&1 &
	PING=$!
	await more_replies_than 3
}

running_ping_goes_on() { await more_replies_than $(($(replies | wc -l) + 5)); }

# All numbers are there once, up to the last one that was answered.
running_ping_end() {
	kill -INT "$PING"
	wait "$PING"
	tail -n 2 "$WORK/running"
	replies | sort -n >"$WORK/replies"
	seq "$(tail -n 1 "$WORK/replies")" | cmp - "$WORK/replies"
}

# --- the act --------------------------------------------------------------------------------------------------------

overlay_network() {
	local hv

	for hv in west east; do
		namespace $hv
		quiet ip netns exec $hv sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	done
	quiet ip -n west link add fabric0 type veth peer name fabric0 netns east
	quiet ip -n west link set fabric0 up
	quiet ip -n east link set fabric0 up
	overlay_guest green1 1 west
	overlay_guest green2 2 east
}

overlay_across() {
	heading 'From hypervisor to hypervisor: frames in VXLAN, packets in MPLS over UDP'
	fabric_capture_start first
	step 'green1 reaches green2, bridged, IPv4' ip netns exec green1 ping -c 3 -i 0.2 -W 5 10.5.0.2
	step 'green1 reaches green2, bridged, IPv6' ip netns exec green1 ping -c 3 -i 0.2 -W 5 fd50::2
	step 'green1 reaches green2, routed, IPv4: two hops less' ping_routed 10.5.2.1
	step 'green1 reaches green2, routed, IPv6: two hops less' ping_routed fd52::1
	fabric_capture_end
	step 'bridged frames are in VXLAN' on_fabric first 'udp port 4789'
	step 'routed packets are in MPLS over UDP' on_fabric first 'udp port 6635'

	heading 'TCP at full segment size'
	step 'TCP through the tunnel, whole segments' iperf_across 10.5.0.2
	step 'with 50 bytes of outer headers they are exactly 1500 bytes on the fabric' test "$(mss)" -eq $((1500 - 50 - 52))
	step 'the tunnel: its way is known, what fits, what was sent' tunnel_is_ready

	heading "The underlay's way gets narrower"
	show ip -n west route change 192.0.2.0/24 dev vhost0 mtu 1400
	step 'the tunnel knows' path_mtu_is 1400
	step 'a guest that sends too much is told what fits' told_what_fits
	show ip -n west route change 192.0.2.0/24 dev vhost0
	quiet ip -n green1 route flush cache
}

overlay_switch() {
	heading 'The tunnel becomes another one while a ping runs'
	fabric_capture_start second
	running_ping_start
	tunnel_becomes mpls-udp 192.0.2.
	running_ping_goes_on
	tunnel_becomes mpls-gre 192.0.2.
	running_ping_goes_on
	tunnel_becomes vxlan 2001:db8::
	running_ping_goes_on
	step 'no packet was lost' running_ping_end
	fabric_capture_end
	step 'MPLS over UDP was on the fabric' on_fabric second 'ip and udp port 6635'
	step 'MPLS over GRE was on the fabric' on_fabric second 'ip proto gre'
	step 'VXLAN over IPv6 was on the fabric' on_fabric second 'ip6 and udp port 4789'
	command -v tshark >/dev/null && step 'the same in words, down to the ping inside' headers_on_fabric second

	heading 'Over IPv6'
	step 'TCP through the tunnel over IPv6, whole segments' iperf_across 10.5.0.2
	step 'with 70 bytes of outer headers they are exactly 1500 bytes on the fabric' test "$(mss)" -eq $((1500 - 70 - 52))
	step 'all packets on east are accounted for' books_balance east
}

overlay_linux() {
	heading 'East becomes plain Linux: a vxlan device and a bridge'
	show vrouter --netns east --reset
	show ip -n east link del vhost0
	show ip -n east address add 192.0.2.2/24 dev fabric0
	show ip -n east link add vxlan101 type vxlan id 101 local 192.0.2.2 remote 192.0.2.1 dstport 4789
	show ip -n east link add br0 type bridge
	show ip -n east link set vxlan101 master br0 up
	show ip -n east link set tap-green2 master br0
	show ip -n east link set br0 up
	show nh --netns west --create 50 --type tunnel --encap vxlan --sip 192.0.2.1 --dip 192.0.2.2 --resolve
	step 'green1 behind vrouter reaches green2 behind Linux' ip netns exec green1 ping -c 3 -i 0.2 -W 5 10.5.0.2
	step 'green2 behind Linux reaches green1 behind vrouter' ip netns exec green2 ping -c 3 -i 0.2 -W 5 fd50::1
	step 'TCP from vrouter to Linux' iperf_between green1 green2 10.5.0.2
	step 'TCP from Linux to vrouter' iperf_between green2 green1 10.5.0.1
	step 'all packets on west are accounted for' books_balance west
}

overlay_act() {
	overlay_network
	overlay_end west 1 2 green1
	overlay_end east 2 1 green2
	overlay_across
	overlay_switch
	overlay_linux
}
