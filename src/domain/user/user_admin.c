#include "domain/user/user_admin.h"

#include "domain/auth/password.h"
#include "domain/auth/recover.h"
#include "domain/auth/sign_up_triggers.h"
#include "domain/grant/grant.h"
#include "domain/user/attributes.h"
#include "domain/user/user_edit.h"

lg_status
lg_user_find_named(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	unsigned parts, struct lg_user **ret)
{
	lg_status s = lg_user_find(cx, env, pool, name, parts, ret);
	return s.code == LG_E_NOT_FOUND ? lg_fail_default(cx, LG_E_USER_NOT_FOUND) : s;
}

static lg_status
write_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, unsigned parts)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_update(batch, &user->row, parts);
	return lg_store_commit(batch);
}

lg_status
lg_user_update_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	const struct lg_idp_attribute_list_type *attributes, const struct lg_str_map *metadata)
{
	struct lg_user *user;
	struct lg_delivery sent[LG_CONTACTS];
	size_t count;
	LG_TRY(lg_user_find_named(cx, env, pool, name, LG_PART_MFA, &user));
	return lg_attributes_update(cx, env, pool, NULL, user, attributes, metadata, sent, &count);
}

lg_status
lg_user_delete_attributes_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, const struct lg_str_list *attributes)
{
	struct lg_user *user;
	LG_TRY(lg_user_find_named(cx, env, pool, name, LG_PART_MFA, &user));
	return lg_attributes_delete(cx, env, pool, NULL, user, attributes);
}

lg_status
lg_user_delete_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name)
{
	struct lg_user *user;
	LG_TRY(lg_user_find_named(cx, env, pool, name, 0, &user));
	return lg_user_erase(cx, env, pool, user);
}

lg_status
lg_user_set_password_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	lg_str password, bool permanent)
{
	struct lg_user *user;
	unsigned parts;
	LG_TRY(lg_user_find_named(cx, env, pool, name, LG_PART_CREDENTIAL | LG_PART_HISTORY, &user));
	LG_TRY(lg_password_policy_check(cx, pool, password, true));
	const lg_time until = permanent ? (lg_time){ 0 } : lg_password_temporary_until(pool, cx->now);
	LG_TRY(lg_password_set(cx, env, pool, user, password, until, &parts));
	user->row.status = permanent ? LG_USER_CONFIRMED : LG_USER_FORCE_CHANGE_PASSWORD;

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_code_drop(batch, user, LG_CODE_FORGOT);
	lg_store_user_update(batch, &user->row, parts);
	return lg_store_commit(batch);
}

lg_status
lg_user_reset_password_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	const struct lg_str_map *metadata)
{
	struct lg_user *user;
	struct lg_delivery delivery;
	LG_TRY(lg_user_find_named(cx, env, pool, name, LG_PART_MFA, &user));
	if (user->row.status != LG_USER_CONFIRMED && user->row.status != LG_USER_RESET_REQUIRED)
		return lg_fail(
			cx, LG_E_NOT_AUTHORIZED, "User password cannot be reset in the current state.");
	LG_TRY(lg_recovery_delivery(cx, pool, user, &delivery));

	struct lg_batch *batch;
	struct lg_pending_message *message;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	const struct lg_code_reason reason = { LG_STR("ForgotPassword"), NULL, metadata };
	LG_TRY(lg_code_issue(cx, env, batch, pool, &reason, user, LG_CODE_FORGOT, &delivery, &message));
	user->row.status = LG_USER_RESET_REQUIRED;
	lg_store_user_update(batch, &user->row, 0);
	LG_TRY(lg_store_commit(batch));
	return lg_code_send(cx, env, message);
}

lg_status
lg_user_confirm_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	const struct lg_str_map *metadata)
{
	struct lg_user *user;
	LG_TRY(lg_user_find_named(cx, env, pool, name, 0, &user));
	if (user->row.status != LG_USER_UNCONFIRMED)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED, "User cannot be confirmed. Current status is %.*s",
			LG_FMT(lg_user_status_name(user->row.status)));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	user->row.status = LG_USER_CONFIRMED;
	lg_code_drop(batch, user, LG_CODE_SIGN_UP);
	lg_store_user_update(batch, &user->row, 0);
	LG_TRY(lg_store_commit(batch));
	return lg_post_confirmation(cx, env, pool, NULL, user, LG_OCCASION_CONFIRM, metadata);
}

lg_status
lg_user_enable_admin(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, bool enabled)
{
	struct lg_user *user;
	LG_TRY(lg_user_find_named(cx, env, pool, name, 0, &user));
	if (user->row.enabled == enabled)
		return LG_OK;
	user->row.enabled = enabled;
	/* What he has stays dead when he is enabled again. */
	return enabled ? write_user(cx, env, user, 0) : lg_grant_sign_out(cx, env, user);
}
