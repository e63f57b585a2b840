#include "oauth/hint.h"

#include "domain/grant/id_token.h"

static lg_status
mismatch(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MISMATCH, "no ID token of this pool");
}

lg_status
lg_oauth_hint_open(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str hint, json_t **ret)
{
	struct lg_jws jws;
	const lg_status s = lg_jws_parse(cx, hint, &jws);
	if (s.code == LG_E_MALFORMED)
		return mismatch(cx);
	LG_TRY(s);
	LG_TRY(lg_id_token_verify(cx, env, pool, &jws));
	/* Keys of a pool sign access tokens, too, and its issuer may have had another name. */
	if (!lg_str_eq(lg_json_member_text(jws.claims, LG_STR("token_use")), LG_STR("id")) ||
		!lg_str_eq(lg_json_member_text(jws.claims, LG_STR("iss")), pool->issuer))
		return mismatch(cx);
	*ret = jws.claims;
	return LG_OK;
}

lg_status
lg_oauth_hint_client(struct lg_ctx *cx, lg_str hint, lg_str *ret)
{
	struct lg_jws jws;
	*ret = LG_STR_NONE;
	const lg_status s = lg_jws_parse(cx, hint, &jws);
	if (s.code == LG_E_MALFORMED)
		return LG_OK;
	LG_TRY(s);
	*ret = lg_json_member_text(jws.claims, LG_STR("aud"));
	return LG_OK;
}
