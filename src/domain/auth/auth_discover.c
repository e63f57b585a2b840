#include "domain/auth/auth_steps.h"

#include "codec/bytes.h"
#include "domain/auth/first_factor.h"
#include "domain/auth/passkey.h"
#include "domain/pool/mfa_config.h"

#define CHALLENGE_SIZE 32
#define TAG_CHALLENGE 1

lg_status
lg_auth_passkey_ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call, lg_str *ret,
	lg_str *ret_options)
{
	unsigned char bytes[CHALLENGE_SIZE];
	lg_str challenge;
	lg_rand_bytes(cx, bytes, sizeof(bytes));
	LG_TRY(lg_base64url_encode(cx, lg_str_from_bytes(bytes, sizeof(bytes)), &challenge));
	LG_TRY(lg_passkey_request_any(cx, env, call->pool, challenge, ret_options));
	*ret = challenge;
	return LG_OK;
}

static lg_status
refused(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "The passkey could not be verified.");
}

/* Whoever the passkey says; its signature decides whether it is true. */
static lg_status
find_owner(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str credential)
{
	unsigned char uid[LG_UID_SIZE];
	lg_status s = lg_passkey_owner(cx, credential, uid);
	if (!lg_failed(s))
		s = lg_user_find_uid(cx, env, auth->call->pool, uid,
			LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA, &auth->user);
	return s.code == LG_E_MISMATCH || s.code == LG_E_NOT_FOUND ? refused(cx) : s;
}

/* May he begin with a passkey now (spec/sign-in.md 3)? */
static lg_status
check_offered(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	const struct lg_pool *pool = auth->call->pool;
	unsigned factors;
	LG_TRY(lg_first_factors(cx, env, pool, auth->user, &factors));
	factors = lg_first_factors_offered(pool, auth->user, factors);
	return factors & LG_FIRST_WEB_AUTHN ? LG_OK : refused(cx);
}

/* The challenge and the counter go together: of two answers at once one is right. */
static lg_status
commit(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	const struct lg_auth_passkey_answer *answer, const struct lg_passkey_used *used)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_spend_rest_in(batch, auth->call->pool->pool, auth->user->row.uid, answer->challenge, 1,
		lg_time_add_ms(answer->expires, LG_SPENT_MARGIN_MS));
	lg_batch_tag(batch, TAG_CHALLENGE);
	lg_passkey_use_in(batch, auth->user, used);
	const lg_status s = lg_store_commit(batch);
	return s.code == LG_E_CONFLICT && lg_batch_failed(batch) == TAG_CHALLENGE ? lg_auth_session_used(cx)
										  : s;
}

lg_status
lg_auth_passkey_any(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	const struct lg_auth_passkey_answer *answer, struct lg_auth_step *ret)
{
	struct lg_auth_call own = *call;
	struct lg_auth auth = { .call = &own, .flow = LG_STR("USER_AUTH") };
	struct lg_passkey_used used;
	LG_TRY(lg_auth_hosted_client(cx, &own));
	LG_TRY(find_owner(cx, env, &auth, answer->credential));
	LG_TRY(check_offered(cx, env, &auth));
	LG_TRY(lg_auth_triggers_check(cx, env, own.pool));
	LG_TRY(lg_auth_pre_authentication(cx, env, &auth));
	const lg_status s = lg_passkey_verify(
		cx, env, own.pool, auth.user, answer->challenge, answer->credential, &used);
	if (s.code == LG_E_MISMATCH) {
		lg_auth_note_wrong_passkey(cx, env, &auth);
		return refused(cx);
	}
	LG_TRY(s);
	LG_TRY(lg_auth_account_check(cx, &auth));
	LG_TRY(commit(cx, env, &auth, answer, &used));
	LG_TRY(lg_auth_done_add(cx, &auth, LG_AUTH_PASSKEY));
	if (used.user_verified && lg_mfa_config_passkeys_count(own.pool->settings))
		LG_TRY(lg_auth_done_add(cx, &auth, LG_AUTH_MFA));
	return lg_auth_next(cx, env, &auth, ret);
}
