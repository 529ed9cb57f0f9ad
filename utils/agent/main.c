// SPDX-License-Identifier: GPL-2.0-only
/* vragent: its options, and a loop over sockets, signals and the clock. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "agent.h"
#include "flow.h"
#include "notify.h"
#include "pkt0.h"
#include "resolve.h"
#include "seen.h"
#include "sweep.h"
#include "trap.h"

#define CONFIG_FILE	"/etc/vrouter/vragent.yaml"
#define NETNS_DIR	"/run/netns/"
#define BATCHES		16	/* of packets, until something else has its turn */
#define DRAIN		1024	/* of news, likewise */

enum {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
};

/** struct options - the command line; @check: only look at the file */
struct options {
	const char *config;
	const char *netns;
	__u32 stats;
	bool check;
	bool verbose;
};

/**
 * struct loop - what is waited for
 * @agent: who does the work
 * @options: the command line
 * @epoll: everything
 * @signals: of the process
 * @timer: ticks once a second
 * @pkt0: the socket of pkt0 that @epoll knows
 * @opened: which one
 * @ticks: seconds
 * @started: flows that were there are being looked at
 * @stop: a signal said so
 */
struct loop {
	struct agent agent;
	struct options options;
	int epoll;
	int signals;
	int timer;
	int pkt0;
	unsigned int opened;
	__u32 ticks;
	bool started;
	bool stop;
};

static const char usage[] =
	"usage: vragent [OPTION]...\n"
	"       vragent --check FILE\n"
	"\n"
	"Decides flows of vrouter by rules, and answers what the router cannot answer itself.\n"
	"\n"
	"  -c, --config FILE     configuration (" CONFIG_FILE ")\n"
	"      --check FILE      say what is wrong with a configuration, and end\n"
	"  -s, --stats SECONDS   an event with counters every so often\n"
	"  -v, --verbose         an event for every flow\n"
	"  -n, --netns NAME      act on this network namespace\n"
	"  -h, --help            this text\n"
	"  -V, --version         which version this is\n"
	"\n"
	"Events are JSON on standard output, one object a line. SIGHUP: read the configuration\n"
	"again. SIGUSR1: an event with counters.\n";

/* --- the command line -------------------------------------------------------- */

static int usage_error(const char *text, const char *word)
{
	fprintf(stderr, "vragent: %s%s (see vragent --help)\n", text, word);
	return EXIT_USAGE;
}

/* EXIT_DONE with *over: nothing is left to do. */
static int options_read(struct options *options, int argc, char **argv, bool *over)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", required_argument, NULL, 'k' },
		{ "stats", required_argument, NULL, 's' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "netns", required_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	char letter[] = "-?";
	int c;

	options->config = CONFIG_FILE;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":c:s:vn:hV", longs, NULL)) != -1) {
		switch (c) {
		case 'k':
			options->check = true;
			options->config = optarg;
			break;
		case 'c':
			options->config = optarg;
			break;
		case 's':
			if (!word_u32(optarg, &options->stats) || !options->stats)
				return usage_error("--stats: no number of seconds: ", optarg);
			break;
		case 'v':
			options->verbose = true;
			break;
		case 'n':
			options->netns = optarg;
			break;
		case 'h':
			*over = true;
			fputs(usage, stdout);
			return EXIT_DONE;
		case 'V':
			*over = true;
			printf("vragent (vrouter) %s\n", VT_VERSION);
			return EXIT_DONE;
		case ':':
			return usage_error("needs a value: ", argv[optind - 1]);
		default:
			/* One letter of several, or a word. */
			letter[1] = optopt;
			return usage_error("no such option: ",
					   optopt ? letter : argv[optind - 1]);
		}
	}
	if (optind < argc)
		return usage_error("what is to be done with ", argv[optind]);
	return EXIT_DONE;
}

