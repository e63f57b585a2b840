#include "domain/federation/upstream.h"

#include "base/log.h"
#include "domain/federation/upstream_impl.h"
#include "domain/pool/identity_provider.h"
#include "domain/pool/provider_details.h"

#define ANSWER_MAX ((size_t)256 << 10)
#define S LG_STR_INIT

static const struct lg_upstream_kind kinds[] = {
	{ .type = S("OIDC"), .openid = true, .hints = true },
	{ .type = S("Google"), .openid = true, .hints = true, .bare_issuer = true },
	{ .type = S("SignInWithApple"), .openid = true, .form_post = true, .signed_secret = true },
	{ .type = S("LoginWithAmazon") },
	{ .type = S("Facebook"), .names_fields = true },
};

const struct lg_upstream_kind *
lg_upstream_kind(lg_str type)
{
	for (size_t i = 0; i < LG_LEN(kinds); i++)
		if (lg_str_eq(kinds[i].type, type))
			return &kinds[i];
	return NULL;
}

lg_status
lg_upstream_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	struct lg_upstream *ret)
{
	const struct lg_rec_identity_provider *record;
	LG_TRY(lg_provider_find(cx, env, pool, name, &record));
	const struct lg_upstream_kind *kind = lg_upstream_kind(record->type->provider_type);
	if (!kind)
		return LG_STATUS(LG_E_NOT_FOUND);
	*ret = (struct lg_upstream){ .kind = kind, .pool = pool, .name = name, .type = record->type };
	ret->client_id = lg_upstream_detail(ret, "client_id");
	ret->subject = lg_provider_type_of(kind->type)->subject;
	return LG_OK;
}

lg_str
lg_upstream_detail(const struct lg_upstream *up, const char *key)
{
	const lg_str value = lg_str_trim(lg_str_map_get(&up->type->provider_details, lg_str_from_c(key)));
	return value.len ? value : LG_STR_NONE;
}

lg_status
lg_upstream_error(struct lg_ctx *cx, const struct lg_upstream *up, const char *what)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%.*s Error - %s", LG_FMT(up->name), what);
}

bool
lg_upstream_is_token(lg_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
			return false;
	return text.len > 0;
}

/* Where we looked, and what was there, is the operator's business. Our requests have no secret in them. */
static lg_status
useless(struct lg_ctx *cx, const struct lg_upstream *up, lg_str url, lg_str why)
{
	url = lg_str_slice(url, 0, lg_str_find_byte(url, '?'));
	lg_log(LG_LOG_WARN, "identity provider gave no answer", LG_KV_STR("pool", up->pool->id),
		LG_KV_STR("provider", up->name), LG_KV_STR("url", url), LG_KV_STR("why", why));
	return lg_fail(cx, LG_E_UNAVAILABLE, "no answer");
}

lg_status
lg_upstream_ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	struct lg_fetch *request, int *ret_status, json_t **ret)
{
	struct lg_fetched answer;
	request->max_bytes = ANSWER_MAX;
	request->timeout_ms = LG_UPSTREAM_TIMEOUT_MS;
	if (!env->fetcher)
		return useless(cx, up, request->url, LG_STR("requests to other servers are off"));
	lg_status s = env->fetcher->fetch(env->fetcher, cx, request, &answer);
	if (s.code == LG_E_NO_MEMORY)
		return s;
	if (lg_failed(s))
		return useless(cx, up, request->url, lg_failure_text(cx, s.code));
	s = lg_json_parse(cx, answer.body, ret);
	if (s.code == LG_E_MALFORMED || (!lg_failed(s) && !json_is_object(*ret))) {
		lg_str why;
		LG_TRY(lg_str_fmt(cx, &why, "status %d, no JSON object", answer.status));
		return useless(cx, up, request->url, why);
	}
	LG_TRY(s);
	*ret_status = answer.status;
	return LG_OK;
}
