#include "page/page.h"

#include "codec/bytes.h"
#include "codec/cookie.h"
#include "page/form.h"
#include "page/language.h"
#include "page/look.h"
#include "page/state.h"
#include "proto/answer.h"
#include "proto/oauth.h"

#define LANG LG_STR("lang")
#define LOOK LG_STR("look") /* of an administrator who looks at a style before it is used */
#define LANG_COOKIE_S (365 * 24 * 3600)

struct lg_caller
lg_page_caller(const struct lg_page *pg)
{
	return (struct lg_caller){
		.ip = pg->req->peer,
		.user_agent = lg_http_header(pg->req, LG_STR("User-Agent")),
	};
}

struct lg_browser_at
lg_page_browser_at(const struct lg_page *pg)
{
	return (struct lg_browser_at){
		.pool = pg->request.pool,
		.client = pg->request.client,
		.host = pg->req->host,
		.cookies = lg_http_header(pg->req, LG_STR("Cookie")),
		.caller = lg_page_caller(pg),
	};
}

static lg_str
cookie_name(lg_str header)
{
	return lg_str_cut(&header, '=');
}

lg_str
lg_page_sent_cookie(const struct lg_page *pg, lg_str name)
{
	return lg_cookie_find(lg_http_header(pg->req, LG_STR("Cookie")), name, lg_browser_secure(pg->env));
}

void
lg_page_cookie(struct lg_page *pg, lg_str header)
{
	size_t at = 0;
	while (at < pg->cookie_count && !lg_str_eq(cookie_name(pg->cookies[at]), cookie_name(header)))
		at++;
	if (at == LG_PAGE_COOKIES)
		return;
	pg->cookies[at] = header;
	if (at == pg->cookie_count)
		pg->cookie_count++;
}

/* After lg_answer_begin, which empties the answer. */
static void
add_cookies(struct lg_page *pg)
{
	for (size_t i = 0; i < pg->cookie_count; i++)
		lg_http_answer_header(pg->answer, LG_STR("Set-Cookie"), pg->cookies[i]);
}

lg_status
lg_page_link(const struct lg_page *pg, lg_str path, lg_str *ret)
{
	if (lg_str_empty(pg->request.query)) {
		*ret = path;
		return LG_OK;
	}
	const lg_str parts[] = { path, LG_STR("?"), pg->request.query };
	return lg_str_concat(pg->cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_page_go(struct lg_page *pg, lg_str path)
{
	lg_str address;
	LG_TRY(lg_page_link(pg, path, &address));
	lg_oauth_redirect(pg->env, pg->cx, pg->req, address, pg->answer);
	add_cookies(pg);
	return LG_OK;
}

void
lg_page_leave_to(struct lg_page *pg, lg_str url)
{
	lg_oauth_redirect(pg->env, pg->cx, pg->req, url, pg->answer);
	add_cookies(pg);
}

void
lg_page_leave(struct lg_page *pg, const struct lg_oauth_response *response)
{
	lg_oauth_send(pg->env, pg->cx, pg->req, response, pg->answer);
	add_cookies(pg);
}

lg_status
lg_page_json(struct lg_page *pg, lg_str json)
{
	lg_answer_begin(pg->env, pg->cx, 200, pg->answer);
	lg_http_answer_header(pg->answer, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_http_answer_header(pg->answer, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_http_answer_header(pg->answer, LG_STR("Referrer-Policy"), LG_STR("no-referrer"));
	lg_answer_body(pg->answer, LG_STR("application/json"), json);
	add_cookies(pg);
	return LG_OK;
}

/* What was asked for is remembered, for the other pages. */
static lg_status
remember(struct lg_page *pg, lg_str name, lg_str value, int64_t max_age_s)
{
	const struct lg_cookie cookie = { .name = name,
		.value = value,
		.max_age_s = max_age_s,
		.secure = lg_browser_secure(pg->env) };
	lg_str header;
	LG_TRY(lg_cookie_make(pg->cx, &cookie, &header));
	lg_page_cookie(pg, header);
	return LG_OK;
}

/* An administrator's "look" shows a style until he asks for none, or the browser is closed. */
static lg_status
open_look(struct lg_page *pg)
{
	const lg_str asked = lg_str_map_get(&pg->params, LOOK);
	const lg_str preview = lg_str_present(asked) ? asked : lg_page_sent_cookie(pg, LOOK);
	unsigned char id[16];
	if (!pg->request.pool || !pg->request.client)
		return LG_OK;
	LG_TRY(lg_look_open(pg->cx, pg->env, pg->request.pool, pg->request.client, preview, &pg->look));
	if (!lg_str_present(asked))
		return LG_OK;
	return remember(pg, LOOK, lg_uuid_decode(asked, id) ? asked : LG_STR(""), 0);
}

/* "lang", or the first of ui_locales that we have (OpenID Connect Core, 3.1.2.1); absent = neither. */
static lg_str
wish_of(const struct lg_languages *languages, const struct lg_str_map *params)
{
	const lg_str lang = lg_str_map_get(params, LANG);
	lg_str rest = lg_str_map_get(params, LG_STR("ui_locales"));
	if (!lg_str_empty(lang))
		return lang;
	while (lg_str_present(rest)) {
		const lg_str tag = lg_str_cut(&rest, ' ');
		if (lg_language_find(languages, tag))
			return tag;
	}
	return LG_STR_NONE;
}

const struct lg_language *
lg_page_language(const struct lg_env *env, const struct lg_http_req *req, const struct lg_str_map *params)
{
	const lg_str cookie =
		lg_cookie_find(lg_http_header(req, LG_STR("Cookie")), LANG, lg_browser_secure(env));
	return lg_language_choose(env->languages, wish_of(env->languages, params), cookie,
		lg_http_header(req, LG_STR("Accept-Language")));
}

lg_status
lg_page_dress(struct lg_page *pg)
{
	const struct lg_languages *languages = pg->env->languages;
	pg->language = lg_page_language(pg->env, pg->req, &pg->params);
	if (lg_language_find(languages, wish_of(languages, &pg->params)))
		LG_TRY(remember(pg, LANG, pg->language->tag, LANG_COOKIE_S));
	return open_look(pg);
}

/* A refused password is not shown again, but what it lacked is. */
static void
mark_rules(const struct lg_page *pg, struct lg_view *view)
{
	lg_view_rules(view, pg->request.pool);
	for (size_t i = 0; i < view->field_count; i++) {
		const struct lg_view_field *field = &view->fields[i];
		if (field->kind == LG_FIELD_NEW_PASSWORD
		    && lg_str_eq(field->error.key, LG_STR("error.password_policy")))
			view->rules.unmet =
				lg_password_gaps(pg->request.pool, lg_form_raw(pg, field->name));
	}
}

lg_status
lg_page_show(struct lg_page *pg, int status, struct lg_view *view)
{
	if (!pg->is_post && !lg_text_present(&view->notice)
	    && lg_str_eq(pg->state.notice, LG_STR("notice.stale")))
		view->notice = lg_text(pg->state.notice);
	view->csrf = pg->csrf;
	LG_TRY(lg_state_write(pg, &view->state));
	view->form_target = pg->request.redirect_uri;
	view->languages = pg->env->languages;
	LG_TRY(lg_page_link(pg, pg->req->path, &view->here));
	if (pg->request.pool)
		mark_rules(pg, view);
	LG_TRY(lg_view_render(pg->cx, pg->env, pg->look, pg->language, view, status, pg->answer));
	add_cookies(pg);
	return LG_OK;
}
