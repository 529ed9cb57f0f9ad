-- SPDX-License-Identifier: GPL-2.0-only
--
-- Wireshark dissector for pkt0, the device between vrouter and its agent: an
-- Ethernet header with ethertype 0x0800, the agent header of 30 bytes, and
-- then the packet from its own Ethernet header on. <vrouter/trap.h> describes it.
--
--   tshark -X lua_script:vrouter-pkt0.lua -r pkt0.pcap
--
-- or put this file into Wireshark's folder of personal Lua plugins. Frames are
-- recognised by what is in them, and ordinary IPv4 is left alone. Where that
-- says no (a truncated header, for example), say it by hand:
--
--   tshark -X lua_script:vrouter-pkt0.lua -d ethertype==0x0800,vrouter_pkt0 -r pkt0.pcap
--
-- (in Wireshark: Analyze, Decode As...).

local ETHER_LEN = 14
local HEADER_LEN = 30
local ETH_P_IP, ETH_P_IPV6 = 0x0800, 0x86dd
local NONE16, NONE32 = 0xffff, 0xffffffff

local pkt0 = Proto("vrouter_pkt0", "vrouter agent header")

-- --- names: those of <vrouter/trap.h> ------------------------------------------

-- What the agent asks for, and why it gets a packet; the numbers do not overlap.
local COMMANDS = {
	[0] = "SWITCH",
	[1] = "ROUTE",
}

local REASONS = {
	[2] = "ARP",
	[3] = "L2_PROTOCOLS",
	[4] = "NEXTHOP",
	[5] = "RESOLVE",
	[6] = "FLOW_MISS",
	[7] = "L3_PROTOCOLS",
	[8] = "DIAG",
	[9] = "ECMP_RESOLVE",
	[10] = "SOURCE_MISMATCH",
	[11] = "HANDLE_DF",
	[12] = "ZERO_TTL",
	[13] = "ICMP_ERROR",
	[14] = "TOR_CONTROL",
	[15] = "FLOW_ACTION_HOLD",
	[16] = "ROUTER_ALERT",
	[17] = "MAC_LEARN",
	[18] = "MAC_MOVE",
	[19] = "MAC_IP_LEARNING",
	[20] = "BFD",
}

local ROUTE = 1
local FLOW_MISS, DIAG, HANDLE_DF, FLOW_ACTION_HOLD, BFD = 6, 8, 11, 15, 20

local names = {}
for number, name in pairs(COMMANDS) do names[number] = name end
for number, name in pairs(REASONS) do names[number] = name end

local function name_of(cmd)
	return names[cmd] or "unknown"
end

-- --- fields --------------------------------------------------------------------

local f = {
	eth_dst = ProtoField.ether("vrouter_pkt0.eth.dst", "Destination on pkt0"),
	eth_src = ProtoField.ether("vrouter_pkt0.eth.src", "Source on pkt0"),
	to_agent = ProtoField.bool("vrouter_pkt0.to_agent", "To the agent"),
	ifindex = ProtoField.uint16("vrouter_pkt0.ifindex", "Vif"),
	vrf = ProtoField.uint16("vrouter_pkt0.vrf", "VRF"),
	cmd = ProtoField.uint16("vrouter_pkt0.cmd", "Command", base.DEC, names),
	param = ProtoField.uint32("vrouter_pkt0.param", "Parameter", base.DEC_HEX),
	param1 = ProtoField.uint32("vrouter_pkt0.param1", "Parameter 1", base.DEC_HEX),
	param2 = ProtoField.uint32("vrouter_pkt0.param2", "Parameter 2", base.DEC_HEX),
	param3 = ProtoField.uint32("vrouter_pkt0.param3", "Parameter 3", base.DEC_HEX),
	param4 = ProtoField.uint32("vrouter_pkt0.param4", "Parameter 4", base.DEC_HEX),
	param5 = ProtoField.uint8("vrouter_pkt0.param5", "Parameter 5", base.DEC_HEX),
	pad = ProtoField.bytes("vrouter_pkt0.pad", "Padding"),
	-- what the parameters mean
	flow_index = ProtoField.uint32("vrouter_pkt0.flow.index", "Flow index"),
	flow_gen = ProtoField.uint8("vrouter_pkt0.flow.gen", "Flow generation, low bits"),
	flow_nh = ProtoField.uint32("vrouter_pkt0.flow.nh", "Key nexthop"),
	flow_bytes = ProtoField.uint64("vrouter_pkt0.flow.bytes", "Bytes so far"),
	flow_packets = ProtoField.uint64("vrouter_pkt0.flow.packets", "Packets so far"),
	mtu = ProtoField.uint32("vrouter_pkt0.mtu", "Largest packet that fits"),
	diag_vif = ProtoField.uint32("vrouter_pkt0.diag_vif", "Vif of the diagnostic packet"),
	bfd_state = ProtoField.uint32("vrouter_pkt0.bfd_state", "BFD state", base.DEC,
		{ [0] = "AdminDown", [1] = "Down", [2] = "Init", [3] = "Up" }),
	diagnostic = ProtoField.bool("vrouter_pkt0.diagnostic", "Diagnostic traffic"),
}

