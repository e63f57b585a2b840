#include "domain/auth/recover.h"

#include "domain/auth/auth_event.h"
#include "domain/auth/lockout.h"
#include "domain/auth/mfa.h"
#include "domain/auth/password.h"
#include "domain/auth/sign_up_triggers.h"
#include "domain/auth/trigger.h"
#include "domain/auth/user_migration.h"
#include "domain/message/notice.h"

#define MAX_MECHANISMS 4

static const struct mechanism {
	lg_str name;      /* of AccountRecoverySetting */
	lg_str attribute;
	lg_str factor;    /* the second factor that uses the same channel */
} mechanisms[] = {
	{ LG_STR_INIT("verified_phone_number"), LG_STR_INIT("phone_number"), LG_STR_INIT("SMS_MFA") },
	{ LG_STR_INIT("verified_email"), LG_STR_INIT("email"), LG_STR_INIT("EMAIL_OTP") },
};

/*
 * What the pool recovers by, best first. Without a setting: phone, then e-mail. `*ret_admin_only`: by nobody
 * else.
 */
static size_t
recovery_order(const struct lg_pool *pool, const struct mechanism *ret[MAX_MECHANISMS], bool *ret_admin_only)
{
	const struct lg_idp_account_recovery_setting_type *setting = pool->type->account_recovery_setting;
	const struct lg_idp_recovery_mechanisms_type none = { 0 };
	const struct lg_idp_recovery_mechanisms_type *list = setting ? &setting->recovery_mechanisms : &none;
	size_t count = 0;
	*ret_admin_only = false;
	if (!list->count)
		for (size_t i = 0; i < LG_LEN(mechanisms); i++)
			ret[count++] = &mechanisms[i];
	/* Priorities are 1 and 2. */
	for (int64_t priority = 1; priority <= 2; priority++) {
		for (size_t i = 0; i < list->count && count < MAX_MECHANISMS; i++) {
			if (list->items[i].priority.v != priority)
				continue;
			if (lg_str_eq(list->items[i].name, LG_IDP_RECOVERY_OPTION_NAME_TYPE_ADMIN_ONLY))
				*ret_admin_only = true;
			for (size_t m = 0; m < LG_LEN(mechanisms); m++)
				if (lg_str_eq(list->items[i].name, mechanisms[m].name))
					ret[count++] = &mechanisms[m];
		}
	}
	return count;
}

lg_status
lg_recovery_delivery(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
	struct lg_delivery *ret)
{
	const struct mechanism *order[MAX_MECHANISMS];
	bool admin_only;
	const size_t count = recovery_order(pool, order, &admin_only);
	for (size_t i = 0; i < count; i++) {
		const lg_str value = lg_user_attribute(user, order[i]->attribute);
		if (lg_str_empty(value) || !lg_user_verified(user, order[i]->attribute))
			continue;
		if (!lg_mfa_enabled(user, order[i]->factor))
			return lg_delivery_make(cx, order[i]->attribute, value, ret);
	}
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"Cannot reset password for the user as there is no registered/verified email or "
		"phone_number");
}

static lg_status
nobody(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_USER_NOT_FOUND, "Username/client id combination not found.");
}

static lg_status
find(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_client *client,
	lg_str username, unsigned parts, struct lg_user **ret)
{
	LG_TRY(lg_user_find_or_decoy(cx, env, pool, username, parts, ret));
	if ((*ret)->decoy && !client->hides_users)
		return nobody(cx);
	return LG_OK;
}

/* Whoever forgot his password may be known to another system still. Each question costs of the budget. */
static lg_status
find_or_bring(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str username, const struct lg_str_map *metadata,
	struct lg_user **ret)
{
	LG_TRY(lg_user_find_or_decoy(cx, env, pool, username, LG_PART_MFA, ret));
	const bool brings = env->functions && lg_trigger_is_set(pool, LG_TRIGGER_USER_MIGRATION);
	if ((*ret)->decoy && !client->hides_users && !brings)
		return nobody(cx);
	LG_TRY(lg_budget_take(cx, env, *ret, LG_THROTTLE_FORGOT));
	if ((*ret)->decoy) {
		const struct lg_migration migration = { client, username, LG_STR_NONE, metadata };
		LG_TRY(lg_user_migrate(cx, env, pool, &migration, LG_PART_MFA, ret));
	}
	return LG_OK;
}

