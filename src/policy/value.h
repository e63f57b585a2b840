/*
 * value.h - values that are more than text: numbers, points in time, networks, names of resources.
 *
 * Readers are exact: what they do not take matches nothing in a condition. Nothing allocates.
 */
#ifndef LG_POLICY_VALUE_H
#define LG_POLICY_VALUE_H

#include "base/str.h"

/* -?digits(.digits)?, of any length, compared digit by digit. Without zeros that do not count. */
struct lg_decimal {
	bool negative; /* never of zero */
	lg_str whole; /* without leading zeros, so perhaps empty */
	lg_str fraction; /* without trailing zeros */
};

bool lg_decimal_parse(lg_str text, struct lg_decimal *ret);
int lg_decimal_cmp(const struct lg_decimal *a, const struct lg_decimal *b);

/* A point in time, down to nanoseconds; digits beyond them are cut off. */
struct lg_instant {
	int64_t s; /* since 1970-01-01T00:00:00Z */
	uint32_t ns;
};

/*
 * The W3C profile of ISO 8601 (years, months, days, minutes, seconds, fractions; a time of day has a zone),
 * or seconds of the epoch: an optional minus and up to 15 digits. Four digits alone are a year.
 */
bool lg_instant_parse(lg_str text, struct lg_instant *ret);
int lg_instant_cmp(const struct lg_instant *a, const struct lg_instant *b);

/* An address, or all that begin with its first bits. */
struct lg_cidr {
	unsigned char bytes[16];
	uint8_t len; /* 4 or 16 bytes */
	uint8_t bits;
};

/* "203.0.113.0/24", "2001:db8::/32"; without a slash all bits count. */
bool lg_cidr_parse(lg_str text, struct lg_cidr *ret);
/* One address: no slash. */
bool lg_cidr_parse_address(lg_str text, struct lg_cidr *ret);
/* Families never hold each other. */
bool lg_cidr_holds(const struct lg_cidr *network, const struct lg_cidr *address);

/* The parts of an ARN; the sixth takes the rest. False when there are fewer, or the first is not "arn". */
#define LG_ARN_PARTS 6
bool lg_arn_split(lg_str text, lg_str ret[LG_ARN_PARTS]);

#endif
