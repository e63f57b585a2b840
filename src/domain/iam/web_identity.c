#include "domain/iam/web_identity.h"

#include <inttypes.h>

#include "base/log.h"
#include "codec/text.h"
#include "domain/grant/id_token.h"
#include "domain/grant/issuer.h"
#include "domain/grant/token_claims.h"
#include "domain/iam/iam_provider.h"
#include "domain/identity/identity_token.h"

#define GOOGLE LG_STR("accounts.google.com")
#define CLAIM_TAGS LG_STR("https://aws.amazon.com/tags")
#define CLAIM_SOURCE LG_STR("https://aws.amazon.com/source_identity")
#define CLAIMS_MAX 8
#define TAGS_MAX 50

static lg_status
invalid(struct lg_ctx *cx, const char *text)
{
	return lg_fail(cx, LG_E_INVALID_IDENTITY_TOKEN, "%s", text);
}

/* ---- condition keys ---- */

static lg_status
add_key(struct lg_ctx *cx, struct lg_web_token *token, lg_str prefix, const char *name,
	const struct lg_str_list *values, bool multi)
{
	if (!values->count)
		return LG_OK;
	struct lg_rec_aws_claim *claims = (struct lg_rec_aws_claim *)(uintptr_t)token->who.claims;
	struct lg_rec_aws_claim *claim = &claims[token->who.claim_count++];
	*claim = (struct lg_rec_aws_claim){ .values = *values, .multi = { multi, multi } };
	claim->values.has = true;
	const lg_str parts[] = { prefix, LG_STR(":"), lg_str_from_c(name) };
	return lg_str_concat(cx, parts, LG_LEN(parts), &claim->key);
}

static lg_status
add_text(struct lg_ctx *cx, struct lg_web_token *token, lg_str prefix, const char *name, lg_str value)
{
	lg_str *kept = lg_new(cx, lg_str);
	if (!kept)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*kept = value;
	return add_key(cx, token, prefix, name,
		&(struct lg_str_list){ .items = kept, .count = lg_str_present(value) }, false);
}

/* The texts of a list. */
static lg_status
texts_of(struct lg_ctx *cx, const json_t *list, struct lg_str_list *ret)
{
	*ret = (struct lg_str_list){ .items = lg_new_array(cx, lg_str, json_array_size(list)) };
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_is_string(json_array_get(list, i)))
			ret->items[ret->count++] = lg_json_text(json_array_get(list, i));
	ret->has = true;
	return LG_OK;
}

static lg_status
start(struct lg_ctx *cx, struct lg_web_token *token)
{
	token->who.claims = lg_new_array(cx, struct lg_rec_aws_claim, CLAIMS_MAX);
	return token->who.claims ? LG_OK : lg_fail_default(cx, LG_E_NO_MEMORY);
}

/* ---- time ---- */

static lg_status
check_times(struct lg_ctx *cx, lg_time issued, lg_time expires)
{
	const lg_time until = lg_time_add_ms(expires, LG_WEB_IDENTITY_GRACE_S * LG_SECOND_MS);
	if (!lg_time_before(cx->now, until))
		return lg_fail(cx, LG_E_EXPIRED_IDENTITY_TOKEN,
			"Token expired: current date/time %" PRId64
			" must be before the expiration date/time%" PRId64,
			lg_time_s(cx->now), lg_time_s(until));
	if (lg_time_before(lg_time_add_ms(cx->now, LG_WEB_IDENTITY_GRACE_S * LG_SECOND_MS), issued))
		return invalid(cx, "The token was issued in the future.");
	return LG_OK;
}

static lg_status
check_beginning(struct lg_ctx *cx, const json_t *claims)
{
	const lg_str name = LG_STR("nbf");
	lg_time begins;
	if (!lg_json_member(claims, name))
		return LG_OK;
	if (!lg_claim_time(claims, name, &begins) ||
		lg_time_before(lg_time_add_ms(cx->now, LG_WEB_IDENTITY_GRACE_S * LG_SECOND_MS), begins))
		return invalid(cx, "The token is not valid yet.");
	return LG_OK;
}

/* ---- tokens of identity pools ---- */

static lg_status
of_identity_pool(struct lg_ctx *cx, struct lg_env *env, lg_str text, struct lg_web_token *token)
{
	struct lg_identity_claims claims;
	const lg_str prefix = LG_IDENTITY_PROVIDER;
	const lg_status s = lg_identity_token_read(cx, env, text, &claims);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_MISMATCH)
		return invalid(cx, "The token was not made by an identity pool of this service.");
	LG_TRY(s);
	LG_TRY(check_times(cx, claims.issued, claims.expires));
	token->who.provider = prefix;
	token->subject = claims.sub;
	token->audience = claims.aud;
	token->tags = claims.tags;
	LG_TRY(add_text(cx, token, prefix, "aud", claims.aud));
	LG_TRY(add_text(cx, token, prefix, "sub", claims.sub));
	return add_key(cx, token, prefix, "amr", &claims.amr, true);
}

