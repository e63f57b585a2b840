#include "domain/auth/auth.h"

#include "domain/auth/auth_steps.h"

#include <string.h>

#include "codec/bytes.h"
#include "domain/auth/device.h"
#include "domain/auth/user_migration.h"

lg_str
lg_auth_param(const struct lg_auth *auth, lg_str name)
{
	return auth->call->params ? lg_str_map_get(auth->call->params, name) : LG_STR_NONE;
}

lg_status
lg_auth_param_add(struct lg_ctx *cx, struct lg_auth_step *step, size_t max, lg_str key, lg_str value)
{
	if (!step->params.items) {
		step->params.items = lg_new_array(cx, struct lg_str_pair, max);
		if (!step->params.items)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		step->params.has = true;
	}
	step->params.items[step->params.count++] = (struct lg_str_pair){ key, value };
	return LG_OK;
}

lg_status
lg_auth_done_add(struct lg_ctx *cx, struct lg_auth *auth, lg_str what)
{
	lg_str *items = lg_new_array(cx, lg_str, auth->done.count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < auth->done.count; i++)
		items[i] = auth->done.items[i];
	items[auth->done.count] = what;
	auth->done = (struct lg_str_list){ .items = items, .count = auth->done.count + 1, .has = true };
	return LG_OK;
}

bool
lg_auth_has_done(const struct lg_auth *auth, lg_str what)
{
	return lg_str_list_has(&auth->done, what);
}

bool
lg_auth_has_first(const struct lg_auth *auth)
{
	const lg_str firsts[] = {
		LG_AUTH_PASSWORD, LG_AUTH_OTP, LG_AUTH_PASSKEY, LG_AUTH_CUSTOM, LG_AUTH_SIGN_UP };
	for (size_t i = 0; i < LG_LEN(firsts); i++) {
		if (lg_auth_has_done(auth, firsts[i]))
			return true;
	}
	return false;
}

bool
lg_auth_hides(const struct lg_auth *auth)
{
	return auth->call->client->hides_users && !lg_auth_has_first(auth);
}

lg_status
lg_auth_read_user(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str uid, lg_str username,
	unsigned parts)
{
	const struct lg_pool *pool = auth->call->pool;
	lg_status s = lg_user_find_uid(cx, env, pool, (const unsigned char *)uid.ptr, parts, &auth->user);
	if (s.code != LG_E_NOT_FOUND)
		return s;

	struct lg_user *decoy = lg_new(cx, struct lg_user);
	if (!decoy)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	decoy->decoy = true;
	decoy->row.pool = pool->pool;
	memcpy(decoy->row.uid, uid.ptr, LG_UID_SIZE);
	decoy->username = username;
	LG_TRY(lg_uuid_encode(cx, decoy->row.uid, &decoy->sub));
	LG_TRY(lg_user_decoy_key(cx, env, pool, decoy));
	auth->user = decoy;
	return LG_OK;
}

lg_status
lg_auth_is_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth, lg_str name, bool *ret)
{
	if (lg_str_eq(name, auth->user->username) || lg_str_eq(name, auth->user->sub)) {
		*ret = true;
		return LG_OK;
	}
	struct lg_user *named;
	lg_status s = lg_user_find_or_decoy(cx, env, auth->call->pool, name, 0, &named);
	if (lg_failed(s))
		return s;
	*ret = lg_bytes_eq(named->row.uid, auth->user->row.uid, LG_UID_SIZE);
	return LG_OK;
}

lg_status
lg_auth_incorrect(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Incorrect username or password.");
}

lg_status
lg_auth_not_built(struct lg_ctx *cx, const char *kind, lg_str name, int issue)
{
	return lg_fail(cx, LG_E_NOT_IMPLEMENTED, "%s %.*s is not implemented yet (issue %d).", kind,
		LG_FMT(name), issue);
}

lg_status
lg_auth_hosted_client(struct lg_ctx *cx, struct lg_auth_call *call)
{
	if (!call->hosted)
		return LG_OK;
	return lg_client_hosted(cx, call->client, &call->client);
}

/* What is too long for a device key is none, and not carried along. */
static lg_str
named_device(const struct lg_auth *auth)
{
	if (auth->call->hosted)
		return auth->call->device;
	lg_str key = lg_auth_param(auth, LG_STR("DEVICE_KEY"));
	return key.len > LG_DEVICE_KEY_MAX ? LG_STR_NONE : key;
}

/* User names have 128 characters at most, addresses fewer; a longer one would not fit into a Session. */
#define NAME_MAX_BYTES 512

