/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a host tell on who mistreats it? User space only. */
#ifndef _VR_TEST_DIES_H
#define _VR_TEST_DIES_H

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vr_test.h"

/* @func ends the program that calls it. */
static inline bool dies(void (*func)(void))
{
	int status;
	pid_t pid;

	call_rcu_before_fork();
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		call_rcu_after_fork_child();
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		func();
		_exit(0);
	}
	call_rcu_after_fork_parent();
	waitpid(pid, &status, 0);
	return !WIFEXITED(status) || WEXITSTATUS(status);
}

#endif /* _VR_TEST_DIES_H */
