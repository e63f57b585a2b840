#include "domain/auth/auth_steps.h"

#define PURPOSE LG_STR("srp")
/* Proofs that one secret block may be answered with; lockout comes before that. */
#define MAX_PROOFS 5

/* The block holds all that there is to remember; working clients answer without a Session. */
static bool
is_plain(lg_str flow)
{
	return lg_str_eq(flow, LG_STR("USER_SRP_AUTH"));
}

static struct lg_auth_exchange
exchange_of(const struct lg_auth *auth)
{
	return (struct lg_auth_exchange){
		.purpose = PURPOSE,
		.name = lg_user_srp_name(auth->call->pool, auth->user),
		.sealed = auth->user->row.credential.sealed,
	};
}

lg_status
lg_auth_start_srp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	return lg_auth_begin_srp(cx, env, auth, lg_auth_param(auth, LG_STR("SRP_A")), ret);
}

lg_status
lg_auth_begin_srp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str A_hex,
	struct lg_auth_step *ret)
{
	const struct lg_auth_exchange exchange = exchange_of(auth);
	struct lg_rec_srp_secret secret = { .device_key = auth->device_key };
	LG_TRY(lg_auth_block_begin(cx, env, auth, &exchange, A_hex, &secret, ret));
	LG_TRY(lg_auth_param_add(cx, ret, LG_AUTH_BLOCK_PARAMS, LG_STR("USER_ID_FOR_SRP"),
		auth->user->username));
	if (!is_plain(auth->flow))
		LG_TRY(lg_auth_session_make(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_PASSWORD_VERIFIER,
			&ret->session));
	ret->challenge = LG_IDP_CHALLENGE_NAME_TYPE_PASSWORD_VERIFIER;
	return LG_OK;
}

/* LG_E_MISMATCH unless the proof is right and the answer's USERNAME is the block's user. */
static lg_status
check_proof(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	const struct lg_rec_srp_secret *secret, lg_str block)
{
	const struct lg_auth_exchange exchange = exchange_of(auth);
	lg_status s = lg_auth_block_check(cx, env, auth, &exchange, secret, block);
	bool same;
	LG_TRY(lg_auth_is_user(cx, env, auth, lg_auth_param(auth, LG_STR("USERNAME")), &same));
	if (!lg_failed(s) && !same)
		return lg_fail_default(cx, LG_E_MISMATCH);
	return s;
}

/* Who signs in, and what he did before. */
static lg_status
open_sign_in(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	const struct lg_rec_srp_secret *secret)
{
	const unsigned parts = LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA;
	if (is_plain(secret->flow)) {
		auth->flow = secret->flow;
		if (lg_str_empty(auth->device_key))
			auth->device_key = secret->device_key;
		LG_TRY(lg_auth_read_user(cx, env, auth, secret->uid, secret->username, parts));
		return lg_secret_hash_check(cx, env, auth->call->client, lg_auth_param(auth,
			LG_STR("USERNAME")), auth->user, lg_auth_param(auth, LG_STR("SECRET_HASH")));
	}
	if (lg_str_empty(auth->call->session))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Missing required parameter Session");
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_PASSWORD_VERIFIER, parts));
	if (!lg_str_eq(auth->session.uid, secret->uid) || !lg_str_eq(auth->flow, secret->flow))
		return lg_auth_incorrect(cx);
	return LG_OK;
}

lg_status
lg_auth_answer_srp(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	const struct lg_auth_call *call = auth->call;
	struct lg_rec_srp_secret secret = { 0 };
	lg_str block;
	LG_TRY(lg_auth_block_open(cx, env, auth, PURPOSE, &secret, &block));
	LG_TRY(open_sign_in(cx, env, auth, &secret));
	const struct lg_user *user = auth->user;

	lg_status checked = check_proof(cx, env, auth, &secret, block);
	lg_time kept = lg_time_add_ms(secret.expires.v, LG_SPENT_MARGIN_MS);
	lg_status s;
	if (checked.code == LG_E_MISMATCH) {
		/* The block stays good for a person who mistyped, but not for ever. */
		s = lg_store_spend(env->store, cx, call->pool->pool, user->row.uid, secret.nonce, MAX_PROOFS,
			kept);
		if (s.code != LG_E_SPENT)
			LG_TRY(s);
	}
	LG_TRY(lg_auth_password_decide(cx, env, auth, checked));
	/* A client that hears of an unknown device sends the same answer again, without it. */
	const lg_status allowed = lg_auth_password_allows(cx, env, auth);
	const struct lg_failure refusal = cx->failure;
	if (allowed.code == LG_E_RESOURCE_NOT_FOUND)
		return allowed;
	s = lg_store_spend_rest(env->store, cx, call->pool->pool, user->row.uid, secret.nonce, MAX_PROOFS,
		kept);
	if (s.code == LG_E_SPENT)
		return lg_auth_incorrect(cx);
	LG_TRY(s);

	if (!is_plain(auth->flow))
		LG_TRY(lg_auth_session_spend(cx, env, auth));
	if (lg_failed(allowed)) {
		cx->failure = refusal;
		return allowed;
	}
	LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_PASSWORD));
	return lg_auth_next(cx, env, auth, ret);
}
