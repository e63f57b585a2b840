#include "page/remember.h"

#include "codec/cookie.h"
#include "domain/auth/device.h"
#include "page/form.h"
#include "page/signin.h"
#include "page/state.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("browser device")
#define SHAPE (&lg_shape_rec_browser_device)
#define STEP LG_STR("REMEMBER")
/* As long as browsers keep a cookie. */
#define KEPT_S (INT64_C(400) * 24 * 3600)

static lg_status
cookie_name(const struct lg_page *pg, lg_str *ret)
{
	return lg_str_concat(pg->cx,
		(const lg_str[]){ LG_STR("cognito-device-"), pg->request.pool->id }, 2, ret);
}

lg_status
lg_remember_read(struct lg_page *pg)
{
	lg_str name;
	LG_TRY(cookie_name(pg, &name));
	const lg_str value = lg_page_sent_cookie(pg, name);
	if (lg_str_empty(value))
		return LG_OK;
	struct lg_rec_browser_device cookie = { 0 };
	const lg_status s = lg_sealed_open(pg->cx, lg_store_keyring(pg->env->store),
		pg->request.pool->pool, PURPOSE, value, SHAPE, &cookie);
	if (s.code == LG_E_MALFORMED)
		return LG_OK;
	LG_TRY(s);
	pg->device = cookie.key;
	return LG_OK;
}

static lg_status
remember(struct lg_page *pg, const struct lg_user *user)
{
	const struct lg_caller caller = lg_page_caller(pg);
	struct lg_rec_browser_device record = { .uid = lg_user_row_uid(&user->row) };
	struct lg_cookie cookie = { .max_age_s = KEPT_S, .secure = lg_browser_secure(pg->env) };
	lg_str header;
	LG_TRY(lg_device_remember_browser(pg->cx, pg->env, pg->request.pool, user, &caller, &record.key));
	LG_TRY(cookie_name(pg, &cookie.name));
	LG_TRY(lg_sealed_make(pg->cx, lg_store_keyring(pg->env->store), pg->request.pool->pool, PURPOSE,
		SHAPE, &record, &cookie.value));
	LG_TRY(lg_cookie_make(pg->cx, &cookie, &header));
	lg_page_cookie(pg, header);
	return LG_OK;
}

lg_status
lg_remember_after(struct lg_page *pg, const struct lg_user *user, const struct lg_str_list *proven,
	bool *ret_ask)
{
	const struct lg_pool *pool = pg->request.pool;
	const bool known = lg_str_list_has(proven, LG_STR("DEVICE"));
	*ret_ask = false;
	if (known || !lg_pool_device_is_factor(pool) || !lg_str_list_has(proven, LG_STR("MFA")))
		return LG_OK;
	if (!lg_pool_asks_to_remember(pool))
		return remember(pg, user);
	struct lg_rec_page_state state = { .step = STEP, .username = user->username };
	*ret_ask = true;
	LG_TRY(lg_state_keep(pg, &state));
	return lg_page_go(pg, LG_STR("/rememberDevice"));
}

static lg_status
show(struct lg_page *pg)
{
	struct lg_view view = { .page = LG_STR("device"),
		.title = lg_text(LG_STR("device.title")),
		.lead = lg_text(LG_STR("device.lead")) };
	view.primary = lg_view_action(LG_STR("button.remember"), LG_STR("remember"));
	lg_view_button(&view, LG_STR("button.not_now"), LG_STR("skip"));
	return lg_page_show(pg, 200, &view);
}

lg_status
lg_page_remember(struct lg_page *pg)
{
	/* The one who showed his second factor, and nobody who signed in since. */
	if (!lg_str_eq(pg->state.step, STEP) || !pg->signed_in
	    || !lg_str_eq(pg->state.username, pg->browser.user->username))
		return lg_signin_again(pg, pg->is_post && !pg->signed_in ? LG_STR("notice.expired")
									 : pg->state.notice);
	if (!pg->is_post)
		return show(pg);
	if (lg_form_action(pg, LG_STR("remember")))
		LG_TRY(remember(pg, pg->browser.user));
	return lg_signin_continue(pg);
}
