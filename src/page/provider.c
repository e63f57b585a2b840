#include "page/provider.h"

#include "codec/uri.h"
#include "domain/federation/federated.h"
#include "oauth/provider.h"
#include "page/form.h"
#include "page/signin.h"
#include "proto/oauth.h"

#define PARAM LG_STR("provider")
#define EMAIL LG_STR("idp_email")
#define S LG_STR_INIT

/* ---- buttons ---- */

/* As people know them; others are called what their pool calls them. */
static lg_str
shown_name(const struct lg_upstream *up)
{
	static const struct lg_str_pair names[] = {
		{ S("LoginWithAmazon"), S("Amazon") },
		{ S("SignInWithApple"), S("Apple") },
	};
	for (size_t i = 0; i < LG_LEN(names); i++)
		if (lg_str_eq(names[i].key, up->kind->type))
			return names[i].value;
	return up->name;
}

/* The address of the way to this provider. */
static lg_status
address_of(const struct lg_page *pg, lg_str provider, lg_str *ret)
{
	lg_str name, query;
	LG_TRY(lg_provider_query(pg->cx, pg->request.query, &query));
	LG_TRY(lg_uri_encode(pg->cx, provider, false, &name));
	const lg_str parts[] = { LG_TRIP_START, LG_STR("?"), query, LG_STR("&"), PARAM, LG_STR("="), name };
	return lg_str_concat(pg->cx, parts, LG_LEN(parts), ret);
}

static lg_status
add_button(struct lg_page *pg, struct lg_view *view, const struct lg_upstream *up)
{
	lg_str address;
	LG_TRY(address_of(pg, up->name, &address));
	return lg_view_provider(pg->cx, view, shown_name(up), up->kind->type, address);
}

lg_status
lg_provider_buttons(struct lg_page *pg, struct lg_view *view)
{
	struct lg_upstream *list;
	size_t count;
	LG_TRY(lg_provider_list_of(
		pg->cx, pg->env, pg->request.pool, pg->request.client, &list, &count));
	for (size_t i = 0; i < count; i++) {
		LG_TRY(add_button(pg, view, &list[i]));
		view->by_domain = view->by_domain || list[i].type->idp_identifiers.count > 0;
	}
	return LG_OK;
}

/*
 * A form may lead only where our policy lets it, which does not know addresses of providers: a page goes on
 * by itself, and has the button for who is not taken along.
 */
static lg_status
show_way(struct lg_page *pg, const struct lg_upstream *up)
{
	struct lg_view view = { .page = LG_STR("provider"), .title = lg_text(LG_STR("login.title")) };
	lg_str refresh;
	LG_TRY(add_button(pg, &view, up));
	LG_TRY(lg_str_concat(pg->cx,
		(const lg_str[]){ LG_STR("0; url="), view.providers[0].address }, 2, &refresh));
	LG_TRY(lg_page_show(pg, 200, &view));
	lg_http_answer_header(pg->answer, LG_STR("Refresh"), refresh);
	return LG_OK;
}

lg_status
lg_provider_by_address(struct lg_page *pg)
{
	lg_str domain = lg_form_get(pg, EMAIL);
	struct lg_upstream up;
	while (lg_str_has_byte(domain, '@'))
		(void)lg_str_cut(&domain, '@');
	LG_TRY(lg_provider_by_identifier(
		pg->cx, pg->env, pg->request.pool, pg->request.client, domain, &up));
	return show_way(pg, &up);
}

/* ---- the way there ---- */

/* A button was pressed, or the application wants it. LG_E_NOT_FOUND. */
static lg_status
find(struct lg_page *pg, struct lg_upstream *ret)
{
	const lg_str name = lg_str_map_get(&pg->params, PARAM);
	if (lg_str_present(name))
		return lg_provider_by_name(
			pg->cx, pg->env, pg->request.pool, pg->request.client, name, ret);
	return lg_provider_of_request(pg->cx, pg->env, &pg->request, ret);
}

