#include "domain/grant/grant.h"

#include <string.h>

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "domain/grant/claims.h"
#include "domain/grant/session_id.h"
#include "domain/grant/session_track.h"
#include "domain/grant/signing_keys.h"
#include "domain/grant/token_changes.h"
#include "domain/pool/scope.h"
#include "token/sealed.h"

enum { ID, ACCESS, TOKENS };

/* Everything that both tokens say. */
static lg_status
gather(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	const unsigned char sid[LG_SID_SIZE], struct lg_claims *ret)
{
	const struct lg_user *user = grant->user;
	ret->grant = grant;
	ret->changes = grant->changes;
	LG_TRY(lg_user_attribute_list(cx, grant->pool, grant->client, user, &ret->attributes));
	if (grant->oauth)
		LG_TRY(lg_scope_attributes(cx, grant->scope, grant->pool->oidc_strict,
			&ret->attributes, &ret->attributes));

	ret->event_id = grant->event_id;
	if (!lg_str_present(ret->event_id))
		LG_TRY(lg_event_id_make(cx, env, user, &ret->event_id));
	/* What can be revoked has a name to revoke it by. */
	if (grant->client->revocable || grant->pool->tracks_sessions)
		LG_TRY(lg_session_id_make(cx, env, grant->pool->pool, LG_STR("origin_jti"), sid,
			user->row.signout_gen, &ret->origin_jti));
	return LG_OK;
}

/* What signing one of them takes; the key holder gets as many as there are at once. */
static lg_status
prepare(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str use, lg_str claims,
	struct lg_sign_job *ret)
{
	const struct lg_signing_key *key;
	LG_TRY(lg_pool_signing_key(cx, env, pool, use, &key));
	*ret = (struct lg_sign_job){
		.pool = pool->pool, .kid = key->kid, .alg = key->alg, .sealed = key->sealed
	};
	return lg_jws_input(cx, key->kid, key->alg, claims, &ret->input);
}

/* Both tokens of the API, signed in one call. */
static lg_status
sign_both(struct lg_ctx *cx, struct lg_env *env, const struct lg_claims *claims, struct lg_tokens *ret)
{
	const struct lg_pool *pool = claims->grant->pool;
	struct lg_sign_job jobs[TOKENS];
	lg_str id, access;
	LG_TRY(lg_claims_id(cx, claims, &id));
	LG_TRY(lg_claims_access(cx, claims, &access));
	LG_TRY(prepare(cx, env, pool, LG_STR("id"), id, &jobs[ID]));
	LG_TRY(prepare(cx, env, pool, LG_STR("access"), access, &jobs[ACCESS]));
	LG_TRY(lg_keyholder_sign(env->keys, cx, jobs, TOKENS));
	LG_TRY(lg_jws_join(cx, jobs[ID].input, jobs[ID].signature, &ret->id));
	return lg_jws_join(cx, jobs[ACCESS].input, jobs[ACCESS].signature, &ret->access);
}

static lg_status
sign_one(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str use, lg_str claims,
	lg_str *ret)
{
	struct lg_sign_job job;
	LG_TRY(prepare(cx, env, pool, use, claims, &job));
	LG_TRY(lg_keyholder_sign(env->keys, cx, &job, 1));
	return lg_jws_join(cx, job.input, job.signature, ret);
}

/* The left half of a token's SHA-256 (OpenID Connect Core, 3.1.3.6): all our algorithms go with it. */
static lg_status
half_hash(struct lg_ctx *cx, lg_str token, lg_str *ret)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&token, 1, digest);
	return lg_base64url_encode(cx, lg_str_from_bytes(digest, sizeof(digest) / 2), ret);
}

/* The access token, and where it was asked for, an ID token that names it. */
static lg_status
sign_oauth(struct lg_ctx *cx, struct lg_env *env, struct lg_claims *claims, struct lg_tokens *ret)
{
	const struct lg_grant *grant = claims->grant;
	lg_str text;
	LG_TRY(lg_claims_access(cx, claims, &text));
	LG_TRY(sign_one(cx, env, grant->pool, LG_STR("access"), text, &ret->access));
	if (!lg_scope_holds(grant->scope, LG_SCOPE_OPENID))
		return LG_OK;
	LG_TRY(half_hash(cx, ret->access, &claims->at_hash));
	LG_TRY(lg_claims_id(cx, claims, &text));
	return sign_one(cx, env, grant->pool, LG_STR("id"), text, &ret->id);
}

static lg_status
make_refresh(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	const unsigned char sid[LG_SID_SIZE], lg_time expires, lg_str *ret)
{
	struct lg_rec_refresh_token token = {
		.sid = lg_str_from_bytes(sid, LG_SID_SIZE),
		.uid = lg_user_row_uid(&grant->user->row),
		.client_id = grant->client->id,
		.gen = { true, grant->gen },
		.signout_gen = { true, grant->user->row.signout_gen },
		.auth_time = { true, grant->auth_time },
		.expires = { true, expires },
		.device_key = grant->device_key,
		.scope = lg_str_present(grant->all_scopes) ? grant->all_scopes : grant->scope,
		.browser = grant->browser,
	};
	if (grant->oauth) {
		token.oauth = (struct lg_opt_bool){ true, true };
		token.resource = grant->oauth->resource;
		token.jkt = grant->oauth->jkt;
	}
	return lg_sealed_jwe_make(cx, lg_store_keyring(env->store), grant->pool->pool, LG_STR("refresh"),
		&lg_shape_rec_refresh_token, &token, ret);
}

lg_status
lg_grant_ask(struct lg_ctx *cx, struct lg_env *env, struct lg_grant *grant)
{
	struct lg_token_changes *changes = lg_new(cx, struct lg_token_changes);
	if (!changes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_token_changes_ask(cx, env, grant, changes));
	grant->changes = changes;
	return LG_OK;
}

static lg_status
issue(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant, struct lg_tokens *ret)
{
	unsigned char sid[LG_SID_SIZE];
	if (grant->has_sid)
		memcpy(sid, grant->sid, sizeof(sid));
	else
		lg_rand_bytes(cx, sid, sizeof(sid));

	struct lg_claims claims = { 0 };
	LG_TRY(gather(cx, env, grant, sid, &claims));
	struct lg_tokens made = { .expires_in_s = grant->client->access_ttl_s };
	if (grant->oauth)
		LG_TRY(sign_oauth(cx, env, &claims, &made));
	else
		LG_TRY(sign_both(cx, env, &claims, &made));

	if (grant->with_refresh) {
		lg_time expires = grant->refresh_expires;
		if (expires.ms == 0)
			expires = lg_time_add_ms(cx->now, grant->client->refresh_ttl_s * LG_SECOND_MS);
		LG_TRY(make_refresh(cx, env, grant, sid, expires, &made.refresh));
		if (!grant->has_sid || grant->begins)
			LG_TRY(lg_session_begin(cx, env, grant, sid, expires));
	}
	*ret = made;
	return LG_OK;
}

lg_status
lg_grant_issue(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant, struct lg_tokens *ret)
{
	if (grant->changes)
		return issue(cx, env, grant, ret);
	struct lg_grant asked = *grant;
	LG_TRY(lg_grant_ask(cx, env, &asked));
	return issue(cx, env, &asked, ret);
}
