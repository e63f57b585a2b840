#include "codec/cookie.h"

/* The name as it travels. */
static lg_str
prefix_of(bool secure)
{
	return secure ? LG_COOKIE_HOST : LG_STR("");
}

static bool
is_named(lg_str key, lg_str name, bool secure)
{
	const lg_str prefix = prefix_of(secure);
	return lg_str_starts(key, prefix) && lg_str_eq(lg_str_slice(key, prefix.len, key.len), name);
}

lg_str
lg_cookie_find(lg_str header, lg_str name, bool secure)
{
	lg_str found = LG_STR_NONE;
	while (lg_str_present(header)) {
		lg_str value = lg_str_cut(&header, ';');
		const lg_str key = lg_str_trim(lg_str_cut(&value, '='));
		if (!is_named(key, name, secure) || !lg_str_present(value))
			continue;
		if (lg_str_present(found))
			return LG_STR_NONE;
		found = lg_str_trim(value);
	}
	return found;
}

lg_status
lg_cookie_make(struct lg_ctx *cx, const struct lg_cookie *cookie, lg_str *ret)
{
	lg_str age = LG_STR("");
	if (lg_str_empty(cookie->value))
		age = LG_STR("; Max-Age=0");
	else if (cookie->max_age_s > 0)
		LG_TRY(lg_str_fmt(cx, &age, "; Max-Age=%lld", (long long)cookie->max_age_s));
	const lg_str prefix = prefix_of(cookie->secure);
	if (prefix.len + cookie->name.len + cookie->value.len > LG_COOKIE_MAX)
		return lg_fail(cx, LG_E_TOO_LARGE, "a cookie that no browser keeps");
	return lg_str_fmt(cx, ret, "%.*s%.*s=%.*s; Path=/%.*s%s; HttpOnly; SameSite=Lax", LG_FMT(prefix),
		LG_FMT(cookie->name), LG_FMT(cookie->value), LG_FMT(age), cookie->secure ? "; Secure" : "");
}
