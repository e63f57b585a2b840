#include "page/account.h"

#include "domain/auth/passkey.h"
#include "domain/message/notice.h"
#include "page/form.h"
#include "page/goal.h"
#include "page/signin.h"
#include "page/state.h"

#define PASSKEYS LG_STR("/account/passkeys")
#define PASSKEY LG_STR("/account/passkey")
#define STEP_PASSKEY LG_STR("ACCOUNT_PASSKEY")
#define NAME LG_STR("name")
#define ID LG_STR("id")
#define CREDENTIAL LG_STR("credential")
#define EDIT_MS (15 * LG_MINUTE_MS)

/* ---- the list ---- */

static lg_status
list(struct lg_page *pg, struct lg_idp_list_web_authn_credentials_response *ret)
{
	const struct lg_access access = lg_account_access(pg);
	const struct lg_idp_list_web_authn_credentials_request all = { .max_results = { 0 } };
	*ret = (struct lg_idp_list_web_authn_credentials_response){ .next_token = LG_STR_NONE };
	return lg_passkey_list(pg->cx, pg->env, &access, &all, ret);
}

static lg_status
show(struct lg_page *pg, lg_status s)
{
	struct lg_idp_list_web_authn_credentials_response keys;
	struct lg_view view = { .field_count = 0 };
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account_passkeys")));
	LG_TRY(list(pg, &keys));
	for (size_t i = 0; i < keys.credentials.count; i++) {
		const struct lg_idp_web_authn_credential_description *one = &keys.credentials.items[i];
		struct lg_view_item *item;
		lg_str time;
		LG_TRY(lg_view_item(pg->cx, &view, &item));
		LG_TRY(lg_account_time(pg->cx, one->created_at.v, &time));
		item->title = lg_account_raw(one->friendly_credential_name);
		item->detail = lg_text_with(LG_STR("passkey.detail"), LG_STR("time"), time);
		item->id = one->credential_id;
		lg_view_item_button(item, LG_STR("button.rename"), LG_STR("rename"));
		lg_view_item_button(item, LG_STR("button.remove"), LG_STR("delete"));
	}
	lg_view_field(&view, LG_FIELD_CREDENTIAL, CREDENTIAL, LG_STR_NONE);
	view.primary = lg_view_action(LG_STR("button.add_passkey"), LG_STR("add"));
	return lg_account_show(pg, &view, s, LG_STR_NONE);
}

static bool
is_fresh(const struct lg_page *pg)
{
	return lg_time_before(pg->cx->now, lg_time_add_ms(pg->browser.auth_time, LG_ACCOUNT_FRESH_MS));
}

/* What the script hands to the browser. */
lg_status
lg_page_passkey_create_options(struct lg_page *pg)
{
	const struct lg_access access = lg_account_access(pg);
	lg_str options;
	if (!is_fresh(pg))
		return lg_fail(pg->cx, LG_E_FORBIDDEN, "the sign-in is too old");
	LG_TRY(lg_passkey_start(pg->cx, pg->env, &access, &options));
	return lg_page_json(pg, options);
}

static lg_status
add(struct lg_page *pg)
{
	const struct lg_access access = lg_account_access(pg);
	const lg_str credential = lg_form_raw(pg, CREDENTIAL);
	if (lg_str_empty(credential))
		return lg_fail(pg->cx, LG_E_INVALID_PARAMETER, "The browser made no passkey.");
	return lg_passkey_complete(pg->cx, pg->env, &access, credential);
}

static void
tell(struct lg_page *pg)
{
	lg_notice_tell(pg->cx, pg->env, pg->request.pool, pg->browser.user, LG_NOTICE_PASSKEY);
}

/* ---- one of them ---- */

static lg_status
begin_rename(struct lg_page *pg, lg_str id)
{
	struct lg_idp_list_web_authn_credentials_response keys;
	lg_str *one = lg_new(pg->cx, lg_str);
	if (!one)
		return lg_fail_default(pg->cx, LG_E_NO_MEMORY);
	*one = id;
	struct lg_rec_page_state state = {
		.required = { one, 1, true },
		.expires = { true, lg_time_add_ms(pg->cx->now, EDIT_MS) },
	};
	LG_TRY(list(pg, &keys));
	for (size_t i = 0; i < keys.credentials.count; i++) {
		if (lg_str_eq(keys.credentials.items[i].credential_id, id))
			state.destination = keys.credentials.items[i].friendly_credential_name;
	}
	return lg_account_go(pg, PASSKEY, STEP_PASSKEY, &state);
}

