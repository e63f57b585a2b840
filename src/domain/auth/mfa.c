#include "domain/auth/mfa.h"

#include <string.h>

#include "domain/pool/mfa_config.h"

#define SMS LG_IDP_CHALLENGE_NAME_TYPE_SMS_MFA

const struct lg_mfa_method lg_mfa_methods[LG_MFA_METHODS] = {
	{ LG_STR_INIT("SMS_MFA"), LG_STR_INIT("phone_number"), LG_STR_INIT("verified_phone_number") },
	{ LG_STR_INIT("SOFTWARE_TOKEN_MFA"), { NULL, 0 }, { NULL, 0 } },
	{ LG_STR_INIT("EMAIL_OTP"), LG_STR_INIT("email"), LG_STR_INIT("verified_email") },
};

const struct lg_mfa_method *
lg_mfa_method_of(lg_str attribute)
{
	for (size_t i = 0; i < LG_MFA_METHODS; i++)
		if (lg_str_eq(lg_mfa_methods[i].attribute, attribute))
			return &lg_mfa_methods[i];
	return NULL;
}

bool
lg_mfa_enabled(const struct lg_user *user, lg_str method)
{
	const struct lg_rec_mfa *mfa = &user->row.mfa;
	return lg_str_list_has(&mfa->enabled, method) || (mfa->legacy_sms.v && lg_str_eq(method, SMS));
}

bool
lg_mfa_ready(const struct lg_user *user, const struct lg_mfa_method *method)
{
	if (lg_str_present(method->attribute))
		return !lg_str_empty(lg_user_attribute(user, method->attribute));
	return !lg_str_empty(user->row.mfa.totp);
}

bool
lg_mfa_held(const struct lg_pool *pool, const struct lg_user *user)
{
	const struct lg_rec_mfa *mfa = &user->row.mfa;
	size_t known = 0;
	for (size_t i = 0; i < LG_MFA_METHODS; i++) {
		const lg_str name = lg_mfa_methods[i].name;
		known += lg_str_list_has(&mfa->enabled, name);
		if (lg_mfa_enabled(user, name) && lg_mfa_config_has(pool->settings, name))
			return true;
	}
	return mfa->enabled.count > known;
}

lg_status
lg_mfa_enable(struct lg_ctx *cx, struct lg_user *user, lg_str method, bool preferred)
{
	struct lg_rec_mfa *mfa = &user->row.mfa;
	if (preferred)
		mfa->preferred = method;
	if (lg_str_list_has(&mfa->enabled, method))
		return LG_OK;
	lg_str *items = lg_new_array(cx, lg_str, mfa->enabled.count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (mfa->enabled.count)
		memcpy(items, mfa->enabled.items, mfa->enabled.count * sizeof(*items));
	items[mfa->enabled.count] = method;
	mfa->enabled = (struct lg_str_list){ .items = items, .count = mfa->enabled.count + 1, .has = true };
	return LG_OK;
}

void
lg_mfa_disable(struct lg_user *user, lg_str method)
{
	struct lg_rec_mfa *mfa = &user->row.mfa;
	size_t kept = 0;
	for (size_t i = 0; i < mfa->enabled.count; i++)
		if (!lg_str_eq(mfa->enabled.items[i], method))
			mfa->enabled.items[kept++] = mfa->enabled.items[i];
	mfa->enabled.count = kept;
	if (lg_str_eq(mfa->preferred, method))
		mfa->preferred = LG_STR_NONE;
	if (lg_str_eq(method, SMS))
		mfa->legacy_sms = (struct lg_opt_bool){ 0 };
	/* Passkeys count as the second factor of those only who have another one; codes stand in for one. */
	if (kept == 0) {
		mfa->web_authn = (struct lg_opt_bool){ 0 };
		mfa->recovery.count = 0;
	}
}

static lg_status
write_mfa(struct lg_ctx *cx, struct lg_env *env, struct lg_user *user)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	return lg_store_commit(batch);
}

