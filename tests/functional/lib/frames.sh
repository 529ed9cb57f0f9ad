# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scripts that say what is in a frame; sourced after lib.sh. See frames.py.

# frames <<'END': runs a Python program with all of frames.py; its checks are this script's.
frames() {
	local line

	{ echo 'from frames import *'; cat; } >"$WORK/program.py"
	while IFS= read -r line; do
		case $line in
		'ok - '*) PASSED=$((PASSED + 1)) ;;
		'not ok - '*) FAILED=$((FAILED + 1)) ;;
		status=0) continue ;;
		status=*) fail "the Python part (exit ${line})"; continue ;;
		esac
		printf '%s\n' "$line"
	done < <(
		SCRIPT=$SCRIPT SCRIPT_PID=$$ PYTHONPATH=$FUNCTIONAL/lib \
			python3 -S "$WORK/program.py" 2>&1
		echo "status=$?"
	)
}

# mute NAMESPACE: devices that it gets from now on say nothing by themselves.
mute() {
	ns_do "${!1}" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
}

# mute_guest HYPERVISOR NAME: like guest, but without an address, and its kernel says nothing by itself.
mute_guest() {
	local hv=$1 name=$2 mac

	GUESTS=$((GUESTS + 1))
	printf -v mac '02:00:00:00:00:%02x' "$GUESTS"
	printf -v "${name}_mac" %s "$mac"
	namespace "$name"
	mute "$name"
	wire "$hv" "tap-$name" "$name"
	must ip -n "${!name}" link set eth0 address "$mac"
}

# agent HYPERVISOR [VIF]: pkt0 is there, and the agent's vif (default 100).
agent() {
	local hv=$1 id=${2:-100}

	must vr "$hv" vif --create pkt0 --type agent
	must ip -n "${!hv}" link set pkt0 up
	must vr "$hv" vif --add pkt0 --type agent --vif "$id"
}

# uplink HYPERVISOR NAMESPACE [VIF]: a wire to a namespace $NAMESPACE outside, and vif VIF (default 10) on it.
uplink() {
	local hv=$1 name=$2 id=${3:-10}

	namespace "$name"
	mute "$name"
	wire "$hv" "up-$name" "$name"
	must vr "$hv" vif --add "up-$name" --type physical --vif "$id"
}

# vhost HYPERVISOR VIF UPLINK...: vhost0 is there and up, as vif VIF, with its uplinks.
vhost() {
	local hv=$1 id=$2 partner partners=()

	shift 2
	for partner; do
		partners+=(--xconnect "$partner")
	done
	must vr "$hv" vif --create vhost0 --type vhost
	must ip -n "${!hv}" link set vhost0 up
	must vr "$hv" vif --add vhost0 --type vhost --vif "$id" "${partners[@]}"
}

# refused HYPERVISOR TEXT TOOL ARG...: the kernel says no, with TEXT in its explanation, and the vifs are as they were.
refused() {
	local hv=$1 text=$2 before said

	shift 2
	before=$(vr_json "$hv" 'map(del(.rx, .tx))' vif --list)
	said=$(vr "$hv" "$@" 2>&1)
	check_is "refused: $text" 1 $?
	check "it says so: $text" grep -qF -- "$text" <<<"$said"
	check_is "nothing has changed: $text" "$before" "$(vr_json "$hv" 'map(del(.rx, .tx))' vif --list)"
}

# promiscuity HYPERVISOR DEVICE: how many want it promiscuous
promiscuity() {
	ip -n "${!1}" -d -j link show "$2" | jq '.[0].promiscuity'
}
