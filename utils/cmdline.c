// SPDX-License-Identifier: GPL-2.0-only
/* Takes a command line apart by a tool's tables. What the words mean is put.c's. */
#include "cmdline.h"

#include <string.h>

#include "usage.h"

/* Where the words come from, and what was understood so far. */
struct parse {
	struct tool *tool;
	const struct command *cmd;
	struct args *args;
	char **argv;
	int argc;
	int at;
	bool default_action;
};

const struct option common_options[COMMON_MAX] = {
	[COMMON_JSON] = { .name = "json", .letter = 'j', .help = "results as JSON" },
	[COMMON_STATS] = { .name = "stats", .letter = 's',
			   .help = "counters too, where they are not shown anyway" },
	[COMMON_EXCLUSIVE] = { .name = "exclusive",
			       .help = "where something is made: refuse to replace what is there" },
	[COMMON_BATCH] = { .name = "batch", .letter = 'b', .arg = "FILE",
			   .help = "do what the lines of FILE (-: standard input) say" },
	[COMMON_FORCE] = { .name = "force", .help = "with --batch: go on after errors" },
	[COMMON_NETNS] = { .name = "netns", .letter = 'n', .arg = "NAME",
			   .help = "act on this network namespace" },
	[COMMON_DRY_RUN] = { .name = "dry-run",
			     .help = "print what would be sent as JSON, send nothing" },
	[COMMON_VERSION] = { .name = "version", .letter = 'V', .help = "print the version" },
	[COMMON_HELP] = { .name = "help", .letter = 'h', .help = "print this text" },
};

static bool common_per_line(unsigned int place)
{
	return place == COMMON_STATS || place == COMMON_EXCLUSIVE;
}

static int args_common(struct parse *p, unsigned int place, const char *word)
{
	struct args *args = p->args;

	if (p->tool->batch && !common_per_line(place))
		return vt_fail(p->tool, VT_USAGE, "--%s does not go inside a batch",
			       common_options[place].name);
	switch (place) {
	case COMMON_JSON:
		args->json = true;
		break;
	case COMMON_STATS:
		args->stats = true;
		break;
	case COMMON_EXCLUSIVE:
		args->exclusive = true;
		break;
	case COMMON_BATCH:
		args->batch = word;
		break;
	case COMMON_FORCE:
		args->force = true;
		break;
	case COMMON_NETNS:
		args->netns = word;
		break;
	case COMMON_DRY_RUN:
		args->dry_run = true;
		break;
	case COMMON_VERSION:
		args->version = true;
		break;
	case COMMON_HELP:
		args->help = true;
		break;
	}
	return VT_OK;
}

static int args_add(struct parse *p, const struct option *opt, const char *word)
{
	struct args *args = p->args;

	if (args->n == ARGS_MAX)
		return vt_fail(p->tool, VT_USAGE, "more than %d options and values", ARGS_MAX);
	args->given[args->n].opt = opt;
	args->given[args->n].word = word;
	args->n++;
	return VT_OK;
}

/* The word after an option, unless it is another option. */
static const char *parse_next(struct parse *p)
{
	const char *word;

	if (p->at >= p->argc)
		return NULL;
	word = p->argv[p->at];
	if (word[0] == '-' && word[1] == '-' && word[2])
		return NULL;
	p->at++;
	return word;
}

/* @word: the value that came with the option's name, or NULL: then it is the next word. */
static int parse_value(struct parse *p, const struct option *opt, const char **word)
{
	if (!opt->arg) {
		if (*word)
			return vt_fail(p->tool, VT_USAGE, "--%s takes no value", opt->name);
		*word = "";
		return VT_OK;
	}
	if (!*word)
		*word = parse_next(p);
	if (!*word)
		return vt_fail(p->tool, VT_USAGE, "--%s needs a value: %s", opt->name, opt->arg);
	return VT_OK;
}

