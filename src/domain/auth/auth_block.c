#include "domain/auth/auth_steps.h"

#include "codec/bytes.h"
#include "crypto/srp.h"
#include "token/sealed.h"

#define NONCE_SIZE 16

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
seal(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str purpose,
	const struct lg_rec_srp_secret *secret, lg_str *ret)
{
	lg_str token, bytes;
	LG_TRY(lg_sealed_make(cx, lg_store_keyring(env->store), auth->call->pool->pool, purpose,
		&lg_shape_rec_srp_secret, secret, &token));
	LG_TRY(lg_base64url_decode(cx, token, &bytes));
	return lg_base64_encode(cx, bytes, ret);
}

lg_status
lg_auth_block_begin(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	const struct lg_auth_exchange *exchange, lg_str A_hex, struct lg_rec_srp_secret *secret,
	struct lg_auth_step *ret)
{
	const struct lg_auth_call *call = auth->call;
	lg_status s = lg_srp_check_A(cx, A_hex);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_incorrect(cx);
	LG_TRY(s);

	struct lg_srp_challenge challenge;
	LG_TRY(lg_keyholder_srp_begin(env->keys, cx, lg_user_owner(auth->user), exchange->name,
		exchange->sealed, A_hex, &challenge));
	unsigned char nonce[NONCE_SIZE];
	lg_rand_bytes(cx, nonce, sizeof(nonce));
	secret->uid = lg_user_row_uid(&auth->user->row);
	secret->client_id = call->client->id;
	secret->username = auth->user->username;
	secret->nonce = lg_str_from_bytes(nonce, sizeof(nonce));
	secret->expires.has = true;
	secret->expires.v = lg_time_add_ms(cx->now, call->client->session_ttl_s * LG_SECOND_MS);
	secret->state = challenge.state;
	secret->flow = auth->flow;
	LG_TRY(pack_A(cx, A_hex, &secret->a));
	lg_str block;
	LG_TRY(seal(cx, env, auth, exchange->purpose, secret, &block));

	const struct lg_str_pair params[] = {
		{ LG_STR("SALT"), challenge.salt_hex },
		{ LG_STR("SECRET_BLOCK"), block },
		{ LG_STR("SRP_B"), challenge.B_hex },
		{ LG_STR("USERNAME"), auth->user->username },
	};
	for (size_t i = 0; i < LG_LEN(params); i++)
		LG_TRY(lg_auth_param_add(cx, ret, LG_AUTH_BLOCK_PARAMS, params[i].key, params[i].value));
	return LG_OK;
}

lg_status
lg_auth_block_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str purpose,
	struct lg_rec_srp_secret *ret, lg_str *ret_bytes)
{
	const struct lg_auth_call *call = auth->call;
	lg_str bytes, token;
	struct lg_rec_srp_secret secret = { 0 };
	lg_status s = lg_base64_decode_lenient(cx, lg_auth_param(auth,
		LG_STR("PASSWORD_CLAIM_SECRET_BLOCK")), &bytes);
	if (!lg_failed(s))
		s = lg_base64url_encode(cx, bytes, &token);
	if (!lg_failed(s))
		s = lg_sealed_open(cx, lg_store_keyring(env->store), call->pool->pool, purpose, token,
			&lg_shape_rec_srp_secret, &secret);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_incorrect(cx);
	LG_TRY(s);
	if (!lg_str_eq(secret.client_id, call->client->id) || secret.uid.len != LG_UID_SIZE
	    || !lg_time_before(cx->now, secret.expires.v))
		return lg_auth_incorrect(cx);
	*ret = secret;
	*ret_bytes = bytes;
	return LG_OK;
}

lg_status
lg_auth_block_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	const struct lg_auth_exchange *exchange, const struct lg_rec_srp_secret *secret, lg_str bytes)
{
	struct lg_srp_proof proof = {
		.state = secret->state,
		.secret_block = bytes,
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
	return lg_keyholder_srp_finish(env->keys, cx, lg_user_owner(auth->user), exchange->name,
		exchange->sealed, &proof);
}
