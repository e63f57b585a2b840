#include "domain/auth/auth_steps.h"

#include <string.h>

#include "base/secret.h"
#include "codec/bytes.h"
#include "crypto/hash.h"
#include "domain/auth/lockout.h"
#include "domain/user/user_edit.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("session")
#define NONCE_SIZE 16
#define CREDENTIAL_SIZE 16
/* User names are padded to a multiple of this, which those of nobody, as long as a sub, do not reach. */
#define NAME_WIDTH 40
/* A CBOR text of so many bytes has a head of two bytes, a shorter one of one (RFC 8949, 3). */
#define LONG_TEXT 24

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

/*
 * The client's id stands behind what is sealed, with its length, as two operations have nothing else to find
 * the pool by.
 */
static lg_status
join(struct lg_ctx *cx, lg_str sealed, lg_str client_id, lg_str *ret)
{
	const char len = (char)client_id.len;
	lg_str bytes;
	LG_TRY(lg_base64url_decode(cx, sealed, &bytes));
	const lg_str parts[] = { bytes, client_id, lg_str_from_bytes(&len, 1) };
	LG_TRY(lg_str_concat(cx, parts, LG_LEN(parts), &bytes));
	return lg_base64url_encode(cx, bytes, ret);
}

/* LG_E_MALFORMED: no Session of ours. */
static lg_status
split(struct lg_ctx *cx, lg_str session, lg_str *ret_sealed, lg_str *ret_client_id)
{
	lg_str bytes;
	LG_TRY(lg_base64url_decode(cx, session, &bytes));
	const size_t end = bytes.len ? bytes.len - 1 : 0;
	const size_t len = end ? (unsigned char)bytes.ptr[end] : 0;
	if (len == 0 || len >= end)
		return LG_STATUS(LG_E_MALFORMED);
	*ret_client_id = lg_str_slice(bytes, end - len, end);
	return lg_base64url_encode(cx, lg_str_slice(bytes, 0, end - len), ret_sealed);
}

/*
 * A client that calls a user by an alias sees the length of the Session, and not that of his user name,
 * which would tell him from nobody.
 */
static lg_str
padding_of(lg_str username)
{
	static const char zeros[LONG_TEXT + NAME_WIDTH + 1];
	const size_t over = username.len % NAME_WIDTH;
	const size_t rest = username.len && !over ? 0 : NAME_WIDTH - over;
	return lg_str_from_bytes(zeros, LONG_TEXT + rest + (username.len < LONG_TEXT));
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
		.hosted = { call->hosted, call->hosted },
		.credential = lg_str_from_bytes(credential, sizeof(credential)),
		.flow = auth->flow,
		.device_key = auth->device_key,
		.mac = auth->session.mac,
		.to = auth->session.to,
		.secret = auth->session.secret,
		.stored = auth->session.stored,
		.setup = auth->session.setup,
		.custom = auth->session.custom,
		.answered = auth->session.answered,
		.padding = padding_of(auth->user->username),
	};
	lg_str sealed;
	LG_TRY(lg_sealed_make(cx, lg_store_keyring(env->store), call->pool->pool, PURPOSE,
		&lg_shape_rec_session, &session, &sealed));
	return join(cx, sealed, call->client->id, ret);
}

lg_status
lg_auth_session_used(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED,
		"Invalid session for the user, session can only be used once.");
}

lg_status
lg_auth_session_invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid session for the user.");
}

bool
lg_auth_session_is_over(const struct lg_ctx *cx, lg_status s)
{
	return s.code == LG_E_NOT_AUTHORIZED
	       && lg_str_starts(cx->failure.text, LG_STR("Invalid session for the user"));
}

lg_status
lg_auth_session_client(struct lg_ctx *cx, struct lg_env *env, lg_str session,
	const struct lg_pool **ret_pool, const struct lg_client **ret)
{
	lg_str sealed, client_id;
	lg_status s = split(cx, session, &sealed, &client_id);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_session_invalid(cx);
	LG_TRY(s);
	s = lg_client_find(cx, env, client_id, ret_pool, ret);
	return s.code == LG_E_RESOURCE_NOT_FOUND ? lg_auth_session_invalid(cx) : s;
}

/*
 * Who was asked for one factor, and has proven nothing yet, may choose another: Amplify does when a passkey
 * can't be shown, and answers a PASSWORD challenge in this form.
 */
static bool
is_answer_to(const struct lg_rec_session *session, lg_str challenge)
{
	static const lg_str choices[] = {
		LG_STR_INIT("PASSWORD"), LG_STR_INIT("PASSWORD_SRP"), LG_STR_INIT("WEB_AUTHN") };
	if (lg_str_eq(session->challenge, challenge))
		return true;
	if (!lg_str_eq(challenge, LG_STR("SELECT_CHALLENGE")) || !lg_str_eq(session->flow,
		LG_STR("USER_AUTH")) || session->done.count)
		return false;
	for (size_t i = 0; i < LG_LEN(choices); i++) {
		if (lg_str_eq(session->challenge, choices[i]))
			return true;
	}
	return false;
}

lg_status
lg_auth_session_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	lg_str challenge, struct lg_rec_session *ret)
{
	lg_str sealed, client_id;
	lg_status s = split(cx, call->session, &sealed, &client_id);
	if (!lg_failed(s))
		s = lg_sealed_open(cx, lg_store_keyring(env->store), call->pool->pool, PURPOSE, sealed,
			&lg_shape_rec_session, ret);
	if (s.code == LG_E_MALFORMED)
		return lg_auth_session_invalid(cx);
	LG_TRY(s);
	if (!lg_str_eq(client_id, call->client->id) || !lg_str_eq(ret->client_id, client_id)
	    || ret->hosted.v != call->hosted || !is_answer_to(ret, challenge) || ret->uid.len != LG_UID_SIZE)
		return lg_auth_session_invalid(cx);
	return LG_OK;
}

