# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a functional script is made of. It is sourced first, and then the script draws its network and says what must
# be so:
#
#	. "$(dirname "$0")/lib/lib.sh"
#	hypervisor h1			# a namespace with a router of its own, $h1
#	guest h1 a 10.1.1.1/24		# a namespace $a with a veth into h1: eth0 there, tap-a here
#	check 'they talk' in_ns "$a" ping -c 1 -W 5 10.1.1.2
#
# Everything is made in namespaces of this script's own and goes with it. At the end, whatever the script did, the
# books of every hypervisor must balance and the kernel's log must be clean.

set -u

FUNCTIONAL=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/..
SCRIPT=${0##*/}
WORK=$(mktemp -d "/tmp/$SCRIPT.XXXXXX")
PASSED=0 FAILED=0 SKIPPED=0
HYPERVISORS=() NAMESPACES=() PIDS=()

# --- saying what must be so -----------------------------------------------------------------------------------------

pass() {
	PASSED=$((PASSED + 1))
	echo "ok - $SCRIPT: $1"
}

fail() {
	FAILED=$((FAILED + 1))
	echo "not ok - $SCRIPT: $1"
}

skip() {
	SKIPPED=$((SKIPPED + 1))
	echo "ok - $SCRIPT: $1 # SKIP $2"
}

# check TEXT COMMAND...: the command must succeed; what it printed is shown if it does not.
check() {
	local text=$1
	shift
	if "$@" >"$WORK/out" 2>&1; then
		pass "$text"
	else
		fail "$text (exit status $? of: $*)"
		sed 's/^/# /' "$WORK/out"
	fi
}

# check_not TEXT COMMAND...: the command must fail.
check_not() {
	local text=$1
	shift
	if "$@" >"$WORK/out" 2>&1; then
		fail "$text (succeeded: $*)"
		sed 's/^/# /' "$WORK/out"
	else
		pass "$text"
	fi
}

# check_is TEXT EXPECTED ACTUAL
check_is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1 (expected '$2', is '$3')"
	fi
}

# must COMMAND...: what the script cannot do without.
must() {
	"$@" >"$WORK/out" 2>&1 && return
	fail "set-up (exit status $? of: $*)"
	sed 's/^/# /' "$WORK/out"
	exit 1
}

# eventually COMMAND...: succeeds as soon as the command does; gives up after some 20 seconds of its own tries.
eventually() {
	local try

	for ((try = 0; try < 200; try++)); do
		"$@" >"$WORK/eventually" 2>&1 && return 0
		sleep 0.1
	done
	cat "$WORK/eventually"
	return 1
}

# --- namespaces -----------------------------------------------------------------------------------------------------

in_ns() { ip netns exec "$@"; }

# ns_do NAMESPACE APPLET ARG...: busybox in a namespace. Nothing is linked or mounted, which takes longer than what it is
# for where the machine is emulated.
ns_do() {
	/bin/busybox nsenter --net="/run/netns/$1" /bin/busybox "${@:2}"
}

# A namespace whose name goes to the variable NAME. Its kernel joins its multicast groups at once, so that no report of that
# comes in the middle of a test, seconds later.
namespace() {
	local name=$1 ns=$1-$$

	must ip netns add "$ns"
	NAMESPACES+=("$ns")
	printf -v "$name" %s "$ns"
	ns_do "$ns" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.router_solicitations=0 \
		net.ipv6.conf.default.mldv2_unsolicited_report_interval=1
	must ns_do "$ns" ip link set lo up
}

# hypervisor NAME
hypervisor() {
	namespace "$1"
	HYPERVISORS+=("$1-$$")
	ns_do "$1-$$" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
}

# wire HYPERVISOR PORT NAMESPACE [DEVICE]: a veth from PORT in one to DEVICE (eth0) in the other, both up.
wire() {
	local hv=${!1} port=$2 ns=${!3} dev=${4:-eth0}

	must ip -n "$hv" link add "$port" up type veth peer name "$dev" netns "$ns"
	must ns_do "$ns" ip link set "$dev" up
}

# guest HYPERVISOR NAME ADDRESS...: a namespace $NAME with the addresses on its eth0, and the port tap-NAME in the
# hypervisor. Its MAC is 02:00:00:00:00:NN, in $NAME_mac, NN counting up.
GUESTS=0
guest() {
	local hv=$1 name=$2 mac address

	shift 2
	GUESTS=$((GUESTS + 1))
	printf -v mac '02:00:00:00:00:%02x' "$GUESTS"
	printf -v "${name}_mac" %s "$mac"
	namespace "$name"
	wire "$hv" "tap-$name" "$name"
	must ip -n "${!name}" link set eth0 address "$mac"
	for address; do
		must ip -n "${!name}" address add "$address" dev eth0
	done
}

# --- the router -----------------------------------------------------------------------------------------------------

# The MAC that guests know their gateway by.
ROUTER_MAC=00:00:5e:00:01:00

# Tools in a hypervisor: vr h1 vif --list
vr() {
	local hv=${!1} tool=$2

	shift 2
	"$tool" --netns "$hv" "$@"
}