/* May this user's password be set by a code at all? */
static lg_status
check_state(struct lg_ctx *cx, const struct lg_user *user)
{
	if (!user->row.enabled)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "User is disabled.");
	if (user->row.status == LG_USER_FORCE_CHANGE_PASSWORD
		|| user->row.status == LG_USER_EXTERNAL_PROVIDER)
		return lg_fail(
			cx, LG_E_NOT_AUTHORIZED, "User password cannot be reset in the current state.");
	return LG_OK;
}

static lg_status
real_delivery(
	struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user, struct lg_delivery *ret)
{
	if (user->decoy)
		return LG_STATUS(LG_E_NOT_FOUND);
	LG_TRY(check_state(cx, user));
	return lg_recovery_delivery(cx, pool, user, ret);
}

/* A decoy's channel is one that the pool recovers by and, where it may choose, one that it verifies. */
static lg_status
simulate(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str username,
	const struct mechanism **order, size_t count, struct lg_delivery *ret)
{
	lg_str attribute = count ? order[0]->attribute : LG_STR("email");
	for (size_t i = count; i > 0; i--)
		if (lg_str_list_has(&pool->type->auto_verified_attributes, order[i - 1]->attribute))
			attribute = order[i - 1]->attribute;
	const struct lg_str_list attributes = { .items = &attribute, .count = 1, .has = true };
	return lg_delivery_simulate(cx, env, pool, username, &attributes, ret);
}

/* What is kept of a forgotten, or a changed, password. */
static struct lg_auth_event
event_of(lg_str type, lg_str response, const struct lg_client *client, const struct lg_caller *caller)
{
	return (struct lg_auth_event){
		.type = type,
		.response = response,
		.client_id = client ? client->id : LG_STR_NONE,
		.caller = caller,
	};
}

static bool
tells_who_exists(lg_status s)
{
	return s.code == LG_E_NOT_FOUND || s.code == LG_E_NOT_AUTHORIZED || s.code == LG_E_INVALID_PARAMETER;
}

lg_status
lg_forgot_password(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str username, const struct lg_caller *caller,
	const struct lg_str_map *metadata, struct lg_delivery *ret)
{
	const struct mechanism *order[MAX_MECHANISMS];
	bool admin_only;
	const size_t count = recovery_order(pool, order, &admin_only);
	if (admin_only)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Contact administrator to reset password.");
	struct lg_user *user;
	LG_TRY(find_or_bring(cx, env, pool, client, username, metadata, &user));

	struct lg_delivery delivery;
	lg_status s = real_delivery(cx, pool, user, &delivery);
	if (client->hides_users && tells_who_exists(s))
		s = simulate(cx, env, pool, username, order, count, &delivery);
	LG_TRY(s);

	struct lg_batch *batch;
	struct lg_pending_message *message;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	const struct lg_code_reason reason = { LG_STR("ForgotPassword"), client, metadata };
	LG_TRY(lg_code_issue(cx, env, batch, pool, &reason, user, LG_CODE_FORGOT, &delivery, &message));
	const struct lg_auth_event event = event_of(LG_IDP_EVENT_TYPE_FORGOT_PASSWORD,
		LG_IDP_EVENT_RESPONSE_TYPE_IN_PROGRESS, client, caller);
	LG_TRY(lg_auth_event_add(cx, batch, pool, user, &event));
	LG_TRY(lg_store_commit(batch));
	LG_TRY(lg_code_send(cx, env, message));
	*ret = delivery;
	return LG_OK;
}

static lg_status
check_confirmed(struct lg_ctx *cx, const struct lg_user *user)
{
	if (user->row.status == LG_USER_UNCONFIRMED)
		return lg_fail_default(cx, LG_E_USER_NOT_CONFIRMED);
	return LG_OK;
}

