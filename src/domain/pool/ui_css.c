#include "domain/pool/ui_css.h"

#include <string.h>

#include "base/buf.h"

/* In byte order, as the message lists them. */
static const lg_str classes[] = {
	LG_STR_INIT("background-customizable"),
	LG_STR_INIT("banner-customizable"),
	LG_STR_INIT("errorMessage-customizable"),
	LG_STR_INIT("idpButton-customizable"),
	LG_STR_INIT("idpButton-customizable:hover"),
	LG_STR_INIT("idpDescription-customizable"),
	LG_STR_INIT("inputField-customizable"),
	LG_STR_INIT("inputField-customizable:focus"),
	LG_STR_INIT("label-customizable"),
	LG_STR_INIT("legalText-customizable"),
	LG_STR_INIT("logo-customizable"),
	LG_STR_INIT("passwordCheck-notValid-customizable"),
	LG_STR_INIT("passwordCheck-valid-customizable"),
	LG_STR_INIT("redirect-customizable"),
	LG_STR_INIT("socialButton-customizable"),
	LG_STR_INIT("submitButton-customizable"),
	LG_STR_INIT("submitButton-customizable:hover"),
	LG_STR_INIT("textDescription-customizable"),
};

static const lg_str refused[] = {
	LG_STR_INIT("@"),
	LG_STR_INIT("<"),
	LG_STR_INIT("\\"),
	LG_STR_INIT("url("),
	LG_STR_INIT("expression("),
	LG_STR_INIT("javascript:"),
	LG_STR_INIT("behavior:"),
	LG_STR_INIT("-moz-binding"),
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static lg_str
trim(lg_str s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = lg_str_slice(s, 1, s.len);
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s = lg_str_slice(s, 0, s.len - 1);
	return s;
}

/* A comment separates, so it becomes a blank. */
static lg_status
drop_comments(struct lg_ctx *cx, lg_str css, lg_str *ret)
{
	struct lg_buf plain = lg_buf_start(cx, css.len + 1);
	for (size_t i = 0; i < css.len;) {
		if (css.ptr[i] != '/' || i + 1 == css.len || css.ptr[i + 1] != '*') {
			lg_buf_byte(&plain, (unsigned char)css.ptr[i++]);
			continue;
		}
		const char *end = memmem(css.ptr + i + 2, css.len - i - 2, "*/", 2);
		if (!end)
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "CSS: a comment does not end.");
		lg_buf_byte(&plain, ' ');
		i = (size_t)(end - css.ptr) + 2;
	}
	return lg_buf_finish(cx, &plain, ret);
}

static lg_status
check_words(struct lg_ctx *cx, lg_str css)
{
	for (size_t w = 0; w < LG_LEN(refused); w++)
		for (size_t i = 0; i + refused[w].len <= css.len; i++)
			if (lg_str_eq_nocase(lg_str_slice(css, i, i + refused[w].len), refused[w]))
				return lg_fail(cx, LG_E_INVALID_PARAMETER, "CSS: %.*s can't be used.",
					LG_FMT(refused[w]));
	return LG_OK;
}

static lg_status
check_selectors(struct lg_ctx *cx, lg_str selectors)
{
	while (lg_str_present(selectors)) {
		const lg_str one = trim(lg_str_cut(&selectors, ','));
		bool known = false;
		for (size_t i = 0; i < LG_LEN(classes); i++)
			known = known || (lg_str_starts(one, LG_STR(".")) &&
						 lg_str_eq(lg_str_slice(one, 1, one.len), classes[i]));
		if (!known)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"CSS: \"%.*s\" is none of the classes that can be customized.", LG_FMT(one));
	}
	return LG_OK;
}

static lg_status
check_declarations(struct lg_ctx *cx, lg_str block)
{
	while (lg_str_present(block)) {
		const lg_str one = trim(lg_str_cut(&block, ';'));
		if (one.len && (!lg_str_has_byte(one, ':') || lg_str_has_byte(one, '{')))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "CSS: \"%.*s\" is no declaration.",
				LG_FMT(lg_str_slice(one, 0, 100)));
	}
	return LG_OK;
}

lg_status
lg_ui_css_check(struct lg_ctx *cx, lg_str css)
{
	lg_str rest;
	LG_TRY(drop_comments(cx, css, &rest));
	LG_TRY(check_words(cx, rest));
	for (rest = trim(rest); rest.len; rest = trim(rest)) {
		const size_t open = lg_str_find_byte(rest, '{');
		const size_t close = lg_str_find_byte(rest, '}');
		if (close == rest.len || open > close)
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "CSS: a rule is not complete.");
		LG_TRY(check_selectors(cx, lg_str_slice(rest, 0, open)));
		LG_TRY(check_declarations(cx, lg_str_slice(rest, open + 1, close)));
		rest = lg_str_slice(rest, close + 1, rest.len);
	}
	return LG_OK;
}
