#include "page/text.h"

#include "gen/pages.h"
#include "page/language.h"

#define MAX_BYTES ((size_t)8192)
#define COUNT LG_STR("count")
#define TIME LG_STR("time")

static lg_str
value_of(const struct lg_text *text, lg_str name)
{
	for (size_t i = 0; i < LG_TEXT_ARGS; i++)
		if (lg_str_eq(text->args[i].key, name))
			return text->args[i].value;
	return LG_STR_NONE;
}

static lg_str
pattern_of(const struct lg_language *language, const struct lg_text *text)
{
	uint64_t count = 0;
	if (!lg_str_to_uint(value_of(text, COUNT), INT64_MAX, &count))
		count = 0;
	return lg_language_text(language, text->key, count);
}

/* ---- points in time ---- */

struct when {
	lg_str year, month, day, hour, minute;
};

static bool
all_digits(lg_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return true;
}

static lg_str
without_zero(lg_str digits)
{
	return lg_str_starts(digits, LG_STR("0")) ? lg_str_slice(digits, 1, digits.len) : digits;
}

/* "2026-01-31T12:00:00Z" */
static bool
read_time(lg_str text, struct when *ret)
{
	*ret = (struct when){ lg_str_slice(text, 0, 4), lg_str_slice(text, 5, 7), lg_str_slice(text, 8, 10),
		lg_str_slice(text, 11, 13), lg_str_slice(text, 14, 16) };
	return text.len >= 20 && text.ptr[10] == 'T' && lg_str_ends(text, LG_STR("Z")) &&
	       all_digits(ret->year) && all_digits(ret->month) && all_digits(ret->day) &&
	       all_digits(ret->hour) && all_digits(ret->minute);
}

static lg_str
month_name(const struct lg_language *language, lg_str month)
{
	lg_str rest = lg_language_text(language, LG_STR("time.months"), 0);
	uint64_t at;
	if (!lg_str_to_uint(without_zero(month), 12, &at))
		return month;
	for (; at > 1 && lg_str_present(rest); at--)
		lg_str_cut(&rest, ' ');
	const lg_str name = lg_str_cut(&rest, ' ');
	return lg_str_empty(name) ? month : name;
}

static lg_str
part_of(const struct lg_language *language, const struct when *when, lg_str name)
{
	if (lg_str_eq(name, LG_STR("year")))
		return when->year;
	if (lg_str_eq(name, LG_STR("month")))
		return month_name(language, when->month);
	if (lg_str_eq(name, LG_STR("day")))
		return without_zero(when->day);
	return lg_str_eq(name, LG_STR("hour")) ? when->hour : when->minute;
}

/* Where we do not know what time it is for the reader, it is said for everybody. */
static lg_status
show_time(struct lg_ctx *cx, const struct lg_language *language, const struct when *when, lg_str *ret)
{
	lg_str rest = lg_language_text(language, LG_STR("time.format"), 0);
	struct lg_buf buf = lg_buf_start(cx, MAX_BYTES);
	while (lg_str_present(rest)) {
		lg_buf_put(&buf, lg_str_cut(&rest, '{'));
		if (lg_str_present(rest))
			lg_buf_put(&buf, part_of(language, when, lg_str_cut(&rest, '}')));
	}
	return lg_buf_finish(cx, &buf, ret);
}

/* ---- texts ---- */

/*
 * A value in plain text. What may run from left to right inside of what runs from right to left is put
 * between FSI and PDI (Unicode Bidirectional Algorithm, 2.4); markup has <bdi>.
 */
static lg_status
put_value(
	struct lg_ctx *cx, const struct lg_language *language, lg_str name, lg_str value, struct lg_buf *buf)
{
	const bool apart = language && language->rtl && !lg_str_eq(name, COUNT);
	struct when when;
	if (lg_str_eq(name, TIME) && read_time(value, &when))
		LG_TRY(show_time(cx, language, &when, &value));
	lg_buf_put(buf, apart ? LG_STR("\u2068") : LG_STR(""));
	lg_buf_put(buf, value);
	lg_buf_put(buf, apart ? LG_STR("\u2069") : LG_STR(""));
	return LG_OK;
}

lg_status
lg_text_show(struct lg_ctx *cx, const struct lg_language *language, const struct lg_text *text, lg_str *ret)
{
	lg_str rest = pattern_of(language, text);
	if (!lg_str_has_byte(rest, '{')) {
		*ret = rest;
		return LG_OK;
	}
	struct lg_buf buf = lg_buf_start(cx, MAX_BYTES);
	while (lg_str_present(rest)) {
		lg_buf_put(&buf, lg_str_cut(&rest, '{'));
		if (!lg_str_present(rest))
			break;
		const lg_str name = lg_str_cut(&rest, '}');
		LG_TRY(put_value(cx, language, name, value_of(text, name), &buf));
	}
	return lg_buf_finish(cx, &buf, ret);
}

/* Has it a letter that says which way it runs? Numbers of phones and codes often have none. */
static bool
has_letter(lg_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.ptr[i];
		if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			return true;
	}
	return false;
}

static lg_status
render_value(struct lg_ctx *cx, const struct lg_language *language, lg_str name, lg_str value, lg_html *ret)
{
	const bool rtl = language && language->rtl;
	struct when when;
	lg_str words;
	if (!lg_str_eq(name, TIME) || !read_time(value, &when))
		return lg_html_render(cx, &lg_template_view_value,
			&(const struct lg_page_view_value){ .text = value,
				.direction = rtl && !has_letter(value) ? LG_STR("ltr") : LG_STR_NONE },
			MAX_BYTES, ret);
	LG_TRY(show_time(cx, language, &when, &words));
	return lg_html_render(cx, &lg_template_view_time,
		&(const struct lg_page_view_time){ .time = value, .text = words }, MAX_BYTES, ret);
}

lg_status
lg_text_html(struct lg_ctx *cx, const struct lg_language *language, const struct lg_text *text, lg_html *ret)
{
	lg_str rest = pattern_of(language, text);
	struct lg_buf buf = lg_buf_start(cx, MAX_BYTES);
	while (lg_str_present(rest)) {
		lg_html piece;
		LG_TRY(lg_html_render(cx, &lg_template_view_text,
			&(const struct lg_page_view_text){ .text = lg_str_cut(&rest, '{') }, MAX_BYTES,
			&piece));
		lg_buf_put(&buf, piece.markup);
		if (!lg_str_present(rest))
			break;
		const lg_str name = lg_str_cut(&rest, '}');
		LG_TRY(render_value(cx, language, name, value_of(text, name), &piece));
		lg_buf_put(&buf, piece.markup);
	}
	return lg_buf_finish(cx, &buf, &ret->markup);
}
