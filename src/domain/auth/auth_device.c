#include "domain/auth/auth_steps.h"

#include "domain/auth/device.h"

#define PURPOSE LG_STR("device srp")
#define TAG_SESSION 1

static lg_status
read_device(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str key)
{
	struct lg_device *device = lg_new(cx, struct lg_device);
	if (!device)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_device_find(cx, env, auth->user, key, device));
	auth->device = device;
	return LG_OK;
}

lg_status
lg_auth_device_check(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth)
{
	lg_str key = lg_auth_param(auth, LG_STR("DEVICE_KEY"));
	if (lg_str_empty(key) || !lg_pool_tracks_devices(auth->call->pool))
		return LG_OK;
	return read_device(cx, env, auth, key);
}

lg_status
lg_auth_device_recall(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth)
{
	if (auth->device)
		return LG_OK;
	lg_status s = LG_STATUS(LG_E_RESOURCE_NOT_FOUND);
	if (!lg_str_empty(auth->device_key) && lg_pool_tracks_devices(auth->call->pool))
		s = read_device(cx, env, auth, auth->device_key);
	if (s.code != LG_E_RESOURCE_NOT_FOUND)
		return s;
	auth->device_key = LG_STR_NONE;
	return LG_OK;
}

lg_status
lg_auth_device_seen(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_device_used(cx, batch, auth->user, auth->device, auth->call->caller.ip);
	const lg_status s = lg_store_commit(batch);
	return s.code == LG_E_CONFLICT ? LG_OK : s;
}

bool
lg_auth_device_remembered(const struct lg_auth *auth)
{
	return auth->device && auth->device->record->remembered.v;
}

lg_status
lg_auth_begin_device(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(lg_auth_session_make(
		cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_DEVICE_SRP_AUTH, &ret->session));
	return lg_auth_param_add(cx, ret, 1, LG_STR("USERNAME"), auth->user->username);
}

/* The Session of DEVICE_SRP_AUTH, and the device that answers it. */
static lg_status
open_sign_in(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth)
{
	LG_TRY(lg_auth_session_open(cx, env, auth, LG_IDP_CHALLENGE_NAME_TYPE_DEVICE_SRP_AUTH, 0));
	LG_TRY(lg_auth_device_recall(cx, env, auth));
	if (!lg_auth_device_remembered(auth))
		return lg_device_unknown(cx);
	return LG_OK;
}

static lg_status
exchange_of(struct lg_ctx *cx, const struct lg_auth *auth, struct lg_auth_exchange *ret)
{
	*ret = (struct lg_auth_exchange){
		.purpose = PURPOSE,
		.name = { .identity = auth->device->item.name },
		.sealed = auth->device->record->sealed,
	};
	return lg_device_group_key(cx, auth->call->pool, &ret->name.group);
}

lg_status
lg_auth_answer_device_srp(
	struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	LG_TRY(open_sign_in(cx, env, auth));
	struct lg_auth_exchange exchange;
	LG_TRY(exchange_of(cx, auth, &exchange));
	/* The Session goes on in the block: however many blocks are made of it, one is answered rightly. */
	struct lg_rec_srp_secret secret = { .session = auth->call->session };
	const lg_str A = lg_auth_param(auth, LG_STR("SRP_A"));
	LG_TRY(lg_auth_block_begin(cx, env, auth, &exchange, A, &secret, ret));
	LG_TRY(lg_auth_param_add(
		cx, ret, LG_AUTH_BLOCK_PARAMS, LG_STR("DEVICE_KEY"), exchange.name.identity));
	ret->challenge = LG_IDP_CHALLENGE_NAME_TYPE_DEVICE_PASSWORD_VERIFIER;
	return LG_OK;
}

/* The Session that the block holds takes the place of the call's own, which nobody needs to send. */
static lg_status
restore_session(struct lg_ctx *cx, struct lg_auth *auth, lg_str session)
{
	struct lg_auth_call *call = lg_new(cx, struct lg_auth_call);
	if (!call)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*call = *auth->call;
	call->session = session;
	auth->call = call;
	return LG_OK;
}

static lg_status
spend(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_auth_session_spend_in(batch, auth);
	lg_batch_tag(batch, TAG_SESSION);
	lg_device_used(cx, batch, auth->user, auth->device, auth->call->caller.ip);
	lg_status s = lg_store_commit(batch);
	return s.code == LG_E_CONFLICT && lg_batch_failed(batch) == TAG_SESSION ? lg_auth_session_used(cx)
										: s;
}

lg_status
lg_auth_answer_device_proof(
	struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	struct lg_rec_srp_secret secret = { 0 };
	struct lg_auth_exchange exchange;
	lg_str block;
	LG_TRY(lg_auth_block_open(cx, env, auth, PURPOSE, &secret, &block));
	LG_TRY(restore_session(cx, auth, secret.session));
	LG_TRY(open_sign_in(cx, env, auth));
	LG_TRY(exchange_of(cx, auth, &exchange));

	lg_status checked = lg_auth_block_check(cx, env, auth, &exchange, &secret, block);
	lg_status s = lg_auth_factor_judge(cx, env, auth, checked);
	if (s.code == LG_E_MISMATCH)
		return lg_auth_incorrect(cx);
	LG_TRY(s);
	LG_TRY(lg_auth_account_check(cx, auth));
	LG_TRY(spend(cx, env, auth));
	LG_TRY(lg_auth_done_add(cx, auth, LG_AUTH_DEVICE));
	return lg_auth_next(cx, env, auth, ret);
}

/* A device that is not challenged, because it is only known: when and whence it came. */
static lg_status
note_use(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_device_used(cx, batch, auth->user, auth->device, auth->call->caller.ip);
	lg_status s = lg_store_commit(batch);
	/* Another sign-in of it at the same moment noted as much. */
	return s.code == LG_E_CONFLICT ? LG_OK : s;
}

/* Whoever signs users in for them is no device of theirs (spec/sign-in.md 7). */
static bool
is_for_others(lg_str flow)
{
	return lg_str_eq(flow, LG_IDP_AUTH_FLOW_TYPE_ADMIN_USER_PASSWORD_AUTH) ||
	       lg_str_eq(flow, LG_IDP_AUTH_FLOW_TYPE_ADMIN_NO_SRP_AUTH);
}

lg_status
lg_auth_device_of_tokens(struct lg_ctx *cx, struct lg_env *env, const struct lg_auth *auth,
	struct lg_auth_step *ret, lg_str *ret_key)
{
	const struct lg_pool *pool = auth->call->pool;
	*ret_key = LG_STR_NONE;
	if (auth->device) {
		*ret_key = auth->device->item.name;
		return lg_auth_has_done(auth, LG_AUTH_DEVICE) ? LG_OK : note_use(cx, env, auth);
	}
	if (!lg_pool_tracks_devices(pool) || is_for_others(auth->flow))
		return LG_OK;
	LG_TRY(lg_device_key_make(cx, pool, &ret->new_device_key));
	LG_TRY(lg_device_group_key(cx, pool, &ret->new_device_group));
	*ret_key = ret->new_device_key;
	return LG_OK;
}
