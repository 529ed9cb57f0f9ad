// SPDX-License-Identifier: GPL-2.0-only
/* What several tools show in the same way: flags and drop reasons. */
#include <stdio.h>

#include <netlink/attr.h>

#include <vrouter/drop.h>
#include <vrouter/netlink.h>

#include "attrs.h"
#include "output.h"
#include "tools.h"

static const struct {
	const char *key;
	const char *label;
} reasons[VR_DROP_MAX] = {
#define X(sym, key, label, help) { key, label },
	VR_DROP_REASONS(X)
#undef X
};

const char *drop_key(__u32 reason, char *buf, size_t size)
{
	if (reason < VR_DROP_MAX)
		return reasons[reason].key;
	snprintf(buf, size, "reason_%u", reason);
	return buf;
}

const char *drop_label(__u32 reason, char *buf, size_t size)
{
	if (reason < VR_DROP_MAX)
		return reasons[reason].label;
	snprintf(buf, size, "Reason %u", reason);
	return buf;
}

bool drop_read(const struct nlattr *entry, __u32 *reason, __u64 *count)
{
	struct nlattr *tb[VR_A_DROP_MAX + 1];

	if (nla_type(entry) != VR_A_DROP_ENTRY)
		return false;
	attrs_parse_nest(entry, tb, VR_A_DROP_MAX);
	*reason = attr_u32(tb[VR_A_DROP_REASON]);
	*count = attr_u64(tb[VR_A_DROP_COUNT]);
	return *reason != VR_DROP_NONE;
}

__u64 drops_sum(const struct nlattr *list)
{
	const struct nlattr *entry;
	__u64 count, sum = 0;
	__u32 reason;
	int rest;

	nla_for_each_nested(entry, list, rest)
		if (drop_read(entry, &reason, &count))
			sum += count;
	return sum;
}

void drops_show(struct out *out, const struct nlattr *list, bool zero, const char *indent)
{
	const struct nlattr *entry;
	char key[32], label[32];
	__u32 reason;
	__u64 count;
	int rest;

	nla_for_each_nested(entry, list, rest) {
		if (!drop_read(entry, &reason, &count) || (!zero && !count))
			continue;
		out_num(out, drop_key(reason, key, sizeof(key)), count, "%s%-30s%llu\n",
			indent, drop_label(reason, label, sizeof(label)), count);
	}
}

static const char *flag_text(const struct out *out, const struct word *word)
{
	return out_is_json(out) ? word->name : word->label;
}

void flags_show(struct out *out, const char *key, const struct word *words, __u32 flags,
		const char *between, const char *none)
{
	const char *before = "";

	out_array(out, key);
	for (; words->name; words++) {
		if (!(flags & words->value))
			continue;
		out_str(out, NULL, flag_text(out, words), "%s%s", before, words->label);
		before = between;
		flags &= ~words->value;
	}
	/* A newer kernel's bits. */
	if (flags) {
		char bits[16];

		snprintf(bits, sizeof(bits), "0x%x", flags);
		out_str(out, NULL, bits, "%s%s", before, bits);
		before = between;
	}
	if (!*before && none)
		out_text(out, "%s", none);
	out_array_end(out);
}