/* ---- preferences ---- */

static lg_status
not_ready(struct lg_ctx *cx, lg_str method)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"User does not have delivery config set to turn on %.*s", LG_FMT(method));
}

static lg_status
check_wishes(struct lg_ctx *cx, const struct lg_user *user, const struct lg_mfa_wishes *wishes)
{
	size_t preferred = 0;
	for (size_t i = 0; i < LG_MFA_METHODS; i++) {
		const struct lg_mfa_wish *wish = &wishes->methods[i];
		const bool enabled =
			wish->enabled.has ? wish->enabled.v : lg_mfa_enabled(user, lg_mfa_methods[i].name);
		if (!wish->preferred.v)
			continue;
		preferred++;
		if (!enabled)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"%.*s can't be preferred without being enabled.",
				LG_FMT(lg_mfa_methods[i].name));
	}
	if (preferred > 1)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Only one MFA type can be preferred.");
	return LG_OK;
}

static lg_status
fulfil(struct lg_ctx *cx, const struct lg_pool *pool, struct lg_user *user,
	const struct lg_mfa_method *method, const struct lg_mfa_wish *wish)
{
	const bool enabled = lg_mfa_enabled(user, method->name);
	if (wish->enabled.has && !wish->enabled.v) {
		if (enabled && lg_str_eq(pool->type->mfa_configuration, LG_IDP_USER_POOL_MFA_TYPE_ON))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"%.*s can't be disabled while the user pool requires MFA.",
				LG_FMT(method->name));
		lg_mfa_disable(user, method->name);
		return LG_OK;
	}
	if (wish->enabled.v && !lg_mfa_ready(user, method))
		return not_ready(cx, method->name);
	if (wish->enabled.v || wish->preferred.v)
		return lg_mfa_enable(cx, user, method->name, wish->preferred.v);
	return LG_OK;
}

static lg_status
fulfil_passkeys(struct lg_ctx *cx, const struct lg_pool *pool, struct lg_user *user, struct lg_opt_bool wish)
{
	if (!wish.has)
		return LG_OK;
	if (wish.v && !lg_mfa_config_passkeys_count(pool->settings))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Passkeys of this user pool are no second factor.");
	if (wish.v && user->row.mfa.enabled.count == 0)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Passkeys can't be the only MFA method of a user.");
	user->row.mfa.web_authn = wish;
	return LG_OK;
}

lg_status
lg_mfa_prefer(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	const struct lg_mfa_wishes *wishes)
{
	LG_TRY(check_wishes(cx, user, wishes));
	for (size_t i = 0; i < LG_MFA_METHODS; i++) {
		const lg_str name = lg_mfa_methods[i].name;
		const struct lg_mfa_wish *wish = &wishes->methods[i];
		if (wish->preferred.has && !wish->preferred.v && lg_str_eq(user->row.mfa.preferred, name))
			user->row.mfa.preferred = LG_STR_NONE;
		LG_TRY(fulfil(cx, pool, user, &lg_mfa_methods[i], wish));
	}
	LG_TRY(fulfil_passkeys(cx, pool, user, wishes->passkeys));
	return write_mfa(cx, env, user);
}

lg_status
lg_mfa_settings(struct lg_ctx *cx, struct lg_env *env, struct lg_user *user,
	const struct lg_idp_mfa_option_list_type *options)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct lg_idp_mfa_option_type *option = &options->items[i];
		if (!lg_str_eq(option->delivery_medium, LG_IDP_DELIVERY_MEDIUM_TYPE_SMS)
			|| !lg_str_eq(option->attribute_name, LG_STR("phone_number")))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"MFAOptions can only be SMS to phone_number.");
	}
	const bool on = options->count > 0;
	if (on && lg_str_empty(lg_user_attribute(user, LG_STR("phone_number"))))
		return not_ready(cx, SMS);
	user->row.mfa.legacy_sms = (struct lg_opt_bool){ on, on };
	return write_mfa(cx, env, user);
}