# vr_json HYPERVISOR FILTER TOOL ARG...: what jq finds in the tool's JSON
vr_json() {
	local hv=$1 filter=$2

	shift 2
	vr "$hv" "$@" --json | jq -r "$filter"
}

# bridge_guest HYPERVISOR NAME VIF VRF: the guest's port becomes vif VIF, nexthop VIF leads to it, and its MAC is known
# in the VRF.
bridge_guest() {
	local hv=$1 name=$2 id=$3 vrf=$4 mac=$2_mac

	must vr "$hv" vif --add "tap-$name" --type virtual --vif "$id" --vrf "$vrf" --mac $ROUTER_MAC
	must vr "$hv" nh --create "$id" --type encap --family bridge --oif "$id" --vrf "$vrf" \
		--dmac "${!mac}" --smac $ROUTER_MAC
	must vr "$hv" rt --create --vrf "$vrf" --family bridge --mac "${!mac}" --nh "$id"
}

# gateway HYPERVISOR VRF ADDRESS...: frames to the router's MAC are routed, and guests who ask for the addresses get it.
GATEWAY_NH=900
gateway() {
	local hv=$1 vrf=$2 address family plen

	shift 2
	must vr "$hv" nh --create $GATEWAY_NH --type l2-receive --vrf "$vrf"
	must vr "$hv" nh --create $((GATEWAY_NH + 1)) --type discard
	must vr "$hv" rt --create --vrf "$vrf" --family bridge --mac $ROUTER_MAC --nh $GATEWAY_NH
	for address; do
		family=inet plen=32
		[[ $address == *:* ]] && family=inet6 plen=128
		must vr "$hv" rt --create --vrf "$vrf" --family $family --prefix "$address/$plen" \
			--nh $((GATEWAY_NH + 1)) --flags proxy
	done
	GATEWAY_NH=$((GATEWAY_NH + 2))
}

# route_guest HYPERVISOR NAME VIF VRF ADDRESS...: host routes to the guest, through nexthops 1000 + VIF and 2000 + VIF.
route_guest() {
	local hv=$1 name=$2 id=$3 vrf=$4 mac=$2_mac address

	shift 4
	must vr "$hv" nh --create $((1000 + id)) --type encap --family inet --oif "$id" --vrf "$vrf" \
		--dmac "${!mac}" --smac $ROUTER_MAC
	must vr "$hv" nh --create $((2000 + id)) --type encap --family inet6 --oif "$id" --vrf "$vrf" \
		--dmac "${!mac}" --smac $ROUTER_MAC
	for address; do
		if [[ $address == *:* ]]; then
			must vr "$hv" rt --create --vrf "$vrf" --family inet6 --prefix "$address/128" --nh $((2000 + id))
		else
			must vr "$hv" rt --create --vrf "$vrf" --family inet --prefix "$address/32" --nh $((1000 + id))
		fi
	done
}

# flood_tree HYPERVISOR NH VRF MEMBER...: broadcasts of the VRF go to the members, through composites NH and NH + 1.
flood_tree() {
	local hv=$1 nh=$2 vrf=$3 member members=()

	shift 3
	for member; do
		members+=(--member "$member")
	done
	must vr "$hv" nh --create $((nh + 1)) --type composite --kind encap --vrf "$vrf" "${members[@]}"
	must vr "$hv" nh --create "$nh" --type composite --kind l2-mcast --vrf "$vrf" --member $((nh + 1))
	must vr "$hv" rt --create --vrf "$vrf" --family bridge --mac ff:ff:ff:ff:ff:ff --nh "$nh"
}

# drops HYPERVISOR REASON [VIF]: how often
drops() {
	vr_json "$1" ".$2" dropstats ${3:+--vif "$3"}
}

# --- the end --------------------------------------------------------------------------------------------------------

# Start something that runs beside the script; it is ended with it. Its process id is in $!.
background() {
	# The program itself, not a shell that waits for it: it is to get the signals.
	[ "$1" = in_ns ] && set -- ip netns exec "${@:2}"
	"$@" &
	PIDS+=($!)
}

books_balance() {
	[ "$(vrouter --netns "$1" --info --json | jq .unaccounted)" = 0 ]
}

check_books() {
	local ns

	for ns in "${HYPERVISORS[@]}"; do
		vrouter --netns "$ns" --info --json >/dev/null 2>&1 || continue
		check "the books of $ns balance" eventually books_balance "$ns"
	done
}

# What the kernel said since the script began is judged by the patterns that judge the whole run.
check_log() {
	local log=$WORK/kernel-log

	dmesg | sed "1,/functional: begin $SCRIPT $$/d" >"$log"
	if "$FUNCTIONAL/../vm/log-faults" <"$log" >"$WORK/out"; then
		fail 'the kernel log is clean'
		sed 's/^/# /' "$WORK/out"
	else
		pass 'the kernel log is clean'
	fi
}

finish() {
	local ns pid

	for pid in "${PIDS[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	check_books
	((${#NAMESPACES[@]})) && printf 'netns del %s\n' "${NAMESPACES[@]}" | ip -force -batch -
	check_log
	rm -rf "$WORK"
	echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
	exit $((FAILED > 0))
}

echo "functional: begin $SCRIPT $$" >/dev/kmsg
trap finish EXIT