lg_status
lg_page_provider(struct lg_page *pg)
{
	struct lg_upstream up;
	struct lg_trip_leave leave = {
		.up = &up,
		.client = pg->request.client,
		.host = pg->req->host,
		.browser = pg->csrf,
		.login_hint = pg->request.login_hint,
		.prompt = pg->request.prompt,
	};
	lg_str url;
	const lg_status s = find(pg, &up);
	if (s.code == LG_E_NOT_FOUND)
		return lg_page_go(pg, LG_STR("/login"));
	LG_TRY(s);
	LG_TRY(lg_provider_query(pg->cx, pg->request.query, &leave.query));
	LG_TRY(lg_upstream_find_places(pg->cx, pg->env, &up));
	LG_TRY(lg_trip_leave(pg->cx, pg->env, &leave, &url));
	lg_page_leave_to(pg, url);
	return LG_OK;
}

/* ---- and back ---- */

/* What an answer has; nothing else that stood in a form is brought along. */
static lg_status
bring_again(struct lg_page *pg)
{
	static const lg_str names[] = { S("state"), S("code"), S("error"), S("error_description"), S("iss"),
		S("user") };
	struct lg_str_map sent;
	struct lg_str_pair pairs[LG_LEN(names)];
	struct lg_str_map kept = { .items = pairs, .has = true };
	lg_str query, url;
	LG_TRY(lg_form_parse(pg->cx, pg->req->body, &sent));
	for (size_t i = 0; i < LG_LEN(names); i++) {
		const lg_str value = lg_str_map_get(&sent, names[i]);
		if (lg_form_repeats(&sent, names[i]))
			return lg_fail(pg->cx, LG_E_OAUTH_INVALID_REQUEST, "A parameter stands twice.");
		if (lg_str_present(value))
			pairs[kept.count++] = (struct lg_str_pair){ names[i], value };
	}
	LG_TRY(lg_form_write(pg->cx, &kept, &query));
	LG_TRY(lg_str_concat(pg->cx, (const lg_str[]){ LG_TRIP_PATH, LG_STR("?"), query }, 3, &url));
	lg_page_leave_to(pg, url);
	return LG_OK;
}

lg_status
lg_provider_resume(struct lg_page *pg, bool *ret_moved)
{
	*ret_moved = pg->is_post;
	if (pg->is_post)
		return bring_again(pg);
	pg->came = pg->params;
	LG_TRY(lg_form_token(pg));
	if (lg_form_repeats(&pg->came, LG_STR("state")))
		return lg_fail(pg->cx, LG_E_OAUTH_INVALID_REQUEST, "A parameter stands twice.");
	const lg_status s = lg_trip_open(
		pg->cx, pg->env, lg_str_map_get(&pg->came, LG_STR("state")), pg->csrf, &pg->trip);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(pg->cx, LG_E_OAUTH_INVALID_REQUEST, "No sign-in is under way.");
	LG_TRY(s);
	return lg_form_parse(pg->cx, pg->trip.query, &pg->params);
}

/* Everything that is known, for as many tries as the store wants. */
struct arrival {
	struct lg_page *pg;
	struct lg_page before;
	const struct lg_upstream *up;
	const struct lg_upstream_person *person;
};

static lg_status
arrive(struct lg_ctx *cx, void *arg)
{
	struct arrival *a = arg;
	struct lg_user *user;
	*a->pg = a->before;
	LG_TRY(lg_federated_sign_in(
		cx, a->pg->env, a->up, a->person, a->pg->request.client, &user));
	return lg_signin_arrived(a->pg, a->up->name, user);
}

lg_status
lg_page_provider_back(struct lg_page *pg)
{
	struct lg_upstream up;
	struct lg_upstream_person person;
	if (pg->trip.pool->pool != pg->request.pool->pool)
		return lg_fail(pg->cx, LG_E_OAUTH_INVALID_CLIENT, "another pool");
	const lg_status s =
		lg_trip_redeem(pg->cx, pg->env, &pg->trip, pg->request.client, &pg->came, &up, &person);
	/* It was used: the page is loaded again, or the way back was gone twice. */
	if (s.code == LG_E_NOT_FOUND)
		return lg_signin_again(pg, LG_STR("notice.expired"));
	LG_TRY(s);
	/* Nothing of it can be had a second time, so what the store wants again begins here. */
	struct arrival a = { .pg = pg, .before = *pg, .up = &up, .person = &person };
	return lg_retry(pg->cx, arrive, &a);
}
