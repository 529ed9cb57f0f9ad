# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The second act of the demo, sourced by run: policy between blue1 and blue2. An agent decides on the first packet of
# each connection, which waits for it; when the agent dies, what was decided goes on.

DISSECTOR=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../../utils/wireshark/vrouter-pkt0.lua

# wait_for COMMAND...: until it succeeds, or for half a minute and more.
wait_for() {
	local try

	for ((try = 0; try < 150; try++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.2
	done
	echo "demo: waited in vain: $*"
	return 1
}

# The same for what the demo cannot do without.
await() { wait_for "$@" || exit 1; }

# --- what is asked of the router ------------------------------------------------------------------------------------

# flows FILTER: flows that jq's FILTER selects
flows() { flow -l --json | jq "[.[] | select($1)] | length"; }

some_flow() { (($(flows "$1"))); }

agent_is_there() { vrouter --info --json | jq -e .agent; }

vif2_sent() { vif --get 2 --json | jq '[.] | flatten[0].tx.bytes'; }

vif2_sent_more_than() { (($(vif2_sent) > $1)); }

# --- those who take part --------------------------------------------------------------------------------------------

agent_start() {
	vragent --config "$WORK/policy.yaml" >>"$WORK/events" 2>&1 &
	AGENT=$!
	printf '$ vragent --config policy.yaml &\n'
}

agent_kill() {
	printf '$ kill -9 %s    # vragent\n' "$AGENT"
	kill -9 "$AGENT"
	wait "$AGENT" 2>/dev/null
}

# What blue1 gets from a web server of blue2; it gives up in the end.
fetch() { ip netns exec blue1 curl -sS --max-time 60 "$1"; }

web_servers() {
	local port

	mkdir "$WORK/www"
	echo 'Hello, this is blue2.' >"$WORK/www/index.html"
	for port in 80 81; do
		ip netns exec blue2 busybox httpd -f -p $port -h "$WORK/www" &
		SERVERS+=($!)
	done
}

capture_start() {
	printf '$ tcpdump -i pkt0 -w pkt0.pcap &\n'
	tcpdump -i pkt0 -U -w "$WORK/pkt0.pcap" 2>"$WORK/tcpdump" &
	CAPTURE=$!
	await grep -q 'listening on pkt0' "$WORK/tcpdump"
}

# --- what is shown --------------------------------------------------------------------------------------------------

# The agent header's command says flow miss; behind it is a SYN to port 80 of blue2, from its Ethernet header on.
FIRST_PACKET='ether[18:2] = 6 and ether[56:2] = 0x800 and ether[67] = 6 and ether[74:4] = 0x0a010102 and ether[80:2] = 80
	and ether[91] = 2'

first_packet() {
	tcpdump -nn -e -XX -c 1 -r "$WORK/pkt0.pcap" "$FIRST_PACKET" 2>/dev/null | tee "$WORK/first"
	grep -q 0x0000 "$WORK/first"
}

# The same in words.
dissected() {
	tshark -X "lua_script:$DISSECTOR" -r "$WORK/pkt0.pcap" 2>/dev/null | tee "$WORK/dissected"
	grep -q FLOW_MISS "$WORK/dissected"
}

denied_by_policy() {
	dropstats --vif 1 | grep -v ' 0$'
	dropstats --vif 1 --json | jq -e '.flow_action_drop > 0' >/dev/null
}

denied_flow() {
	flow -l
	some_flow '.dport == 81 and .action == "drop"'
}

both_directions() {
	flow -l --match '*:5201,*:*'
	some_flow '.dport == 5201 and .action == "forward"' && some_flow '.sport == 5201 and .action == "forward"'
}

# --- an agent dies --------------------------------------------------------------------------------------------------

# It takes as long as the demo needs.
transfer_start() {
	ip netns exec blue2 iperf3 --server --one-off >"$WORK/server" 2>&1 &
	SERVERS+=($!)
	await sh -c 'ip netns exec blue2 ss -ltn | grep -q :5201'
	printf '$ ip netns exec blue1 iperf3 --client 10.1.1.2 --time 600 &\n'
	ip netns exec blue1 iperf3 --client 10.1.1.2 --time 600 --json >"$WORK/transfer" 2>&1 &
	TRANSFER=$!
	await vif2_sent_more_than $(($(vif2_sent) + 1000000))
}

# Packets come through that were not there a moment ago.
transfer_goes_on() {
	wait_for vif2_sent_more_than $(($(vif2_sent) + 1000000)) && kill -0 "$TRANSFER"
}

new_connection_waits() {
	wait_for some_flow '.dport == 80 and .action == "hold" and .held > 0'
	flow -l --match '*:80,*:*'
	some_flow '.dport == 80 and .action == "hold" and .held > 0'
}

new_connection_works() {
	wait "$FETCH" && cat "$WORK/fetched"
}

# Its flows were looked at, four for iperf3's two connections, and none was changed.
new_takeover() {
	new_events | jq -se 'any(.[]; .why == "takeover" and .flows >= 4 and .changed == 0)'
}

new_events() { tail -n +"$((EVENTS + 1))" "$WORK/events"; }

taken_over() {
	wait_for new_takeover
	new_events
	new_takeover >/dev/null
}

# It was us who ended it.
transfer_end() {
	kill "$TRANSFER" || return
	wait "$TRANSFER"
	jq -r '.intervals[].sum | "\(.start | round) s to \(.end | round) s: \(.bytes / 1e6 | round) MB"' "$WORK/transfer"
	jq -re '.error | select(startswith("interrupt"))' "$WORK/transfer"
}

# --- the act --------------------------------------------------------------------------------------------------------

policy_act() {
	SERVERS=()

	heading 'Two web servers on blue2; no policy yet'
	web_servers
	await fetch http://10.1.1.2/
	await fetch http://10.1.1.2:81/
	step 'without policy blue1 reaches port 80' ip netns exec blue1 curl -sS http://10.1.1.2/
	step 'without policy blue1 reaches port 81' ip netns exec blue1 curl -sS http://10.1.1.2:81/

	heading 'An agent, and what it is to allow'
	cat >"$WORK/policy.yaml" <<-END
		vrfs:
		  - vrf: 1
		    default: deny
		    log: true
		    rules:
		      - {name: web, action: allow, proto: tcp, dst: 10.1.1.2, dport: 80, log: true}
		      - {name: iperf, action: allow, proto: tcp, dport: 5201, log: true}
	END
	cat "$WORK/policy.yaml"
	step 'the policy file has no mistake' vragent --check "$WORK/policy.yaml"
	agent_start
	await agent_is_there
	step 'the agent has made pkt0' vif --get pkt0
	show vif --set 1 --nh 1 --policy
	show vif --set 2 --nh 2 --policy
	show vif --get 1
	step 'there is no flow yet' test "$(flows true)" -eq 0
	show flow -l

	heading 'The first packet of a connection waits for the agent'
	capture_start
	step 'a connection that policy allows' ip netns exec blue1 curl -sS http://10.1.1.2/
	step_fails 'one that policy denies' ip netns exec blue1 curl -sS --max-time 3 http://10.1.1.2:81/
	step 'the drop reason is policy' denied_by_policy
	kill "$CAPTURE"
	wait "$CAPTURE"
	step 'the packet that was held, on pkt0' first_packet
	command -v tshark >/dev/null && step 'the same in words' dissected
	step 'its flow is there, and drops; that of the connection that has ended has gone with it' denied_flow
	heading 'What the agent says'
	show cat "$WORK/events"

	heading 'The agent is killed in the middle of a transfer'
	transfer_start
	step 'both directions have a flow' both_directions
	agent_kill
	step 'the transfer goes on without an agent' transfer_goes_on
	printf '$ ip netns exec blue1 curl -sS http://10.1.1.2/ &\n'
	fetch http://10.1.1.2/ >"$WORK/fetched" &
	FETCH=$!
	step 'a new connection waits' new_connection_waits
	EVENTS=$(wc -l <"$WORK/events")
	agent_start
	step 'it works when the agent is back' new_connection_works
	step 'the agent has taken over what was there' taken_over
	step 'the transfer goes on with the new agent' transfer_goes_on
	step 'the transfer was one connection all the time' transfer_end

	kill "$AGENT" "${SERVERS[@]}" 2>/dev/null
	wait "$AGENT" "${SERVERS[@]}" 2>/dev/null
}
