/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints vrouter:vr_rx, vrouter:vr_decap, vrouter:vr_flow, vrouter:vr_nh and
 * vrouter:vr_drop: a packet's way in, the tunnel that it was in, how it met its
 * flow, the nexthops that it met, and why it went no further. The core calls them
 * through <vr_host/trace.h>.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vrouter

#if !defined(_VRL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VRL_TRACE_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include <vrouter/drop.h>
#include <vrouter/netlink.h>
#include <vr/verdict.h>

/* Numbers of the enums by name, for those who read the raw records (perf, trace-cmd). */
#define VRL_TRACE_REASON(sym, key, label, help) TRACE_DEFINE_ENUM(VR_DROP_##sym);
VR_DROP_REASONS(VRL_TRACE_REASON)
#undef VRL_TRACE_REASON
TRACE_DEFINE_ENUM(VR_DROP_MAX);

#define VRL_TRACE_REASON_KEY(sym, key, label, help) { VR_DROP_##sym, key },
#define vrl_trace_show_reason(reason)						\
	__print_symbolic(reason, VR_DROP_REASONS(VRL_TRACE_REASON_KEY) { VR_DROP_MAX, "?" })

#define VRL_TRACE_NH_TYPES(X)							\
	X(DEAD, "dead") X(RECEIVE, "receive") X(ENCAP, "encap")			\
	X(TUNNEL, "tunnel") X(RESOLVE, "resolve") X(DISCARD, "discard")		\
	X(COMPOSITE, "composite") X(VRF_TRANSLATE, "vrf-translate")		\
	X(L2_RECEIVE, "l2-receive")

#define VRL_TRACE_NH_TYPE(sym, word) TRACE_DEFINE_ENUM(VR_NH_##sym);
VRL_TRACE_NH_TYPES(VRL_TRACE_NH_TYPE)
#undef VRL_TRACE_NH_TYPE

#define VRL_TRACE_NH_WORD(sym, word) { VR_NH_##sym, word },
#define vrl_trace_show_nh_type(type)						\
	__print_symbolic(type, VRL_TRACE_NH_TYPES(VRL_TRACE_NH_WORD) { -1, "?" })

#define VRL_TRACE_ENCAPS(X)							\
	X(VXLAN, "vxlan") X(MPLS_UDP, "mpls-udp") X(MPLS_GRE, "mpls-gre")

#define VRL_TRACE_ENCAP(sym, word) TRACE_DEFINE_ENUM(VR_ENCAP_##sym);
VRL_TRACE_ENCAPS(VRL_TRACE_ENCAP)
#undef VRL_TRACE_ENCAP

#define VRL_TRACE_ENCAP_WORD(sym, word) { VR_ENCAP_##sym, word },
#define vrl_trace_show_encap(encap)						\
	__print_symbolic(encap, VRL_TRACE_ENCAPS(VRL_TRACE_ENCAP_WORD) { -1, "?" })

#define VRL_TRACE_FLOW_MET(X)							\
	X(FOUND, "found") X(NEW, "new") X(HELD, "held") X(RESUMED, "resumed")

#define VRL_TRACE_MET(sym, word) TRACE_DEFINE_ENUM(VR_FLOW_MET_##sym);
VRL_TRACE_FLOW_MET(VRL_TRACE_MET)
#undef VRL_TRACE_MET

#define VRL_TRACE_MET_WORD(sym, word) { VR_FLOW_MET_##sym, word },
#define vrl_trace_show_flow_met(met)						\
	__print_symbolic(met, VRL_TRACE_FLOW_MET(VRL_TRACE_MET_WORD) { -1, "?" })

TRACE_EVENT(vr_rx,
	TP_PROTO(u32 vif, const struct sk_buff *skb),
	TP_ARGS(vif, skb),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, vif)
		__field(u32, len)
		__field(u16, protocol)
		__field(u16, vlan_tci)
		__field(bool, vlan_tagged)
		__field(u8, ip_summed)
		__field(u16, gso_size)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->vif = vif;
		__entry->len = skb->len;
		__entry->protocol = ntohs(skb->protocol);
		__entry->vlan_tagged = skb_vlan_tag_present(skb);
		__entry->vlan_tci = skb_vlan_tag_present(skb) ? skb_vlan_tag_get(skb) : 0;
		__entry->ip_summed = skb->ip_summed;
		__entry->gso_size = skb_shinfo(skb)->gso_size;
	),
	TP_printk("skbaddr=%p vif=%d len=%u protocol=0x%04x vlan_tagged=%d vlan_tci=0x%04x ip_summed=%u gso_size=%u",
		  __entry->skbaddr, (s32)__entry->vif, __entry->len, __entry->protocol,
		  __entry->vlan_tagged, __entry->vlan_tci, __entry->ip_summed,
		  __entry->gso_size)
);

TRACE_EVENT(vr_decap,
	TP_PROTO(u32 vif, u32 encap, u32 label, const struct sk_buff *skb),
	TP_ARGS(vif, encap, label, skb),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, vif)
		__field(u32, encap)
		__field(u32, label)
		__field(u32, len)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->vif = vif;
		__entry->encap = encap;
		__entry->label = label;
		__entry->len = skb->len;
	),
	TP_printk("skbaddr=%p vif=%d encap=%s label=%u len=%u",
		  __entry->skbaddr, (s32)__entry->vif,
		  vrl_trace_show_encap(__entry->encap), __entry->label, __entry->len)
);

TRACE_EVENT(vr_flow,
	TP_PROTO(u32 vif, u32 flow, u32 met, const struct sk_buff *skb),
	TP_ARGS(vif, flow, met, skb),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, vif)
		__field(u32, flow)
		__field(u32, met)
		__field(u32, len)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->vif = vif;
		__entry->flow = flow;
		__entry->met = met;
		__entry->len = skb->len;
	),
	TP_printk("skbaddr=%p vif=%d flow=%u met=%s len=%u",
		  __entry->skbaddr, (s32)__entry->vif, __entry->flow,
		  vrl_trace_show_flow_met(__entry->met), __entry->len)
);

TRACE_EVENT(vr_nh,
	TP_PROTO(u32 vif, u32 nh, u32 type, const struct sk_buff *skb),
	TP_ARGS(vif, nh, type, skb),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, vif)
		__field(u32, nh)
		__field(u32, type)
		__field(u32, len)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->vif = vif;
		__entry->nh = nh;
		__entry->type = type;
		__entry->len = skb->len;
	),
	TP_printk("skbaddr=%p vif=%d nh=%u type=%s len=%u",
		  __entry->skbaddr, (s32)__entry->vif, __entry->nh,
		  vrl_trace_show_nh_type(__entry->type), __entry->len)
);

TRACE_EVENT(vr_drop,
	TP_PROTO(u32 vif, u32 reason, const struct sk_buff *skb),
	TP_ARGS(vif, reason, skb),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, vif)
		__field(u32, reason)
		__field(u32, len)
		__field(u16, protocol)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->vif = vif;
		__entry->reason = reason;
		__entry->len = skb ? skb->len : 0;
		__entry->protocol = skb ? ntohs(skb->protocol) : 0;
	),
	TP_printk("skbaddr=%p vif=%d reason=%s len=%u protocol=0x%04x",
		  __entry->skbaddr, (s32)__entry->vif,
		  vrl_trace_show_reason(__entry->reason), __entry->len, __entry->protocol)
);

#endif /* _VRL_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
