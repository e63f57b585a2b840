#include "policy/value.h"

#include <arpa/inet.h>

#include <string.h>

#define EPOCH_MAX_DIGITS 15
#define ADDRESS_MAX_CHARS 45 /* of IPv6 with an IPv4 tail */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at the beginning of `*s`, at most `most` of them, taken off. */
static lg_str
take_digits(lg_str *s, size_t most)
{
	size_t count = 0;
	while (count < s->len && count < most && is_digit(s->ptr[count]))
		count++;
	lg_str digits = lg_str_slice(*s, 0, count);
	*s = lg_str_slice(*s, count, s->len);
	return digits;
}

static bool
take_byte(lg_str *s, char byte)
{
	if (!s->len || s->ptr[0] != byte)
		return false;
	*s = lg_str_slice(*s, 1, s->len);
	return true;
}

bool
lg_decimal_parse(lg_str text, struct lg_decimal *ret)
{
	struct lg_decimal d = { .negative = take_byte(&text, '-') };
	d.whole = take_digits(&text, text.len);
	if (!d.whole.len)
		return false;
	if (take_byte(&text, '.')) {
		d.fraction = take_digits(&text, text.len);
		if (!d.fraction.len)
			return false;
	}
	if (text.len)
		return false;
	while (take_byte(&d.whole, '0'))
		;
	while (d.fraction.len && d.fraction.ptr[d.fraction.len - 1] == '0')
		d.fraction.len--;
	d.negative = d.negative && (d.whole.len || d.fraction.len);
	*ret = d;
	return true;
}

int
lg_decimal_cmp(const struct lg_decimal *a, const struct lg_decimal *b)
{
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	int order;
	if (a->whole.len != b->whole.len)
		order = a->whole.len < b->whole.len ? -1 : 1;
	else
		order = lg_str_cmp(a->whole, b->whole);
	if (!order) /* Of two fractions that begin alike the longer one is greater, as bytes are. */
		order = lg_str_cmp(a->fraction, b->fraction);
	return a->negative ? -order : order;
}

/* ---- time ---- */

