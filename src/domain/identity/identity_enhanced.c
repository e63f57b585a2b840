#include "domain/identity/identity_enhanced.h"

#include "base/log.h"
#include "domain/iam/session_tags.h"
#include "domain/iam/sts.h"
#include "domain/identity/guest_policy.h"
#include "domain/identity/identity_token.h"
#include "domain/identity/role_choice.h"

#define SESSION_NAME LG_STR("CognitoIdentityCredentials")
#define PREFIX "cognito-identity.amazonaws.com:"

/* Who it is, as a token would say it, and the logins that say so. */
struct proof {
	struct lg_identity identity;
	struct lg_logins logins; /* none for a guest, and for who brought a token of ours */
	struct lg_identity_claims claims;
};

static lg_status
prove(struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_get_credentials_for_identity_input *in,
	struct proof *ret)
{
	LG_TRY(lg_identity_read(cx, env, in->identity_id, &ret->identity));
	if (lg_str_present(lg_str_map_get(&in->logins, LG_IDENTITY_PROVIDER))) {
		if (!ret->identity.row.head.enabled)
			return lg_identity_forbidden(cx, &ret->identity);
		return lg_identity_own_token(cx, env, &ret->identity, &in->logins, &ret->claims);
	}
	LG_TRY(lg_identity_prove(cx, env, &ret->identity, &in->logins, &ret->logins));
	ret->claims.sub = ret->identity.id;
	ret->claims.aud = ret->identity.pool->id;
	LG_TRY(lg_identity_amr(cx, &ret->logins, &ret->claims.amr));
	return lg_session_tags(cx, ret->identity.pool, &ret->logins, &ret->claims.tags);
}

/* The claims as condition keys (spec/identity-pools.md 10). */
static lg_status
keys_of(struct lg_ctx *cx, const struct lg_identity_claims *claims, struct lg_rec_aws_claim **ret,
	size_t *ret_count)
{
	enum { AUD, SUB, AMR, COUNT };
	struct lg_rec_aws_claim *keys = lg_new_array(cx, struct lg_rec_aws_claim, COUNT);
	lg_str *values = lg_new_array(cx, lg_str, 2);
	if (!keys || !values)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	values[AUD] = claims->aud;
	values[SUB] = claims->sub;
	keys[AUD] = (struct lg_rec_aws_claim){ .key = LG_STR(PREFIX "aud"),
		.values = { .items = &values[AUD], .count = 1, .has = true } };
	keys[SUB] = (struct lg_rec_aws_claim){ .key = LG_STR(PREFIX "sub"),
		.values = { .items = &values[SUB], .count = 1, .has = true } };
	keys[AMR] = (struct lg_rec_aws_claim){
		.key = LG_STR(PREFIX "amr"), .values = claims->amr, .multi = { true, true }
	};
	*ret = keys;
	*ret_count = COUNT;
	return LG_OK;
}

/* Whatever is wrong with the role is the pool's configuration, and told in one way. */
static lg_status
translate(struct lg_ctx *cx, lg_status s, lg_str role)
{
	switch (s.code) {
	case LG_E_ACCESS_DENIED:
	case LG_E_VALIDATION:
	case LG_E_MALFORMED_POLICY_DOCUMENT:
		break;
	case LG_E_INVALID_PARAMETER_VALUE:
	case LG_E_PACKED_POLICY_TOO_LARGE:
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "The principal tags cannot be those of a session.");
	default:
		return s;
	}
	const lg_str why = lg_failure_text(cx, s.code);
	lg_log(LG_LOG_INFO, "role of an identity pool refused", LG_KV_STR("role", role),
		LG_KV_STR("why", why));
	return lg_role_unusable(cx);
}

lg_status
lg_identity_credentials(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_get_credentials_for_identity_input *in, const struct lg_call_facts *facts,
	struct lg_ci_get_credentials_for_identity_response *ret)
{
	struct proof proof = { 0 };
	struct lg_rec_aws_claim *keys;
	struct lg_web_identity who = { .provider = LG_IDENTITY_PROVIDER };
	struct lg_sts_session session;
	LG_TRY(prove(cx, env, in, &proof));
	const struct lg_role_wish wish = { .guest = !lg_identity_is_authenticated(&proof.claims),
		.logins = &proof.logins,
		.custom = in->custom_role_arn };
	struct lg_sts_wish assume = { .session_name = SESSION_NAME, .tags = proof.claims.tags };
	LG_TRY(lg_role_choose(cx, env->settings, proof.identity.pool, &wish, &assume.role_arn));
	if (wish.guest)
		assume.policy = lg_guest_policy(env->settings);
	LG_TRY(keys_of(cx, &proof.claims, &keys, &who.claim_count));
	who.claims = keys;
	const lg_status s = lg_sts_assume_web_identity(cx, env, &assume, &who, facts, &session);
	if (lg_failed(s))
		return translate(cx, s, assume.role_arn);

	struct lg_ci_credentials *credentials = lg_new(cx, struct lg_ci_credentials);
	if (!credentials)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*credentials = (struct lg_ci_credentials){ .access_key_id = session.credentials.access_key_id,
		.secret_key = session.credentials.secret,
		.session_token = session.credentials.token,
		.expiration = { true, session.credentials.expires } };
	ret->identity_id = proof.identity.id;
	ret->credentials = credentials;
	return LG_OK;
}