lg_status
lg_forgot_password_confirm(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str username, lg_str code, lg_str password,
	const struct lg_caller *caller, const struct lg_str_map *metadata)
{
	LG_TRY(lg_password_policy_check(cx, pool, password, false));
	struct lg_user *user;
	LG_TRY(find(cx, env, pool, client, username, LG_PART_CREDENTIAL | LG_PART_HISTORY | LG_PART_MFA,
		&user));
	LG_TRY(lg_budget_take(cx, env, user, LG_THROTTLE_FORGOT));
	if (!client->hides_users)
		LG_TRY(check_confirmed(cx, user));

	struct lg_batch *batch;
	struct lg_rec_code sent;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	struct lg_auth_event event = event_of(
		LG_IDP_EVENT_TYPE_FORGOT_PASSWORD, LG_IDP_EVENT_RESPONSE_TYPE_FAIL, client, caller);
	const lg_status checked = lg_code_check(cx, env, batch, user, LG_CODE_FORGOT, code, &sent);
	if (checked.code == LG_E_CODE_MISMATCH || checked.code == LG_E_EXPIRED_CODE)
		lg_auth_event_record(cx, env, pool, user, &event);
	LG_TRY(checked);
	/* Whoever reads the former address is not the user any more; one address is not both factors. */
	const struct lg_mfa_method *method = lg_mfa_method_of(sent.attribute);
	if (!lg_str_eq(lg_user_attribute(user, sent.attribute), sent.to)
	    || (method && lg_mfa_enabled(user, method->name)))
		return lg_fail_default(cx, LG_E_EXPIRED_CODE);
	/* Whoever has the code may be told the rest. */
	LG_TRY(check_confirmed(cx, user));
	LG_TRY(check_state(cx, user));

	unsigned parts;
	LG_TRY(lg_password_set(cx, env, pool, user, password, (lg_time){ 0 }, &parts));
	user->row.status = LG_USER_CONFIRMED;
	lg_store_throttle_clear(batch, user->row.pool, user->row.uid, LG_THROTTLE_PASSWORD);
	lg_store_user_update(batch, &user->row, parts);
	event.response = LG_IDP_EVENT_RESPONSE_TYPE_PASS;
	LG_TRY(lg_auth_event_add(cx, batch, pool, user, &event));
	LG_TRY(lg_store_commit(batch));
	if (client->hosted)
		lg_notice_tell(cx, env, pool, user, LG_NOTICE_PASSWORD);
	return lg_post_confirmation(
		cx, env, pool, client, user, LG_STR("ConfirmForgotPassword"), metadata);
}

static lg_status
check_previous(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	lg_str previous)
{
	const lg_str sealed = user->row.credential.sealed;
	if (!lg_str_present(previous) && !lg_str_present(sealed))
		return LG_OK;
	const lg_status checked = lg_keyholder_password_check(env->keys, cx, lg_user_owner(user),
		pool->password_scheme, lg_user_srp_name(pool, user), previous, sealed);
	const lg_status s = lg_lockout_decide(cx, env, user, LG_THROTTLE_PASSWORD, checked);
	if (s.code == LG_E_MISMATCH)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "Incorrect username or password.");
	return s;
}

lg_status
lg_password_change(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	lg_str previous, lg_str proposed, const struct lg_caller *caller)
{
	LG_TRY(lg_password_policy_check(cx, pool, proposed, false));
	LG_TRY(lg_budget_take(cx, env, user, LG_THROTTLE_CHANGE_PASSWORD));
	struct lg_auth_event event = event_of(
		LG_IDP_EVENT_TYPE_PASSWORD_CHANGE, LG_IDP_EVENT_RESPONSE_TYPE_FAIL, NULL, caller);
	event.password = LG_PROOF_FAILED;
	const lg_status checked = check_previous(cx, env, pool, user, previous);
	if (checked.code == LG_E_NOT_AUTHORIZED)
		lg_auth_event_record(cx, env, pool, user, &event);
	LG_TRY(checked);

	unsigned parts;
	LG_TRY(lg_password_set(cx, env, pool, user, proposed, (lg_time){ 0 }, &parts));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_code_drop(batch, user, LG_CODE_FORGOT);
	lg_store_user_update(batch, &user->row, parts);
	event.response = LG_IDP_EVENT_RESPONSE_TYPE_PASS;
	event.password = LG_PROOF_PASSED;
	LG_TRY(lg_auth_event_add(cx, batch, pool, user, &event));
	return lg_store_commit(batch);
}
