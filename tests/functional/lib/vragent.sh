# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scripts with a real agent; sourced after flows.sh. See vragent.py.

# Where the agent's files are.
export VRAGENT_WORK=$WORK

# talking_net: hypervisor $h1; in its VRF 1 the guests a (10.1.1.1, fd01::1) and b (10.1.1.2, fd01::2) on vifs 1 and 2,
# with policy, bridged, with a gateway 10.1.1.254 and fd01::fe.
talking_net() {
	hypervisor h1
	guest h1 a 10.1.1.1/24 fd01::1/64
	guest h1 b 10.1.1.2/24 fd01::2/64
	talking_router
}

# The router's part of it, for a router that is empty.
talking_router() {
	must vr h1 vrftable --create 1
	bridge_guest h1 a 1 1
	bridge_guest h1 b 2 1
	flood_tree h1 100 1 1 2
	gateway h1 1 10.1.1.254 fd01::fe
	route_guest h1 a 1 1 10.1.1.1 fd01::1
	route_guest h1 b 2 1 10.1.1.2 fd01::2
	policed h1 1 2
}