/* Uses of a Session's nonce: wrong answers one each, a right one all that are left. */
static int64_t
max_uses(const struct lg_rec_session *session)
{
	const struct lg_auth_challenge *challenge = lg_auth_challenge_find(session->challenge);
	return challenge && challenge->tries > 0 ? challenge->tries : 1;
}

static lg_time
kept_until(const struct lg_rec_session *session)
{
	return lg_time_add_ms(session->expires.v, LG_SPENT_MARGIN_MS);
}

lg_status
lg_auth_session_unused(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	const struct lg_rec_session *session)
{
	int64_t uses;
	LG_TRY(lg_store_spent_uses(env->store, cx, call->pool->pool,
		(const unsigned char *)session->uid.ptr, session->nonce, &uses));
	return uses >= max_uses(session) ? lg_auth_session_used(cx) : LG_OK;
}

lg_status
lg_auth_session_open_unnamed(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	lg_str challenge, unsigned parts)
{
	const struct lg_auth_call *call = auth->call;
	struct lg_rec_session session = { 0 };
	LG_TRY(lg_auth_session_read(cx, env, call, challenge, &session));
	if (!lg_time_before(cx->now, session.expires.v))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid session for the user, session is expired.");
	LG_TRY(lg_auth_session_unused(cx, env, call, &session));
	LG_TRY(lg_auth_read_user(cx, env, auth, session.uid, session.username,
		parts | LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA));
	unsigned char credential[CREDENTIAL_SIZE];
	credential_digest(auth->user, credential);
	if (!lg_ct_eq(session.credential, lg_str_from_bytes(credential, sizeof(credential))))
		return lg_auth_session_invalid(cx);

	auth->session = session;
	auth->flow = session.flow;
	auth->done = session.done;
	/* A device that has proven itself is not exchanged for another. */
	const bool proven = lg_auth_has_done(auth, LG_AUTH_DEVICE);
	if (proven || lg_str_empty(auth->device_key))
		auth->device_key = session.device_key;
	return lg_auth_has_first(auth) && !proven ? lg_auth_device_check(cx, env, auth) : LG_OK;
}

lg_status
lg_auth_session_open(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str challenge,
	unsigned parts)
{
	LG_TRY(lg_auth_session_open_unnamed(cx, env, auth, challenge, parts));
	/* A page keeps the Session in a cookie of its own, and need not know whose it is. */
	if (auth->call->hosted)
		return LG_OK;
	lg_str name = lg_auth_param(auth, LG_STR("USERNAME"));
	bool same;
	LG_TRY(lg_auth_is_user(cx, env, auth, name, &same));
	if (!same)
		return lg_auth_session_invalid(cx);
	return lg_secret_hash_check(cx, env, auth->call->client, name, auth->user,
		lg_auth_param(auth, LG_STR("SECRET_HASH")));
}

lg_status
lg_auth_session_spend(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	const struct lg_rec_session *session = &auth->session;
	lg_status s = lg_store_spend_rest(env->store, cx, auth->call->pool->pool, auth->user->row.uid,
		session->nonce, max_uses(session), kept_until(session));
	return s.code == LG_E_SPENT ? lg_auth_session_used(cx) : s;
}

void
lg_auth_session_spend_in(struct lg_batch *batch, const struct lg_auth *auth)
{
	const struct lg_rec_session *session = &auth->session;
	lg_store_spend_rest_in(batch, auth->call->pool->pool, auth->user->row.uid, session->nonce,
		max_uses(session), kept_until(session));
	lg_batch_tag(batch, LG_AUTH_TAG_SESSION);
}

lg_status
lg_auth_session_commit(struct lg_ctx *cx, struct lg_batch *batch)
{
	const lg_status s = lg_user_commit(cx, batch);
	if (s.code == LG_E_CONFLICT && lg_batch_failed(batch) == LG_AUTH_TAG_SESSION)
		return lg_auth_session_used(cx);
	return s;
}

lg_status
lg_auth_session_miss(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	const struct lg_rec_session *session = &auth->session;
	const lg_status s = lg_store_spend(env->store, cx, auth->call->pool->pool, auth->user->row.uid,
		session->nonce, max_uses(session), kept_until(session));
	return s.code == LG_E_SPENT ? lg_auth_session_used(cx) : s;
}

/* Whose count a guess goes to. One that is right forgives wrong ones of its own kind only. */
static enum lg_throttle_kind
kind_of_guess(const struct lg_auth *auth)
{
	const lg_str challenge = auth->session.challenge;
	if (lg_str_eq(challenge, LG_IDP_CHALLENGE_NAME_TYPE_DEVICE_SRP_AUTH))
		return LG_THROTTLE_DEVICE;
	/* Who has proven nothing locks no second factor. The code of an app is one secret, whoever asks. */
	const bool app = lg_str_eq(challenge, LG_IDP_CHALLENGE_NAME_TYPE_SOFTWARE_TOKEN_MFA);
	return app || lg_auth_has_first(auth) ? LG_THROTTLE_MFA : LG_THROTTLE_OTP;
}

lg_status
lg_auth_factor_judge(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_status checked)
{
	const lg_status decided = lg_lockout_decide(cx, env, auth->user, kind_of_guess(auth), checked);
	if (decided.code != LG_E_MISMATCH)
		return decided;
	lg_auth_note_wrong_factor(cx, env, auth);
	LG_TRY(lg_auth_session_miss(cx, env, auth));
	return decided;
}
