#include "domain/identity/login_names.h"

#include "domain/url.h"

static const struct {
	lg_str name;
	enum lg_social social;
} socials[] = {
	{ LG_STR_INIT("accounts.google.com"), LG_SOCIAL_GOOGLE },
	{ LG_STR_INIT("api.twitter.com"), LG_SOCIAL_TWITTER },
	{ LG_STR_INIT("appleid.apple.com"), LG_SOCIAL_APPLE },
	{ LG_STR_INIT("graph.facebook.com"), LG_SOCIAL_FACEBOOK },
	{ LG_STR_INIT("www.amazon.com"), LG_SOCIAL_AMAZON },
	{ LG_STR_INIT("www.digits.com"), LG_SOCIAL_DIGITS },
};

enum lg_social
lg_login_social(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(socials); i++)
		if (lg_str_eq(socials[i].name, name))
			return socials[i].social;
	return LG_SOCIAL_NONE;
}

lg_str
lg_login_without_scheme(lg_str url)
{
	const lg_str scheme = lg_url_scheme(url);
	const lg_str rest = lg_str_present(scheme) ? lg_str_slice(url, scheme.len + 1, url.len) : url;
	return lg_str_starts(rest, LG_STR("//")) ? lg_str_slice(rest, 2, rest.len) : url;
}

/* "us-east-1_Abc": a region, and what a pool of it is called. */
static bool
is_pool_of(lg_str pool_id, lg_str region)
{
	lg_str rest = pool_id;
	return lg_str_eq(lg_str_cut(&rest, '_'), region) && !lg_str_empty(rest);
}

lg_str
lg_login_user_pool(const struct lg_settings *settings, lg_str name)
{
	const lg_str head = LG_STR("cognito-idp."), tail = LG_STR(".amazonaws.com");
	const size_t slash = lg_str_find_byte(name, '/');
	if (slash == name.len)
		return LG_STR_NONE;
	const lg_str host = lg_str_slice(name, 0, slash);
	const lg_str pool_id = lg_str_slice(name, slash + 1, name.len);
	if (lg_str_eq(host, lg_login_without_scheme(settings->public_url)) && lg_str_has_byte(pool_id, '_'))
		return pool_id;
	if (!lg_str_starts(host, head) || !lg_str_ends(host, tail) || host.len <= head.len + tail.len)
		return LG_STR_NONE;
	const lg_str region = lg_str_slice(host, head.len, host.len - tail.len);
	return is_pool_of(pool_id, region) ? pool_id : LG_STR_NONE;
}

lg_status
lg_login_user_pool_name(struct lg_ctx *cx, lg_str pool_id, lg_str *ret)
{
	lg_str rest = pool_id;
	const lg_str region = lg_str_cut(&rest, '_');
	return lg_str_fmt(cx, ret, "cognito-idp.%.*s.amazonaws.com/%.*s", LG_FMT(region), LG_FMT(pool_id));
}

lg_status
lg_login_provider(struct lg_ctx *cx, const struct lg_settings *settings, lg_str name, lg_str *ret)
{
	const lg_str pool_id = lg_login_user_pool(settings, name);
	if (lg_str_present(pool_id))
		return lg_login_user_pool_name(cx, pool_id, ret);
	*ret = name;
	return LG_OK;
}

lg_str
lg_login_user_pool_client(const struct lg_settings *settings, lg_str key, lg_str *ret_client_id)
{
	/* The host may have a port; client ids have no colon. */
	size_t colon = key.len;
	while (colon > 0 && key.ptr[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return LG_STR_NONE;
	*ret_client_id = lg_str_slice(key, colon, key.len);
	return lg_login_user_pool(settings, lg_str_slice(key, 0, colon - 1));
}

lg_status
lg_login_mapping_key(struct lg_ctx *cx, const struct lg_settings *settings, lg_str key, lg_str *ret)
{
	lg_str client_id, name;
	const lg_str pool_id = lg_login_user_pool_client(settings, key, &client_id);
	if (!lg_str_present(pool_id)) {
		*ret = key;
		return LG_OK;
	}
	LG_TRY(lg_login_user_pool_name(cx, pool_id, &name));
	return lg_str_concat(cx, (const lg_str[]){ name, LG_STR(":"), client_id }, 3, ret);
}

lg_str
lg_login_iam_provider(const struct lg_settings *settings, lg_str kind, lg_str arn)
{
	lg_str rest = arn;
	const bool ours = lg_str_eq(lg_str_cut(&rest, ':'), LG_STR("arn")) &&
			  !lg_str_empty(lg_str_cut(&rest, ':')) /* partition */
			  && lg_str_eq(lg_str_cut(&rest, ':'), LG_STR("iam")) &&
			  lg_str_empty(lg_str_cut(&rest, ':')) /* no region */
			  && lg_str_eq(lg_str_cut(&rest, ':'), settings->account) &&
			  lg_str_eq(lg_str_cut(&rest, '/'), kind);
	return ours && !lg_str_empty(rest) ? rest : LG_STR_NONE;
}
