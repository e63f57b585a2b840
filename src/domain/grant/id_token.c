#include "domain/grant/id_token.h"

#include "codec/bytes.h"
#include "domain/grant/session_id.h"
#include "domain/grant/signing_keys.h"

static lg_status
bad_signature(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_MISMATCH, "no ID token of this pool");
}

lg_status
lg_id_token_verify(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_jws *jws)
{
	const struct lg_signing_key *key;
	const lg_status s = lg_pool_verifying_key(cx, env, pool, LG_STR("id"), jws->kid, &key);
	if (s.code == LG_E_NOT_FOUND)
		return bad_signature(cx);
	LG_TRY(s);
	/* Key and algorithm are ours; the header only selects among them (RFC 8725, 3.1). */
	if (!lg_str_eq(jws->alg, lg_alg_name(key->alg)))
		return bad_signature(cx);
	return lg_pkey_verify(cx, key->public_key, jws->input, jws->signature);
}

lg_status
lg_token_session_of(struct lg_ctx *cx, struct lg_env *env, int64_t pool, const json_t *claims,
	struct lg_token_session *ret)
{
	*ret = (struct lg_token_session){ .pool = pool };
	const lg_status s = lg_session_id_of_claims(
		cx, env, pool, claims, ret->sid, &ret->has_sid, &ret->signout_gen);
	if (s.code == LG_E_MALFORMED ||
		!lg_uuid_decode(lg_json_member_text(claims, LG_STR("sub")), ret->uid))
		return lg_fail(cx, LG_E_REFUSED, "no session");
	return s;
}

lg_status
lg_token_session_stands(struct lg_ctx *cx, struct lg_env *env, const struct lg_token_session *of)
{
	struct lg_user_row user;
	struct lg_session_row session = { 0 };
	const lg_status s = lg_store_user_read_session(
		env->store, cx, of->pool, of->uid, 0, of->sid, &user, &session);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_REFUSED, "User does not exist.");
	LG_TRY(s);
	if (!user.enabled)
		return lg_fail(cx, LG_E_REFUSED, "User is disabled.");
	if (of->signout_gen != lg_signout_gen32(&user) || (of->has_sid && session.revoked))
		return lg_fail(cx, LG_E_REFUSED, "Token has been revoked.");
	return LG_OK;
}

lg_status
lg_id_token_stands(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const json_t *claims)
{
	struct lg_token_session session;
	LG_TRY(lg_token_session_of(cx, env, pool->pool, claims, &session));
	return lg_token_session_stands(cx, env, &session);
}
