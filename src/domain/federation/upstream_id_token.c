#include "domain/federation/upstream_impl.h"

#include "base/log.h"
#include "base/secret.h"
#include "codec/bytes.h"
#include "domain/grant/issuer.h"
#include "domain/grant/token_claims.h"
#include "token/jws.h"

#define SUBJECT_MAX 255 /* OpenID Connect Core, 2 */
#define SCHEME LG_STR("https://")

/* An ID token while it is looked at. */
struct check {
	struct lg_env *env;
	const struct lg_upstream *up;
	const struct lg_jws *jws;
	enum lg_alg alg;
	lg_str nonce;
	lg_str access_token;
};

/* The application learns which claim was wrong, and no value. */
static lg_status
bad(struct lg_ctx *cx, const struct check *check, const char *what)
{
	lg_log(LG_LOG_WARN, "identity provider sent a bad ID token", LG_KV_STR("pool", check->up->pool->id),
		LG_KV_STR("provider", check->up->name), LG_KV_STR("what", lg_str_from_c(what)));
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "Bad id_token %s", what);
}

static lg_str
text(const struct check *check, const char *name)
{
	return lg_json_member_text(check->jws->claims, lg_str_from_c(name));
}

/* ---- in this order ---- */

/* Ours is a list of what foreign keys may sign with: no "none", and no key that we share (RFC 8725, 3.1). */
static lg_status
check_alg(struct lg_ctx *cx, struct check *check)
{
	return lg_failed(lg_alg_from_name(check->jws->alg, &check->alg)) ? bad(cx, check, "algorithm")
									  : LG_OK;
}

static lg_status
check_type(struct lg_ctx *cx, struct check *check)
{
	return lg_jws_may_be_id_token(check->jws) ? LG_OK : bad(cx, check, "type");
}

/* Google has long written its issuer without a scheme. */
static lg_status
check_issuer(struct lg_ctx *cx, struct check *check)
{
	const lg_str own = check->up->places.issuer, issuer = text(check, "iss");
	const bool bare = check->up->kind->bare_issuer && lg_str_starts(own, SCHEME)
		&& lg_str_eq(issuer, lg_str_slice(own, SCHEME.len, own.len));
	return bare || lg_str_eq(issuer, own) ? LG_OK : bad(cx, check, "issuer");
}

static lg_status
check_signature(struct lg_ctx *cx, struct check *check)
{
	struct lg_pkey *key;
	lg_status s = lg_jwks_key(
		cx, check->env, check->up->places.jwks, check->jws->kid, check->alg, &key);
	if (s.code == LG_E_NOT_FOUND)
		return bad(cx, check, "kid");
	if (s.code == LG_E_UNAVAILABLE) {
		const lg_str why = lg_failure_text(cx, s.code);
		lg_log(LG_LOG_WARN, "identity provider's keys could not be had",
			LG_KV_STR("pool", check->up->pool->id), LG_KV_STR("provider", check->up->name),
			LG_KV_STR("why", why));
		return lg_upstream_error(cx, check->up, "its keys could not be had");
	}
	LG_TRY(s);
	s = lg_pkey_verify(cx, key, check->jws->input, check->jws->signature);
	return s.code == LG_E_MISMATCH ? bad(cx, check, "signature") : s;
}

/* For us alone, or issued to us (OpenID Connect Core, 3.1.3.7, 3 to 5). */
static lg_status
check_audience(struct lg_ctx *cx, struct check *check)
{
	const json_t *aud = lg_json_member(check->jws->claims, LG_STR("aud"));
	const json_t *azp = lg_json_member(check->jws->claims, LG_STR("azp"));
	const lg_str own = check->up->client_id;
	bool ours = lg_str_present(own) && lg_str_eq(lg_json_text(aud), own);
	for (size_t i = 0; i < json_array_size(aud); i++)
		ours = ours || lg_str_eq(lg_json_text(json_array_get(aud, i)), own);
	if (!ours)
		return bad(cx, check, "audience");
	if ((azp || json_array_size(aud) > 1) && !lg_str_eq(lg_json_text(azp), own))
		return bad(cx, check, "azp");
	return LG_OK;
}

static lg_status
check_times(struct lg_ctx *cx, struct check *check)
{
	const json_t *claims = check->jws->claims;
	const lg_time early = lg_time_add_ms(cx->now, -LG_UPSTREAM_SKEW_MS);
	const lg_time late = lg_time_add_ms(cx->now, LG_UPSTREAM_SKEW_MS);
	lg_time at;
	if (!lg_claim_time(claims, LG_STR("exp"), &at) || !lg_time_before(early, at))
		return bad(cx, check, "expiration");
	if (!lg_claim_time(claims, LG_STR("iat"), &at) || lg_time_before(late, at))
		return bad(cx, check, "iat");
	if (lg_json_member(claims, LG_STR("nbf"))
		&& (!lg_claim_time(claims, LG_STR("nbf"), &at) || lg_time_before(late, at)))
		return bad(cx, check, "nbf");
	return LG_OK;
}

static lg_status
check_nonce(struct lg_ctx *cx, struct check *check)
{
	const lg_str nonce = text(check, "nonce");
	return lg_str_present(nonce) && lg_ct_eq(nonce, check->nonce) ? LG_OK : bad(cx, check, "nonce");
}

/* The access token beside it is the one it was made with (OpenID Connect Core, 3.1.3.8). */
static lg_status
check_at_hash(struct lg_ctx *cx, struct check *check)
{
	const json_t *claim = lg_json_member(check->jws->claims, LG_STR("at_hash"));
	lg_str digest, expected;
	if (!claim)
		return LG_OK;
	if (!lg_str_present(check->access_token))
		return bad(cx, check, "at_hash");
	LG_TRY(lg_alg_digest(cx, check->alg, check->access_token, &digest));
	LG_TRY(lg_base64url_encode(cx, lg_str_slice(digest, 0, digest.len / 2), &expected));
	return lg_str_eq(lg_json_text(claim), expected) ? LG_OK : bad(cx, check, "at_hash");
}

static lg_status
check_subject(struct lg_ctx *cx, struct check *check)
{
	const lg_str subject = text(check, "sub");
	return lg_str_empty(subject) || subject.len > SUBJECT_MAX ? bad(cx, check, "subject") : LG_OK;
}

static lg_status (*const checks[])(struct lg_ctx *cx, struct check *check) = {
	check_alg,
	check_type,
	check_issuer,
	check_audience,
	check_times,
	check_nonce,
	check_subject,
	check_at_hash,
	check_signature, /* it may fetch */
};

lg_status
lg_upstream_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up, lg_str nonce,
	struct lg_upstream_person *person)
{
	struct lg_jws jws = { 0 };
	struct check check = { .env = env, .up = up, .jws = &jws, .nonce = nonce,
		.access_token = person->access_token };
	const lg_status s = lg_jws_parse(cx, person->id_token, &jws);
	if (s.code == LG_E_MALFORMED)
		return bad(cx, &check, "format");
	LG_TRY(s);
	for (size_t i = 0; i < LG_LEN(checks); i++)
		LG_TRY(checks[i](cx, &check));
	person->claims = jws.claims;
	person->subject = lg_json_member_text(jws.claims, LG_STR("sub"));
	return LG_OK;
}
