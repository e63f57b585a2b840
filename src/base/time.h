/*
 * time.h - points in time (milliseconds since the Unix epoch, UTC) and the clocks that tell them.
 */
#ifndef LG_BASE_TIME_H
#define LG_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef struct lg_time {
	int64_t ms;
} lg_time;

#define LG_SECOND_MS INT64_C(1000)
#define LG_MINUTE_MS (60 * LG_SECOND_MS)
#define LG_HOUR_MS (60 * LG_MINUTE_MS)
#define LG_DAY_MS (24 * LG_HOUR_MS)

/* A clock. `offset_ms` is added to the system's time; only the development kit moves it, forward. */
struct lg_clock {
	int64_t (*now_ms)(struct lg_clock *self);
	_Atomic int64_t offset_ms;
};

void lg_clock_system(struct lg_clock *ret);

/* Service time: what is issued, stored or expires is measured with it. */
lg_time lg_clock_now(struct lg_clock *clock);

/* The machine's own time, never moved: the Date header and the freshness of signatures. */
lg_time lg_clock_real(struct lg_clock *clock);

/* Milliseconds of a clock that never jumps, for intervals and deadlines. */
int64_t lg_monotonic_ms(void);

bool lg_time_before(lg_time a, lg_time b);
lg_time lg_time_add_ms(lg_time t, int64_t ms);
int64_t lg_time_s(lg_time t); /* whole seconds, rounded down */

/* "2026-01-31T12:00:00Z"; the buffer forms write a terminating NUL. */
#define LG_TIME_RFC3339_SIZE 32
#define LG_TIME_HTTP_SIZE 32
#define LG_TIME_SIGV4_SIZE 17
void lg_time_rfc3339(lg_time t, char ret[LG_TIME_RFC3339_SIZE]);
/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7) */
void lg_time_http(lg_time t, char ret[LG_TIME_HTTP_SIZE]);

/* "20300115T102030Z"; false when it is no such time. */
bool lg_time_parse_sigv4(lg_str text, lg_time *ret);

#endif
