#include "domain/auth/signup.h"

#include "domain/auth/auth.h"
#include "domain/auth/auth_event.h"
#include "domain/auth/first_factor.h"
#include "domain/auth/lockout.h"
#include "domain/auth/password.h"
#include "domain/auth/sign_up_triggers.h"
#include "domain/message/notice.h"
#include "domain/pool/pool_check.h"
#include "domain/pool/schema.h"
#include "domain/user/user_edit.h"

/* Which of the attributes that the pool verifies gets the code: the phone, when there are both. */
static bool
pick_delivery(const struct lg_pool *pool, const struct lg_user *user, lg_str *ret_attribute)
{
	static const lg_str order[] = { LG_STR_INIT("phone_number"), LG_STR_INIT("email") };
	for (size_t i = 0; i < LG_LEN(order); i++) {
		if (lg_str_list_has(&pool->type->auto_verified_attributes, order[i])
			&& !lg_str_empty(lg_user_attribute(user, order[i]))) {
			*ret_attribute = order[i];
			return true;
		}
	}
	return false;
}

static lg_status
all_attributes(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_client *client,
	const struct lg_sign_up *call, struct lg_idp_attribute_list_type *ret)
{
	lg_str named;
	LG_TRY(lg_username_check(cx, pool, call->username, &named));
	LG_TRY(lg_schema_check(cx, pool, client, LG_WRITE_SIGN_UP, NULL, call->attributes, false));
	LG_TRY(lg_username_attributes(cx, pool, call->username, named, call->attributes, ret));
	return lg_schema_check(cx, pool, NULL, LG_WRITE_SIGN_UP, NULL, ret, true);
}

/* Without a password a user needs another way to sign in. */
static lg_status
check_password(struct lg_ctx *cx, const struct lg_pool *pool, lg_str password, const struct lg_user *user)
{
	if (lg_str_present(password))
		return LG_OK;
	if (lg_needs_no_password(pool, user))
		return LG_OK;
	if (!lg_pool_allows_factor(pool->type, LG_IDP_AUTH_FACTOR_TYPE_EMAIL_OTP)
	    && !lg_pool_allows_factor(pool->type, LG_IDP_AUTH_FACTOR_TYPE_SMS_OTP))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"1 validation error detected: Value at 'password' failed to "
			"satisfy constraint: Member must not be null");
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "User is required to have a password");
}

static lg_status
make_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_client *client,
	const struct lg_sign_up *call, struct lg_user **ret)
{
	struct lg_idp_attribute_list_type attributes;
	LG_TRY(all_attributes(cx, pool, client, call, &attributes));
	if (lg_str_present(call->password))
		LG_TRY(lg_password_policy_check(cx, pool, call->password, false));

	struct lg_user *user;
	LG_TRY(lg_user_make(cx, env, pool, call->username, LG_USER_UNCONFIRMED, NULL, &user));
	for (size_t i = 0; i < attributes.count; i++)
		LG_TRY(lg_user_set_contact(
			cx, user, attributes.items[i].name, attributes.items[i].value, false));
	LG_TRY(check_password(cx, pool, call->password, user));
	unsigned parts;
	if (lg_str_present(call->password))
		LG_TRY(lg_password_set(cx, env, pool, user, call->password, (lg_time){ 0 }, &parts));

	bool is_sub;
	LG_TRY(lg_name_is_sub(cx, env, pool, call->username, &is_sub));
	if (is_sub && !client->hosted)
		return lg_fail_default(cx, LG_E_USERNAME_EXISTS);
	*ret = user;
	return LG_OK;
}

/* An alias that PreSignUp took for verified moves to the new user (spec/triggers.md 2). */
static lg_status
take_aliases(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch, const struct lg_pool *pool,
	const struct lg_user *user)
{
	static const lg_str contacts[] = { LG_STR_INIT("email"), LG_STR_INIT("phone_number") };
	for (size_t i = 0; i < LG_LEN(contacts); i++) {
		if (lg_user_verified(user, contacts[i]))
			LG_TRY(lg_alias_take(cx, env, batch, pool, user, contacts[i]));
	}
	return LG_OK;
}

static lg_status
make_delivery(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
	struct lg_signed_up *done)
{
	lg_str attribute;
	done->has_delivery = !done->confirmed && pick_delivery(pool, user, &attribute);
	return done->has_delivery ? lg_delivery_make(cx, attribute, lg_user_attribute(user, attribute),
					    &done->delivery)
				  : LG_OK;
}

/*
 * Who signs up on a page under a name that somebody has is told so by the message that would bring him his
 * code, if there is one. Whoever has the name keeps the code that he waits for; otherwise he gets one that
 * nobody knows, so that guesses at it are answered as those at any other. Reads and writes are those of a
 * name that is free.
 */