static bool netns_enter(const char *name)
{
	char path[sizeof(NETNS_DIR) + 256];
	int fd, err;

	if (!*name || strlen(name) > 255 || strchr(name, '/')) {
		fprintf(stderr, "vragent: '%s' is not the name of a network namespace\n", name);
		return false;
	}
	snprintf(path, sizeof(path), NETNS_DIR "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	err = fd < 0 || setns(fd, CLONE_NEWNET) ? errno : 0;
	if (fd >= 0)
		close(fd);
	if (err)
		fprintf(stderr, "vragent: cannot enter network namespace %s: %s\n", name,
			strerror(err));
	return !err;
}

static void print_errors(const struct errors *errors)
{
	unsigned int i;

	for (i = 0; i < errors->n && i < ERRORS_MAX; i++)
		fprintf(stderr, "%s\n", errors->text[i] ? errors->text[i] : "out of memory");
	if (errors->n > ERRORS_MAX)
		fprintf(stderr, "and %u more\n", errors->n - ERRORS_MAX);
}

/* --- the configuration ------------------------------------------------------- */

static unsigned int count_rules(const struct config *config)
{
	unsigned int i, n = 0;

	for (i = 0; i < config->n_vrfs; i++)
		n += config->vrf[i].rules.n;
	return n;
}

static void tell_config(struct agent *agent, const char *event, const char *file)
{
	struct events *ev = &agent->events;

	event_begin(ev, event);
	event_str(ev, "version", VT_VERSION);
	event_str(ev, "config", file);
	event_num(ev, "vrfs", agent->config->n_vrfs);
	event_num(ev, "rules", count_rules(agent->config));
	event_end(ev);
}

/* A file that is wrong changes nothing. */
static void reload(struct loop *loop)
{
	struct agent *agent = &loop->agent;
	struct errors errors = { .n = 0 };
	struct config *config;
	unsigned int i;

	notify_reloading();
	config = config_load(loop->options.config, &errors);
	if (config) {
		config_free(agent->config);
		agent->config = config;
		tell_config(agent, "reload", loop->options.config);
		pkt0_ensure(agent);
		sweep_begin(agent, SWEEP_RELOAD);
	} else {
		event_begin(&agent->events, "error");
		event_str(&agent->events, "error",
			  "the new configuration is wrong: the old one stays in force");
		event_list(&agent->events, "config");
		for (i = 0; i < errors.n && i < ERRORS_MAX; i++)
			event_item(&agent->events, errors.text[i] ? errors.text[i] : "");
		event_list_end(&agent->events);
		event_end(&agent->events);
	}
	errors_free(&errors);
	notify("READY=1");
}

/* --- news -------------------------------------------------------------------- */

static void flow_ended(struct agent *agent, const struct kernel_object *object)
{
	static const char *const ends[VR_FLOW_END_MAX] = {
		[VR_FLOW_END_DELETED] = "deleted",
		[VR_FLOW_END_EVICTED] = "evicted",
		[VR_FLOW_END_EXPIRED] = "expired",
		[VR_FLOW_END_UNDECIDED] = "undecided",
	};
	const struct seen_flow *seen;
	struct events *ev = &agent->events;
	struct flow flow;

	count(agent, STAT_ENDED);
	if (!flow_read(object, &flow))
		return;
	seen = seen_find(agent->seen, flow.index, flow.gen);
	if (!seen && flow.rindex != VR_FLOW_NONE)
		seen = seen_find(agent->seen, flow.rindex, flow.rgen);
	if (!seen || !(seen->flags & SEEN_LOG))
		return;
	event_begin(ev, "flow-end");
	event_str(ev, "end", flow.end < VR_FLOW_END_MAX ? ends[flow.end] : "unknown");
	flow_event(ev, &flow);
	event_num(ev, "packets", flow.packets);
	event_num(ev, "bytes", flow.bytes);
	event_end(ev);
}

static void take_news(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct agent *agent = arg;

	(void)i;
	if (object->cmd == VR_CMD_FLOW_DEL)
		flow_ended(agent, object);
	else
		world_take(agent->world, object);
}

/*
 * What was lost is asked for; where that fails the next tick tries again. Not before all news are
 * read: what still waits is older than the answer, and until nothing waits the kernel drops more.
 */
static void read_news(struct agent *agent)
{
	unsigned int turns = 0;
	int ret;

	do {
		ret = kernel_news(agent->kernel, take_news, agent);
		if (ret < 0) {
			count(agent, STAT_NEWS_LOST);
			agent->world_lost = true;
		}
	} while (ret && agent->world_lost && ++turns < DRAIN);
	if (ret || !agent->world_lost)
		return;
	ret = world_load(agent->world, agent->kernel);
	agent->world_lost = ret;
	if (ret)
		event_error(&agent->events, "cannot read the router's configuration: %s",
			    strerror(-ret));
}

/* --- the loop ---------------------------------------------------------------- */

/*
 * The module may be unloaded, and another be loaded, at any moment: then nothing that was known is
 * true. false: there is no router now.
 */
static bool router_ensure(struct agent *agent)
{
	if (kernel_is_there(agent->kernel))
		return true;
	world_forget(agent->world);
	seen_forget(agent->seen);
	sweep_forget(agent);
	agent->world_lost = kernel_find(agent->kernel);
	if (agent->world_lost)
		sweep_begin(agent, SWEEP_TAKEOVER);
	return agent->world_lost;
}

static bool watch(struct loop *loop, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return !epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* Its socket is another one after the device was gone; flows that came meanwhile wait. */
static void watch_pkt0(struct loop *loop)
{
	struct agent *agent = &loop->agent;
	unsigned int opened;

	loop->pkt0 = pkt0_fd(agent->pkt0, &opened);
	if (loop->pkt0 < 0 || opened == loop->opened)
		return;
	watch(loop, loop->pkt0);
	loop->opened = opened;
	if (loop->started)
		sweep_begin(agent, SWEEP_HELD);
}

static void read_traps(struct agent *agent)
{
	struct trap trap[PKT0_MANY];
	unsigned int n, batches;
	bool more = true;

	for (batches = 0; more && batches < BATCHES; batches++) {
		read_news(agent);
		more = pkt0_read(agent, trap, &n);
		trap_many(agent, trap, n);
	}
}

static void read_signal(struct loop *loop)
{
	struct signalfd_siginfo info;

	if (read(loop->signals, &info, sizeof(info)) != sizeof(info))
		return;
	switch (info.ssi_signo) {
	case SIGHUP:
		reload(loop);
		break;
	case SIGUSR1:
		stats_event(&loop->agent.stats, &loop->agent.events);
		break;
	default:
		loop->stop = true;
		break;
	}
}

static void tick(struct loop *loop)
{
	struct agent *agent = &loop->agent;
	unsigned int lost;
	__u64 ticks;

	if (read(loop->timer, &ticks, sizeof(ticks)) != sizeof(ticks))
		return;
	loop->ticks++;
	if (router_ensure(agent))
		read_news(agent);
	pkt0_ensure(agent);
	lost = pkt0_lost(agent->pkt0);
	if (lost) {
		agent->stats.count[STAT_TRAP_LOST] += lost;
		sweep_begin(agent, SWEEP_HELD);
	}
	/* One that could not begin. */
	sweep_some(agent);
	if (loop->options.stats && !(loop->ticks % loop->options.stats))
		stats_event(&agent->stats, &agent->events);
	if (notify_watched())
		notify("WATCHDOG=1");
}

static void loop_event(struct loop *loop, int fd)
{
	struct agent *agent = &loop->agent;

	if (fd == loop->signals)
		read_signal(loop);
	else if (fd == loop->timer)
		tick(loop);
	else if (fd == kernel_news_fd(agent->kernel))
		read_news(agent);
	else if (fd == kernel_dump_fd(agent->kernel))
		sweep_some(agent);
	else if (fd == loop->pkt0)
		read_traps(agent);
}

static void loop_run(struct loop *loop)
{
	struct epoll_event events[8];
	int i, n;

	while (!loop->stop) {
		bool written = events_flush(&loop->agent.events);

		watch_pkt0(loop);
		n = epoll_wait(loop->epoll, events, 8, written ? -1 : 100);
		for (i = 0; i < n; i++)
			loop_event(loop, events[i].data.fd);
	}
}

static bool loop_init(struct loop *loop)
{
	struct itimerspec second = { .it_value = { .tv_sec = 1 }, .it_interval = { .tv_sec = 1 } };
	struct agent *agent = &loop->agent;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);

	loop->pkt0 = -1;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->signals = signalfd(-1, &set, SFD_CLOEXEC);
	loop->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return loop->epoll >= 0 && loop->signals >= 0 && loop->timer >= 0 &&
	       !timerfd_settime(loop->timer, 0, &second, NULL) && watch(loop, loop->signals) &&
	       watch(loop, loop->timer) && watch(loop, kernel_news_fd(agent->kernel)) &&
	       watch(loop, kernel_dump_fd(agent->kernel));
}

/* --- the whole --------------------------------------------------------------- */

static bool agent_init(struct agent *agent)
{
	int ret;

	agent->world = world_new();
	agent->pkt0 = pkt0_new();
	agent->seen = seen_new();
	agent->sweep = sweep_new();
	agent->resolve = resolve_new();
	if (!agent->world || !agent->pkt0 || !agent->seen || !agent->sweep || !agent->resolve) {
		event_error(&agent->events, "out of memory");
		return false;
	}
	agent->kernel = kernel_open(&agent->events);
	if (!agent->kernel)
		return false;
	ret = world_load(agent->world, agent->kernel);
	if (ret)
		event_error(&agent->events, "cannot read the router's configuration: %s",
			    strerror(-ret));
	return !ret;
}

static void agent_exit(struct agent *agent)
{
	resolve_free(agent->resolve);
	sweep_free(agent->sweep);
	seen_free(agent->seen);
	pkt0_free(agent->pkt0);
	world_free(agent->world);
	kernel_close(agent->kernel);
	config_free(agent->config);
}

/* What is not written yet gets a second. */
static void say_goodbye(struct agent *agent)
{
	struct pollfd out = { .fd = agent->events.fd, .events = POLLOUT };
	bool over;

	event_begin(&agent->events, "stop");
	event_end(&agent->events);
	over = events_flush(&agent->events);
	while (!over && poll(&out, 1, 1000) > 0) {
		size_t left = agent->events.len;

		/* A full disk is always ready, and takes nothing. */
		over = events_flush(&agent->events) || agent->events.len == left;
	}
}

/* Traps are heard from before the first flow is looked at, so none is missed. */
static int run(struct loop *loop)
{
	struct agent *agent = &loop->agent;
	int ret = EXIT_REFUSED;

	if (!agent_init(agent) || !loop_init(loop)) {
		events_flush(&agent->events);
		return ret;
	}
	tell_config(agent, "start", loop->options.config);
	pkt0_ensure(agent);
	watch_pkt0(loop);
	sweep_begin(agent, SWEEP_TAKEOVER);
	loop->started = true;
	notify("READY=1");
	loop_run(loop);
	notify("STOPPING=1");
	say_goodbye(agent);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct errors errors = { .n = 0 };
	static struct loop loop;
	bool over = false;
	int ret;

	ret = options_read(&loop.options, argc, argv, &over);
	if (ret || over)
		return ret;
	loop.agent.verbose = loop.options.verbose;
	loop.agent.config = config_load(loop.options.config, &errors);
	print_errors(&errors);
	errors_free(&errors);
	if (!loop.agent.config)
		return EXIT_REFUSED;
	if (loop.options.check) {
		printf("%s: %u VRFs, %u rules, nothing wrong\n", loop.options.config,
		       loop.agent.config->n_vrfs, count_rules(loop.agent.config));
		config_free(loop.agent.config);
		return EXIT_DONE;
	}
	ret = EXIT_REFUSED;
	if ((!loop.options.netns || netns_enter(loop.options.netns)) &&
	    events_init(&loop.agent.events, STDOUT_FILENO)) {
		ret = run(&loop);
		events_exit(&loop.agent.events);
	}
	agent_exit(&loop.agent);
	return ret;
}
