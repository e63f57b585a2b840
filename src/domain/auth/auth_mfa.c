#include "domain/auth/auth_steps.h"

#include "codec/json.h"
#include "domain/auth/mfa_recovery.h"
#include "domain/pool/mfa_config.h"

#define JSON_MAX ((size_t)4096)

/* Is this attribute the first that the pool recovers passwords by? Without a setting none is. */
static bool
is_primary_recovery(const struct lg_pool *pool, const struct lg_mfa_method *method)
{
	const struct lg_idp_account_recovery_setting_type *setting = pool->type->account_recovery_setting;
	for (size_t i = 0; setting && i < setting->recovery_mechanisms.count; i++) {
		const struct lg_idp_recovery_option_type *option = &setting->recovery_mechanisms.items[i];
		if (option->priority.v == 1 && lg_str_eq(option->name, method->recovery))
			return true;
	}
	return false;
}

/* The code may go to an address that he has, though he never chose the method. */
static bool
may_go_to_address(const struct lg_auth *auth, const struct lg_mfa_method *method)
{
	return lg_str_present(method->attribute) && lg_mfa_ready(auth->user, method)
	       && !is_primary_recovery(auth->call->pool, method);
}

/* A number is an administrator's business; of an e-mail address, domain/auth/auth_mfa_setup.c says which. */
static bool
may_be_set_up(const struct lg_mfa_method *method)
{
	return !lg_str_eq(method->name, LG_IDP_CHALLENGE_NAME_TYPE_SMS_MFA);
}

static void
add(struct lg_str_list *list, lg_str name)
{
	list->items[list->count++] = name;
	list->has = true;
}

void
lg_auth_mfa_decide(const struct lg_auth *auth, struct lg_auth_mfa *ret)
{
	const struct lg_pool *pool = auth->call->pool;
	const lg_str required = pool->type->mfa_configuration;
	const bool on = lg_str_eq(required, LG_IDP_USER_POOL_MFA_TYPE_ON);
	const bool held = lg_mfa_held(pool, auth->user);
	*ret = (struct lg_auth_mfa){ .due = false };
	ret->can.items = ret->items;
	ret->setup.items = ret->items + LG_MFA_METHODS;
	ret->due = on || (held && lg_str_eq(required, LG_IDP_USER_POOL_MFA_TYPE_OPTIONAL));
	if (lg_auth_has_done(auth, LG_AUTH_MFA))
		ret->due = false;

	for (size_t i = 0; i < LG_MFA_METHODS; i++) {
		const struct lg_mfa_method *method = &lg_mfa_methods[i];
		if (!lg_mfa_config_has(pool->settings, method->name))
			continue;
		const bool has = lg_mfa_enabled(auth->user, method->name)
		                 && lg_mfa_ready(auth->user, method);
		if (has || (!held && may_go_to_address(auth, method)))
			add(&ret->can, method->name);
		if (!held && may_be_set_up(method))
			add(&ret->setup, method->name);
		if (has && lg_str_eq(auth->user->row.mfa.preferred, method->name))
			ret->preferred = method->name;
	}
}

lg_status
lg_auth_mfa_check(struct lg_ctx *cx, const struct lg_auth *auth, lg_str method)
{
	/* There DefineAuthChallenge may name a method that nobody enabled; it names nothing to set up. */
	if (lg_str_eq(auth->flow, LG_STR("CUSTOM_AUTH")) && !auth->session.setup.v)
		return LG_OK;
	struct lg_auth_mfa mfa;
	lg_auth_mfa_decide(auth, &mfa);
	if (lg_str_list_has(auth->session.setup.v ? &mfa.setup : &mfa.can, method))
		return LG_OK;
	return lg_auth_session_invalid(cx);
}

lg_status
lg_auth_tell_page(struct lg_ctx *cx, const struct lg_auth *auth, struct lg_auth_step *ret)
{
	struct lg_auth_mfa mfa;
	lg_auth_mfa_decide(auth, &mfa);
	if (!auth->call->hosted)
		return LG_OK;
	ret->proven = auth->done;
	if (!lg_auth_has_first(auth) || mfa.can.count < 2)
		return LG_OK;
	lg_str *items = lg_new_array(cx, lg_str, mfa.can.count);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < mfa.can.count; i++)
		items[i] = mfa.can.items[i];
	ret->available = (struct lg_str_list){ items, mfa.can.count, true };
	return LG_OK;
}

lg_status
lg_auth_json_list(struct lg_ctx *cx, const struct lg_str_list *list, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '[');
	for (size_t i = 0; i < list->count; i++)
		lg_json_str(j, list->items[i]);
	lg_json_close(j, ']');
	return lg_json_finish(cx, j, ret);
}

lg_status
lg_auth_refuse_mfa(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, struct lg_auth_step *ret)
{
	(void)env;
	(void)auth;
	(void)ret;
	return lg_fail(cx, LG_E_NOT_AUTHORIZED,
		"MFA is required, and the user has no method that can be used or set up.");
}

lg_status
lg_auth_recover(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth, lg_str code)
{
	struct lg_user *user = auth->user;
	/* Who sets a factor up shows that he has it. */
	if (!auth->call->pool->recovery_codes || auth->session.setup.v)
		return LG_STATUS(LG_E_NOT_FOUND);
	size_t found;
	const lg_status checked = lg_recovery_code_find(cx, env, user, code, &found);
	if (checked.code == LG_E_NOT_FOUND)
		return checked;
	LG_TRY(lg_auth_factor_judge(cx, env, auth, checked));
	LG_TRY(lg_auth_account_check(cx, auth));
	lg_recovery_code_drop(user, found);
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_auth_session_spend_in(batch, auth);
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	LG_TRY(lg_auth_session_commit(cx, batch));
	user->row.version++;
	return LG_OK;
}

/* ---- SELECT_MFA_TYPE ---- */

lg_status
lg_auth_begin_select_mfa(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	struct lg_auth_mfa mfa;
	lg_str list;
	lg_auth_mfa_decide(auth, &mfa);
	LG_TRY(lg_auth_json_list(cx, &mfa.can, &list));
	LG_TRY(lg_auth_session_make(cx, env, auth, ret->challenge, &ret->session));
	/* Documents say MFAS_CAN_SELECT; clients read this one. */
	LG_TRY(lg_auth_param_add(cx, ret, 2, LG_STR("MFAS_CAN_CHOOSE"), list));
	return lg_auth_param_add(cx, ret, 2, LG_STR("USER_ID_FOR_SRP"), auth->user->username);
}

lg_status
lg_auth_answer_select_mfa(struct lg_ctx *cx, struct lg_env *env, struct lg_auth *auth,
	struct lg_auth_step *ret)
{
	const lg_str answer = lg_auth_param(auth, LG_STR("ANSWER"));
	LG_TRY(lg_auth_session_open(cx, env, auth, auth->call->challenge, 0));
	struct lg_auth_mfa mfa;
	lg_auth_mfa_decide(auth, &mfa);
	if (!lg_str_list_has(&mfa.can, answer))
		return lg_fail(cx, LG_E_MFA_METHOD_NOT_FOUND, "The user has no MFA method of this name.");
	LG_TRY(lg_auth_account_check(cx, auth));
	LG_TRY(lg_auth_session_spend(cx, env, auth));
	LG_TRY(lg_auth_tell_page(cx, auth, ret));
	ret->challenge = answer;
	if (lg_str_eq(answer, LG_IDP_CHALLENGE_NAME_TYPE_SOFTWARE_TOKEN_MFA))
		return lg_auth_begin_totp(cx, env, auth, ret);
	return lg_auth_begin_otp(cx, env, auth, ret);
}
