#include "page/form.h"

#include "base/secret.h"
#include "codec/cookie.h"
#include "codec/uri.h"
#include "proto/origin.h"

#define COOKIE LG_STR("XSRF-TOKEN")
#define FIELD LG_STR("_csrf")
#define TYPE LG_STR("application/x-www-form-urlencoded")
#define TOKEN_SIZE 36

static bool
is_token(lg_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') && c != '-')
			return false;
	}
	return text.len == TOKEN_SIZE;
}

lg_status
lg_form_token(struct lg_page *pg)
{
	const lg_str sent = lg_page_sent_cookie(pg, COOKIE);
	if (is_token(sent)) {
		pg->csrf = sent;
		return LG_OK;
	}
	LG_TRY(lg_rand_uuid(pg->cx, &pg->csrf));
	const struct lg_cookie cookie = {
		.name = COOKIE, .value = pg->csrf, .secure = lg_browser_secure(pg->env) };
	lg_str header;
	LG_TRY(lg_cookie_make(pg->cx, &cookie, &header));
	lg_page_cookie(pg, header);
	return LG_OK;
}

/*
 * Our pages send no referrer, and for them browsers say "Origin: null" (Fetch, 3.2), as they do for a page
 * without an origin. Sec-Fetch-Site tells the two apart; an older browser has the token alone.
 */
static bool
is_foreign(const struct lg_page *pg)
{
	const lg_str site = lg_http_header(pg->req, LG_STR("Sec-Fetch-Site"));
	if (lg_str_present(site) && !lg_str_eq(site, LG_STR("same-origin"))
	    && !lg_str_eq(site, LG_STR("none")))
		return true;
	if (lg_str_eq(lg_http_header(pg->req, LG_STR("Origin")), LG_STR("null")))
		return false;
	return lg_origin_foreign(pg->env->settings, pg->req);
}

static bool
is_form(const struct lg_page *pg)
{
	lg_str type = lg_http_header(pg->req, LG_STR("Content-Type"));
	return lg_str_eq_nocase(lg_str_trim(lg_str_cut(&type, ';')), TYPE);
}

lg_status
lg_form_read(struct lg_page *pg)
{
	if (is_foreign(pg))
		return lg_fail(pg->cx, LG_E_FORBIDDEN, "a form of another site");
	if (!is_form(pg))
		return LG_STATUS(LG_E_MALFORMED);
	LG_TRY(lg_form_parse(pg->cx, pg->req->body, &pg->form));
	const lg_str cookie = lg_page_sent_cookie(pg, COOKIE);
	if (!is_token(cookie) || !lg_ct_eq(cookie, lg_str_map_get(&pg->form, FIELD)))
		return LG_STATUS(LG_E_MISMATCH);
	return LG_OK;
}

lg_str
lg_form_raw(const struct lg_page *pg, lg_str name)
{
	return lg_str_map_get(&pg->form, name);
}

lg_str
lg_form_get(const struct lg_page *pg, lg_str name)
{
	return lg_str_trim(lg_form_raw(pg, name));
}

lg_status
lg_form_code(const struct lg_page *pg, lg_str name, lg_str *ret)
{
	const lg_str typed = lg_form_get(pg, name);
	char *code = lg_new_array(pg->cx, char, typed.len + 1);
	if (!code)
		return lg_fail_default(pg->cx, LG_E_NO_MEMORY);
	size_t len = 0;
	for (size_t i = 0; i < typed.len; i++) {
		if (typed.ptr[i] != ' ')
			code[len++] = typed.ptr[i];
	}
	*ret = lg_str_from_bytes(code, len);
	return LG_OK;
}

bool
lg_form_action(const struct lg_page *pg, lg_str value)
{
	return lg_str_eq(lg_form_raw(pg, LG_STR("action")), value);
}