static bool
take_number(lg_str *s, size_t digits, int64_t *ret)
{
	lg_str text = take_digits(s, digits);
	if (text.len != digits)
		return false;
	int64_t value = 0;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (text.ptr[i] - '0');
	*ret = value;
	return true;
}

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t
days_of_month(int64_t year, int64_t month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to the first of a year, of the Gregorian calendar carried on backwards. */
static int64_t
days_to_year(int64_t year)
{
	int64_t before = year - 1, days = 365 * (year - 1970);
	/*
	 * 477 leap days before 1970. Division rounds to zero, so the one of year 0 is missing for year 0
	 * itself.
	 */
	return days + before / 4 - before / 100 + before / 400 - 477 - (year == 0);
}

/* "", "-MM", "-MM-DD" behind the year. */
static bool
take_date(lg_str *s, int64_t *ret_days, bool *ret_has_day)
{
	int64_t year, month = 1, day = 1;
	*ret_has_day = false;
	if (!take_number(s, 4, &year))
		return false;
	if (take_byte(s, '-')) {
		if (!take_number(s, 2, &month) || month < 1 || month > 12)
			return false;
		if (take_byte(s, '-')) {
			if (!take_number(s, 2, &day) || day < 1 || day > days_of_month(year, month))
				return false;
			*ret_has_day = true;
		}
	}
	int64_t days = days_to_year(year) + day - 1;
	for (int64_t m = 1; m < month; m++)
		days += days_of_month(year, m);
	*ret_days = days;
	return true;
}

/* "Z", "+hh:mm", "-hh:mm": seconds east of Greenwich. */
static bool
take_zone(lg_str *s, int64_t *ret)
{
	int64_t hours, minutes, sign = 1;
	*ret = 0;
	if (take_byte(s, 'Z'))
		return true;
	if (take_byte(s, '-'))
		sign = -1;
	else if (!take_byte(s, '+'))
		return false;
	if (!take_number(s, 2, &hours) || !take_byte(s, ':') || !take_number(s, 2, &minutes) || hours > 23 ||
		minutes > 59)
		return false;
	*ret = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* "hh:mm", "hh:mm:ss", "hh:mm:ss.f", and a zone. */
static bool
take_time(lg_str *s, struct lg_instant *ret)
{
	int64_t hour, minute, second = 0, zone;
	uint32_t ns = 0;
	if (!take_number(s, 2, &hour) || !take_byte(s, ':') || !take_number(s, 2, &minute))
		return false;
	if (take_byte(s, ':')) {
		if (!take_number(s, 2, &second))
			return false;
		if (take_byte(s, '.')) {
			lg_str fraction = take_digits(s, s->len);
			if (!fraction.len)
				return false;
			for (size_t i = 0; i < 9; i++)
				ns = ns * 10 + (i < fraction.len ? (uint32_t)(fraction.ptr[i] - '0') : 0);
		}
	}
	if (hour > 23 || minute > 59 || second > 59 || !take_zone(s, &zone))
		return false;
	*ret = (struct lg_instant){ hour * 3600 + minute * 60 + second - zone, ns };
	return true;
}

static bool
parse_epoch(lg_str text, struct lg_instant *ret)
{
	bool negative = take_byte(&text, '-');
	int64_t s;
	if (!text.len || text.len > EPOCH_MAX_DIGITS || !take_number(&text, text.len, &s))
		return false;
	*ret = (struct lg_instant){ .s = negative ? -s : s };
	return true;
}

bool
lg_instant_parse(lg_str text, struct lg_instant *ret)
{
	lg_str rest = text;
	int64_t days;
	bool has_day;
	if (!take_date(&rest, &days, &has_day) || (rest.len && rest.ptr[0] != 'T'))
		return parse_epoch(text, ret);
	struct lg_instant time = { 0 };
	if (rest.len && (!has_day || !take_byte(&rest, 'T') || !take_time(&rest, &time) || rest.len))
		return false;
	*ret = (struct lg_instant){ days * 86400 + time.s, time.ns };
	return true;
}

int
lg_instant_cmp(const struct lg_instant *a, const struct lg_instant *b)
{
	if (a->s != b->s)
		return a->s < b->s ? -1 : 1;
	return a->ns < b->ns ? -1 : a->ns > b->ns;
}

/* ---- addresses ---- */

bool
lg_cidr_parse_address(lg_str text, struct lg_cidr *ret)
{
	char c_text[ADDRESS_MAX_CHARS + 1];
	if (!text.len || text.len > ADDRESS_MAX_CHARS || lg_str_has_byte(text, '\0'))
		return false;
	memcpy(c_text, text.ptr, text.len);
	c_text[text.len] = '\0';
	struct lg_cidr address = { .len = 4, .bits = 32 };
	if (inet_pton(AF_INET, c_text, address.bytes) != 1) {
		address.len = 16;
		address.bits = 128;
		if (inet_pton(AF_INET6, c_text, address.bytes) != 1)
			return false;
	}
	*ret = address;
	return true;
}

bool
lg_cidr_parse(lg_str text, struct lg_cidr *ret)
{
	struct lg_cidr network;
	uint64_t bits;
	lg_str rest = text, address = lg_str_cut(&rest, '/');
	if (!lg_cidr_parse_address(address, &network))
		return false;
	if (lg_str_present(rest)) {
		if (!lg_str_to_uint(rest, network.bits, &bits))
			return false;
		network.bits = (uint8_t)bits;
	}
	*ret = network;
	return true;
}

bool
lg_cidr_holds(const struct lg_cidr *network, const struct lg_cidr *address)
{
	if (network->len != address->len)
		return false;
	size_t whole = network->bits / 8, left = network->bits % 8;
	if (!lg_bytes_eq(network->bytes, address->bytes, whole))
		return false;
	unsigned differ = left ? (unsigned)(network->bytes[whole] ^ address->bytes[whole]) : 0;
	return differ >> (8 - left) == 0;
}

/* ---- names of resources ---- */

bool
lg_arn_split(lg_str text, lg_str ret[LG_ARN_PARTS])
{
	for (size_t i = 0; i < LG_ARN_PARTS - 1; i++) {
		ret[i] = lg_str_cut(&text, ':');
		if (!lg_str_present(text))
			return false;
	}
	ret[LG_ARN_PARTS - 1] = text;
	return lg_str_eq(ret[0], LG_STR("arn"));
}
