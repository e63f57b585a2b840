#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"

#define LINE_MAX_BYTES 8192
#define VALUE_MAX_BYTES 2048

/* A line is built here, without an arena, so that exhausted memory can still be reported. */
struct line {
	char text[LINE_MAX_BYTES];
	size_t len;
};

static _Atomic int least_level = LG_LOG_INFO;

static const char *const level_names[] = {
	[LG_LOG_DEBUG] = "debug",
	[LG_LOG_INFO] = "info",
	[LG_LOG_WARN] = "warn",
	[LG_LOG_ERROR] = "error",
};

static void
put(struct line *line, const char *bytes, size_t len)
{
	/* Always leave room for the closing bracket and the line feed. */
	if (len > sizeof(line->text) - 4 - line->len)
		return;
	memcpy(line->text + line->len, bytes, len);
	line->len += len;
}

static void
put_quoted(struct line *line, lg_str s)
{
	put(line, "\"", 1);
	size_t len = s.len < VALUE_MAX_BYTES ? s.len : VALUE_MAX_BYTES;
	for (size_t i = 0; i < len && line->len < sizeof(line->text) - 16; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		char escaped[8];
		if (c == '"' || c == '\\') {
			put(line, (char[]){ '\\', (char)c }, 2);
		} else if (c < 0x20 || c >= 0x7f) {
			/* Bytes beyond ASCII too: a log line stays valid JSON whatever a client sent. */
			snprintf(escaped, sizeof(escaped), "\\u%04x", c);
			put(line, escaped, 6);
		} else {
			put(line, (const char *)&c, 1);
		}
	}
	put(line, "\"", 1);
}

void
lg_log_write(enum lg_log_level level, const char *event, const struct lg_log_kv *pairs, size_t count)
{
	if ((int)level < least_level)
		return;
	struct lg_clock clock;
	lg_clock_system(&clock);
	char when[LG_TIME_RFC3339_SIZE];
	lg_time_rfc3339(lg_clock_real(&clock), when);

	struct line line = { .len = 0 };
	put(&line, "{\"time\":", 8);
	put_quoted(&line, lg_str_from_c(when));
	put(&line, ",\"level\":", 9);
	put_quoted(&line, lg_str_from_c(level_names[level]));
	put(&line, ",\"event\":", 9);
	put_quoted(&line, lg_str_from_c(event));
	for (size_t i = 0; i < count; i++) {
		put(&line, ",", 1);
		put_quoted(&line, lg_str_from_c(pairs[i].key));
		put(&line, ":", 1);
		if (pairs[i].is_int) {
			char number[24];
			int len = snprintf(number, sizeof(number), "%" PRId64, pairs[i].number);
			put(&line, number, (size_t)len);
		} else {
			put_quoted(&line, pairs[i].text);
		}
	}
	memcpy(line.text + line.len, "}\n", 2);
	line.len += 2;

	/*
	 * One write a line: lines of several threads do not mix. A log that cannot be written stops nobody.
	 */
	ssize_t written = write(STDERR_FILENO, line.text, line.len);
	(void)written;
}

void
lg_log_set_level(enum lg_log_level level)
{
	least_level = (int)level;
}