static lg_status
sign_up_taken(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *holder, bool pending,
	const struct lg_delivery *delivery)
{
	struct lg_batch *batch;
	struct lg_pending_message *unsent;
	struct lg_delivery nobody = *delivery;
	nobody.simulated = true;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	if (pending)
		lg_store_user_update(batch, &holder->row, 0);
	else
		LG_TRY(lg_code_issue(
			cx, env, batch, pool, reason, holder, LG_CODE_SIGN_UP, &nobody, &unsent));
	LG_TRY(lg_store_commit(batch));
	return lg_notice_send(cx, env, pool, holder, delivery, LG_NOTICE_TAKEN);
}

/* For pages: is there somebody of this name already? Then it ends here, and looks like a beginning. */
static lg_status
hide_taken(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_sign_up *call, struct lg_user *user,
	struct lg_signed_up *done, bool *ret)
{
	struct lg_user *holder;
	bool pending;
	const struct lg_code_reason reason = { LG_STR("SignUp"), client, call->metadata };
	LG_TRY(lg_user_find_or_decoy(cx, env, pool, call->username, 0, &holder));
	LG_TRY(lg_code_pending(cx, env, holder, LG_CODE_SIGN_UP, &pending));
	*ret = !holder->decoy;
	if (holder->decoy)
		return LG_OK;
	if (!done->has_delivery)
		return lg_fail_default(cx, LG_E_USERNAME_EXISTS);
	LG_TRY(sign_up_taken(cx, env, pool, &reason, holder, pending, &done->delivery));
	return lg_auth_sign_up_session(cx, env, pool, client, user, &done->session);
}

lg_status
lg_sign_up(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_client *client,
	const struct lg_sign_up *call, struct lg_signed_up *ret)
{
	if (pool->type->admin_create_user_config->allow_admin_create_user_only.v)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "SignUp is not permitted for this user pool");
	struct lg_user *user;
	struct lg_signed_up done = { 0 };
	LG_TRY(make_user(cx, env, pool, client, call, &user));
	const struct lg_pre_sign_up ask = { client, call->validation, call->metadata, false };
	LG_TRY(lg_pre_sign_up(cx, env, pool, &ask, user, &done.confirmed));
	done.sub = user->sub;
	LG_TRY(make_delivery(cx, pool, user, &done));
	bool taken = false;
	if (client->hosted)
		LG_TRY(hide_taken(cx, env, pool, client, call, user, &done, &taken));
	if (taken) {
		*ret = done;
		return LG_OK;
	}

	/* Whether the name is free is what the claim in the batch says, after all the work. */
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_insert(batch, &user->row);
	LG_TRY(take_aliases(cx, env, batch, pool, user));
	LG_TRY(lg_user_write_names(batch, cx, env, pool, user, &(struct lg_user_names){ 0 }));
	const struct lg_auth_event event = {
		.type = LG_IDP_EVENT_TYPE_SIGN_UP,
		.response = LG_IDP_EVENT_RESPONSE_TYPE_IN_PROGRESS,
		.client_id = client->id,
		.caller = call->caller,
	};
	LG_TRY(lg_auth_event_add(cx, batch, pool, user, &event));

	struct lg_pending_message *message = NULL;
	if (done.has_delivery) {
		const struct lg_code_reason reason = { LG_STR("SignUp"), client, call->metadata };
		LG_TRY(lg_code_issue(
			cx, env, batch, pool, &reason, user, LG_CODE_SIGN_UP, &done.delivery, &message));
	}
	const lg_status s = lg_store_commit(batch);
	if (s.code == LG_E_CONFLICT && lg_batch_failed(batch) >= LG_TAG_CLAIM && !client->hosted)
		return lg_fail_default(cx, LG_E_USERNAME_EXISTS);
	LG_TRY(s);
	LG_TRY(lg_auth_sign_up_session(cx, env, pool, client, user, &done.session));
	LG_TRY(lg_code_send(cx, env, message));
	if (done.confirmed)
		LG_TRY(lg_post_confirmation(
			cx, env, pool, client, user, LG_OCCASION_CONFIRM, call->metadata));
	*ret = done;
	return LG_OK;
}

/* Find whoever is named, or a decoy when the client hides who exists. */
static lg_status
find(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_client *client,
	lg_str username, unsigned parts, struct lg_user **ret)
{
	LG_TRY(lg_user_find_or_decoy(cx, env, pool, username, parts, ret));
	if ((*ret)->decoy && !client->hides_users)
		return lg_fail(cx, LG_E_USER_NOT_FOUND, "Username/client id combination not found.");
	return LG_OK;
}

