// SPDX-License-Identifier: GPL-2.0-only
/* Timer, keys and signals of tables that go on; restores the terminal at the end. */
#include "live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define LIVE_ROWS 24

static int live_number(struct tool *tool, const struct args *args, const char *name,
		       __u32 *value)
{
	const char *word = args_word(args, name);

	if (word && (!word_u32(word, value) || !*value))
		return vt_fail(tool, VT_USAGE, "--%s: '%s' is not a number above 0", name, word);
	return VT_OK;
}

static int live_options(struct tool *tool, const struct args *args, struct live *live)
{
	int ret;

	live->interval = 1;
	live->counted = args_word(args, "count");
	ret = live_number(tool, args, "interval", &live->interval);
	return ret ? ret : live_number(tool, args, "count", &live->left);
}

/* Keys come one by one and are not shown. Signals still do what they do: see live_wait(). */
static void live_terminal(struct live *live)
{
	struct termios raw;
	struct winsize size;

	live->tty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
		    !tcgetattr(STDIN_FILENO, &live->saved);
	if (!live->tty)
		return;
	raw = live->saved;
	raw.c_lflag &= ~(ICANON | ECHO);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	live->rows = LIVE_ROWS;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row > 5)
		live->rows = size.ws_row;
}

int live_begin(struct tool *tool, const struct args *args, struct live *live)
{
	struct itimerspec tick = { 0 };
	sigset_t stop;
	int ret;

	memset(live, 0, sizeof(*live));
	live->timer = -1;
	live->signals = -1;
	ret = live_options(tool, args, live);
	if (ret)
		return ret;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	live->signals = signalfd(-1, &stop, SFD_CLOEXEC);
	live->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	tick.it_interval.tv_sec = live->interval;
	tick.it_value.tv_sec = live->interval;
	if (live->signals < 0 || live->timer < 0 ||
	    timerfd_settime(live->timer, 0, &tick, NULL)) {
		ret = vt_fail(tool, VT_REFUSED, "cannot set a timer: %s", strerror(errno));
		live_end(live);
		return ret;
	}
	live_terminal(live);
	return VT_OK;
}

void live_end(struct live *live)
{
	if (live->tty)
		tcsetattr(STDIN_FILENO, TCSANOW, &live->saved);
	if (live->timer >= 0)
		close(live->timer);
	if (live->signals >= 0)
		close(live->signals);
}

/* j and k turn pages, q ends. */
static bool live_key(struct live *live)
{
	char key;

	if (read(STDIN_FILENO, &key, 1) != 1)
		return false;
	if (key == 'j')
		live->page++;
	else if (key == 'k' && live->page)
		live->page--;
	return key != 'q';
}

bool live_wait(struct live *live)
{
	struct pollfd fds[] = {
		{ .fd = live->signals, .events = POLLIN },
		{ .fd = live->timer, .events = POLLIN },
		{ .fd = live->tty ? STDIN_FILENO : -1, .events = POLLIN },
	};
	__u64 ticks;

	fflush(stdout);
	while (poll(fds, ARRAY_SIZE(fds), -1) < 0)
		if (errno != EINTR)
			return false;
	if (fds[0].revents)
		return false;
	live->ticked = fds[1].revents;
	if (!live->ticked)
		return live_key(live);
	if (read(live->timer, &ticks, sizeof(ticks)) != sizeof(ticks))
		return false;
	live->seconds = ticks * live->interval;
	return true;
}

void live_table(const struct live *live)
{
	if (live->tty)
		fputs("\033[H\033[2J", stdout);
}

bool live_printed(struct live *live)
{
	if (ferror(stdout))
		return false;
	return !live->counted || !live->ticked || --live->left;
}