static lg_status
show_one(struct lg_page *pg, lg_status s)
{
	struct lg_view view = { .field_count = 0 };
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account_passkey")));
	struct lg_view_field *name = lg_view_field(&view, LG_FIELD_TEXT, NAME, LG_STR("field.passkey_name"));
	name->value = pg->is_post ? lg_form_get(pg, NAME) : pg->state.destination;
	name->autocomplete = LG_STR("off");
	name->required = true;
	view.primary = lg_view_action(LG_STR("button.save"), LG_STR("save"));
	return lg_account_show(pg, &view, s, NAME);
}

static lg_status
check(struct lg_page *pg, bool *ret_gone)
{
	if (!lg_account_has(pg, PASSKEYS)) {
		*ret_gone = true;
		return lg_page_go(pg, LG_STR("/account"));
	}
	return lg_account_fresh(pg, PASSKEYS, ret_gone);
}

lg_status
lg_page_account_passkey(struct lg_page *pg)
{
	const struct lg_access access = lg_account_access(pg);
	bool gone;
	LG_TRY(check(pg, &gone));
	if (gone)
		return LG_OK;
	if (!lg_str_eq(pg->state.step, STEP_PASSKEY) || pg->state.required.count != 1)
		return lg_page_go(pg, PASSKEYS);
	if (!pg->is_post)
		return show_one(pg, LG_OK);
	const lg_status s = lg_passkey_rename(
		pg->cx, pg->env, &access, pg->state.required.items[0], lg_form_get(pg, NAME));
	if (lg_failed(s) && s.code != LG_E_RESOURCE_NOT_FOUND)
		return show_one(pg, s);
	return lg_account_done(pg, PASSKEYS, LG_STR("notice.saved"));
}

/* ---- what was pressed ---- */

lg_status
lg_page_account_passkeys(struct lg_page *pg)
{
	const struct lg_access access = lg_account_access(pg);
	bool gone;
	LG_TRY(check(pg, &gone));
	if (gone)
		return LG_OK;
	if (!pg->is_post)
		return show(pg, LG_OK);
	if (lg_form_action(pg, LG_STR("rename")))
		return begin_rename(pg, lg_form_get(pg, ID));
	const bool deletes = lg_form_action(pg, LG_STR("delete"));
	const lg_status s = deletes ? lg_passkey_delete(pg->cx, pg->env, &access, lg_form_get(pg, ID))
				    : add(pg);
	if (lg_failed(s) && !(deletes && s.code == LG_E_RESOURCE_NOT_FOUND))
		return show(pg, s);
	tell(pg);
	return lg_account_done(
		pg, PASSKEYS, deletes ? LG_STR("notice.passkey_removed") : LG_STR("notice.passkey_added"));
}

/* ---- on the way back to an application (spec/oauth-endpoints.md 2) ---- */

static lg_status
show_add(struct lg_page *pg, lg_status s)
{
	struct lg_view view = { .page = LG_STR("passkey_add"),
		.title = lg_text(LG_STR("passkey_add.title")),
		.lead = lg_text(LG_STR("passkey_add.lead")) };
	lg_view_field(&view, LG_FIELD_CREDENTIAL, CREDENTIAL, LG_STR_NONE);
	view.primary = lg_view_action(LG_STR("button.add_passkey"), LG_STR("add"));
	lg_view_way(&view, LG_STR("button.not_now"), LG_STR("skip"));
	return lg_account_show(pg, &view, s, LG_STR_NONE);
}

lg_status
lg_page_passkey_add(struct lg_page *pg)
{
	if (!pg->signed_in || !is_fresh(pg))
		return lg_goal_sign_in(pg, LG_STR("/passkeys/add"));
	if (!pg->is_post)
		return show_add(pg, LG_OK);
	if (lg_state_is_anothers(pg))
		return lg_page_go(pg, LG_STR("/passkeys/add"));
	const lg_status s = lg_form_action(pg, LG_STR("skip")) ? LG_OK : add(pg);
	if (lg_failed(s))
		return show_add(pg, s);
	if (!lg_form_action(pg, LG_STR("skip")))
		tell(pg);
	/* No application waits for who came here by an address of the account's pages. */
	if (lg_str_present(pg->request.redirect_uri))
		pg->goal = LG_STR_NONE;
	/* What the application says about the sign-in holds on this way back, too. */
	return lg_signin_may_continue(pg) ? lg_signin_continue(pg) : lg_page_go(pg, LG_STR("/login"));
}