/* USERNAME comes first, as every message names one parameter. */
static lg_status
required_check(struct lg_ctx *cx, const struct lg_auth *auth, const lg_str required[LG_AUTH_MAX_REQUIRED])
{
	for (size_t i = 0; i < LG_AUTH_MAX_REQUIRED && lg_str_present(required[i]); i++) {
		if (lg_str_empty(lg_auth_param(auth, required[i])))
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "Missing required parameter %.*s",
				LG_FMT(required[i]));
	}
	if (lg_auth_param(auth, LG_STR("USERNAME")).len > NAME_MAX_BYTES)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "USERNAME is longer than a user name can be.");
	return LG_OK;
}

/* Read whom USERNAME names, and prove that the client knows its secret. */
static lg_status
name_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_flow *flow, struct lg_auth *auth)
{
	const unsigned parts = LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA;
	const struct lg_auth_call *call = auth->call;
	lg_str name = lg_auth_param(auth, LG_STR("USERNAME"));

	LG_TRY(lg_secret_hash_check(cx, env, call->client, name, NULL,
		lg_auth_param(auth, LG_STR("SECRET_HASH"))));
	LG_TRY(lg_user_find_or_decoy(cx, env, call->pool, name, parts, &auth->user));
	if (auth->user->decoy && flow->migrates) {
		const struct lg_migration migration = { call->client, name,
			lg_auth_param(auth, LG_STR("PASSWORD")), call->metadata };
		LG_TRY(lg_user_migrate(cx, env, call->pool, &migration, parts, &auth->user));
	}
	if (auth->user->decoy && !call->client->hides_users)
		return lg_fail_default(cx, LG_E_USER_NOT_FOUND);
	LG_TRY(lg_auth_triggers_check(cx, env, call->pool));
	return lg_auth_pre_authentication(cx, env, auth);
}

static lg_status
flow_check(struct lg_ctx *cx, const struct lg_auth_call *call, const struct lg_auth_flow **ret)
{
	const struct lg_auth_flow *flow = lg_auth_flow_find(call->flow);
	if (!flow || !(call->admin ? flow->admin : flow->open))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Initiate Auth method not supported.");
	/* Rotation takes the place of this flow, whatever the client's list says (spec/sign-in.md 9). */
	if (flow->start == lg_auth_start_refresh && call->client->rotates)
		return lg_fail(cx, LG_E_UNSUPPORTED_OPERATION,
			"Refresh token rotation is enabled for this client. Use GetTokensFromRefreshToken.");
	if (!call->hosted && !lg_client_allows_flow(call->client, flow->allow))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%s", flow->refusal);
	*ret = flow;
	return LG_OK;
}

lg_status
lg_auth_initiate(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	struct lg_auth_step *ret)
{
	struct lg_auth_call own = *call;
	struct lg_auth auth = { .call = &own, .flow = call->flow };
	auth.device_key = named_device(&auth);
	const struct lg_auth_flow *flow;

	LG_TRY(lg_auth_hosted_client(cx, &own));
	LG_TRY(flow_check(cx, &own, &flow));
	LG_TRY(required_check(cx, &auth, flow->required));
	if (flow->named)
		LG_TRY(name_user(cx, env, flow, &auth));
	if (!flow->start)
		return lg_auth_not_built(cx, "Flow", flow->name, flow->issue);
	return flow->start(cx, env, &auth, ret);
}

lg_status
lg_auth_respond(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth_call *call,
	struct lg_auth_step *ret)
{
	struct lg_auth_call own = *call;
	struct lg_auth auth = { .call = &own };
	LG_TRY(lg_auth_hosted_client(cx, &own));
	auth.device_key = named_device(&auth);
	const struct lg_auth_challenge *challenge = lg_auth_challenge_find(call->challenge);
	if (!challenge || !(call->admin ? challenge->admin : challenge->open))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Challenge %.*s is not supported here.",
			LG_FMT(call->challenge));

	LG_TRY(required_check(cx, &auth, challenge->required));
	if (challenge->session && lg_str_empty(call->session))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Missing required parameter Session");
	LG_TRY(lg_secret_hash_present(cx, own.client, lg_auth_param(&auth, LG_STR("SECRET_HASH"))));
	if (challenge->answer)
		return challenge->answer(cx, env, &auth, ret);

	if (challenge->session)
		LG_TRY(lg_auth_session_open(cx, env, &auth, challenge->name, LG_PART_PROFILE));
	return lg_auth_not_built(cx, "Challenge", challenge->name, challenge->issue);
}
