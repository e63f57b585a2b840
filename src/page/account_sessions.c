#include "page/account.h"

#include "domain/auth/device.h"
#include "domain/grant/session_track.h"
#include "domain/user/user_edit.h"
#include "page/form.h"
#include "page/signin.h"

#define SESSIONS LG_STR("/account/sessions")
#define DEVICES LG_STR("/account/devices")
#define DELETE LG_STR("/account/delete")
#define ID LG_STR("id")

/* ---- sessions: of browsers, and where they are kept account of, of apps ---- */

/* "Firefox, Linux", or that nobody knows. */
static struct lg_text
name_of(lg_str device)
{
	const bool unknown = lg_str_empty(device) || lg_str_eq(device, LG_STR("unknown"));
	return unknown ? lg_text(LG_STR("session.unknown")) : lg_account_raw(device);
}

/* What is known of a session; the keys say what happened then, without an address and with one. */
static lg_status
describe(struct lg_page *pg, struct lg_view_item *item, lg_str device, lg_str ip, lg_time then,
	const lg_str keys[2])
{
	lg_str time;
	LG_TRY(lg_account_time(pg->cx, then, &time));
	item->title = name_of(device);
	item->detail = (struct lg_text){ .key = keys[lg_str_empty(ip) ? 0 : 1],
		.args = { { LG_STR("time"), time }, { LG_STR("ip"), ip } } };
	return LG_OK;
}

static lg_status
add_browsers(struct lg_page *pg, struct lg_view *view)
{
	static const lg_str begun[] = { LG_STR_INIT("session.detail"), LG_STR_INIT("session.detail_ip") };
	struct lg_browser_entry *entries;
	size_t count;
	LG_TRY(lg_browser_list(pg->cx, pg->env, pg->browser.user, &entries, &count));
	for (size_t i = 0; i < count; i++) {
		struct lg_view_item *item;
		LG_TRY(lg_view_item(pg->cx, view, &item));
		LG_TRY(describe(pg, item, entries[i].device_type, entries[i].last_ip, entries[i].auth_time,
			begun));
		item->id = entries[i].id;
		if (lg_str_eq(entries[i].id, pg->browser.id))
			item->badge = lg_text(LG_STR("session.this"));
		else
			lg_view_item_button(item, LG_STR("button.end_session"), LG_STR("end_browser"));
	}
	return LG_OK;
}

static struct lg_session_owner
owner_of(const struct lg_page *pg)
{
	return (struct lg_session_owner){
		.operation = LG_STR("ListUserSessions"),
		.pool = pg->request.pool,
		.user = pg->browser.user,
	};
}

static lg_status
add_apps(struct lg_page *pg, struct lg_view *view)
{
	static const lg_str used[] = { LG_STR_INIT("session.used"), LG_STR_INIT("session.used_ip") };
	const struct lg_session_owner owner = owner_of(pg);
	struct lg_idp_sessions_list_type list = { 0 };
	lg_str more = LG_STR_NONE;
	if (!pg->request.pool->tracks_sessions)
		return LG_OK;
	LG_TRY(lg_session_list(pg->cx, pg->env, &owner, LG_STR_NONE, &list, &more));
	for (size_t i = 0; i < list.count; i++) {
		const struct lg_idp_session_description_type *one = &list.items[i];
		struct lg_view_item *item;
		if (lg_str_eq(one->session_type, LG_IDP_SESSION_TYPE_TYPE_SSO)) /* they stand above */
			continue;
		LG_TRY(lg_view_item(pg->cx, view, &item));
		LG_TRY(describe(pg, item, one->device_type, one->last_ip_address,
			one->last_active_date.v, used));
		item->badge = lg_text(LG_STR("session.app"));
		item->id = one->session_id;
		lg_view_item_button(item, LG_STR("button.end_session"), LG_STR("end_app"));
	}
	return LG_OK;
}

static lg_status
show_sessions(struct lg_page *pg, lg_status s)
{
	struct lg_view view = { .field_count = 0 };
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account_sessions")));
	LG_TRY(add_browsers(pg, &view));
	LG_TRY(add_apps(pg, &view));
	view.primary = lg_view_action(LG_STR("button.sign_out"), LG_STR("sign_out"));
	lg_view_button(&view, LG_STR("button.sign_out_everywhere"), LG_STR("everywhere"));
	return lg_account_show(pg, &view, s, LG_STR_NONE);
}

lg_status
lg_page_signed_out(struct lg_page *pg)
{
	struct lg_view view = { .page = LG_STR("signed_out"),
		.title = lg_text(LG_STR("signed_out.title")),
		.lead = lg_text(LG_STR("signed_out.lead")) };
	return lg_page_show(pg, 200, &view);
}

