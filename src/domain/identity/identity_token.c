#include "domain/identity/identity_token.h"

#include <inttypes.h>

#include "crypto/hash.h"
#include "domain/grant/token_claims.h"
#include "domain/identity/identity_keys.h"
#include "domain/identity/login_verify.h"
#include "token/jws.h"

#define TOKEN_MAX_BYTES ((size_t)48 << 10)
#define AMAZONS LG_STR("https://cognito-identity.amazonaws.com")
#define CLAIM_TAGS LG_STR("https://aws.amazon.com/tags")
#define CLAIM_POOL LG_STR("https://cognito-identity.amazonaws.com/identity-pool-arn")
#define AUTHENTICATED LG_STR("authenticated")
#define UNAUTHENTICATED LG_STR("unauthenticated")

lg_str
lg_identity_issuer(const struct lg_settings *settings)
{
	return settings->identity_issuer_own ? settings->public_url : AMAZONS;
}

bool
lg_identity_is_issuer(const struct lg_settings *settings, lg_str issuer)
{
	return lg_str_eq(issuer, AMAZONS) || lg_str_eq(issuer, settings->public_url);
}

lg_status
lg_identity_amr(struct lg_ctx *cx, const struct lg_logins *logins, struct lg_str_list *ret)
{
	struct lg_str_list amr = { .items = lg_new_array(cx, lg_str, 2 * logins->count + 1), .has = true };
	if (!amr.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	amr.items[amr.count++] = logins->count ? AUTHENTICATED : UNAUTHENTICATED;
	for (size_t i = 0; i < logins->count; i++) {
		amr.items[amr.count++] = logins->items[i].provider;
		amr.items[amr.count++] = logins->items[i].proof;
	}
	*ret = amr;
	return LG_OK;
}

bool
lg_identity_is_authenticated(const struct lg_identity_claims *claims)
{
	return lg_str_list_has(&claims->amr, AUTHENTICATED);
}

/* ---- make ---- */

/* Each tag's value is a list of one (7.2). */
static void
write_tags(struct lg_json *j, const struct lg_str_map *tags)
{
	lg_json_key(j, CLAIM_TAGS);
	lg_json_open(j, '{');
	lg_json_key(j, LG_STR("principal_tags"));
	lg_json_open(j, '{');
	for (size_t i = 0; i < tags->count; i++) {
		lg_json_key(j, tags->items[i].key);
		lg_json_open(j, '[');
		lg_json_str(j, tags->items[i].value);
		lg_json_close(j, ']');
	}
	lg_json_close(j, '}');
	lg_json_close(j, '}');
}

static lg_status
write_claims(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool,
	const struct lg_identity_claims *claims, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, TOKEN_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("sub"), claims->sub);
	lg_json_pair_str(j, LG_STR("aud"), claims->aud);
	lg_json_key(j, LG_STR("amr"));
	lg_json_open(j, '[');
	for (size_t i = 0; i < claims->amr.count; i++)
		lg_json_str(j, claims->amr.items[i]);
	lg_json_close(j, ']');
	lg_json_pair_str(j, LG_STR("iss"), lg_identity_issuer(env->settings));
	if (claims->tags.count)
		write_tags(j, &claims->tags);
	lg_json_pair_str(j, CLAIM_POOL, pool->arn);
	lg_json_pair_int(j, LG_STR("exp"), lg_time_s(claims->expires));
	lg_json_pair_int(j, LG_STR("iat"), lg_time_s(claims->issued));
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

lg_status
lg_identity_token_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool,
	const struct lg_identity_claims *claims, lg_str *ret)
{
	const struct lg_signing_key *key;
	lg_str text;
	unsigned char name[LG_SHA256_SIZE];
	LG_TRY(lg_identity_signing_key(cx, env, pool->region, &key));
	LG_TRY(write_claims(cx, env, pool, claims, &text));
	/* A kid may come again after a reset, for another key: the holder knows keys by what they are. */
	lg_sha256(&key->public_der, 1, name);
	struct lg_sign_job job = {
		.kid = lg_str_from_bytes(name, sizeof(name)), .alg = key->alg, .sealed = key->sealed
	};
	LG_TRY(lg_jws_input_typed(cx, key->kid, LG_STR("JWS"), key->alg, text, &job.input));
	LG_TRY(lg_keyholder_sign(env->keys, cx, &job, 1));
	return lg_jws_join(cx, job.input, job.signature, ret);
}

