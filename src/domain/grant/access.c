#include "domain/grant/grant.h"

#include <string.h>

#include "codec/bytes.h"
#include "domain/grant/access_cache.h"
#include "domain/grant/session_id.h"
#include "domain/grant/signing_keys.h"
#include "domain/grant/token_claims.h"
#include "domain/pool/scope.h"
#include "token/jws.h"

static lg_status
invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid Access Token");
}

static lg_status
bad_signature(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Could not verify signature for Access Token");
}

/* The pool is that of the client which the token names. */
static lg_status
find_pool(struct lg_ctx *cx, struct lg_env *env, lg_str client_id, struct lg_access *ret)
{
	lg_status s = lg_client_find(cx, env, client_id, &ret->pool, &ret->client);
	return s.code == LG_E_RESOURCE_NOT_FOUND ? invalid(cx) : s;
}

/* The pool must be the token's issuer, too. */
static lg_status
check_issuer(struct lg_ctx *cx, struct lg_env *env, const struct lg_jws *jws, struct lg_access *ret)
{
	lg_str client_id = lg_json_member_text(jws->claims, LG_STR("client_id"));
	if (lg_str_empty(client_id)
	    || !lg_str_eq(lg_json_member_text(jws->claims, LG_STR("token_use")), LG_STR("access")))
		return invalid(cx);
	LG_TRY(find_pool(cx, env, client_id, ret));
	if (!lg_str_eq(lg_json_member_text(jws->claims, LG_STR("iss")), ret->pool->issuer))
		return invalid(cx);
	return LG_OK;
}

static lg_status
find_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str kid,
	const struct lg_signing_key **ret)
{
	lg_status s = lg_pool_verifying_key(cx, env, pool, LG_STR("access"), kid, ret);
	return s.code == LG_E_NOT_FOUND ? bad_signature(cx) : s;
}

/* Key and algorithm are ours; the header only selects among them (RFC 8725, 3.1). */
static lg_status
verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_jws *jws, const struct lg_pool *pool)
{
	const struct lg_signing_key *key;
	LG_TRY(find_key(cx, env, pool, jws->kid, &key));
	if (!lg_str_eq(jws->alg, lg_alg_name(key->alg)))
		return bad_signature(cx);
	lg_status s = lg_pkey_verify(cx, key->public_key, jws->input, jws->signature);
	return s.code == LG_E_MISMATCH ? bad_signature(cx) : s;
}

/* Everything that the token says; nothing of it depends on the time or on what happened since. */
static lg_status
read_token(struct lg_ctx *cx, struct lg_env *env, lg_str token, struct lg_access *access,
	struct lg_access_claims *ret)
{
	struct lg_jws jws;
	lg_status s = lg_jws_parse(cx, token, &jws);
	if (s.code == LG_E_MALFORMED)
		return invalid(cx);
	LG_TRY(s);
	LG_TRY(check_issuer(cx, env, &jws, access));
	LG_TRY(verify(cx, env, &jws, access->pool));

	struct lg_access_claims claims = {
		.kid = jws.kid,
		.client_id = access->client->id,
		.scope = lg_json_member_text(jws.claims, LG_STR("scope")),
		.device_key = lg_json_member_text(jws.claims, LG_STR("device_key")),
		.jkt = lg_json_member_text(
			lg_json_member(jws.claims, LG_STR("cnf")), LG_STR("jkt")),
		.pool = access->pool->pool,
		.pool_version = access->pool->version,
	};
	if (!lg_claim_time(jws.claims, LG_STR("exp"), &claims.expires)
	    || !lg_claim_time(jws.claims, LG_STR("auth_time"), &claims.auth_time)
	    || !lg_uuid_decode(lg_json_member_text(jws.claims, LG_STR("sub")), claims.uid))
		return invalid(cx);
	s = lg_session_id_of_claims(
		cx, env, claims.pool, jws.claims, claims.sid, &claims.has_sid, &claims.signout_gen);
	if (s.code == LG_E_MALFORMED)
		return invalid(cx);
	LG_TRY(s);
	*ret = claims;
	return LG_OK;
}

