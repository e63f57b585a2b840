#include "domain/user/user_admin.h"

#include "domain/auth/first_factor.h"
#include "domain/auth/password.h"
#include "domain/auth/sign_up_triggers.h"
#include "domain/message/code.h"
#include "domain/pool/pool_check.h"
#include "domain/pool/schema.h"
#include "domain/user/user_edit.h"

#define MEDIUMS 2

static const struct medium {
	lg_str name;
	lg_str attribute;
} mediums[MEDIUMS] = {
	{ LG_STR_INIT("SMS"), LG_STR_INIT("phone_number") },
	{ LG_STR_INIT("EMAIL"), LG_STR_INIT("email") },
};

struct invitation {
	struct lg_delivery deliveries[MEDIUMS];
	struct lg_pending_message *messages[MEDIUMS];
	size_t count;
	lg_str password; /* absent for users who sign in without one */
};

/* ---- where the invitation goes ---- */

static lg_status
add_delivery(struct lg_ctx *cx, const struct medium *medium, const struct lg_user *user,
	struct invitation *invitation)
{
	lg_str to = lg_user_attribute(user, medium->attribute);
	LG_TRY(lg_delivery_make(cx, medium->attribute, to, &invitation->deliveries[invitation->count]));
	invitation->count++;
	return LG_OK;
}

/* Who names no medium gets the first by which the user can be reached, if there is one. */
static lg_status
choose_deliveries(struct lg_ctx *cx, const struct lg_idp_admin_create_user_request *in,
	const struct lg_user *user, struct invitation *invitation)
{
	if (lg_str_eq(in->message_action, LG_IDP_MESSAGE_ACTION_TYPE_SUPPRESS))
		return LG_OK;
	for (size_t i = 0; i < MEDIUMS; i++) {
		bool reachable = !lg_str_empty(lg_user_attribute(user, mediums[i].attribute));
		bool asked = lg_str_list_has(&in->desired_delivery_mediums, mediums[i].name);
		if (asked && !reachable)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"The user has no %.*s for the delivery medium %.*s.",
				LG_FMT(mediums[i].attribute), LG_FMT(mediums[i].name));
		bool first = !in->desired_delivery_mediums.count && reachable && !invitation->count;
		if (asked || first)
			LG_TRY(add_delivery(cx, &mediums[i], user, invitation));
	}
	return LG_OK;
}

static lg_status
write_messages(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_create_user_request *in, const struct lg_user *user,
	struct invitation *invitation)
{
	const struct lg_code_reason reason = { LG_STR("AdminCreateUser"), NULL, &in->client_metadata };
	for (size_t i = 0; i < invitation->count; i++)
		LG_TRY(lg_invite_make(cx, env, pool, &reason, user, &invitation->deliveries[i],
			invitation->password, &invitation->messages[i]));
	return LG_OK;
}

static lg_status
send(struct lg_ctx *cx, struct lg_env *env, const struct invitation *invitation)
{
	for (size_t i = 0; i < invitation->count; i++)
		LG_TRY(lg_code_send(cx, env, invitation->messages[i]));
	return LG_OK;
}

/* ---- the temporary password ---- */

static bool
only_passkeys(const struct lg_pool *pool)
{
	return lg_pool_allows_factor(pool->type, LG_IDP_AUTH_FACTOR_TYPE_WEB_AUTHN)
	       && !lg_pool_allows_factor(pool->type, LG_IDP_AUTH_FACTOR_TYPE_EMAIL_OTP)
	       && !lg_pool_allows_factor(pool->type, LG_IDP_AUTH_FACTOR_TYPE_SMS_OTP);
}

/*
 * The password that was given, or one of ours; absent for a new user who can do without (spec/user-pools.md
 * 11).
 */
static lg_status
choose_password(struct lg_ctx *cx, const struct lg_pool *pool, lg_str given, const struct lg_user *user,
	bool is_new, lg_str *ret)
{
	if (lg_str_present(given)) {
		*ret = given;
		return lg_password_policy_check(cx, pool, given, true);
	}
	if (is_new && lg_needs_no_password(pool, user)) {
		*ret = LG_STR_NONE;
		return LG_OK;
	}
	if (is_new && only_passkeys(pool))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "User is required to have a password");
	return lg_password_generate(cx, pool, ret);
}

static lg_status
set_temporary(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	lg_str password, unsigned *ret_parts)
{
	return lg_password_set(
		cx, env, pool, user, password, lg_password_temporary_until(pool, cx->now), ret_parts);
}

/* ---- a fresh invitation ---- */