static lg_status
check_unconfirmed(struct lg_ctx *cx, const struct lg_user *user)
{
	if (user->row.status == LG_USER_UNCONFIRMED)
		return LG_OK;
	return lg_fail(cx, LG_E_NOT_AUTHORIZED, "User cannot be confirmed. Current status is %.*s",
		LG_FMT(lg_user_status_name(user->row.status)));
}

lg_status
lg_sign_up_confirm(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, const struct lg_sign_up_confirm *call, lg_str *ret_session)
{
	struct lg_user *user;
	LG_TRY(find(cx, env, pool, client, call->username, LG_PART_CREDENTIAL, &user));
	LG_TRY(lg_budget_take(cx, env, user, LG_THROTTLE_CONFIRM));
	if (!client->hides_users)
		LG_TRY(check_unconfirmed(cx, user));

	struct lg_batch *batch;
	struct lg_rec_code sent;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	LG_TRY(lg_code_check(cx, env, batch, user, LG_CODE_SIGN_UP, call->code, &sent));
	LG_TRY(check_unconfirmed(cx, user));
	LG_TRY(lg_auth_sign_up_session_spend(cx, env, batch, pool, client, user, call->session));

	struct lg_user_names before;
	LG_TRY(lg_user_names(cx, env, pool, user, &before));
	user->row.status = LG_USER_CONFIRMED;
	unsigned parts = 0;
	if (lg_str_eq(lg_user_attribute(user, sent.attribute), sent.to)) {
		LG_TRY(lg_user_set_contact(cx, user, sent.attribute, sent.to, true));
		parts = LG_PART_PROFILE;
		if (call->force)
			LG_TRY(lg_alias_take(cx, env, batch, pool, user, sent.attribute));
	}
	LG_TRY(lg_user_write_names(batch, cx, env, pool, user, &before));
	lg_store_user_update(batch, &user->row, parts);
	LG_TRY(lg_user_commit(cx, batch));
	LG_TRY(lg_auth_sign_up_session(cx, env, pool, client, user, ret_session));
	return lg_post_confirmation(cx, env, pool, client, user, LG_OCCASION_CONFIRM, call->metadata);
}

/* Where the code goes again. Failures are those of users who are there and may be told so. */
static lg_status
resend_delivery(
	struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user, struct lg_delivery *ret)
{
	if (user->row.status != LG_USER_UNCONFIRMED)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "User is already confirmed.");
	lg_str attribute;
	if (!pick_delivery(pool, user, &attribute))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "Cannot resend codes. Auto verification not turned on.");
	return lg_delivery_make(cx, attribute, lg_user_attribute(user, attribute), ret);
}

/* A decoy's address is chosen as a user's would be. */
static lg_status
simulate(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str username,
	struct lg_delivery *ret)
{
	lg_str attribute = LG_STR("phone_number");
	if (!lg_str_list_has(&pool->type->auto_verified_attributes, attribute))
		attribute = LG_STR("email");
	const struct lg_str_list attributes = { .items = &attribute, .count = 1, .has = true };
	return lg_delivery_simulate(cx, env, pool, username, &attributes, ret);
}

lg_status
lg_sign_up_resend(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str username, const struct lg_caller *caller,
	const struct lg_str_map *metadata, struct lg_delivery *ret)
{
	if (!pool->type->auto_verified_attributes.count)
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "Cannot resend codes. Auto verification not turned on.");
	struct lg_user *user;
	LG_TRY(find(cx, env, pool, client, username, 0, &user));
	LG_TRY(lg_budget_take(cx, env, user, LG_THROTTLE_RESEND));

	struct lg_delivery delivery;
	lg_status s = user->decoy ? LG_STATUS(LG_E_NOT_FOUND) : resend_delivery(cx, pool, user, &delivery);
	if (client->hides_users && (s.code == LG_E_NOT_FOUND || s.code == LG_E_INVALID_PARAMETER))
		s = simulate(cx, env, pool, username, &delivery);
	LG_TRY(s);

	struct lg_batch *batch;
	struct lg_pending_message *message;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	const struct lg_code_reason reason = { LG_OCCASION_RESEND, client, metadata };
	LG_TRY(lg_code_issue(cx, env, batch, pool, &reason, user, LG_CODE_SIGN_UP, &delivery, &message));
	const struct lg_auth_event event = {
		.type = LG_IDP_EVENT_TYPE_RESEND_CODE,
		.response = LG_IDP_EVENT_RESPONSE_TYPE_PASS,
		.client_id = client->id,
		.caller = caller,
	};
	LG_TRY(lg_auth_event_add(cx, batch, pool, user, &event));
	LG_TRY(lg_store_commit(batch));
	LG_TRY(lg_code_send(cx, env, message));
	*ret = delivery;
	return LG_OK;
}
