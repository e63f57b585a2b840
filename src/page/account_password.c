#include "page/account.h"

#include "domain/auth/recover.h"
#include "domain/message/notice.h"
#include "page/form.h"
#include "page/limits.h"
#include "page/signin.h"

#define PATH LG_STR("/account/password")
#define OLD LG_STR("old_password")
#define NEW LG_STR("password")

static bool
has_password(const struct lg_page *pg)
{
	return lg_str_present(pg->browser.user->row.credential.sealed);
}

static lg_status
show(struct lg_page *pg, lg_str field, lg_str key, lg_status s)
{
	struct lg_view view = { .field_count = 0 };
	struct lg_view_field *one;
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account_password")));
	one = lg_view_field(&view, LG_FIELD_FIXED, LG_STR("username"), LG_STR("field.username"));
	one->value = lg_signin_shown_name(pg->browser.user);
	one->autocomplete = LG_STR("username");
	if (has_password(pg)) {
		one = lg_view_field(&view, LG_FIELD_PASSWORD, OLD, LG_STR("field.old_password"));
		one->autocomplete = LG_STR("current-password");
		one->required = true;
	}
	one = lg_view_field(&view, LG_FIELD_NEW_PASSWORD, NEW, LG_STR("field.new_password"));
	one->autocomplete = LG_STR("new-password");
	one->required = true;
	view.primary = lg_view_action(LG_STR("button.set_password"), LG_STR("save"));
	if (!lg_str_present(key))
		return lg_account_show(pg, &view, s, field);
	lg_view_problem(&view, field, key, LG_STR_NONE);
	return lg_page_show(pg, 400, &view);
}

static lg_status
show_failure(struct lg_page *pg, lg_status s)
{
	if (s.code == LG_E_NOT_AUTHORIZED
	    && lg_str_starts(pg->cx->failure.text, LG_STR("Incorrect username")))
		return show(pg, OLD, LG_STR("error.old_password"), LG_OK);
	const bool of_new =
		s.code == LG_E_INVALID_PASSWORD || s.code == LG_E_PASSWORD_HISTORY_POLICY_VIOLATION;
	return show(pg, of_new ? NEW : LG_STR_NONE, LG_STR_NONE, s);
}

lg_status
lg_page_account_password(struct lg_page *pg)
{
	bool asked;
	if (!lg_account_has(pg, PATH))
		return lg_page_go(pg, LG_STR("/account"));
	LG_TRY(lg_account_fresh(pg, PATH, &asked));
	if (asked)
		return LG_OK;
	if (!pg->is_post)
		return show(pg, LG_STR_NONE, LG_STR_NONE, LG_OK);
	const lg_str old = lg_form_raw(pg, OLD), new = lg_form_raw(pg, NEW);
	if (has_password(pg) && lg_str_empty(old))
		return show(pg, OLD, LG_STR("error.required"), LG_OK);
	if (lg_str_empty(new))
		return show(pg, NEW, LG_STR("error.required"), LG_OK);
	bool fits;
	LG_TRY(lg_limits_password(pg->cx, new, &fits));
	if (!fits)
		return show(pg, NEW, LG_STR("error.password_form"), LG_OK);
	const struct lg_caller caller = lg_page_caller(pg);
	const lg_status s = lg_password_change(pg->cx, pg->env, pg->request.pool, pg->browser.user,
		has_password(pg) ? old : LG_STR_NONE, new, &caller);
	if (lg_failed(s))
		return show_failure(pg, s);
	/* Browser sessions end with the password that they began with; this one goes on as a new one. */
	LG_TRY(lg_signin_renew(pg));
	lg_notice_tell(pg->cx, pg->env, pg->request.pool, pg->browser.user, LG_NOTICE_PASSWORD);
	return lg_account_done(pg, LG_STR("/account"), LG_STR("notice.password_changed"));
}
