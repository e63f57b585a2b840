#include "domain/grant/refresh.h"

#include <string.h>

#include "domain/auth/device.h"
#include "domain/auth/trigger.h"
#include "domain/grant/session_track.h"
#include "token/sealed.h"

/* Rotations of one token that may overtake each other before one gives up. */
#define MAX_TRIES 3

static lg_status
invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid Refresh Token");
}

lg_status
lg_refresh_token_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str token, struct lg_rec_refresh_token *ret)
{
	struct lg_rec_refresh_token read = { 0 };
	LG_TRY(lg_sealed_jwe_open(cx, lg_store_keyring(env->store), pool->pool, LG_STR("refresh"), token,
		&lg_shape_rec_refresh_token, &read));
	if (!lg_str_eq(read.client_id, client->id) || read.sid.len != LG_SID_SIZE
		|| read.uid.len != LG_UID_SIZE)
		return lg_fail_default(cx, LG_E_MALFORMED);
	*ret = read;
	return LG_OK;
}

lg_status
lg_refresh_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str token, struct lg_refresh **ret)
{
	struct lg_refresh *refresh = lg_new(cx, struct lg_refresh);
	struct lg_user_row *row = lg_new(cx, struct lg_user_row);
	if (!refresh || !row)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	refresh->pool = pool;
	refresh->client = client;

	lg_status s = lg_refresh_token_read(cx, env, pool, client, token, &refresh->token);
	if (s.code == LG_E_MALFORMED)
		return invalid(cx);
	LG_TRY(s);
	s = lg_store_user_read_session(env->store, cx, pool->pool,
		(const unsigned char *)refresh->token.uid.ptr, LG_PART_PROFILE,
		(const unsigned char *)refresh->token.sid.ptr, row, &refresh->session);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail_default(cx, LG_E_USER_NOT_FOUND);
	LG_TRY(s);
	LG_TRY(lg_user_of_row(cx, row, &refresh->user));
	refresh->oauth = (struct lg_grant_oauth){
		.resource = refresh->token.resource, .jkt = refresh->token.jkt
	};
	*ret = refresh;
	return LG_OK;
}

const struct lg_user *
lg_refresh_user(const struct lg_refresh *refresh)
{
	return refresh->user;
}

void
lg_refresh_prove(struct lg_refresh *refresh, lg_str jkt)
{
	refresh->proved = jkt;
	if (!lg_str_present(refresh->oauth.jkt))
		refresh->oauth.jkt = jkt;
}

bool
lg_refresh_aim(struct lg_refresh *refresh, lg_str resource)
{
	if (!lg_str_present(refresh->token.resource))
		refresh->oauth.resource = resource;
	return lg_str_eq(refresh->oauth.resource, resource);
}

bool
lg_refresh_of_oauth(const struct lg_refresh *refresh, lg_str *ret_scope)
{
	*ret_scope = refresh->token.oauth.v ? refresh->token.scope : LG_STR_NONE;
	return refresh->token.oauth.v;
}

void
lg_refresh_narrow(struct lg_refresh *refresh, lg_str scope)
{
	refresh->narrowed = scope;
}

static const unsigned char *
sid_of(const struct lg_refresh *refresh)
{
	return (const unsigned char *)refresh->token.sid.ptr;
}

/* Everything but the generation. */
static lg_status
still_valid(struct lg_ctx *cx, struct lg_env *env, const struct lg_refresh *refresh, lg_str device_key)
{
	const struct lg_rec_refresh_token *token = &refresh->token;
	const struct lg_user_row *user = &refresh->user->row;

	if (lg_str_present(token->jkt) && !lg_str_eq(token->jkt, refresh->proved))
		return invalid(cx);
	if (lg_str_present(token->device_key) && !lg_str_eq(token->device_key, device_key))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Invalid Refresh Token.");
	if (!lg_time_before(cx->now, token->expires.v))
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Refresh Token has expired");
	if (!user->enabled)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "User is disabled.");
	if (refresh->session.revoked || token->signout_gen.v != user->signout_gen)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Refresh Token has been revoked");
	bool forgotten = false;
	if (lg_str_present(token->device_key))
		LG_TRY(lg_device_forgotten(cx, env, refresh->user, token->device_key, &forgotten));
	if (forgotten)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Refresh Token has been revoked");
	return LG_OK;
}

/* A token that was replaced came back after its grace: a copy of it is about (RFC 9700, 4.14.2). */
static lg_status
reused(struct lg_ctx *cx, struct lg_env *env, const struct lg_refresh *refresh)
{
	const struct lg_rec_refresh_token *token = &refresh->token;
	if (!refresh->pool->reuse_refuses) {
		struct lg_batch *batch;
		LG_TRY(lg_store_batch(env->store, cx, &batch));
		lg_store_session_revoke(batch, refresh->pool->pool, refresh->user->row.uid,
			sid_of(refresh), token->client_id, lg_session_row_expires(token));
		LG_TRY(lg_store_commit(batch));
	}
	return lg_fail_default(cx, LG_E_REFRESH_TOKEN_REUSE);
}

/*
 * A use that was not written along with a rotation. A store that takes no writes at the moment is no reason
 * to give no tokens.
 */
static lg_status
note_use(struct lg_ctx *cx, struct lg_env *env, const struct lg_refresh *refresh,
	const struct lg_session_use *use)
{
	if (!use->due)
		return LG_OK;
	lg_status s = lg_store_session_touch(env->store, cx, &refresh->user->row, sid_of(refresh),
		&use->detail);
	return s.code == LG_E_UNAVAILABLE ? LG_OK : s;
}

