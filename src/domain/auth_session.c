#include "domain/auth_steps.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/hash.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("session")
#define NONCE_SIZE 16
#define CREDENTIAL_SIZE 16

/*
 * What was proven is the credential of this moment: a Session names it, so that another password since makes
 * the proof worthless. Each sealing has its own nonce, so the digest differs even for the same password.
 */
static void
credential_digest(const struct lg_user *user, unsigned char ret[CREDENTIAL_SIZE])
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&user->row.credential.sealed, 1, digest);
	memcpy(ret, digest, CREDENTIAL_SIZE);
}

lg_status
lg_auth_session_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str challenge,
	lg_str *ret)
{
	const struct lg_auth_call *call = auth->call;
	unsigned char nonce[NONCE_SIZE];
	lg_rand_bytes(cx, nonce, sizeof(nonce));
	unsigned char credential[CREDENTIAL_SIZE];
	credential_digest(auth->user, credential);

	const struct lg_rec_session session = {
		.uid = lg_user_row_uid(&auth->user->row),
		.client_id = call->client->id,
		.username = auth->user->username,
		.nonce = lg_str_from_bytes(nonce, sizeof(nonce)),
		.expires = { true, lg_time_add_ms(cx->now, call->client->session_ttl_s * LG_SECOND_MS) },
		.challenge = challenge,
		.done = auth->done,
		.admin = { true, call->admin },
		.credential = lg_str_from_bytes(credential, sizeof(credential)),
	};
	return lg_sealed_make(cx, lg_store_keyring(env->store), call->pool->pool, PURPOSE,
		&lg_shape_rec_session, &session, ret);
}

lg_status
lg_auth_session_used(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED,
		"Invalid session for the user, session can only be used once.");
}

static lg_status
invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid session for the user.");
}

/* Everything that the Session itself tells. */
static lg_status
session_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call, lg_str challenge,
	struct lg_rec_session *ret)
{
	lg_status s = lg_sealed_open(cx, lg_store_keyring(env->store), call->pool->pool, PURPOSE,
		call->session, &lg_shape_rec_session, ret);
	if (s.code == LG_E_MALFORMED)
		return invalid(cx);
	LG_TRY(s);
	if (!lg_str_eq(ret->client_id, call->client->id) || !lg_str_eq(ret->challenge, challenge)
	    || ret->uid.len != LG_UID_SIZE)
		return invalid(cx);
	if (!lg_time_before(cx->now, ret->expires.v))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid session for the user, session is expired.");
	return LG_OK;
}

lg_status
lg_auth_session_open(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str challenge,
	unsigned parts)
{
	const struct lg_auth_call *call = auth->call;
	struct lg_rec_session session = { 0 };
	LG_TRY(session_read(cx, env, call, challenge, &session));

	const unsigned char *uid = (const unsigned char *)session.uid.ptr;
	int64_t uses;
	LG_TRY(lg_store_spent_uses(env->store, cx, call->pool->pool, uid, session.nonce, &uses));
	if (uses > 0)
		return lg_auth_session_used(cx);

	struct lg_user *user;
	lg_status s = lg_user_find_uid(cx, env, call->pool, uid,
		parts | LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA, &user);
	if (s.code == LG_E_NOT_FOUND)
		return invalid(cx);
	LG_TRY(s);

	auth->session = session;
	auth->done = session.done;
	auth->user = user;
	lg_str name = lg_auth_param(auth, LG_STR("USERNAME"));
	bool same;
	LG_TRY(lg_auth_is_user(cx, env, auth, name, &same));
	unsigned char credential[CREDENTIAL_SIZE];
	credential_digest(user, credential);
	if (!same || !lg_ct_eq(session.credential, lg_str_from_bytes(credential, sizeof(credential))))
		return invalid(cx);
	return lg_secret_hash_check(cx, env, call->client, name, user,
		lg_auth_param(auth, LG_STR("SECRET_HASH")));
}
