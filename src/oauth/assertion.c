#include "oauth/assertion.h"

#include "base/log.h"
#include "domain/grant/issuer.h"
#include "domain/grant/token_claims.h"
#include "domain/pool/pool_settings.h"
#include "oauth/once.h"
#include "token/jws.h"

#define JTI_MAX 512
#define SKEW_MS (30 * LG_SECOND_MS)

static lg_status
refuse(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_CLIENT, "%s", why);
}

static lg_status
parse(struct lg_ctx *cx, lg_str assertion, struct lg_jws *ret)
{
	const lg_status s = lg_jws_parse_client(cx, assertion, ret);
	return s.code == LG_E_MALFORMED ? refuse(cx, "The client assertion is no signed token.") : s;
}

lg_status
lg_oauth_assertion_client(struct lg_ctx *cx, lg_str assertion, lg_str *ret)
{
	struct lg_jws jws;
	LG_TRY(parse(cx, assertion, &jws));
	*ret = lg_json_member_text(jws.claims, LG_STR("sub"));
	return LG_OK;
}

/* ---- its key ---- */

static void
release_key(void *key)
{
	lg_pkey_free(key);
}

static lg_status
find_key(struct lg_ctx *cx, struct lg_env *env, lg_str keys, const struct lg_jws *jws, struct lg_pkey **ret)
{
	enum lg_alg alg;
	if (lg_failed(lg_alg_from_name(jws->alg, &alg)))
		return refuse(cx, "The algorithm of the client assertion is not supported.");
	if (lg_str_starts(keys, LG_STR("http"))) {
		const lg_status s = lg_jwks_key(cx, env, keys, jws->kid, alg, ret);
		if (s.code != LG_E_NOT_FOUND && s.code != LG_E_UNAVAILABLE)
			return s;
		lg_log(LG_LOG_WARN, "no key of a client", LG_KV_STR("jwks", keys),
			LG_KV_STR("why", lg_failure_text(cx, s.code)));
		return refuse(cx, "The client has no key that the assertion could be signed with.");
	}
	if (alg != LG_ALG_ES256)
		return refuse(cx, "The algorithm of the client assertion is not that of the client's key.");
	LG_TRY(lg_client_key_read(cx, keys, ret));
	return lg_ctx_hold(cx, release_key, *ret);
}

/* ---- what it says ---- */

static bool
is_for(const json_t *claims, lg_str issuer)
{
	const json_t *aud = lg_json_member(claims, LG_STR("aud"));
	if (json_is_array(aud))
		aud = json_array_size(aud) == 1 ? json_array_get(aud, 0) : NULL;
	return lg_str_eq(lg_json_text(aud), issuer);
}

static lg_status
check_claims(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_client *client,
	const json_t *claims, lg_time *ret_expires)
{
	lg_time start;
	if (!lg_str_eq(lg_json_member_text(claims, LG_STR("iss")), client->id) ||
		!lg_str_eq(lg_json_member_text(claims, LG_STR("sub")), client->id))
		return refuse(cx, "The client assertion is not about its client.");
	/* The issuer is the one name that no other server has: its endpoints could be told falsely. */
	if (!is_for(claims, pool->issuer))
		return refuse(cx, "The audience of the client assertion is to be the issuer.");
	if (!lg_claim_time(claims, LG_STR("exp"), ret_expires) || !lg_time_before(cx->now, *ret_expires))
		return refuse(cx, "The client assertion has expired.");
	if (lg_time_before(lg_time_add_ms(cx->now, LG_OAUTH_ASSERTION_MAX_S * LG_SECOND_MS), *ret_expires))
		return refuse(cx, "The client assertion is to expire within an hour.");
	const lg_time soon = lg_time_add_ms(cx->now, SKEW_MS);
	const lg_str starts[] = { LG_STR("nbf"), LG_STR("iat") };
	for (size_t i = 0; i < LG_LEN(starts); i++)
		if (lg_json_member(claims, starts[i]) &&
			(!lg_claim_time(claims, starts[i], &start) || lg_time_before(soon, start)))
			return refuse(cx, "The client assertion is not valid yet.");
	return LG_OK;
}

lg_status
lg_oauth_assertion_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str assertion)
{
	const lg_str keys = lg_client_keys(pool, client);
	struct lg_jws jws;
	struct lg_pkey *key;
	lg_time expires;
	if (!lg_str_present(keys))
		return refuse(cx, "The client has no key.");
	LG_TRY(parse(cx, assertion, &jws));
	LG_TRY(check_claims(cx, pool, client, jws.claims, &expires));
	const lg_str jti = lg_json_member_text(jws.claims, LG_STR("jti"));
	if (lg_str_empty(jti) || jti.len > JTI_MAX)
		return refuse(cx, "The client assertion has no jti.");
	LG_TRY(find_key(cx, env, keys, &jws, &key));
	lg_status s = lg_pkey_verify(cx, key, jws.input, jws.signature);
	if (s.code == LG_E_MISMATCH)
		return refuse(cx, "The signature of the client assertion is wrong.");
	LG_TRY(s);
	s = lg_oauth_once(cx, env, pool, LG_STR("assertion"), client->id, jti, expires);
	return s.code == LG_E_SPENT ? refuse(cx, "The client assertion was used before.") : s;
}
