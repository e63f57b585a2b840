#include "domain/identity/login_verify.h"

#include <inttypes.h>

#include "base/log.h"
#include "domain/grant/issuer.h"
#include "domain/grant/token_claims.h"

lg_status
lg_login_invalid(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid login token. %s", why);
}

lg_status
lg_login_unsupported(struct lg_ctx *cx)
{
	return lg_fail(
		cx, LG_E_NOT_AUTHORIZED, "Token is not from a supported provider of this identity pool.");
}

lg_status
lg_login_unreachable(struct lg_ctx *cx, lg_str provider)
{
	/* Where we looked, and what was there, is the operator's business. */
	const lg_str why = lg_failure_text(cx, LG_E_UNAVAILABLE);
	lg_log(LG_LOG_WARN, "provider of logins not reached", LG_KV_STR("provider", provider),
		LG_KV_STR("why", why));
	return lg_fail(
		cx, LG_E_EXTERNAL_SERVICE, "The provider %.*s could not be reached.", LG_FMT(provider));
}

/* In this order; "iss" was looked at before. */
static const lg_str required[] = { LG_STR_INIT("sub"), LG_STR_INIT("aud"), LG_STR_INIT("exp") };

lg_status
lg_login_read_jwt(struct lg_ctx *cx, const struct lg_login_claim *claim, const lg_str *issuers,
	size_t issuer_count, struct lg_jws *ret)
{
	const char *no_token = "Not a valid OpenId Connect identity token.";
	struct lg_jws jws;
	const lg_status s = lg_jws_parse(cx, claim->token, &jws);
	if (s.code == LG_E_MALFORMED)
		return lg_login_invalid(cx, no_token);
	LG_TRY(s);
	if (!lg_jws_may_be_id_token(&jws))
		return lg_login_invalid(cx, no_token);

	const lg_str issuer = lg_json_member_text(jws.claims, LG_STR("iss"));
	size_t i = 0;
	while (i < issuer_count && !lg_str_eq(issuer, issuers[i]))
		i++;
	if (!lg_str_present(issuer) || i == issuer_count)
		return lg_login_invalid(cx, "Issuer doesn't match providerName");
	for (i = 0; i < LG_LEN(required); i++)
		if (!lg_json_member(jws.claims, required[i]))
			return lg_fail(cx, LG_E_NOT_AUTHORIZED,
				"Invalid login token. Missing a required claim: %.*s", LG_FMT(required[i]));
	const lg_str sub = lg_json_member_text(jws.claims, LG_STR("sub"));
	if (lg_str_empty(sub) || sub.len > LG_LOGIN_USER_ID_MAX)
		return lg_login_invalid(cx, no_token);
	*ret = jws;
	return LG_OK;
}

static bool
is_among(const json_t *value, const lg_str *audiences, size_t count, lg_str *ret)
{
	const lg_str text = lg_json_text(value);
	for (size_t i = 0; lg_str_present(text) && i < count; i++) {
		if (lg_str_eq(text, audiences[i])) {
			*ret = audiences[i];
			return true;
		}
	}
	return false;
}

bool
lg_login_audience(const json_t *claims, const lg_str *audiences, size_t count, lg_str *ret)
{
	const json_t *azp = lg_json_member(claims, LG_STR("azp"));
	const json_t *aud = lg_json_member(claims, LG_STR("aud"));
	if (azp)
		return is_among(azp, audiences, count, ret);
	for (size_t i = 0; json_is_array(aud) && i < json_array_size(aud); i++)
		if (is_among(json_array_get(aud, i), audiences, count, ret))
			return true;
	return is_among(aud, audiences, count, ret);
}

lg_status
lg_login_check_times(struct lg_ctx *cx, const json_t *claims)
{
	lg_time expires, starts;
	if (!lg_claim_time(claims, LG_STR("exp"), &expires))
		return lg_login_invalid(cx, "Not a valid OpenId Connect identity token.");
	if (!lg_time_before(lg_time_add_ms(cx->now, -LG_LOGIN_GRACE_MS), expires))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED,
			"Invalid login token. Token expired: %" PRId64 " >= %" PRId64, lg_time_s(cx->now),
			lg_time_s(lg_time_add_ms(expires, LG_LOGIN_GRACE_MS)));
	const lg_str not_before = LG_STR("nbf");
	if (lg_json_member(claims, not_before) &&
		(!lg_claim_time(claims, not_before, &starts) ||
			lg_time_before(lg_time_add_ms(cx->now, LG_LOGIN_GRACE_MS), starts)))
		return lg_login_invalid(cx, "Token is not valid yet.");
	return LG_OK;
}

lg_status
lg_login_verify_foreign(
	struct lg_ctx *cx, const struct lg_login_claim *claim, lg_str issuer, const struct lg_jws *jws)
{
	const char *bad = "Couldn't verify signed token.";
	enum lg_alg alg;
	struct lg_pkey *key;
	if (lg_failed(lg_alg_from_name(jws->alg, &alg)))
		return lg_login_invalid(cx, bad);
	lg_status s = lg_issuer_key(cx, claim->env, issuer, jws->kid, alg, &key);
	if (s.code == LG_E_NOT_FOUND)
		return lg_login_invalid(cx, bad);
	if (s.code == LG_E_UNAVAILABLE)
		return lg_login_unreachable(cx, claim->name);
	LG_TRY(s);
	s = lg_pkey_verify(cx, key, jws->input, jws->signature);
	return s.code == LG_E_MISMATCH ? lg_login_invalid(cx, bad) : s;
}
