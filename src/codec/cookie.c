#include "codec/cookie.h"

lg_str
lg_cookie_find(lg_str header, lg_str name)
{
	lg_str found = LG_STR_NONE;
	while (lg_str_present(header)) {
		lg_str value = lg_str_cut(&header, ';');
		const lg_str key = lg_str_trim(lg_str_cut(&value, '='));
		if (!lg_str_eq(key, name) || !lg_str_present(value))
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
	return lg_str_fmt(cx, ret, "%.*s=%.*s; Path=/%.*s%s; HttpOnly; SameSite=Lax", LG_FMT(cookie->name),
		LG_FMT(cookie->value), LG_FMT(age), cookie->secure ? "; Secure" : "");
}