/* What a token said before, while its pool and key are what they were. LG_E_NOT_FOUND. */
static lg_status
recall(struct lg_ctx *cx, struct lg_env *env, const unsigned char digest[LG_SHA256_SIZE],
	struct lg_access *access, struct lg_access_claims *ret)
{
	LG_TRY(lg_memo_get(cx, env->access_cache, digest, ret));
	LG_TRY(find_pool(cx, env, ret->client_id, access));
	if (access->pool->pool != ret->pool || access->pool->version != ret->pool_version)
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	const struct lg_signing_key *key;
	return find_key(cx, env, access->pool, ret->kid, &key);
}

/* The claims of a token of ours, from memory or verified now. */
static lg_status
read_claims(struct lg_ctx *cx, struct lg_env *env, lg_str token, struct lg_access *access,
	struct lg_access_claims *ret)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&token, 1, digest);
	lg_status s = recall(cx, env, digest, access, ret);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	LG_TRY(read_token(cx, env, token, access, ret));
	lg_memo_put(env->access_cache, digest, ret);
	return LG_OK;
}

/* Expiry and scope. */
static lg_status
check_claims(struct lg_ctx *cx, const struct lg_access_claims *claims, lg_str scope)
{
	if (!lg_time_before(cx->now, claims->expires))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Access Token has expired");
	if (lg_str_present(scope) && !lg_scope_holds(claims->scope, scope))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Access Token does not have required scopes");
	return LG_OK;
}

/* The user and what became of the session since: one round trip. */
static lg_status
read_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_access_claims *claims, unsigned parts,
	struct lg_access *ret)
{
	struct lg_user_row *row = lg_new(cx, struct lg_user_row);
	if (!row)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_session_row session = { 0 };
	lg_status s = lg_store_user_read_session(env->store, cx, ret->pool->pool, claims->uid,
		parts | LG_PART_PROFILE, claims->sid, row, &session);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail_default(cx, LG_E_USER_NOT_FOUND);
	LG_TRY(s);
	if (!row->enabled)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "User is disabled.");
	if (claims->signout_gen != lg_signout_gen32(row) || (claims->has_sid && session.revoked))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Access Token has been revoked");
	return lg_user_of_row(cx, row, &ret->user);
}

static lg_status
open_token(struct lg_ctx *cx, struct lg_env *env, lg_str token, lg_str scope, unsigned parts,
	struct lg_access *ret)
{
	struct lg_access access = { 0 };
	struct lg_access_claims claims = { 0 };
	LG_TRY(read_claims(cx, env, token, &access, &claims));
	LG_TRY(check_claims(cx, &claims, scope));
	LG_TRY(read_user(cx, env, &claims, parts, &access));
	access.auth_time = claims.auth_time;
	access.scope = claims.scope;
	access.device_key = claims.device_key;
	access.jkt = claims.jkt.len ? claims.jkt : LG_STR_NONE;
	access.has_sid = claims.has_sid;
	memcpy(access.sid, claims.sid, sizeof(access.sid));
	*ret = access;
	return LG_OK;
}

lg_status
lg_access_open_bound(struct lg_ctx *cx, struct lg_env *env, lg_str token, struct lg_access *ret)
{
	return open_token(cx, env, token, LG_STR_NONE, 0, ret);
}

lg_status
lg_access_open(struct lg_ctx *cx, struct lg_env *env, lg_str token, lg_str scope, unsigned parts,
	struct lg_access *ret)
{
	struct lg_access access;
	LG_TRY(open_token(cx, env, token, scope, parts, &access));
	/* Its bearer has to show a key, and nobody here could look at it (RFC 9449, 7.2). */
	if (lg_str_present(access.jkt))
		return invalid(cx);
	*ret = access;
	return LG_OK;
}
