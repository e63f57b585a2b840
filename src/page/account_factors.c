#include "page/account.h"

#include "domain/auth/mfa_recovery.h"
#include "domain/auth/mfa_totp.h"
#include "domain/message/notice.h"
#include "domain/pool/mfa_config.h"
#include "page/form.h"
#include "page/signin.h"
#include "page/state.h"

#define S LG_STR_INIT
#define FACTORS LG_STR("/account/factors")
#define TOTP LG_STR("/account/app")
#define RECOVERY LG_STR("/account/recovery")
#define STEP_TOTP LG_STR("ACCOUNT_TOTP")
#define STEP_RECOVERY LG_STR("ACCOUNT_RECOVERY")
#define APP LG_STR("SOFTWARE_TOKEN_MFA")
#define PASSKEYS LG_IDP_CHALLENGE_NAME_TYPE_WEB_AUTHN
#define CODE LG_STR("code")
#define ID LG_STR("id")
#define SETUP_MS (15 * LG_MINUTE_MS)
#define SHOWN_MS (5 * LG_MINUTE_MS)

/* ---- the list ---- */

/* A code that goes to an address proves something only if the address is proven. */
static bool
is_ready(const struct lg_user *user, const struct lg_mfa_method *method)
{
	return lg_mfa_ready(user, method)
	       && (!lg_str_present(method->attribute) || lg_user_verified(user, method->attribute));
}

static bool
needs_address(const struct lg_user *user, const struct lg_mfa_method *method)
{
	return lg_str_present(method->attribute) && !is_ready(user, method)
	       && !lg_mfa_enabled(user, method->name);
}

static void
add_buttons(const struct lg_page *pg, const struct lg_mfa_method *method, struct lg_view_item *item)
{
	const struct lg_user *user = pg->browser.user;
	const bool enabled = lg_mfa_enabled(user, method->name);
	const bool app = lg_str_eq(method->name, APP);
	const bool needed =
		lg_str_eq(pg->request.pool->type->mfa_configuration, LG_IDP_USER_POOL_MFA_TYPE_ON);
	const bool preferred = lg_str_eq(user->row.mfa.preferred, method->name);
	if (app)
		lg_view_item_button(item, lg_str_empty(user->row.mfa.totp) ? LG_STR("button.set_up")
									   : LG_STR("button.replace"),
			LG_STR("set_up"));
	if (!enabled && is_ready(user, method))
		lg_view_item_button(item, LG_STR("button.turn_on"), LG_STR("enable"));
	if (enabled && !preferred && user->row.mfa.enabled.count > 1)
		lg_view_item_button(item, LG_STR("button.prefer"), LG_STR("prefer"));
	if (enabled && !needed)
		lg_view_item_button(item, LG_STR("button.remove"), LG_STR("disable"));
}

static lg_str
title_of(lg_str method)
{
	static const struct lg_str_pair names[] = {
		{ S("SMS_MFA"), S("factor.sms") },
		{ S("SOFTWARE_TOKEN_MFA"), S("factor.app") },
		{ S("EMAIL_OTP"), S("factor.email") },
	};
	for (size_t i = 0; i < LG_LEN(names); i++) {
		if (lg_str_eq(names[i].key, method))
			return names[i].value;
	}
	return method;
}

static struct lg_text
detail_of(const struct lg_user *user, const struct lg_mfa_method *method)
{
	if (lg_str_eq(user->row.mfa.preferred, method->name))
		return lg_text(LG_STR("factor.preferred"));
	if (lg_mfa_enabled(user, method->name))
		return lg_text(LG_STR("factor.on"));
	return lg_text(is_ready(user, method)		       ? LG_STR("factor.off")
		       : lg_str_present(method->attribute) ? LG_STR("factor.needs_address")
							   : LG_STR("factor.not_set_up"));
}

/* Passkeys may stand for the second factor, too, of who has another one (spec/sign-in.md 8). */
static lg_status
add_passkeys(struct lg_page *pg, struct lg_view *view)
{
	const struct lg_rec_mfa *mfa = &pg->browser.user->row.mfa;
	struct lg_view_item *item;
	if (!lg_mfa_config_passkeys_count(pg->request.pool->settings) || !mfa->enabled.count)
		return LG_OK;
	LG_TRY(lg_view_item(pg->cx, view, &item));
	item->title = lg_text(LG_STR("factor.passkey"));
	item->detail = lg_text(mfa->web_authn.v ? LG_STR("factor.on") : LG_STR("factor.off"));
	item->id = PASSKEYS;
	if (mfa->web_authn.v)
		lg_view_item_button(item, LG_STR("button.remove"), LG_STR("disable"));
	else
		lg_view_item_button(item, LG_STR("button.turn_on"), LG_STR("enable"));
	return LG_OK;
}

