/*
 * log.h - one JSON object a line on standard error.
 *
 *   lg_log(LG_LOG_INFO, "listening", LG_KV_STR("address", address), LG_KV_INT("port", port));
 *
 * Values are escaped and cut at 2 KiB. Secrets have no way in: nobody passes one.
 */
#ifndef LG_BASE_LOG_H
#define LG_BASE_LOG_H

#include "base/str.h"

enum lg_log_level { LG_LOG_DEBUG, LG_LOG_INFO, LG_LOG_WARN, LG_LOG_ERROR };

struct lg_log_kv {
	const char *key;
	bool is_int;
	lg_str text;
	int64_t number;
};

#define LG_KV_STR(k, s) ((struct lg_log_kv){ .key = (k), .text = (s) })
#define LG_KV_INT(k, n) ((struct lg_log_kv){ .key = (k), .is_int = true, .number = (n) })

#define lg_log(level, event, ...)                                                       \
	lg_log_write((level), (event), (const struct lg_log_kv[]){ __VA_ARGS__ },       \
		sizeof((const struct lg_log_kv[]){ __VA_ARGS__ }) / sizeof(struct lg_log_kv))

void lg_log_write(enum lg_log_level level, const char *event, const struct lg_log_kv *pairs, size_t count);

/* Lines below this level are not written. Default: LG_LOG_INFO. */
void lg_log_set_level(enum lg_log_level level);

#endif
