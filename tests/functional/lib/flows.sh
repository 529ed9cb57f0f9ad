# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scripts about flows; sourced after frames.sh. See flows.py.

# policed HYPERVISOR VIF...: what comes in by these vifs needs a flow. Each has the nexthop of its id, which is the key's.
policed() {
	local hv=$1 id

	shift
	for id; do
		echo "--set $id --nh $id --policy"
	done | must vr "$hv" vif --batch -
}

# policy_net: hypervisor $h1 with an agent; in its VRF 1 the mute guests a and b, on vifs 1 and 2, with policy.
policy_net() {
	hypervisor h1
	agent h1
	must vr h1 vrftable --create 1
	mute_guest h1 a
	mute_guest h1 b
	bridge_guest h1 a 1 1
	bridge_guest h1 b 2 1
	policed h1 1 2
}
