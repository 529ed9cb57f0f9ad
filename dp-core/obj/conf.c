// SPDX-License-Identifier: GPL-2.0-only
/* Settings of a router. Who needs one reads it anew each time: vr_conf(). */
#include <vr/cfg/conf.h>

#include "obj/core.h"
#include "obj/flow.h"

/** struct conf_rule - what <vrouter/conf.h> says of a setting */
struct conf_rule {
	u32 value;
	u32 least;
	u32 most;
	const char *refusal;
};

static const struct conf_rule conf_rules[] = {
#define X(sym, word, value, least, most, help) \
	{ value, least, most, "setting " word " must be " #least " to " #most },
	VR_CONF_SETTINGS(X)
#undef X
};

static_assert(ARRAY_SIZE(conf_rules) == VR_CONF_MAX && VR_CONF_MAX <= 64);

static bool conf_given(const struct vr_conf_set *set, u32 i)
{
	return set->given & (1ULL << i);
}

static int conf_check(const struct vr_conf_set *set, struct vr_err *err)
{
	u32 i;

	if (set->given >> VR_CONF_MAX)
		return vr_refuse(err, -EINVAL, 0, "unknown setting");
	for (i = 0; i < VR_CONF_MAX; i++) {
		const struct conf_rule *rule = &conf_rules[i];

		if (conf_given(set, i) &&
		    (set->value[i] < rule->least || set->value[i] > rule->most))
			return vr_refuse(err, -ERANGE, i + 1, rule->refusal);
	}
	return 0;
}

int vr_conf_set(struct vr_core *core, const struct vr_conf_set *set, struct vr_err *err)
{
	int ret = conf_check(set, err);
	u32 i;

	vr_assert_cfg_held(core);
	if (ret)
		return ret;
	/* What can fail comes first. */
	if (conf_given(set, VR_CONF_FLOWS) &&
	    vr_flow_table_set_limit(&core->flows, set->value[VR_CONF_FLOWS]))
		return vr_refuse(err, -ENOMEM, VR_A_CONF_FLOWS,
				 "no memory for a flow table of that size");
	for (i = 0; i < VR_CONF_MAX; i++)
		if (conf_given(set, i))
			WRITE_ONCE(core->conf[i], set->value[i]);
	if (conf_given(set, VR_CONF_BURST_TOKENS))
		vr_flow_burst_fill(core);
	vr_core_changed(core);
	return 0;
}

void vr_conf_get(const struct vr_core *core, struct vr_conf_set *set)
{
	u32 i;

	vr_assert_cfg_held(core);
	set->given = (1ULL << VR_CONF_MAX) - 1;
	for (i = 0; i < VR_CONF_MAX; i++)
		set->value[i] = core->conf[i];
}

void vr_conf_init(struct vr_core *core)
{
	u32 i;

	for (i = 0; i < VR_CONF_MAX; i++)
		core->conf[i] = conf_rules[i].value;
}
