// SPDX-License-Identifier: GPL-2.0-only
/*
 * One program under the names of all tools: finds out which one is meant,
 * enters the network namespace, runs the command or the batch.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"
#include "usage.h"

#define NETNS_DIR "/run/netns/"

static const struct command *const commands[] = {
	&vif_command, &nh_command, &rt_command, &mpls_command, &vxlan_command,
	&vrftable_command, &flow_command, &dropstats_command, &vrouter_command,
};

int vt_fail(struct tool *tool, int result, const char *fmt, ...)
{
	char where[288] = "", text[1024], *c;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (tool->batch && !batch_before_error(tool))
		return result;
	/* One line, whatever the words of the user or the kernel hold. */
	for (c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = '?';
	fflush(stdout);
	if (tool->batch)
		batch_where(tool->batch, where, sizeof(where));
	fprintf(stderr, "%s%s: %s\n", where, tool->name, text);
	return result;
}

static const struct command *command_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void vrtool_usage(void)
{
	unsigned int i;

	puts("usage: vrtool TOOL ACTION [OPTION]...\n       TOOL ACTION [OPTION]...\n\n"
	     "The tools of vrouter, a router for guests in the Linux kernel.\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-12s%s\n", commands[i]->name, commands[i]->purpose);
	puts("\nTOOL --help tells more.");
}

static int netns_enter(struct tool *tool, const char *name)
{
	char path[sizeof(NETNS_DIR) + 256];
	int fd, err;

	if (!*name || strlen(name) > 255 || strchr(name, '/'))
		return vt_fail(tool, VT_USAGE,
			       "--netns: '%s' is not the name of a network namespace", name);
	snprintf(path, sizeof(path), NETNS_DIR "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return vt_fail(tool, VT_REFUSED, "cannot open network namespace %s: %s", name,
			       strerror(errno));
	err = setns(fd, CLONE_NEWNET) ? errno : 0;
	close(fd);
	if (err)
		return vt_fail(tool, VT_REFUSED, "cannot enter network namespace %s: %s", name,
			       strerror(err));
	return VT_OK;
}

static int command_run(struct tool *tool, const struct command *cmd, const struct args *args)
{
	int ret = VT_OK;

	if (args->netns)
		ret = netns_enter(tool, args->netns);
	if (ret)
		return ret;
	if (args->batch)
		return batch_run(tool, cmd, args);
	return args->action->run(tool, args);
}

static int command_main(const struct command *cmd, int argc, char **argv)
{
	struct tool tool = { .name = cmd->name };
	struct args args = { 0 };
	int ret;

	ret = args_parse(&tool, cmd, argc, argv, &args);
	if (ret)
		return ret;
	if (args.help) {
		usage_print(cmd);
		return VT_OK;
	}
	if (args.version) {
		printf("%s (vrouter) %s\n", cmd->name, VT_VERSION);
		return VT_OK;
	}
	tool.json = args.json;
	tool.dry_run = args.dry_run;
	tool.out = out_new(args.json || args.dry_run);
	ret = command_run(&tool, cmd, &args);
	nlc_close(&tool);
	free(tool.names);
	if (!out_free(tool.out) && !ret)
		ret = vt_fail(&tool, VT_REFUSED, "cannot write the output: %s", strerror(errno));
	return ret;
}

int main(int argc, char **argv)
{
	const char *name = argc ? strrchr(argv[0], '/') : NULL;
	const struct command *cmd;
	int ret = VT_OK;

	name = name ? name + 1 : argc ? argv[0] : "vrtool";
	cmd = command_find(name);
	if (cmd) {
		ret = command_main(cmd, argc - 1, argv + 1);
	} else if (argc < 2) {
		fputs("vrtool: which tool? (see vrtool --help)\n", stderr);
		return VT_USAGE;
	} else if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		vrtool_usage();
	} else if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("vrtool (vrouter) %s\n", VT_VERSION);
	} else {
		cmd = command_find(argv[1]);
		if (!cmd) {
			fprintf(stderr, "vrtool: there is no tool %s (see vrtool --help)\n",
				argv[1]);
			return VT_USAGE;
		}
		ret = command_main(cmd, argc - 2, argv + 2);
	}
	if (fflush(stdout) && !ret) {
		perror("vrtool: cannot write the output");
		ret = VT_REFUSED;
	}
	return ret;
}
