// SPDX-License-Identifier: GPL-2.0-only
/*
 * The usage text, made from a tool's tables: a line for every action with the
 * options that go with it, then what each option means.
 */
#include "usage.h"

#include <stdio.h>
#include <string.h>

#define USAGE_WIDTH	80
#define USAGE_HELP	26	/* column where explanations begin */

/* Prints @text, on a new line behind @indent if it does not fit; returns the new column. */
static int usage_wrap(const char *text, int column, int indent)
{
	int len = strlen(text);

	if (column + 1 + len > USAGE_WIDTH)
		column = printf("\n%*s", indent, "") - 1;
	return column + printf(" %s", text);
}

static void usage_action(const struct command *cmd, unsigned int place)
{
	const struct action *action = &cmd->actions[place];
	int indent = strlen("usage: ") + strlen(cmd->name);
	char text[256];
	unsigned int i;
	int column;

	column = printf("%s%s", place ? "       " : "usage: ", cmd->name);
	if (!place && cmd->has_default)
		snprintf(text, sizeof(text), "[--%s]", action->opt.name);
	else
		snprintf(text, sizeof(text), "--%s%s%s%s", action->opt.name,
			 action->opt.arg ? " " : "", action->opt.arg ? action->opt.arg : "",
			 action->opt.many ? "..." : "");
	column = usage_wrap(text, column, indent);
	for (i = 0; i < cmd->options_n; i++) {
		const struct option *opt = &cmd->options[i];
		bool needed = opt->needs & ACT(place);

		if (!(opt->with & ACT(place)))
			continue;
		snprintf(text, sizeof(text), "%s--%s%s%s%s%s", needed ? "" : "[", opt->name,
			 opt->arg ? " " : "", opt->arg ? opt->arg : "", needed ? "" : "]",
			 opt->many ? "..." : "");
		column = usage_wrap(text, column, indent + 2);
	}
	putchar('\n');
}

/* Words of @help, and those of the option's table, from column USAGE_HELP on. */
static void usage_help(const struct option *opt)
{
	char text[1024], *word, *rest;
	int column = USAGE_HELP;
	int used;

	used = snprintf(text, sizeof(text), "%s", opt->help);
	if (opt->words) {
		used += snprintf(text + used, sizeof(text) - used, "; %s of: ",
				 opt->arg && strchr(opt->arg, ',') ? "any" : "one");
		word_list(opt->words, text + used, sizeof(text) - used);
	}
	for (word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		column = usage_wrap(word, column, USAGE_HELP);
	putchar('\n');
}

static void usage_option(const struct option *opt)
{
	int column;

	if (opt->letter)
		column = printf("  -%c, --%s", opt->letter, opt->name);
	else
		column = printf("  --%s", opt->name);
	if (opt->arg)
		column += printf(" %s", opt->arg);
	if (column >= USAGE_HELP) {
		putchar('\n');
		column = 0;
	}
	printf("%*s", USAGE_HELP - column, "");
	usage_help(opt);
}

/* Has the tool something of its own by this name? */
static bool usage_is_taken(const struct command *cmd, const struct option *common)
{
	unsigned int i;

	for (i = 0; i < cmd->actions_n; i++)
		if (!strcmp(cmd->actions[i].opt.name, common->name))
			return true;
	for (i = 0; i < cmd->options_n; i++)
		if (!strcmp(cmd->options[i].name, common->name))
			return true;
	return false;
}

void usage_print(const struct command *cmd)
{
	unsigned int i;

	for (i = 0; i < cmd->actions_n; i++)
		usage_action(cmd, i);
	printf("       %s --batch FILE [--force]\n\n%s\n\n", cmd->name, cmd->purpose);
	for (i = 0; i < cmd->actions_n; i++)
		usage_option(&cmd->actions[i].opt);
	if (cmd->options_n)
		putchar('\n');
	for (i = 0; i < cmd->options_n; i++)
		usage_option(&cmd->options[i]);
	putchar('\n');
	for (i = 0; i < COMMON_MAX; i++)
		if (!usage_is_taken(cmd, &common_options[i]))
			usage_option(&common_options[i]);
}
