// SPDX-License-Identifier: GPL-2.0-only
/* Events: JSON whatever is in them, and nobody waits for a reader. */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <json-c/json.h>

#include "events.h"
#include "limit.h"

/* The next line of the pipe, parsed; NULL: it is no JSON object. */
static struct json_object *line(int fd)
{
	static char text[16384];
	struct json_object *object;
	size_t n = 0;

	while (n < sizeof(text) - 1 && read(fd, text + n, 1) == 1 && text[n] != '\n')
		n++;
	text[n] = '\0';
	object = json_tokener_parse(text);
	if (!json_object_is_type(object, json_type_object)) {
		test_failed(__FILE__, __LINE__, "no JSON object: %s", text);
		json_object_put(object);
		return NULL;
	}
	return object;
}

static const char *member(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value))
		return NULL;
	return json_object_get_string(value);
}

TEST(events_are_json)
{
	static const __u8 mac[] = { 2, 0, 0, 0, 0, 0xa };
	struct json_object *object;
	struct events ev;
	int fd[2];

	EXPECT(!pipe(fd));
	events_init(&ev, fd[1]);
	event_begin(&ev, "test");
	event_str(&ev, "text", "a\"b\\c\nd\te\x01\x7f\xc3");
	event_num(&ev, "number", 18446744073709551615ULL);
	event_bool(&ev, "yes", true);
	event_mac(&ev, "mac", mac);
	event_fmt(&ev, "fmt", "%d%%", 5);
	event_list(&ev, "list");
	event_item(&ev, "x");
	event_item(&ev, "\"");
	event_list_end(&ev);
	event_list(&ev, "empty");
	event_list_end(&ev);
	event_bool(&ev, "no", false);
	event_end(&ev);
	EXPECT(events_flush(&ev));
	object = line(fd[0]);
	EXPECT_STR("test", member(object, "event"));
	EXPECT_STR("a\"b\\c\nd\te\x01\x7f\xc3\x83", member(object, "text"));
	EXPECT_STR("18446744073709551615", member(object, "number"));
	EXPECT_STR("true", member(object, "yes"));
	EXPECT_STR("false", member(object, "no"));
	EXPECT_STR("02:00:00:00:00:0a", member(object, "mac"));
	EXPECT_STR("5%", member(object, "fmt"));
	EXPECT_STR("[ \"x\", \"\\\"\" ]", member(object, "list"));
	EXPECT_STR("[ ]", member(object, "empty"));
	EXPECT_EQ(24, strlen(member(object, "time")));
	json_object_put(object);
	events_exit(&ev);
	close(fd[0]);
	close(fd[1]);
}

TEST(events_that_are_too_long_are_cut)
{
	char text[2000];
	struct json_object *object;
	struct events ev;
	int fd[2], i;

	memset(text, '\x01', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	EXPECT(!pipe(fd));
	events_init(&ev, fd[1]);
	for (i = 0; i < 2; i++) {
		event_begin(&ev, "long");
		event_str(&ev, "a", text);
		if (i)
			event_list(&ev, "list");
		event_str(&ev, "b", text);
		event_item(&ev, text);
		event_item(&ev, text);
		event_item(&ev, text);
		if (i)
			event_list_end(&ev);
		event_end(&ev);
		events_flush(&ev);
		if (i)
			break;
		object = line(fd[0]);
		EXPECT(member(object, "a"));
		EXPECT(!member(object, "b"));
		json_object_put(object);
	}
	events_exit(&ev);
	close(fd[0]);
	close(fd[1]);
}

/* A reader that does not read: what there is no room for is lost, and told of later. */
TEST(events_do_not_wait)
{
	char buf[65536];
	struct json_object *object;
	bool told = false;
	struct events ev;
	int fd[2], i;

	EXPECT(!pipe(fd));
	events_init(&ev, fd[1]);
	for (i = 0; i < 30000; i++) {
		event_begin(&ev, "much");
		event_num(&ev, "i", i);
		event_end(&ev);
		if (!(i % 100))
			events_flush(&ev);
	}
	EXPECT(ev.lost > 0);
	EXPECT_EQ(30000, ev.lost + ev.written);
	EXPECT(!events_flush(&ev));
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	do {
		while (read(fd[0], buf, sizeof(buf)) > 0)
			;
	} while (!events_flush(&ev));
	while (read(fd[0], buf, sizeof(buf)) > 0)
		;
	event_begin(&ev, "again");
	event_end(&ev);
	events_flush(&ev);
	fcntl(fd[0], F_SETFL, 0);
	object = line(fd[0]);
	told = !strcmp(member(object, "event"), "lost");
	EXPECT(told);
	json_object_put(object);
	object = line(fd[0]);
	EXPECT_STR("again", member(object, "event"));
	json_object_put(object);
	events_exit(&ev);
	close(fd[0]);
	close(fd[1]);
}

TEST(events_nobody_reads)
{
	struct events ev;
	int fd[2];

	EXPECT(!socketpair(AF_UNIX, SOCK_STREAM, 0, fd));
	events_init(&ev, fd[1]);
	close(fd[0]);
	event_begin(&ev, "x");
	event_end(&ev);
	EXPECT(events_flush(&ev));
	EXPECT_EQ(-1, ev.fd);
	event_begin(&ev, "y");
	event_str(&ev, "a", "b");
	event_list(&ev, "list");
	event_item(&ev, "c");
	event_list_end(&ev);
	event_end(&ev);
	EXPECT(events_flush(&ev));
	events_exit(&ev);
	close(fd[1]);
}

/* A full disk is not the end: what was told is written when there is room. */
TEST(events_of_a_full_disk)
{
	struct json_object *object;
	struct events ev;
	int fd[2], full = open("/dev/full", O_WRONLY);

	EXPECT(full >= 0 && !pipe2(fd, O_NONBLOCK));
	events_init(&ev, full);
	event_begin(&ev, "x");
	event_end(&ev);
	EXPECT(!events_flush(&ev));
	EXPECT_EQ(full, dup2(fd[1], full));
	EXPECT(events_flush(&ev));
	object = line(fd[0]);
	EXPECT_STR("x", member(object, "event"));
	json_object_put(object);
	events_exit(&ev);
	close(full);
	close(fd[0]);
	close(fd[1]);
}

TEST(limit_lets_so_many_pass)
{
	struct limit limit = { 0 };
	int i, n = 0;

	for (i = 0; i < 100; i++)
		n += limit_take(&limit, 10, 1000);
	EXPECT_EQ(10, n);
	EXPECT(!limit_take(&limit, 10, 1099));
	EXPECT(limit_take(&limit, 10, 1101));
	EXPECT(!limit_take(&limit, 10, 1101));
	for (i = 0, n = 0; i < 100; i++)
		n += limit_take(&limit, 10, 100000);
	EXPECT_EQ(10, n);
	EXPECT(!limit_take(&limit, 0, 200000));
	memset(&limit, 0, sizeof(limit));
	EXPECT(limit_take(&limit, 1000000, 0));
}