static lg_status
show(struct lg_page *pg, lg_status s)
{
	const struct lg_pool *pool = pg->request.pool;
	const struct lg_user *user = pg->browser.user;
	struct lg_view view = { .field_count = 0 };
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account_factors")));
	for (size_t i = 0; i < LG_MFA_METHODS; i++) {
		struct lg_view_item *item;
		if (!lg_mfa_config_has(pool->settings, lg_mfa_methods[i].name))
			continue;
		LG_TRY(lg_view_item(pg->cx, &view, &item));
		item->title = lg_text(title_of(lg_mfa_methods[i].name));
		item->detail = detail_of(user, &lg_mfa_methods[i]);
		item->id = lg_mfa_methods[i].name;
		add_buttons(pg, &lg_mfa_methods[i], item);
		if (needs_address(user, &lg_mfa_methods[i]))
			LG_TRY(lg_page_link(pg, LG_STR("/account/contact"), &item->address));
	}
	LG_TRY(add_passkeys(pg, &view));
	if (pool->recovery_codes && user->row.mfa.enabled.count) {
		struct lg_view_item *item;
		lg_str left;
		LG_TRY(lg_view_item(pg->cx, &view, &item));
		LG_TRY(lg_str_fmt(pg->cx, &left, "%zu", user->row.mfa.recovery.count));
		item->title = lg_text(LG_STR("recovery.title"));
		item->detail = lg_text_with(LG_STR("recovery.left"), LG_STR("count"), left);
		lg_view_item_button(item, LG_STR("button.new_codes"), LG_STR("recovery"));
	}
	return lg_account_show(pg, &view, s, LG_STR_NONE);
}

/* ---- an authenticator app ---- */

static lg_status
begin_app(struct lg_page *pg)
{
	struct lg_rec_page_state state = {
		.username = lg_signin_shown_name(pg->browser.user),
		.expires = { true, lg_time_add_ms(pg->cx->now, SETUP_MS) },
	};
	LG_TRY(lg_totp_associate(
		pg->cx, pg->env, pg->request.pool, pg->browser.user, &state.secret));
	return lg_account_go(pg, TOTP, STEP_TOTP, &state);
}

static lg_status
show_app(struct lg_page *pg, lg_status s)
{
	struct lg_view view = { .field_count = 0 };
	LG_TRY(lg_account_begin(pg, &view, LG_STR("totp")));
	LG_TRY(lg_signin_key_uri(pg, &view.qr));
	view.secret = pg->state.secret;
	struct lg_view_field *code = lg_view_field(&view, LG_FIELD_CODE, CODE, LG_STR("field.code"));
	code->autocomplete = LG_STR("one-time-code");
	code->required = true;
	view.primary = lg_view_action(LG_STR("button.confirm"), LG_STR("confirm"));
	return lg_account_show(pg, &view, s, CODE);
}

/* The user as he is now: each change is made to what was read. */
static lg_status
read_again(struct lg_page *pg)
{
	return lg_user_find_uid(pg->cx, pg->env, pg->request.pool, pg->browser.user->row.uid,
		LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA, &pg->browser.user);
}

static lg_status
wish(struct lg_page *pg, lg_str method, bool enabled, bool preferred)
{
	struct lg_mfa_wishes wishes = { .passkeys = { 0 } };
	if (lg_str_eq(method, PASSKEYS))
		wishes.passkeys = (struct lg_opt_bool){ true, enabled };
	for (size_t i = 0; i < LG_MFA_METHODS; i++) {
		if (!lg_str_eq(lg_mfa_methods[i].name, method))
			continue;
		if (enabled && !is_ready(pg->browser.user, &lg_mfa_methods[i]))
			return lg_fail(pg->cx, LG_E_INVALID_PARAMETER, "The address is not verified.");
		wishes.methods[i].enabled = (struct lg_opt_bool){ true, enabled };
		wishes.methods[i].preferred = (struct lg_opt_bool){ preferred, preferred };
	}
	return lg_mfa_prefer(pg->cx, pg->env, pg->request.pool, pg->browser.user, &wishes);
}

