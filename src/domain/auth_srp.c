#include "domain/auth_steps.h"

#include <string.h>

#include "codec/bytes.h"
#include "crypto/srp.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("srp")
#define NONCE_SIZE 16
/* Proofs that one secret block may be answered with; lockout comes before that. */
#define MAX_PROOFS 5

/* The block holds all that there is to remember; working clients answer without a Session. */
static bool
is_plain(lg_str flow)
{
	return lg_str_eq(flow, LG_STR("USER_SRP_AUTH"));
}

/* A as bytes: half the length of its digits, which may be odd in number. */
static lg_status
pack_A(struct lg_ctx *cx, lg_str hex, lg_str *ret)
{
	if (hex.len % 2 == 1) {
		const lg_str parts[] = { LG_STR("0"), hex };
		LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &hex));
	}
	return lg_hex_decode(cx, hex, ret);
}

/* The sealed text is base64url; clients expect plain base64 and hash the bytes behind it. */
static lg_status
block_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str A_hex,
	const struct lg_srp_challenge *challenge, lg_str *ret)
{
	const struct lg_auth_call *call = auth->call;
	unsigned char nonce[NONCE_SIZE];
	lg_rand_bytes(cx, nonce, sizeof(nonce));

	struct lg_rec_srp_secret secret = {
		.uid = lg_user_row_uid(&auth->user->row),
		.client_id = call->client->id,
		.username = auth->user->username,
		.nonce = lg_str_from_bytes(nonce, sizeof(nonce)),
		.expires = { true, lg_time_add_ms(cx->now, call->client->session_ttl_s * LG_SECOND_MS) },
		.state = challenge->state,
		.flow = auth->flow,
	};
	LG_TRY(pack_A(cx, A_hex, &secret.a));

	lg_str token, bytes;
	LG_TRY(lg_sealed_make(cx, lg_store_keyring(env->store), call->pool->pool, PURPOSE,
		&lg_shape_rec_srp_secret, &secret, &token));
	LG_TRY(lg_base64url_decode(cx, token, &bytes));
	return lg_base64_encode(cx, bytes, ret);
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
	const struct lg_pool *pool = auth->call->pool;
	const struct lg_user *user = auth->user;

	lg_status s = lg_srp_check_A(cx, A_hex);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_incorrect(cx);
	LG_TRY(s);

	struct lg_srp_challenge challenge;
	LG_TRY(lg_keyholder_srp_begin(env->keys, cx, lg_user_owner(user), lg_user_srp_name(pool, user),
		user->row.credential.sealed, A_hex, &challenge));
	lg_str block;
	LG_TRY(block_make(cx, env, auth, A_hex, &challenge, &block));
	if (!is_plain(auth->flow))
		LG_TRY(lg_auth_session_make(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_PASSWORD_VERIFIER,
			&ret->session));

	ret->challenge = LG_IDP_CHALLENGE_NAME_TYPE_PASSWORD_VERIFIER;
	const struct lg_str_pair params[] = {
		{ LG_STR("SALT"), challenge.salt_hex },
		{ LG_STR("SECRET_BLOCK"), block },
		{ LG_STR("SRP_B"), challenge.B_hex },
		{ LG_STR("USERNAME"), user->username },
		{ LG_STR("USER_ID_FOR_SRP"), user->username },
	};
	for (size_t i = 0; i < LG_LEN(params); i++)
		LG_TRY(lg_auth_param_add(cx, ret, LG_LEN(params), params[i].key, params[i].value));
	return LG_OK;
}

/*
 * Open what came back. Whatever is wrong with it is "Incorrect username or password."; nothing was guessed
 * then, so nothing is counted.
 */
static lg_status
block_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str bytes,
	struct lg_rec_srp_secret *ret)
{
	const struct lg_auth_call *call = auth->call;
	lg_str token;
	LG_TRY(lg_base64url_encode(cx, bytes, &token));
	lg_status s = lg_sealed_open(cx, lg_store_keyring(env->store), call->pool->pool, PURPOSE, token,
		&lg_shape_rec_srp_secret, ret);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_incorrect(cx);
	LG_TRY(s);
	if (!lg_str_eq(ret->client_id, call->client->id) || ret->uid.len != LG_UID_SIZE
	    || !lg_time_before(cx->now, ret->expires.v))
		return lg_auth_incorrect(cx);
	return LG_OK;
}

/* LG_E_MISMATCH unless the proof is right and the answer's USERNAME is the block's user. */
static lg_status
check_proof(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	const struct lg_rec_srp_secret *secret, lg_str block)
{
	const struct lg_user *user = auth->user;
	struct lg_srp_proof proof = {
		.state = secret->state,
		.secret_block = block,
		.timestamp = lg_auth_param(auth, LG_STR("TIMESTAMP")),
	};
	LG_TRY(lg_hex_encode(cx, secret->a, &proof.A_hex));
	/* A signature that is no base64 is checked as an empty one: it is wrong like any other. */
	lg_status s = lg_base64_decode_lenient(cx, lg_auth_param(auth, LG_STR("PASSWORD_CLAIM_SIGNATURE")),
		&proof.signature);
	if (s.code == LG_E_MALFORMED)
		proof.signature = LG_STR("");
	else
		LG_TRY(s);

	s = lg_keyholder_srp_finish(env->keys, cx, lg_user_owner(user),
		lg_user_srp_name(auth->call->pool, user), user->row.credential.sealed, &proof);
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
	lg_str block;
	lg_status s = lg_base64_decode_lenient(cx, lg_auth_param(auth,
		LG_STR("PASSWORD_CLAIM_SECRET_BLOCK")), &block);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_incorrect(cx);
	LG_TRY(s);
	struct lg_rec_srp_secret secret = { 0 };
	LG_TRY(block_open(cx, env, auth, block, &secret));
	LG_TRY(open_sign_in(cx, env, auth, &secret));
	const struct lg_user *user = auth->user;

	lg_status checked = check_proof(cx, env, auth, &secret, block);
	lg_time kept = lg_time_add_ms(secret.expires.v, LG_SPENT_MARGIN_MS);
	if (checked.code == LG_E_MISMATCH) {
		/* The block stays good for a person who mistyped, but not for ever. */
		s = lg_store_spend(env->store, cx, call->pool->pool, user->row.uid, secret.nonce, MAX_PROOFS,
			kept);
		if (s.code != LG_E_SPENT)
			LG_TRY(s);
	}
	LG_TRY(lg_auth_password_decide(cx, env, auth, checked));
	s = lg_store_spend_rest(env->store, cx, call->pool->pool, user->row.uid, secret.nonce, MAX_PROOFS,
		kept);
	if (s.code == LG_E_SPENT)
		return lg_auth_incorrect(cx);
	LG_TRY(s);

	if (!is_plain(auth->flow))
		LG_TRY(lg_auth_session_spend(cx, env, auth));
	LG_TRY(lg_auth_account_check(cx, auth));
	LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_PASSWORD));
	return lg_auth_next(cx, env, auth, ret);
}
