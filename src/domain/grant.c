#include "domain/grant.h"

#include <string.h>

#include "domain/claims.h"
#include "domain/session_id.h"
#include "domain/session_track.h"
#include "domain/signing_keys.h"
#include "domain/token_changes.h"
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

	ret->event_id = grant->event_id;
	if (!lg_str_present(ret->event_id))
		LG_TRY(lg_event_id_make(cx, env, user, &ret->event_id));
	/* What can be revoked has a name to revoke it by. */
	if (grant->client->revocable || grant->pool->tracks_sessions)
		LG_TRY(lg_session_id_make(cx, env, grant->pool->pool, LG_STR("origin_jti"), sid,
			user->row.signout_gen, &ret->origin_jti));
	return LG_OK;
}

/* Sign both in one call of the key holder. */
static lg_status
sign(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const lg_str claims[TOKENS],
	lg_str ret[TOKENS])
{
	static const lg_str uses[TOKENS] = { [ID] = LG_STR_INIT("id"), [ACCESS] = LG_STR_INIT("access") };
	struct lg_sign_job jobs[TOKENS] = { 0 };

	for (int i = 0; i < TOKENS; i++) {
		const struct lg_signing_key *key;
		LG_TRY(lg_pool_signing_key(cx, env, pool, uses[i], &key));
		jobs[i] = (struct lg_sign_job){ .pool = pool->pool, .kid = key->kid, .alg = key->alg,
			.sealed = key->sealed };
		LG_TRY(lg_jws_input(cx, key->kid, key->alg, claims[i], &jobs[i].input));
	}
	LG_TRY(lg_keyholder_sign(env->keys, cx, jobs, TOKENS));
	for (int i = 0; i < TOKENS; i++)
		LG_TRY(lg_jws_join(cx, jobs[i].input, jobs[i].signature, &ret[i]));
	return LG_OK;
}

static lg_status
make_refresh(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	const unsigned char sid[LG_SID_SIZE], lg_time expires, lg_str *ret)
{
	const struct lg_rec_refresh_token token = {
		.sid = lg_str_from_bytes(sid, LG_SID_SIZE),
		.uid = lg_user_row_uid(&grant->user->row),
		.client_id = grant->client->id,
		.gen = { true, grant->gen },
		.signout_gen = { true, grant->user->row.signout_gen },
		.auth_time = { true, grant->auth_time },
		.expires = { true, expires },
		.device_key = grant->device_key,
		.scope = grant->scope,
	};
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
	lg_str texts[TOKENS], tokens[TOKENS];
	LG_TRY(lg_claims_id(cx, &claims, &texts[ID]));
	LG_TRY(lg_claims_access(cx, &claims, &texts[ACCESS]));
	LG_TRY(sign(cx, env, grant->pool, texts, tokens));

	struct lg_tokens made = {
		.id = tokens[ID],
		.access = tokens[ACCESS],
		.expires_in_s = grant->client->access_ttl_s,
	};
	if (grant->with_refresh) {
		lg_time expires = grant->refresh_expires;
		if (expires.ms == 0)
			expires = lg_time_add_ms(cx->now, grant->client->refresh_ttl_s * LG_SECOND_MS);
		LG_TRY(make_refresh(cx, env, grant, sid, expires, &made.refresh));
		if (!grant->has_sid)
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
