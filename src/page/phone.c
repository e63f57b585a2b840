#include "page/phone.h"

#include "codec/text.h"
#include "page/country.h"
#include "page/form.h"
#include "page/language.h"

#define COUNTRY LG_STR(".country")
#define SHORTEST 7 /* digits of the shortest numbers there are, with their country's code */

/* ---- what people write ---- */

/* Where a script keeps its digits; keyboards type them, and pages of the language show them. */
static const uint32_t zeros[] = { '0', 0x660, 0x6f0, 0x966, 0x9e6, 0xff10 };
/* Between digits: dashes, dots, brackets, blanks, and marks of direction that come along when one copies. */
static const struct {
	uint32_t from, to;
} between[] = { { ' ', ' ' }, { '(', ')' }, { '-', '/' }, { 0xa0, 0xa0 }, { 0xad, 0xad }, { 0x2000, 0x2015 },
	{ 0x202a, 0x202f }, { 0x2060, 0x2069 }, { 0x2212, 0x2212 }, { 0x3000, 0x3000 }, { 0x30fc, 0x30fc },
	{ 0xff08, 0xff09 }, { 0xff0d, 0xff0f } };

static char
digit_of(uint32_t c)
{
	for (size_t i = 0; i < LG_LEN(zeros); i++)
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (char)('0' + (c - zeros[i]));
	return 0;
}

static bool
is_between(uint32_t c)
{
	for (size_t i = 0; i < LG_LEN(between); i++)
		if (c >= between[i].from && c <= between[i].to)
			return true;
	return false;
}

/* Digits, behind a plus if there was one; absent when there is anything else. "+49 (0)151" has no 0. */
static lg_status
clean(struct lg_ctx *cx, lg_str typed, lg_str *ret)
{
	char *text = lg_new_array(cx, char, typed.len + 1);
	size_t len = 0;
	lg_str rest = typed;
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret = LG_STR_NONE;
	while (rest.len) {
		if (len > 1 && text[0] == '+' && lg_str_starts(rest, LG_STR("(0)"))) {
			rest = lg_str_slice(rest, 3, rest.len);
			continue;
		}
		const uint32_t c = lg_text_next(&rest);
		const char digit = digit_of(c);
		if (digit)
			text[len++] = digit;
		else if ((c == '+' || c == 0xff0b) && len == 0)
			text[len++] = '+';
		else if (!is_between(c))
			return LG_OK;
	}
	*ret = lg_str_from_bytes(text, len);
	return LG_OK;
}

/* Dialled to leave a country, whose code it is not: the same as a plus. */
static lg_str
exit_of(lg_str code)
{
	return lg_str_eq(code, LG_STR("1")) ? LG_STR("011") : LG_STR("00");
}

lg_status
lg_phone_read(struct lg_ctx *cx, lg_str typed, lg_str country, lg_str *ret)
{
	struct lg_country chosen = { .code = LG_STR_NONE };
	lg_str digits, number;
	*ret = typed;
	LG_TRY(clean(cx, typed, &digits));
	if (lg_str_empty(digits))
		return LG_OK;
	if (lg_str_starts(digits, LG_STR("+"))) {
		*ret = digits;
		return LG_OK;
	}
	if (!lg_country_find(country, &chosen))
		chosen.code = LG_STR_NONE;
	const lg_str away[] = { LG_STR("00"), exit_of(chosen.code) };
	for (size_t i = 0; i < LG_LEN(away); i++)
		if (lg_str_starts(digits, away[i]))
			return lg_str_fmt(cx, ret, "+%.*s",
				LG_FMT(lg_str_slice(digits, away[i].len, digits.len)));
	if (!lg_str_present(chosen.code))
		return LG_OK;
	digits = lg_country_without_trunk(chosen.code, digits);
	LG_TRY(lg_str_fmt(cx, &number, "+%.*s%.*s", LG_FMT(chosen.code), LG_FMT(digits)));
	if (number.len > SHORTEST)
		*ret = number;
	return LG_OK;
}

lg_status
lg_phone_write(struct lg_ctx *cx, lg_str number, lg_str likely, lg_str *ret_typed, lg_str *ret_country)
{
	struct lg_country country;
	lg_str again;
	*ret_typed = number;
	*ret_country = likely;
	if (!lg_country_of_number(number, likely, &country))
		return LG_OK;
	const lg_str inside = lg_str_slice(number, 1 + country.code.len, number.len);
	LG_TRY(lg_phone_read(cx, inside, country.name, &again));
	*ret_country = country.name;
	if (lg_str_eq(again, number))
		*ret_typed = inside;
	return LG_OK;
}

/* ---- in forms ---- */

lg_str
lg_phone_country(const struct lg_page *pg)
{
	return lg_country_likely(lg_http_header(pg->req, LG_STR("Accept-Language")),
		pg->language ? pg->language->tag : LG_STR_NONE);
}

static lg_status
chosen_country(const struct lg_page *pg, lg_str name, lg_str *ret)
{
	struct lg_country country;
	lg_str choice;
	LG_TRY(lg_str_concat(pg->cx, (const lg_str[]){ name, COUNTRY }, 2, &choice));
	*ret = lg_country_find(lg_form_get(pg, choice), &country) ? country.name : LG_STR_NONE;
	return LG_OK;
}

lg_status
lg_phone_typed(const struct lg_page *pg, lg_str name, lg_str *ret)
{
	const lg_str typed = lg_form_get(pg, name);
	lg_str country;
	LG_TRY(chosen_country(pg, name, &country));
	return lg_phone_read(pg->cx, typed, country, ret);
}

lg_status
lg_phone_field(struct lg_page *pg, struct lg_view_field *field, lg_str number)
{
	const lg_str typed = lg_form_get(pg, field->name);
	lg_str country = LG_STR_NONE;
	field->kind = LG_FIELD_TEL;
	if (pg->is_post)
		LG_TRY(chosen_country(pg, field->name, &country));
	field->country = lg_str_present(country) ? country : lg_phone_country(pg);
	if (lg_str_present(typed)) {
		field->value = typed;
		return LG_OK;
	}
	return lg_phone_write(pg->cx, number, field->country, &field->value, &field->country);
}