static int parse_action(struct parse *p, const struct action *action, const char *word)
{
	struct args *args = p->args;
	int ret;

	if (args->action)
		return vt_fail(p->tool, VT_USAGE, "--%s and --%s do not go together",
			       args->action->opt.name, action->opt.name);
	if (action->lasts && p->tool->batch)
		return vt_fail(p->tool, VT_USAGE, "--%s does not go inside a batch",
			       action->opt.name);
	ret = parse_value(p, &action->opt, &word);
	if (ret)
		return ret;
	args->action = action;
	args->word = action->opt.arg ? word : NULL;
	while (!ret && action->opt.many && p->at < p->argc && p->argv[p->at][0] != '-')
		ret = args_add(p, &action->opt, p->argv[p->at++]);
	return ret;
}

static int parse_seen(struct parse *p, const struct option *opt, __u32 *seen, __u32 bit)
{
	if (!opt->many && *seen & bit)
		return vt_fail(p->tool, VT_USAGE, "--%s is there twice", opt->name);
	*seen |= bit;
	return VT_OK;
}

static int parse_option(struct parse *p, const struct option *opt, const char *word)
{
	int ret = parse_seen(p, opt, &p->args->seen, 1U << (opt - p->cmd->options));

	if (!ret)
		ret = parse_value(p, opt, &word);
	if (!ret)
		ret = args_add(p, opt, word);
	while (!ret && opt->many && p->at < p->argc && p->argv[p->at][0] != '-')
		ret = args_add(p, opt, p->argv[p->at++]);
	return ret;
}

static int parse_common(struct parse *p, unsigned int place, const char *word)
{
	int ret = parse_seen(p, &common_options[place], &p->args->seen_common, 1U << place);

	if (!ret)
		ret = parse_value(p, &common_options[place], &word);
	return ret ? ret : args_common(p, place, word);
}

/* What a name or a letter stands for: an action, an option of the tool, or one of all tools. */
struct found {
	const struct action *action;
	const struct option *opt;
	unsigned int common;		/* if neither of the two */
};

static bool same_name(const struct option *opt, const char *name, size_t len)
{
	return opt->name[0] == name[0] && !strncmp(opt->name, name, len) && !opt->name[len];
}

/* @len 0: @name is a letter. */
static bool same_option(const struct option *opt, const char *name, size_t len)
{
	return len ? same_name(opt, name, len) : opt->letter == *name;
}

/* A tool's own come first: they may take the place of one that all have. */
static bool parse_find(const struct parse *p, const char *name, size_t len, struct found *found)
{
	const struct command *cmd = p->cmd;
	unsigned int i;

	memset(found, 0, sizeof(*found));
	for (i = 0; i < cmd->options_n; i++) {
		if (same_option(&cmd->options[i], name, len)) {
			found->opt = &cmd->options[i];
			return true;
		}
	}
	for (i = 0; i < cmd->actions_n; i++) {
		if (same_option(&cmd->actions[i].opt, name, len)) {
			found->action = &cmd->actions[i];
			return true;
		}
	}
	for (i = 0; i < COMMON_MAX; i++) {
		if (same_option(&common_options[i], name, len)) {
			found->common = i;
			return true;
		}
	}
	return false;
}

static int parse_found(struct parse *p, const struct found *found, const char *word)
{
	if (found->opt)
		return parse_option(p, found->opt, word);
	if (found->action)
		return parse_action(p, found->action, word);
	return parse_common(p, found->common, word);
}

/* --name, --name VALUE or --name=VALUE */
static int parse_long(struct parse *p, const char *name)
{
	size_t len = strchrnul(name, '=') - name;
	const char *word = name[len] ? name + len + 1 : NULL;
	struct found found;

	if (!len || !parse_find(p, name, len, &found))
		return vt_fail(p->tool, VT_USAGE, "there is no option --%.*s (see %s --help)",
			       (int)len, name, p->cmd->name);
	return parse_found(p, &found, word);
}

static bool found_takes_value(const struct found *found)
{
	if (found->opt)
		return found->opt->arg;
	if (found->action)
		return found->action->opt.arg;
	return common_options[found->common].arg;
}