/* ---- tokens of issuers that IAM knows ---- */

/* The id of one of our user pools, when this is its issuer; absent when it is not. */
static lg_status
own_pool(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, const struct lg_pool **ret)
{
	lg_str id = issuer;
	*ret = NULL;
	while (lg_str_has_byte(id, '/'))
		lg_str_cut(&id, '/');
	if (!lg_str_has_byte(id, '_'))
		return LG_OK;
	const struct lg_pool *pool;
	const lg_status s = lg_pool_find(cx, env, id, &pool);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	if (lg_str_eq(pool->issuer, issuer))
		*ret = pool;
	return LG_OK;
}

static lg_status
verify_foreign(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, const struct lg_jws *jws)
{
	enum lg_alg alg;
	struct lg_pkey *key;
	if (lg_failed(lg_alg_from_name(jws->alg, &alg)))
		return invalid(cx, "The algorithm of the token's signature is not supported.");
	const lg_status s = lg_issuer_key(cx, env, issuer, jws->kid, alg, &key);
	if (s.code == LG_E_NOT_FOUND || s.code == LG_E_UNAVAILABLE) {
		lg_log(LG_LOG_WARN, "no key of a web identity's issuer", LG_KV_STR("issuer", issuer),
			LG_KV_STR("why", lg_failure_text(cx, s.code)));
		return invalid(cx, "Couldn't retrieve verification key from your identity provider,  please "
				   "reference AssumeRoleWithWebIdentity documentation for requirements");
	}
	LG_TRY(s);
	return lg_pkey_verify(cx, key, jws->input, jws->signature);
}

static lg_status
verify(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, const struct lg_jws *jws)
{
	const struct lg_pool *pool;
	LG_TRY(own_pool(cx, env, issuer, &pool));
	const lg_status s =
		pool ? lg_id_token_verify(cx, env, pool, jws) : verify_foreign(cx, env, issuer, jws);
	if (s.code == LG_E_MISMATCH)
		return invalid(cx, "The token's signature is not its issuer's.");
	return s;
}

/* azp when it is there, else aud, or the first of several that is one of `ids` (NULL = any). */
static bool
find_audience(const json_t *claims, const struct lg_str_list *ids, lg_str *ret)
{
	const json_t *azp = lg_json_member(claims, LG_STR("azp"));
	const json_t *aud = azp ? azp : lg_json_member(claims, LG_STR("aud"));
	const size_t count = json_is_array(aud) ? json_array_size(aud) : 1;
	for (size_t i = 0; i < count; i++) {
		const lg_str text = lg_json_text(json_is_array(aud) ? json_array_get(aud, i) : aud);
		if (lg_str_present(text) && (!ids || lg_str_list_has(ids, text))) {
			*ret = text;
			return true;
		}
	}
	return false;
}

static lg_status
read_source(struct lg_ctx *cx, const json_t *claims, struct lg_web_token *token)
{
	bool fits;
	token->source_identity = lg_json_member_text(claims, CLAIM_SOURCE);
	LG_TRY(lg_text_matches(cx, token->source_identity, LG_STS_NAME_PATTERN, &fits));
	return fits ? LG_OK : invalid(cx, "SourceIdentity has 2 to 64 characters of [\\w+=,.@-].");
}