static lg_status
resend(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_create_user_request *in, struct lg_user **ret)
{
	struct lg_user *user;
	LG_TRY(lg_user_find_named(cx, env, pool, in->username, LG_PART_CREDENTIAL | LG_PART_HISTORY, &user));
	if (user->row.status != LG_USER_FORCE_CHANGE_PASSWORD)
		return lg_fail(cx, LG_E_UNSUPPORTED_USER_STATE,
			"Resend not possible. %.*s status is not FORCE_CHANGE_PASSWORD",
			LG_FMT(in->username));
	struct invitation invitation = { 0 };
	unsigned parts;
	LG_TRY(choose_deliveries(cx, in, user, &invitation));
	LG_TRY(choose_password(cx, pool, in->temporary_password, user, false, &invitation.password));
	LG_TRY(set_temporary(cx, env, pool, user, invitation.password, &parts));
	LG_TRY(write_messages(cx, env, pool, in, user, &invitation));

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_update(batch, &user->row, parts);
	LG_TRY(lg_store_commit(batch));
	LG_TRY(send(cx, env, &invitation));
	*ret = user;
	return LG_OK;
}

/* ---- a new user ---- */

static lg_status
make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_create_user_request *in, const unsigned char *fixed_uid,
	struct lg_user **ret)
{
	lg_str named;
	struct lg_idp_attribute_list_type attributes;
	LG_TRY(lg_username_check(cx, pool, in->username, &named));
	LG_TRY(lg_username_attributes(cx, pool, in->username, named, &in->user_attributes, &attributes));
	/* What is required is asked for at the first sign-in. */
	LG_TRY(lg_schema_check(cx, pool, NULL, LG_WRITE_ADMIN_CREATE, NULL, &attributes, false));
	bool is_sub;
	LG_TRY(lg_name_is_sub(cx, env, pool, in->username, &is_sub));
	if (is_sub)
		return lg_fail(cx, LG_E_USERNAME_EXISTS, "User account already exists");
	LG_TRY(lg_user_make(cx, env, pool, in->username, LG_USER_FORCE_CHANGE_PASSWORD, fixed_uid, ret));
	return lg_user_set_attributes(cx, pool, &attributes, *ret);
}

/* A user name that is taken is told from an alias that is. */
static lg_status
commit(struct lg_ctx *cx, const struct lg_pool *pool, struct lg_batch *batch)
{
	const bool contact_is_name = pool->names.email_username || pool->names.phone_username;
	lg_status s = lg_user_commit(cx, batch);
	if ((s.code == LG_E_CONFLICT && lg_batch_failed(batch) == LG_TAG_CLAIM + LG_KEY_USERNAME)
	    || (s.code == LG_E_ALIAS_EXISTS && contact_is_name))
		return lg_fail(cx, LG_E_USERNAME_EXISTS, "User account already exists");
	return s;
}

lg_status
lg_user_create_admin(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_create_user_request *in, const unsigned char *fixed_uid,
	struct lg_user **ret)
{
	if (lg_str_eq(in->message_action, LG_IDP_MESSAGE_ACTION_TYPE_RESEND))
		return resend(cx, env, pool, in, ret);
	struct lg_user *user;
	struct invitation invitation = { 0 };
	LG_TRY(make(cx, env, pool, in, fixed_uid, &user));
	LG_TRY(choose_deliveries(cx, in, user, &invitation));
	LG_TRY(choose_password(cx, pool, in->temporary_password, user, true, &invitation.password));
	if (lg_str_present(invitation.password)) {
		unsigned parts;
		LG_TRY(set_temporary(cx, env, pool, user, invitation.password, &parts));
	} else {
		user->row.status = LG_USER_CONFIRMED;
	}
	bool unused; /* what the answer says counts for SignUp only */
	const struct lg_pre_sign_up ask = { NULL, &in->validation_data, &in->client_metadata, false };
	LG_TRY(lg_pre_sign_up(cx, env, pool, &ask, user, &unused));
	LG_TRY(write_messages(cx, env, pool, in, user, &invitation));

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_insert(batch, &user->row);
	for (size_t i = 0; in->force_alias_creation.v && i < MEDIUMS; i++)
		LG_TRY(lg_alias_take(cx, env, batch, pool, user, mediums[i].attribute));
	LG_TRY(lg_user_write_names(batch, cx, env, pool, user, &(struct lg_user_names){ 0 }));
	LG_TRY(commit(cx, pool, batch));
	LG_TRY(send(cx, env, &invitation));
	*ret = user;
	return LG_OK;
}