/* -l, -lm, -l VALUE or -lVALUE */
static int parse_letters(struct parse *p, const char *letters)
{
	struct found found;
	const char *word;
	int ret;

	for (; *letters; letters++) {
		if (!parse_find(p, letters, 0, &found))
			return vt_fail(p->tool, VT_USAGE, "there is no option -%c (see %s --help)",
				       *letters, p->cmd->name);
		word = found_takes_value(&found) && letters[1] ? letters + 1 : NULL;
		ret = parse_found(p, &found, word);
		if (ret || word)
			return ret;
	}
	return VT_OK;
}

static int parse_words(struct parse *p)
{
	int ret = VT_OK;

	while (!ret && p->at < p->argc) {
		const char *word = p->argv[p->at++];

		if (word[0] != '-' || !word[1])
			return vt_fail(p->tool, VT_USAGE, "did not expect '%s' (see %s --help)",
				       word, p->cmd->name);
		if (word[1] == '-')
			ret = parse_long(p, word + 2);
		else
			ret = parse_letters(p, word + 1);
		if (p->args->help || p->args->version)
			break;
	}
	return ret;
}

/* Does everything that was given go with the action, and is what it needs there? */
static int args_check(struct parse *p)
{
	const struct command *cmd = p->cmd;
	struct args *args = p->args;
	__u32 act = ACT(args->action - cmd->actions);
	unsigned int i;

	/* One that a batch has for all of its lines says nothing to some. */
	if (args->seen_common >> COMMON_EXCLUSIVE & 1 && !args->action->makes)
		return vt_fail(p->tool, VT_USAGE, "--exclusive does not go with --%s",
			       args->action->opt.name);

	for (i = 0; i < cmd->options_n; i++) {
		const struct option *opt = &cmd->options[i];
		bool seen = args->seen >> i & 1;

		if (seen && !(opt->with & act)) {
			if (p->default_action)
				return vt_fail(p->tool, VT_USAGE, "--%s does not go alone",
					       opt->name);
			return vt_fail(p->tool, VT_USAGE, "--%s does not go with --%s", opt->name,
				       args->action->opt.name);
		}
		if (!seen && opt->needs & act)
			return vt_fail(p->tool, VT_USAGE, "--%s needs --%s %s",
				       args->action->opt.name, opt->name, opt->arg);
	}
	return VT_OK;
}

static int args_check_batch(struct parse *p)
{
	struct args *args = p->args;

	if (args->force && !args->batch)
		return vt_fail(p->tool, VT_USAGE, "--force goes with --batch only");
	if (args->batch && args->action)
		return vt_fail(p->tool, VT_USAGE, "--batch and --%s do not go together",
			       args->action->opt.name);
	if (args->batch && args->n)
		return vt_fail(p->tool, VT_USAGE, "--batch and --%s do not go together",
			       args->given[0].opt->name);
	return VT_OK;
}

int args_parse(struct tool *tool, const struct command *cmd, int argc, char **argv,
	       struct args *args)
{
	struct parse p = { .tool = tool, .cmd = cmd, .args = args, .argc = argc, .argv = argv };
	int ret;

	ret = parse_words(&p);
	if (ret || args->help || args->version)
		return ret;
	if (!tool->batch) {
		ret = args_check_batch(&p);
		if (ret || args->batch)
			return ret;
	}
	if (!args->action && cmd->has_default) {
		args->action = &cmd->actions[0];
		p.default_action = true;
	}
	if (!args->action)
		return vt_fail(tool, VT_USAGE, "what to do? (see %s --help)", cmd->name);
	return args_check(&p);
}

const char *args_word(const struct args *args, const char *name)
{
	unsigned int i;

	for (i = args->n; i-- > 0;)
		if (!strcmp(args->given[i].opt->name, name))
			return args->given[i].word;
	return NULL;
}

int args_put(struct tool *tool, struct nl_msg *msg, const struct args *args)
{
	const struct option *opt = &args->action->opt;
	unsigned int i;
	int ret = VT_OK;

	if (args->word && opt->put)
		ret = opt->put(tool, msg, opt, args->word);
	for (i = 0; !ret && i < args->n; i++) {
		opt = args->given[i].opt;
		if (opt->put)
			ret = opt->put(tool, msg, opt, args->given[i].word);
	}
	return ret;
}