/* ---- read ---- */

static lg_status
no_token(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MALFORMED, "no token of an identity pool");
}

static lg_status
read_amr(struct lg_ctx *cx, const json_t *list, struct lg_str_list *ret)
{
	const size_t count = json_array_size(list);
	ret->items = lg_new_array(cx, lg_str, count);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		ret->items[i] = lg_json_text(json_array_get(list, i));
	ret->count = count;
	ret->has = true;
	return LG_OK;
}

static lg_status
read_tags(struct lg_ctx *cx, const json_t *claim, struct lg_str_map *ret)
{
	const json_t *tags = lg_json_member(claim, LG_STR("principal_tags"));
	const char *key;
	size_t len;
	json_t *value;
	ret->items = lg_new_array(cx, struct lg_str_pair, json_object_size(tags));
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	json_object_keylen_foreach((json_t *)tags, key, len, value) ret->items[ret->count++] =
		(struct lg_str_pair){ .key = lg_str_from_bytes(key, len),
			.value = lg_json_text(json_array_get(value, 0)) };
	ret->has = true;
	return LG_OK;
}

lg_status
lg_identity_token_read(struct lg_ctx *cx, struct lg_env *env, lg_str token, struct lg_identity_claims *ret)
{
	struct lg_jws jws;
	const struct lg_signing_key *key;
	LG_TRY(lg_jws_parse(cx, token, &jws));
	if (!lg_identity_is_issuer(env->settings, lg_json_member_text(jws.claims, LG_STR("iss"))))
		return no_token(cx);
	const lg_status s = lg_identity_verifying_key(cx, env, jws.kid, &key);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_MISMATCH, "not signed by this service");
	LG_TRY(s);
	if (!lg_str_eq(jws.alg, lg_alg_name(key->alg)))
		return lg_fail(cx, LG_E_MISMATCH, "not signed by this service");
	LG_TRY(lg_pkey_verify(cx, key->public_key, jws.input, jws.signature));

	struct lg_identity_claims claims = {
		.sub = lg_json_member_text(jws.claims, LG_STR("sub")),
		.aud = lg_json_member_text(jws.claims, LG_STR("aud")),
	};
	if (!lg_str_present(claims.sub) || !lg_str_present(claims.aud) ||
		!lg_claim_time(jws.claims, LG_STR("iat"), &claims.issued) ||
		!lg_claim_time(jws.claims, LG_STR("exp"), &claims.expires))
		return no_token(cx);
	LG_TRY(read_amr(cx, lg_json_member(jws.claims, LG_STR("amr")), &claims.amr));
	LG_TRY(read_tags(cx, lg_json_member(jws.claims, CLAIM_TAGS), &claims.tags));
	*ret = claims;
	return LG_OK;
}

lg_status
lg_identity_own_token(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *identity,
	const struct lg_str_map *logins, struct lg_identity_claims *ret)
{
	struct lg_identity_claims claims;
	const lg_status s =
		lg_identity_token_read(cx, env, lg_str_map_get(logins, LG_IDENTITY_PROVIDER), &claims);
	if (s.code == LG_E_MALFORMED)
		return lg_login_invalid(cx, "Not a valid OpenId Connect identity token.");
	if (s.code == LG_E_MISMATCH)
		return lg_login_invalid(cx, "Couldn't verify signed token.");
	LG_TRY(s);
	if (!lg_str_eq(claims.aud, identity->pool->id))
		return lg_login_invalid(cx, "Incorrect token audience.");
	if (!lg_time_before(cx->now, claims.expires))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED,
			"Invalid login token. Token expired: %" PRId64 " >= %" PRId64, lg_time_s(cx->now),
			lg_time_s(claims.expires));
	/* A guest's token proves nothing but what the identity's id does. */
	if (!lg_str_eq(claims.sub, identity->id) || !lg_identity_is_authenticated(&claims) ||
		logins->count != 1)
		return lg_identity_no_match(cx);
	*ret = claims;
	return LG_OK;
}