static lg_status
sign_out(struct lg_page *pg)
{
	const struct lg_browser_at at = lg_page_browser_at(pg);
	lg_str cookie;
	LG_TRY(lg_browser_end(pg->cx, pg->env, &at, &cookie));
	lg_page_cookie(pg, cookie);
	return lg_page_go(pg, LG_STR("/signedOut"));
}

/* One that is gone already is what was wished. */
static lg_status
end_one(struct lg_page *pg, bool app)
{
	const struct lg_session_owner owner = owner_of(pg);
	const lg_str id = lg_form_get(pg, ID);
	/* Who ends the session of a browser that he lost means what runs there, too. */
	const lg_status s = lg_session_revoke(pg->cx, pg->env, &owner, id, !app);
	if (lg_failed(s) && s.code != LG_E_RESOURCE_NOT_FOUND)
		return show_sessions(pg, s);
	return lg_account_done(pg, SESSIONS, LG_STR("notice.session_ended"));
}

lg_status
lg_page_account_sessions(struct lg_page *pg)
{
	if (!pg->is_post)
		return show_sessions(pg, LG_OK);
	if (lg_form_action(pg, LG_STR("end_browser")))
		return end_one(pg, false);
	if (lg_form_action(pg, LG_STR("end_app")))
		return end_one(pg, true);
	if (lg_form_action(pg, LG_STR("everywhere")))
		LG_TRY(lg_grant_sign_out(pg->cx, pg->env, pg->browser.user));
	return sign_out(pg);
}

/* ---- remembered devices ---- */

static lg_str
device_name(const struct lg_idp_device_type *device)
{
	for (size_t i = 0; i < device->device_attributes.count; i++) {
		if (lg_str_eq(device->device_attributes.items[i].name, LG_STR("device_name")))
			return device->device_attributes.items[i].value;
	}
	return device->device_key;
}

static lg_status
show_devices(struct lg_page *pg, lg_status s)
{
	struct lg_view view = { .field_count = 0 };
	struct lg_idp_device_list_type list = { 0 };
	lg_str more;
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account_devices")));
	LG_TRY(lg_device_list(pg->cx, pg->env, pg->request.pool, pg->browser.user, (struct lg_opt_int){ 0 },
		LG_STR_NONE, &list, &more));
	for (size_t i = 0; i < list.count; i++) {
		struct lg_view_item *item;
		lg_str time;
		LG_TRY(lg_view_item(pg->cx, &view, &item));
		LG_TRY(lg_account_time(pg->cx, list.items[i].device_last_authenticated_date.v, &time));
		item->title = name_of(device_name(&list.items[i]));
		item->detail = lg_text_with(LG_STR("device.detail"), LG_STR("time"), time);
		item->id = list.items[i].device_key;
		lg_view_item_button(item, LG_STR("button.forget_device"), LG_STR("forget"));
	}
	if (list.count == 0)
		view.lead = lg_text(LG_STR("notice.no_devices"));
	return lg_account_show(pg, &view, s, LG_STR_NONE);
}

lg_status
lg_page_account_devices(struct lg_page *pg)
{
	if (!lg_account_has(pg, DEVICES))
		return lg_page_go(pg, LG_STR("/account"));
	if (!pg->is_post)
		return show_devices(pg, LG_OK);
	const lg_status s = lg_device_forget(
		pg->cx, pg->env, pg->request.pool, pg->browser.user, lg_form_get(pg, ID));
	if (lg_failed(s) && s.code != LG_E_RESOURCE_NOT_FOUND)
		return show_devices(pg, s);
	return lg_account_done(pg, DEVICES, LG_STR("notice.device_forgotten"));
}

/* ---- the end ---- */

static lg_status
show_delete(struct lg_page *pg, bool unsure)
{
	struct lg_view view = { .field_count = 0 };
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account_delete")));
	lg_view_field(&view, LG_FIELD_CHECK, LG_STR("sure"), LG_STR("field.delete_sure"))->required = true;
	view.primary = lg_view_action(LG_STR("button.delete_account"), LG_STR("delete"));
	view.danger = true;
	if (unsure)
		lg_view_problem(&view, LG_STR("sure"), LG_STR("error.not_sure"), LG_STR_NONE);
	return lg_page_show(pg, unsure ? 400 : 200, &view);
}

lg_status
lg_page_account_delete(struct lg_page *pg)
{
	bool asked;
	if (!lg_account_has(pg, DELETE))
		return lg_page_go(pg, LG_STR("/account"));
	LG_TRY(lg_account_fresh(pg, DELETE, &asked));
	if (asked)
		return LG_OK;
	if (!pg->is_post || lg_str_empty(lg_form_get(pg, LG_STR("sure"))))
		return show_delete(pg, pg->is_post);
	LG_TRY(lg_user_erase(pg->cx, pg->env, pg->request.pool, pg->browser.user));
	return sign_out(pg);
}
