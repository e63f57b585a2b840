#include "base/time.h"

#include <string.h>
#include <time.h>

static int64_t
system_now_ms(struct lg_clock *self)
{
	(void)self;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
lg_clock_system(struct lg_clock *ret)
{
	ret->now_ms = system_now_ms;
	ret->offset_ms = 0;
}

lg_time
lg_clock_now(struct lg_clock *clock)
{
	return (lg_time){ clock->now_ms(clock) + clock->offset_ms };
}

lg_time
lg_clock_real(struct lg_clock *clock)
{
	return (lg_time){ clock->now_ms(clock) };
}

int64_t
lg_monotonic_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
lg_time_before(lg_time a, lg_time b)
{
	return a.ms < b.ms;
}

lg_time
lg_time_add_ms(lg_time t, int64_t ms)
{
	return (lg_time){ t.ms + ms };
}

int64_t
lg_time_s(lg_time t)
{
	int64_t s = t.ms / 1000;
	return t.ms % 1000 < 0 ? s - 1 : s;
}

static struct tm
broken_down(lg_time t)
{
	time_t s = (time_t)lg_time_s(t);
	struct tm tm = { 0 };
	gmtime_r(&s, &tm);
	return tm;
}

void
lg_time_rfc3339(lg_time t, char ret[LG_TIME_RFC3339_SIZE])
{
	struct tm tm = broken_down(t);
	strftime(ret, LG_TIME_RFC3339_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void
put_two(char *at, int number)
{
	at[0] = (char)('0' + number / 10 % 10);
	at[1] = (char)('0' + number % 10);
}

void
lg_time_http(lg_time t, char ret[LG_TIME_HTTP_SIZE])
{
	/* strftime would use the locale's names. */
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
		"Oct", "Nov", "Dec" };
	struct tm tm = broken_down(t);
	/* Written by hand: every answer carries one. */
	static const char form[LG_TIME_HTTP_SIZE] = "Sun, 00 Jan 0000 00:00:00 GMT";
	memcpy(ret, form, sizeof(form));
	memcpy(ret, days[tm.tm_wday % 7], 3);
	memcpy(ret + 8, months[tm.tm_mon % 12], 3);
	put_two(ret + 5, tm.tm_mday);
	put_two(ret + 12, (tm.tm_year + 1900) / 100);
	put_two(ret + 14, (tm.tm_year + 1900) % 100);
	put_two(ret + 17, tm.tm_hour);
	put_two(ret + 20, tm.tm_min);
	put_two(ret + 23, tm.tm_sec);
}

static bool
digits(lg_str text, size_t at, size_t count, int *ret)
{
	int value = 0;
	for (size_t i = at; i < at + count; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = value * 10 + (text.ptr[i] - '0');
	}
	*ret = value;
	return true;
}

bool
lg_time_parse_sigv4(lg_str text, lg_time *ret)
{
	struct tm tm = { 0 };
	if (text.len != 16 || text.ptr[8] != 'T' || text.ptr[15] != 'Z')
		return false;
	if (!digits(text, 0, 4, &tm.tm_year) || !digits(text, 4, 2, &tm.tm_mon) || !digits(text, 6, 2,
		&tm.tm_mday)
	    || !digits(text, 9, 2, &tm.tm_hour) || !digits(text, 11, 2, &tm.tm_min)
	    || !digits(text, 13, 2, &tm.tm_sec))
		return false;
	if (tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31
	    || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*ret = (lg_time){ (int64_t)timegm(&tm) * 1000 };
	return true;
}