static void
tell(struct lg_page *pg)
{
	lg_notice_tell(pg->cx, pg->env, pg->request.pool, pg->browser.user, LG_NOTICE_FACTOR);
}

lg_status
lg_page_account_totp(struct lg_page *pg)
{
	lg_str code;
	bool asked;
	LG_TRY(lg_account_fresh(pg, FACTORS, &asked));
	if (asked)
		return LG_OK;
	if (!lg_str_eq(pg->state.step, STEP_TOTP))
		return lg_page_go(pg, FACTORS);
	if (!pg->is_post)
		return show_app(pg, LG_OK);
	LG_TRY(lg_form_code(pg, CODE, &code));
	const lg_status s = lg_totp_verify(
		pg->cx, pg->env, pg->request.pool, pg->browser.user, code, LG_STR_NONE);
	if (lg_failed(s))
		return show_app(pg, s);
	LG_TRY(read_again(pg));
	LG_TRY(wish(pg, APP, true, lg_str_empty(pg->browser.user->row.mfa.preferred)));
	tell(pg);
	return lg_account_done(pg, FACTORS, LG_STR("notice.factor_on"));
}

/* Without its key the app is of no use to who finds the phone. */
static lg_status
disable(struct lg_page *pg, lg_str method)
{
	LG_TRY(wish(pg, method, false, false));
	if (!lg_str_eq(method, APP))
		return LG_OK;
	LG_TRY(read_again(pg));
	return lg_totp_delete(pg->cx, pg->env, pg->browser.user);
}

/* ---- recovery codes: shown once ---- */

static lg_status
make_codes(struct lg_page *pg)
{
	struct lg_rec_page_state state = { .expires = { true, lg_time_add_ms(pg->cx->now, SHOWN_MS) } };
	LG_TRY(lg_recovery_codes_make(pg->cx, pg->env, pg->browser.user, &state.secret));
	return lg_account_go(pg, RECOVERY, STEP_RECOVERY, &state);
}

lg_status
lg_page_account_recovery(struct lg_page *pg)
{
	struct lg_view view = { .field_count = 0 };
	if (!lg_str_eq(pg->state.step, STEP_RECOVERY) || pg->is_post)
		return lg_page_go(pg, FACTORS);
	LG_TRY(lg_account_begin(pg, &view, LG_STR("recovery")));
	lg_str rest = pg->state.secret;
	while (lg_str_present(rest)) {
		struct lg_view_item *item;
		LG_TRY(lg_view_item(pg->cx, &view, &item));
		item->title = lg_account_raw(lg_str_cut(&rest, ' '));
	}
	LG_TRY(lg_state_drop(pg));
	return lg_page_show(pg, 200, &view);
}

/* ---- what was pressed ---- */

static lg_status
done(struct lg_page *pg, lg_status s, lg_str notice)
{
	if (lg_failed(s))
		return show(pg, s);
	tell(pg);
	return lg_account_done(pg, FACTORS, notice);
}

static lg_status
press(struct lg_page *pg)
{
	const lg_str method = lg_form_get(pg, ID);
	if (lg_form_action(pg, LG_STR("enable")))
		return done(pg, wish(pg, method, true, false), LG_STR("notice.factor_on"));
	if (lg_form_action(pg, LG_STR("prefer")))
		return done(pg, wish(pg, method, true, true), LG_STR("notice.factor_on"));
	if (lg_form_action(pg, LG_STR("disable")))
		return done(pg, disable(pg, method), LG_STR("notice.factor_off"));
	lg_status s = LG_OK;
	if (lg_form_action(pg, LG_STR("set_up")))
		s = begin_app(pg);
	else if (lg_form_action(pg, LG_STR("recovery")) && pg->request.pool->recovery_codes)
		s = make_codes(pg);
	else
		return lg_page_go(pg, FACTORS);
	return lg_failed(s) ? show(pg, s) : LG_OK;
}

lg_status
lg_page_account_factors(struct lg_page *pg)
{
	bool asked;
	if (!lg_account_has(pg, FACTORS))
		return lg_page_go(pg, LG_STR("/account"));
	LG_TRY(lg_account_fresh(pg, FACTORS, &asked));
	if (asked)
		return LG_OK;
	return pg->is_post ? press(pg) : show(pg, LG_OK);
}