local list = {}
for _, field in pairs(f) do list[#list + 1] = field end
pkt0.fields = list

local truncated = ProtoExpert.new("vrouter_pkt0.truncated", "The agent header is cut short",
	expert.group.MALFORMED, expert.severity.ERROR)
local no_packet = ProtoExpert.new("vrouter_pkt0.no_packet",
	"No packet behind the agent header, or not all of its Ethernet header",
	expert.group.MALFORMED, expert.severity.ERROR)
local unknown_cmd = ProtoExpert.new("vrouter_pkt0.unknown_cmd",
	"Neither a command nor a reason that there is",
	expert.group.PROTOCOL, expert.severity.WARN)
local pad_not_zero = ProtoExpert.new("vrouter_pkt0.pad_not_zero", "The padding is not zero",
	expert.group.PROTOCOL, expert.severity.WARN)
pkt0.experts = { truncated, no_packet, unknown_cmd, pad_not_zero }

-- --- the header ----------------------------------------------------------------

-- Where the fields are, in the order of the header: field, offset, length.
local LAYOUT = {
	{ f.ifindex, 0, 2 }, { f.vrf, 2, 2 }, { f.cmd, 4, 2 },
	{ f.param, 6, 4 }, { f.param1, 10, 4 }, { f.param2, 14, 4 }, { f.param3, 18, 4 },
	{ f.param4, 22, 4 }, { f.param5, 26, 1 }, { f.pad, 27, 3 },
}

-- Of two words, as the flow's counters come: the low 32 bits, and what they overflow.
local function counter(low, high)
	return UInt64.new(low, high)
end

-- What the parameters say for this command.
local function add_meaning(tree, buf, cmd)
	local param, param1 = buf(6, 4), buf(10, 4)

	if cmd == FLOW_MISS or cmd == FLOW_ACTION_HOLD then
		local overflow = buf(22, 4):uint()

		tree:add(f.flow_index, param):set_generated()
		tree:add(f.flow_gen, buf(26, 1)):set_generated()
		tree:add(f.flow_nh, param1):set_generated()
		tree:add(f.flow_bytes, buf(14, 4), counter(buf(14, 4):uint(), overflow % 65536)):set_generated()
		tree:add(f.flow_packets, buf(18, 4), counter(buf(18, 4):uint(), math.floor(overflow / 65536)))
			:set_generated()
	elseif cmd == HANDLE_DF then
		tree:add(f.mtu, param):set_generated()
		if param1:uint() ~= NONE32 then
			tree:add(f.flow_index, param1):set_generated()
		end
	elseif cmd == DIAG then
		tree:add(f.diag_vif, param):set_generated()
	elseif cmd == BFD then
		tree:add(f.bfd_state, param, math.floor(param:uint() / 64) % 4):set_generated()
	elseif cmd == ROUTE then
		local both = param:uint() % 2 == 1 and param1:uint() % 2 == 1

		tree:add(f.diagnostic, buf(6, 8), both):set_generated()
	end
end

-- One line for the list of packets.
local function info_of(buf, cmd)
	local ifindex = buf(0, 2):uint()
	local vif = ifindex == NONE16 and "none" or tostring(ifindex)
	local text = string.format("%s vif %s vrf %d", name_of(cmd), vif, buf(2, 2):uint())

	if cmd == FLOW_MISS or cmd == FLOW_ACTION_HOLD then
		text = text .. string.format(" flow %d", buf(6, 4):uint())
	end
	return text .. ": "
end

-- Adds the fields that are there, whole or not at all.
local function add_fields(tree, buf)
	for _, entry in ipairs(LAYOUT) do
		local field, offset, length = entry[1], entry[2], entry[3]

		if buf:len() < offset + length then
			return
		end
		local item = tree:add(field, buf(offset, length))

		if field == f.ifindex and buf(offset, length):uint() == NONE16 then
			item:append_text(" (none)")
		elseif field == f.cmd and not names[buf(offset, length):uint()] then
			item:add_proto_expert_info(unknown_cmd)
		elseif field == f.pad and buf(offset, length):bytes() ~= ByteArray.new("000000") then
			item:add_proto_expert_info(pad_not_zero)
		end
	end
end

-- The packet inside may be IPv4 itself: if 0x0800 is decoded as us by hand, it comes here as well.
local INSIDE = "vrouter_pkt0"

local function dissect_packet(buf, pinfo, root, tree)
	if buf:len() <= HEADER_LEN then
		tree:add_proto_expert_info(no_packet)
		return
	end
	if buf:reported_len() < HEADER_LEN + ETHER_LEN then
		tree:add_proto_expert_info(no_packet)
		Dissector.get("data"):call(buf(HEADER_LEN):tvb(), pinfo, root)
		return
	end
	pinfo.private[INSIDE] = "1"
	Dissector.get("eth_withoutfcs"):call(buf(HEADER_LEN):tvb(), pinfo, root)
	pinfo.private[INSIDE] = "0"
end

-- @outer: the Ethernet header before it, if nobody has shown that.
local function dissect(buf, pinfo, root, outer)
	local tree = root:add(pkt0, buf(0, math.min(buf:len(), HEADER_LEN)))

	pinfo.cols.protocol = "vrouter"
	if outer then
		tree:add(f.eth_dst, outer(0, 6))
		tree:add(f.eth_src, outer(6, 6))
	end
	add_fields(tree, buf)
	if buf:reported_len() < HEADER_LEN then
		tree:add_proto_expert_info(truncated)
		pinfo.cols.info = "agent header, cut short"
		return buf:len()
	end
	if buf:len() < HEADER_LEN then
		pinfo.cols.info = "agent header, not all of it was captured"
		return buf:len()
	end

	local cmd = buf(4, 2):uint()

	tree:append_text(string.format(", %s, vif %d, VRF %d", name_of(cmd), buf(0, 2):uint(), buf(2, 2):uint()))
	tree:add(f.to_agent, buf(4, 2), REASONS[cmd] ~= nil):set_generated()
	add_meaning(tree, buf, cmd)
	dissect_packet(buf, pinfo, root, tree)
	-- The packet inside has named itself; what it is for comes first.
	pinfo.cols.protocol:prepend("vrouter/")
	pinfo.cols.info:prepend(info_of(buf, cmd))
	return buf:len()
end

function pkt0.dissector(buf, pinfo, root)
	if pinfo.private[INSIDE] == "1" then
		return Dissector.get("ip"):call(buf, pinfo, root)
	end
	return dissect(buf, pinfo, root)
end

-- --- is it one? ----------------------------------------------------------------

-- The IPv4 header checksum, over what is there of the header.
local function checksum_is_good(buf)
	local sum = 0

	for at = 0, (buf(0, 1):uint() % 16) * 4 - 2, 2 do
		sum = sum + buf(at, 2):uint()
	end
	while sum > 0xffff do
		sum = sum % 65536 + math.floor(sum / 65536)
	end
	return sum == 0xffff
end

-- Could this be IPv4? A vif of 0x45xx (17664 and more) looks like it, but not all the way.
local function is_ipv4(buf, same_macs)
	local first = buf(0, 1):uint()
	local header = (first % 16) * 4

	if math.floor(first / 16) ~= 4 or header < 20 or buf:len() < header then
		return false
	end
	if checksum_is_good(buf) then
		return true
	end
	-- A sender may have left the checksum to its device: what has two parties is taken for IPv4.
	local total = buf(2, 2):uint()

	return not same_macs and total >= header and total <= buf:reported_len()
end

-- An Ethernet header that a packet may begin with.
local function is_ethernet(buf)
	local kind = buf(12, 2):uint()

	if kind < 0x0600 then
		return kind <= buf:reported_len() - ETHER_LEN and kind > 0
	end
	if buf:len() <= ETHER_LEN then
		return true
	end
	local version = math.floor(buf(ETHER_LEN, 1):uint() / 16)

	return (kind ~= ETH_P_IP or version == 4) and (kind ~= ETH_P_IPV6 or version == 6)
end

-- Nothing but the MACs, which are the same in both places, speaks for one that is not whole.
local function is_part_of_ours(header, same_macs)
	if not same_macs or math.floor(header(0, 1):uint() / 16) == 4 then
		return false
	end
	return header:len() < 6 or names[header(4, 2):uint()] ~= nil
end

local function is_ours(header, same_macs)
	if header:len() < HEADER_LEN + ETHER_LEN then
		return is_part_of_ours(header, same_macs)
	end
	return names[header(4, 2):uint()] ~= nil and header(27, 3):bytes() == ByteArray.new("000000") and
		not is_ipv4(header, same_macs) and is_ethernet(header(HEADER_LEN):tvb())
end

local function recognise(buf, pinfo, root)
	if pinfo.private[INSIDE] == "1" or buf:len() <= ETHER_LEN or buf(12, 2):uint() ~= ETH_P_IP then
		return false
	end

	local header = buf(ETHER_LEN):tvb()

	if not is_ours(header, buf(0, 6):bytes() == buf(6, 6):bytes()) then
		return false
	end
	dissect(header, pinfo, root, buf)
	return true
end

pkt0:register_heuristic("eth", recognise)
DissectorTable.get("ethertype"):add_for_decode_as(pkt0)