static lg_status
rotate(struct lg_ctx *cx, struct lg_env *env, const struct lg_refresh *refresh,
	const struct lg_session_use *use, int64_t newest)
{
	const struct lg_rec_refresh_token *token = &refresh->token;
	const struct lg_rotation rotation = {
		.sid = sid_of(refresh),
		.client_id = refresh->client->id,
		.gen = newest,
		.grace_until = lg_time_add_ms(cx->now, refresh->client->rotation_grace_s * LG_SECOND_MS),
		.expires = lg_session_row_expires(token),
		.signout_gen = token->signout_gen.v,
		.detail = use->tracked ? &use->detail : NULL,
	};
	return lg_store_session_rotate(env->store, cx, &refresh->user->row, &rotation);
}

/* The generation of the answer. LG_E_SPENT when another call rotated the session: to be read again. */
static lg_status
next_generation(struct lg_ctx *cx, struct lg_env *env, const struct lg_refresh *refresh,
	const struct lg_session_use *use, int64_t *ret)
{
	const struct lg_rec_refresh_token *token = &refresh->token;
	const struct lg_session_row *session = &refresh->session;
	int64_t newest = session->there ? session->gen : 0;

	if (token->gen.v > newest) /* of a store that was set back */
		return invalid(cx);
	if (token->gen.v == newest && refresh->client->rotates) {
		*ret = newest + 1;
		return rotate(cx, env, refresh, use, newest);
	}
	/* Inside its grace the former token gets the current one again (DATA 6). */
	if (token->gen.v == newest
		|| (token->gen.v == newest - 1 && lg_time_before(cx->now, session->grace_until))) {
		*ret = newest;
		return note_use(cx, env, refresh, use);
	}
	return reused(cx, env, refresh);
}

lg_status
lg_refresh_stands(struct lg_ctx *cx, struct lg_env *env, struct lg_refresh *refresh, lg_time *ret_expires)
{
	const struct lg_rec_refresh_token *token = &refresh->token;
	const struct lg_session_row *session = &refresh->session;
	const int64_t newest = session->there ? session->gen : 0;
	refresh->proved = token->jkt;
	LG_TRY(still_valid(cx, env, refresh, token->device_key));
	const bool in_grace =
		token->gen.v == newest - 1 && lg_time_before(cx->now, session->grace_until);
	if (token->gen.v != newest && !in_grace)
		return invalid(cx);
	*ret_expires = token->expires.v;
	return LG_OK;
}

static lg_status
read_again(struct lg_ctx *cx, struct lg_env *env, struct lg_refresh *refresh)
{
	struct lg_user_row *row = lg_new(cx, struct lg_user_row);
	if (!row)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_status s = lg_store_user_read_session(env->store, cx, refresh->pool->pool, refresh->user->row.uid,
		LG_PART_PROFILE, sid_of(refresh), row, &refresh->session);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail_default(cx, LG_E_USER_NOT_FOUND);
	LG_TRY(s);
	return lg_user_of_row(cx, row, &refresh->user);
}

static struct lg_grant
grant_of(const struct lg_refresh *refresh)
{
	const struct lg_rec_refresh_token *token = &refresh->token;
	struct lg_grant grant = {
		.pool = refresh->pool,
		.client = refresh->client,
		.user = refresh->user,
		.auth_time = token->auth_time.v,
		.scope = lg_str_present(refresh->narrowed) ? refresh->narrowed : token->scope,
		.all_scopes = token->scope,
		.device_key = token->device_key,
		.browser = token->browser,
		.occasion = LG_STR("RefreshTokens"),
		.has_sid = true,
		.refresh_expires = token->expires.v,
		.with_refresh = refresh->client->rotates,
		.oauth = token->oauth.v ? &refresh->oauth : NULL,
	};
	memcpy(grant.sid, token->sid.ptr, sizeof(grant.sid));
	return grant;
}

lg_status
lg_refresh_redeem(struct lg_ctx *cx, struct lg_env *env, struct lg_refresh *refresh, lg_str device_key,
	const struct lg_caller *caller, const struct lg_str_map *metadata, struct lg_tokens *ret)
{
	struct lg_grant grant = grant_of(refresh);
	grant.metadata = metadata;
	/* A function that fails must not cost the token, so it is asked before a rotation. */
	if (lg_trigger_is_set(refresh->pool, LG_TRIGGER_PRE_TOKEN_GENERATION)) {
		LG_TRY(still_valid(cx, env, refresh, device_key));
		LG_TRY(lg_grant_ask(cx, env, &grant));
	}
	for (int try = 1;; try++) {
		struct lg_session_use use;
		LG_TRY(still_valid(cx, env, refresh, device_key));
		LG_TRY(lg_session_use(cx, refresh->pool, refresh->user, sid_of(refresh), &refresh->session,
			caller, &use));
		lg_status s = next_generation(cx, env, refresh, &use, &grant.gen);
		if (!lg_failed(s))
			break;
		if (s.code != LG_E_SPENT)
			return s;
		if (try == MAX_TRIES)
			return lg_fail_default(cx, LG_E_TOO_MANY_REQUESTS);
		LG_TRY(read_again(cx, env, refresh));
	}
	grant.user = refresh->user;
	return lg_grant_issue(cx, env, &grant, ret);
}
