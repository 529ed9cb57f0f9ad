// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many instructions this machine has executed, as far as it is a process of another.
 *
 * User Mode Linux is, and may count them as any process may: perf_event_open(2). That
 * number does not change with what else the host has to do, as time does.
 *
 *	cat /sys/module/vr_count/parameters/instructions	0: nobody counts
 *
 * The system calls are the host's, made as the kernel's own code for the host makes them.
 */
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/unistd.h>

static long counter = -1;

#ifdef CONFIG_UML
static long host_call(long nr, long a, long b, long c, long d, long e)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	long ret;

	asm volatile("syscall" : "=a" (ret)
		     : "0" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8)
		     : "rcx", "r11", "memory");
	return ret;
}

static void count_open(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	counter = host_call(__NR_perf_event_open, (long)&attr, 0, -1, -1, 0);
}

static u64 count_read(void)
{
	u64 count = 0;

	if (counter < 0 ||
	    host_call(__NR_read, counter, (long)&count, sizeof(count), 0, 0) != sizeof(count))
		return 0;
	return count;
}

static void count_close(void)
{
	if (counter >= 0)
		host_call(__NR_close, counter, 0, 0, 0, 0);
}
#else
static void count_open(void)
{
}

static u64 count_read(void)
{
	return 0;
}

static void count_close(void)
{
}
#endif

static int instructions_get(char *buf, const struct kernel_param *kp)
{
	return sprintf(buf, "%llu\n", count_read());
}

static const struct kernel_param_ops instructions_ops = { .get = instructions_get };

module_param_cb(instructions, &instructions_ops, NULL, 0400);
MODULE_PARM_DESC(instructions, "executed since the module was loaded");

static int __init count_init(void)
{
	count_open();
	return 0;
}

static void __exit count_exit(void)
{
	count_close();
}

module_init(count_init);
module_exit(count_exit);
MODULE_DESCRIPTION("Instructions that User Mode Linux has executed");
MODULE_LICENSE("GPL");
