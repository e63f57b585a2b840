#include "page/account.h"

#include "domain/auth/device.h"
#include "domain/pool/mfa_config.h"
#include "domain/pool/pool_check.h"
#include "page/form.h"
#include "page/goal.h"
#include "page/signin.h"
#include "page/state.h"

#define S LG_STR_INIT
#define STEP_NOTICE LG_STR("ACCOUNT") /* nothing but a notice */
#define NOTICE_MS LG_MINUTE_MS

/* ---- what every page of the account does ---- */

struct lg_access
lg_account_access(const struct lg_page *pg)
{
	return (struct lg_access){
		.pool = pg->request.pool,
		.client = pg->request.client,
		.user = pg->browser.user,
		.scope = LG_SCOPE_USER_ADMIN,
		.auth_time = pg->browser.auth_time,
	};
}

lg_status
lg_account_fresh(struct lg_page *pg, lg_str path, bool *ret_asked)
{
	const lg_time until = lg_time_add_ms(pg->browser.auth_time, LG_ACCOUNT_FRESH_MS);
	*ret_asked = !lg_time_before(pg->cx->now, until);
	return *ret_asked ? lg_goal_sign_in(pg, path) : LG_OK;
}

struct lg_text
lg_account_raw(lg_str text)
{
	return lg_text_with(LG_STR("text"), LG_STR("text"), text);
}

lg_status
lg_account_time(struct lg_ctx *cx, lg_time time, lg_str *ret)
{
	char text[LG_TIME_RFC3339_SIZE];
	lg_time_rfc3339(time, text);
	return lg_str_dup(cx, lg_str_from_c(text), ret);
}

lg_status
lg_account_begin(struct lg_page *pg, struct lg_view *view, lg_str page)
{
	lg_str title, lead, address;
	LG_TRY(lg_str_concat(pg->cx, (const lg_str[]){ page, LG_STR(".title") }, 2, &title));
	LG_TRY(lg_str_concat(pg->cx, (const lg_str[]){ page, LG_STR(".lead") }, 2, &lead));
	view->page = page;
	view->title = lg_text(title);
	view->lead = lg_text(lead);
	if (!pg->is_post && lg_str_present(pg->state.notice)) {
		view->notice = lg_text(pg->state.notice);
		if (lg_str_eq(pg->state.step, STEP_NOTICE))
			LG_TRY(lg_state_drop(pg));
	}
	if (lg_str_eq(page, LG_STR("account")))
		return LG_OK;
	LG_TRY(lg_page_link(pg, LG_STR("/account"), &address));
	lg_view_link(view, LG_STR("link.back_to_account"), address);
	return LG_OK;
}

lg_status
lg_account_show(struct lg_page *pg, struct lg_view *view, lg_status s, lg_str field)
{
	struct lg_signin_problem problem;
	if (!lg_failed(s))
		return lg_page_show(pg, 200, view);
	LG_TRY(lg_signin_problem(pg, s, &problem));
	lg_view_problem(view, field, problem.key, problem.detail);
	return lg_page_show(pg, 400, view);
}

lg_status
lg_account_go(struct lg_page *pg, lg_str path, lg_str step, struct lg_rec_page_state *state)
{
	state->step = step;
	LG_TRY(lg_state_keep(pg, state));
	return lg_page_go(pg, path);
}

lg_status
lg_account_done(struct lg_page *pg, lg_str path, lg_str notice)
{
	struct lg_rec_page_state state = {
		.notice = notice,
		.expires = { true, lg_time_add_ms(pg->cx->now, NOTICE_MS) },
	};
	return lg_account_go(pg, path, STEP_NOTICE, &state);
}

/* ---- what there is to look after ---- */

static bool
always(const struct lg_page *pg)
{
	(void)pg;
	return true;
}

/* Others keep the password of who comes from another provider. */
static bool
is_local(const struct lg_page *pg)
{
	return pg->browser.user->row.status != LG_USER_EXTERNAL_PROVIDER;
}

static bool
has_factors(const struct lg_page *pg)
{
	return is_local(pg)
	       && !lg_str_eq(pg->request.pool->type->mfa_configuration, LG_IDP_USER_POOL_MFA_TYPE_OFF)
	       && lg_str_present(pg->request.pool->type->mfa_configuration);
}

static bool
has_passkeys(const struct lg_page *pg)
{
	return is_local(pg)
	       && lg_pool_allows_factor(pg->request.pool->type, LG_IDP_AUTH_FACTOR_TYPE_WEB_AUTHN);
}

static bool
has_devices(const struct lg_page *pg)
{
	return lg_pool_tracks_devices(pg->request.pool);
}

/* Whoever may sign in to this client could do it by DeleteUser, where its tokens are good for that. */
static bool
may_delete(const struct lg_page *pg)
{
	return lg_str_list_has(
		&pg->request.client->type->allowed_oauth_scopes, LG_SCOPE_USER_ADMIN);
}

static const struct section {
	lg_str path;
	lg_str title, detail;
	bool (*is_there)(const struct lg_page *pg);
} sections[] = {
	{ S("/account/profile"), S("account_profile.title"), S("account_profile.lead"), always },
	{ S("/account/contact"), S("account_contact.title"), S("account_contact.lead"), always },
	{ S("/account/password"), S("account_password.title"), S("account_password.lead"), is_local },
	{ S("/account/factors"), S("account_factors.title"), S("account_factors.lead"), has_factors },
	{ S("/account/passkeys"), S("account_passkeys.title"), S("account_passkeys.lead"), has_passkeys },
	{ S("/account/devices"), S("account_devices.title"), S("account_devices.lead"), has_devices },
	{ S("/account/sessions"), S("account_sessions.title"), S("account_sessions.lead"), always },
	{ S("/account/delete"), S("account_delete.title"), S("account_delete.lead"), may_delete },
};

static const struct section *
find_section(lg_str path)
{
	for (size_t i = 0; i < LG_LEN(sections); i++) {
		if (lg_str_eq(sections[i].path, path))
			return &sections[i];
	}
	return NULL;
}

bool
lg_account_has(const struct lg_page *pg, lg_str path)
{
	const struct section *section = find_section(path);
	return section && section->is_there(pg);
}

static lg_status
add_sections(struct lg_page *pg, struct lg_view *view)
{
	for (size_t i = 0; i < LG_LEN(sections); i++) {
		struct lg_view_item *item;
		if (!sections[i].is_there(pg))
			continue;
		LG_TRY(lg_view_item(pg->cx, view, &item));
		item->title = lg_text(sections[i].title);
		item->detail = lg_text(sections[i].detail);
		LG_TRY(lg_page_link(pg, sections[i].path, &item->address));
	}
	return LG_OK;
}

lg_status
lg_page_account(struct lg_page *pg)
{
	struct lg_view view = { .field_count = 0 };
	lg_str address;
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account")));
	view.lead = lg_text_with(
		LG_STR("continue.lead"), LG_STR("user"), lg_signin_shown_name(pg->browser.user));
	LG_TRY(add_sections(pg, &view));
	LG_TRY(lg_str_concat(pg->cx,
		(const lg_str[]){ LG_STR("/logout?client_id="), pg->request.client->id }, 2, &address));
	lg_view_link(&view, LG_STR("button.sign_out"), address);
	return lg_page_show(pg, 200, &view);
}
