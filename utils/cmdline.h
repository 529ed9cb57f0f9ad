/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line from tables. A tool is a struct command: its actions
 * (--list, --create ID …) and its options, each with the actions that it goes
 * with and, where it is simply an attribute of the message, which one and in
 * what form. The usage text is made from the same tables.
 */
#ifndef _VT_CMDLINE_H
#define _VT_CMDLINE_H

#include <stdbool.h>

#include <linux/types.h>

#include "tool.h"
#include "words.h"

struct args;
struct nl_msg;
struct option;

/* Bit of an action in the masks of struct option: its place in the table. */
#define ACT(n) (1U << (n))

/* Adds the option's word to the message; vt_result, having said what is wrong. */
typedef int put_fn(struct tool *tool, struct nl_msg *msg, const struct option *opt,
		   const char *word);

/**
 * struct option - an option, or what follows an action
 * @name: without the dashes
 * @letter: short form, 0 if none
 * @arg: what the usage text calls its value; NULL if it takes none
 * @many: may be given several times, or once with several values; an action:
 *	once with several, of which those after the first are in args->given
 * @with: ACT() of the actions that it goes with
 * @needs: ACT() of those that cannot do without
 * @attr: netlink attribute that carries it; 0: the action sees to it
 * @put: adds it to a message as @attr
 * @words: the words that it knows, NULL if it is not about words
 * @help: for the usage text
 */
struct option {
	const char *name;
	char letter;
	const char *arg;
	bool many;
	__u32 with;
	__u32 needs;
	int attr;
	put_fn *put;
	const struct word *words;
	const char *help;
};

/**
 * struct action - what a tool can do
 * @opt: its name, and the value that follows it
 * @lasts: goes on until it is stopped: not in a batch
 * @makes: something that may be there already: --exclusive says something
 * @run: does it
 */
struct action {
	struct option opt;
	bool lasts;
	bool makes;
	int (*run)(struct tool *tool, const struct args *args);
};

/**
 * struct command - a tool
 * @name: as it is called
 * @purpose: for the usage text
 * @actions: place 0 is done if none is named and @has_default
 * @actions_n: how many
 * @options: those that are not common to all tools
 * @options_n: how many
 * @has_default: @actions[0] needs no naming
 */
struct command {
	const char *name;
	const char *purpose;
	const struct action *actions;
	unsigned int actions_n;
	const struct option *options;
	unsigned int options_n;
	bool has_default;
};

#define ARGS_MAX 512

/**
 * struct args - a command line, taken apart
 * @action: what to do
 * @word: the action's value, NULL if it has none
 * @given: options and values in the order of the command line
 * @n: how many of @given count
 * @seen: bit per place in the command's options
 * @seen_common: bit per place in those that all tools have
 * @exclusive: refuse to replace
 * @stats: counters too
 * @json: from here on those that a line of a batch cannot have
 * @force: go on after errors
 * @dry_run: print, do not send
 * @help: --help
 * @version: --version
 * @netns: network namespace, NULL: this one
 * @batch: file, NULL if none
 */
struct args {
	const struct action *action;
	const char *word;
	struct {
		const struct option *opt;
		const char *word;
	} given[ARGS_MAX];
	unsigned int n;
	__u32 seen;
	__u32 seen_common;
	bool exclusive;
	bool stats;
	bool json;
	bool force;
	bool dry_run;
	bool help;
	bool version;
	const char *netns;
	const char *batch;
};

/**
 * args_parse() - take a command line apart
 * @tool: for errors, and to know whether this is a line of a batch
 * @cmd: the tables
 * @argc: number of words
 * @argv: the words, without the tool's name; kept by reference
 * @args: result; exclusive and stats as they are by default
 *
 * Return: vt_result.
 */
int args_parse(struct tool *tool, const struct command *cmd, int argc, char **argv,
	       struct args *args);

/* The word of an option by name; the last one, NULL if it was not given. "" if it takes none. */
const char *args_word(const struct args *args, const char *name);

/* Adds every given option that has an attribute, and the action's value if it has one. */
int args_put(struct tool *tool, struct nl_msg *msg, const struct args *args);

/* The usage text, on standard output. */
void usage_print(const struct command *cmd);

/* The forms in which options become attributes. */
put_fn put_u32;
put_fn put_string;		/* device name */
put_fn put_mac;
put_fn put_ip4;
put_fn put_ip6;
put_fn put_ip;			/* either of the two */
put_fn put_proto;		/* u32, a word or 0..255 */
put_fn put_word;		/* u32, one of the words */
put_fn put_type;		/* the same, or its number */
put_fn put_flags;		/* u32, several of the words */
put_fn put_vrf_or_none;	/* u32, "none" is VR_VRF_NONE */
put_fn put_vif;		/* u32, id or device name */

/* Parses the word of an option; vt_result, having said what is wrong. */
int opt_u32(struct tool *tool, const struct option *opt, const char *word, __u32 *value);
int opt_word(struct tool *tool, const struct option *opt, const char *word, __u32 *value);
int opt_flags(struct tool *tool, const struct option *opt, const struct word *words,
	      const char *word, __u32 *flags);

#endif /* _VT_CMDLINE_H */