/* What is the same for every token: its times, its subject, and the tags that it carries. */
static lg_status
read_tags(struct lg_ctx *cx, const json_t *claims, struct lg_web_token *token)
{
	const json_t *claim = lg_json_member(claims, CLAIM_TAGS);
	const json_t *tags = lg_json_member(claim, LG_STR("principal_tags"));
	const size_t count = json_object_size(tags);
	const char *key;
	size_t len;
	json_t *value;
	if (lg_json_member(claims, CLAIM_SOURCE))
		LG_TRY(read_source(cx, claims, token));
	LG_TRY(texts_of(cx, lg_json_member(claim, LG_STR("transitive_tag_keys")), &token->transitive));
	if (count > TAGS_MAX)
		return invalid(cx, "The token carries too many tags.");
	token->tags =
		(struct lg_str_map){ .items = lg_new_array(cx, struct lg_str_pair, count), .has = true };
	if (!token->tags.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	json_object_keylen_foreach((json_t *)(uintptr_t)tags, key, len, value)
	{
		const json_t *first = json_is_array(value) ? json_array_get(value, 0) : value;
		const lg_str text = lg_json_text(first);
		if (!lg_str_present(text) || (json_is_array(value) && json_array_size(value) != 1))
			return invalid(cx, "A tag of the token has no single value.");
		token->tags.items[token->tags.count++] =
			(struct lg_str_pair){ lg_str_from_bytes(key, len), text };
	}
	return LG_OK;
}

static lg_status
read_claims(struct lg_ctx *cx, const json_t *claims, lg_str prefix, struct lg_web_token *token)
{
	lg_time issued, expires;
	struct lg_str_list amr;
	token->subject = lg_json_member_text(claims, LG_STR("sub"));
	if (lg_str_empty(token->subject) || !lg_claim_time(claims, LG_STR("exp"), &expires) ||
		!lg_claim_time(claims, LG_STR("iat"), &issued))
		return invalid(cx, "The token lacks a subject, or times in whole seconds.");
	LG_TRY(check_times(cx, issued, expires));
	LG_TRY(check_beginning(cx, claims));
	LG_TRY(add_text(cx, token, prefix, "aud", token->audience));
	LG_TRY(add_text(cx, token, prefix, "sub", token->subject));
	LG_TRY(texts_of(cx, lg_json_member(claims, LG_STR("amr")), &amr));
	LG_TRY(add_key(cx, token, prefix, "amr", &amr, true));
	if (lg_str_eq(prefix, GOOGLE))
		LG_TRY(add_text(cx, token, prefix, "oaud", lg_json_member_text(claims, LG_STR("aud"))));
	return read_tags(cx, claims, token);
}

static bool
is_google(const struct lg_settings *settings, lg_str issuer)
{
	const lg_str own = settings->google_issuer;
	return lg_str_eq(issuer, GOOGLE) || lg_str_eq(issuer, LG_STR("https://accounts.google.com")) ||
	       (lg_str_present(own) && lg_str_eq(issuer, own));
}

static lg_status
of_google(struct lg_ctx *cx, struct lg_env *env, const struct lg_jws *jws, struct lg_web_token *token)
{
	const lg_str own = env->settings->google_issuer;
	LG_TRY(verify(cx, env, lg_str_present(own) ? own : LG_STR("https://accounts.google.com"), jws));
	if (!find_audience(jws->claims, NULL, &token->audience))
		return invalid(cx, "Incorrect token audience");
	token->who.provider = GOOGLE;
	return read_claims(cx, jws->claims, GOOGLE, token);
}

static lg_status
of_provider(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, const struct lg_jws *jws,
	struct lg_web_token *token)
{
	const struct lg_rec_iam_oidc *provider;
	const lg_status s = lg_iam_oidc_by_issuer(cx, env, issuer, &provider, &token->who.provider);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_INVALID_IDENTITY_TOKEN,
			"No OpenIDConnect provider found in your account for %.*s", LG_FMT(issuer));
	LG_TRY(s);
	LG_TRY(verify(cx, env, issuer, jws));
	if (!find_audience(jws->claims, &provider->client_ids, &token->audience))
		return invalid(cx, "Incorrect token audience");
	return read_claims(cx, jws->claims, lg_iam_oidc_name(issuer), token);
}

static lg_status
no_id_token(struct lg_ctx *cx)
{
	return invalid(cx,
		"The ID Token provided is not a valid JWT. (You may see this error if you sent an Access "
		"Token)");
}

lg_status
lg_web_token_verify(struct lg_ctx *cx, struct lg_env *env, lg_str text, struct lg_web_token *ret)
{
	struct lg_web_token token = { 0 };
	struct lg_jws jws;
	const lg_status s = lg_jws_parse(cx, text, &jws);
	if (s.code == LG_E_MALFORMED)
		return no_id_token(cx);
	LG_TRY(s);
	if (!lg_jws_may_be_id_token(&jws))
		return no_id_token(cx);
	LG_TRY(start(cx, &token));
	const lg_str issuer = lg_json_member_text(jws.claims, LG_STR("iss"));
	if (!lg_str_present(issuer))
		return invalid(cx, "The token names no issuer.");
	if (lg_identity_is_issuer(env->settings, issuer))
		LG_TRY(of_identity_pool(cx, env, text, &token));
	else if (is_google(env->settings, issuer))
		LG_TRY(of_google(cx, env, &jws, &token));
	else
		LG_TRY(of_provider(cx, env, issuer, &jws, &token));
	*ret = token;
	return LG_OK;
}
