#include "oauth/code.h"

#include <string.h>

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "gen/rec_types.h"
#include "store/tracking.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("code")
#define SHAPE (&lg_shape_rec_oauth_code)
#define NONCE_SIZE 16
#define VERIFIER_MIN 43
#define VERIFIER_MAX 128
/* What is spent is remembered a little longer, as the clocks of two nodes differ. */
#define MARGIN_MS (5 * LG_MINUTE_MS)

lg_status
lg_oauth_code_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request,
	const struct lg_oauth_subject *subject, lg_str *ret)
{
	unsigned char sid[LG_SID_SIZE], nonce[NONCE_SIZE];
	lg_rand_bytes(cx, sid, sizeof(sid));
	lg_rand_bytes(cx, nonce, sizeof(nonce));
	const struct lg_rec_oauth_code code = {
		.uid = lg_user_row_uid(&subject->user->row),
		.nonce = lg_str_from_bytes(nonce, sizeof(nonce)),
		.client_id = request->client->id,
		.redirect_uri = request->redirect_uri,
		.scope = request->scope,
		.id_nonce = request->nonce,
		.challenge = request->challenge,
		.resource = request->resource,
		.jkt = request->jkt,
		.sid = lg_str_from_bytes(sid, sizeof(sid)),
		.signout_gen = { true, subject->user->row.signout_gen },
		.auth_time = { true, subject->auth_time },
		.expires = { true, lg_time_add_ms(cx->now, LG_OAUTH_CODE_S * LG_SECOND_MS) },
		.device_key = subject->device_key,
		.browser = subject->browser,
	};
	return lg_sealed_make(
		cx, lg_store_keyring(env->store), request->pool->pool, PURPOSE, SHAPE, &code, ret);
}

static lg_status
invalid(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_GRANT, "%s", why);
}

static lg_status
open_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_client *client,
	lg_str text, struct lg_rec_oauth_code *ret)
{
	const lg_status s =
		lg_sealed_open(cx, lg_store_keyring(env->store), pool->pool, PURPOSE, text, SHAPE, ret);
	if (s.code == LG_E_MALFORMED)
		return invalid(cx, "The code is not ours.");
	LG_TRY(s);
	if (ret->uid.len != LG_UID_SIZE || ret->sid.len != LG_SID_SIZE || ret->nonce.len != NONCE_SIZE)
		return invalid(cx, "The code is not ours.");
	if (!lg_str_eq(ret->client_id, client->id))
		return invalid(cx, "The code is another client's.");
	if (!lg_time_before(cx->now, ret->expires.v))
		return invalid(cx, "The code has expired.");
	return LG_OK;
}

static const unsigned char *
bytes_of(lg_str text)
{
	return (const unsigned char *)text.ptr;
}

/* Somebody else has it, too: what it granted ends. */
static lg_status
end_family(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_client *client,
	const struct lg_rec_oauth_code *code)
{
	struct lg_batch *batch;
	const int64_t life_ms = client->refresh_ttl_s * LG_SECOND_MS + LG_SESSION_REST_MS;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_session_revoke(batch, pool->pool, bytes_of(code->uid), bytes_of(code->sid), client->id,
		lg_time_add_ms(cx->now, life_ms));
	LG_TRY(lg_store_commit(batch));
	return invalid(cx, "The code was used before.");
}

/* RFC 7636, 4.6; a verifier without a challenge is an attempt to go down to none (RFC 9700, 2.1.1). */
static lg_status
check_verifier(struct lg_ctx *cx, const struct lg_rec_oauth_code *code, lg_str verifier)
{
	if (!lg_str_present(code->challenge))
		return lg_str_present(verifier) ? invalid(cx, "code_verifier without code_challenge")
						: LG_OK;
	if (!lg_str_present(verifier) || verifier.len < VERIFIER_MIN || verifier.len > VERIFIER_MAX)
		return invalid(cx, "code_verifier is missing, or has not 43 to 128 characters.");
	unsigned char digest[LG_SHA256_SIZE];
	lg_str challenge;
	lg_sha256(&verifier, 1, digest);
	LG_TRY(lg_base64url_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), &challenge));
	return lg_ct_eq(challenge, code->challenge) ? LG_OK : invalid(cx, "code_verifier is wrong.");
}

/* Cognito's name for another redirect_uri is not that of RFC 6749, 5.2, and comes without a description. */
static lg_status
check_claim(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_rec_oauth_code *code,
	const struct lg_oauth_code_claim *claim)
{
	if (!lg_str_eq(code->redirect_uri, claim->redirect_uri))
		return pool->oidc_strict
			       ? invalid(cx, "redirect_uri is another one.")
			       : lg_fail(cx, LG_E_OAUTH_UNAUTHORIZED_CLIENT, "unauthorized_client");
	LG_TRY(check_verifier(cx, code, claim->verifier));
	if (lg_str_present(code->jkt) && !lg_str_eq(code->jkt, claim->jkt))
		return invalid(cx, "The code is bound to another key.");
	return LG_OK;
}

lg_status
lg_oauth_granted_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str uid,
	int64_t signout_gen, struct lg_oauth_granted *granted)
{
	struct lg_user *user;
	lg_status s = lg_user_find_uid(
		cx, env, pool, bytes_of(uid), LG_PART_PROFILE | LG_PART_CREDENTIAL, &user);
	if (s.code == LG_E_NOT_FOUND)
		return invalid(cx, "The user is gone.");
	LG_TRY(s);
	if (!user->row.enabled || user->row.signout_gen != signout_gen)
		return invalid(cx, "The user is disabled, or signed out.");
	if (lg_str_present(granted->browser))
		s = lg_browser_find(cx, env, user, granted->browser, &granted->browser_item);
	if (s.code == LG_E_NOT_FOUND)
		return invalid(cx, "The browser session has ended.");
	LG_TRY(s);
	granted->user = user;
	return LG_OK;
}

lg_status
lg_oauth_code_redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_oauth_code_claim *claim,
	struct lg_oauth_granted *ret)
{
	struct lg_rec_oauth_code code = { 0 };
	LG_TRY(open_code(cx, env, pool, client, claim->code, &code));
	/* Spending it is the lock: of two nodes that redeem one code, one succeeds. */
	const lg_status s = lg_store_spend(env->store, cx, pool->pool, bytes_of(code.uid), code.nonce, 1,
		lg_time_add_ms(code.expires.v, MARGIN_MS));
	if (s.code == LG_E_SPENT)
		return end_family(cx, env, pool, client, &code);
	LG_TRY(s);
	LG_TRY(check_claim(cx, pool, &code, claim));
	*ret = (struct lg_oauth_granted){
		.auth_time = code.auth_time.v,
		.scope = code.scope,
		.device_key = code.device_key,
		.browser = code.browser,
		.oauth = { .nonce = code.id_nonce, .resource = code.resource, .jkt = claim->jkt },
	};
	memcpy(ret->sid, code.sid.ptr, sizeof(ret->sid));
	return lg_oauth_granted_user(cx, env, pool, code.uid, code.signout_gen.v, ret);
}
