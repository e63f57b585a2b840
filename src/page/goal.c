#include "page/goal.h"

#include "codec/uri.h"
#include "page/signin.h"

#define S LG_STR_INIT

static const struct lg_str_pair goals[] = {
	{ S("account"), S("/account") },
	{ S("profile"), S("/account/profile") },
	{ S("contact"), S("/account/contact") },
	{ S("password"), S("/account/password") },
	{ S("factors"), S("/account/factors") },
	{ S("passkeys"), S("/account/passkeys") },
	{ S("devices"), S("/account/devices") },
	{ S("sessions"), S("/account/sessions") },
	{ S("delete"), S("/account/delete") },
	{ S("add_passkey"), S("/passkeys/add") },
	{ S("device"), S("/device/confirm") },
};

lg_str
lg_goal_of(const struct lg_str_map *params)
{
	const lg_str name = lg_str_map_get(params, LG_STR("goal"));
	for (size_t i = 0; i < LG_LEN(goals); i++) {
		if (lg_str_eq(goals[i].key, name))
			return goals[i].value;
	}
	return LG_STR_NONE;
}

static lg_str
name_of(lg_str path)
{
	for (size_t i = 0; i < LG_LEN(goals); i++) {
		if (lg_str_eq(goals[i].value, path))
			return goals[i].key;
	}
	return goals[0].key;
}

/* What pages of the account have in their addresses; a device's code goes along. */
static lg_status
query_of(struct lg_page *pg, lg_str goal, bool again, lg_str *ret)
{
	lg_str client, lang, code, query;
	LG_TRY(lg_uri_encode(pg->cx, pg->request.client->id, false, &client));
	LG_TRY(lg_uri_encode(pg->cx, pg->request.lang, false, &lang));
	LG_TRY(lg_uri_encode(pg->cx, lg_str_map_get(&pg->params, LG_STR("user_code")), false, &code));
	LG_TRY(lg_str_concat(pg->cx,
		(const lg_str[]){ LG_STR("client_id="), client,
			lg_str_empty(lang) ? LG_STR("") : LG_STR("&lang="), lang,
			lg_str_empty(goal) ? LG_STR("") : LG_STR("&goal="), goal,
			lg_str_empty(code) ? LG_STR("") : LG_STR("&user_code="), code,
			again ? LG_STR("&prompt=login") : LG_STR("") },
		9, &query));
	*ret = query;
	return LG_OK;
}

static lg_status
find_client(struct lg_page *pg, const struct lg_pool *pool)
{
	const lg_str id = lg_str_map_get(&pg->params, LG_STR("client_id"));
	struct lg_oauth_request *request = &pg->request;
	LG_TRY(lg_client_find(pg->cx, pg->env, id, &request->pool, &request->client));
	if (pool && pool->pool != request->pool->pool)
		return lg_fail_default(pg->cx, LG_E_RESOURCE_NOT_FOUND);
	if (!request->client->type->allowed_oauth_flows_user_pool_client.v)
		return lg_fail(pg->cx, LG_E_OAUTH_UNAUTHORIZED_CLIENT, "the client has no pages");
	return LG_OK;
}

lg_status
lg_goal_request(struct lg_page *pg, const struct lg_pool *pool)
{
	const lg_str goal = pg->goal;
	const bool again = lg_str_eq(lg_str_map_get(&pg->params, LG_STR("prompt")), LG_STR("login"));
	pg->request = (struct lg_oauth_request){
		.lang = lg_str_map_get(&pg->params, LG_STR("lang")),
		.login_hint = lg_str_map_get(&pg->params, LG_STR("login_hint")),
		.prompt = again ? LG_OAUTH_PROMPT_LOGIN : 0,
		.max_age_s = -1,
	};
	LG_TRY(find_client(pg, pool));
	return query_of(pg, lg_str_present(goal) ? name_of(goal) : LG_STR_NONE, again, &pg->request.query);
}

/* The request without what a sign-in on the way to a goal adds to it, and then has done. */
static lg_status
bare_query(struct lg_page *pg, bool with_prompt, lg_str *ret)
{
	struct lg_str_map rest = { .items = lg_new_array(pg->cx, struct lg_str_pair, pg->params.count + 1) };
	if (!rest.items)
		return lg_fail_default(pg->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < pg->params.count; i++) {
		const lg_str key = pg->params.items[i].key;
		const bool prompt = lg_str_eq(key, LG_STR("prompt")) || lg_str_eq(key, LG_STR("login_hint"));
		if (!lg_str_eq(key, LG_STR("goal")) && (with_prompt || !prompt))
			rest.items[rest.count++] = pg->params.items[i];
	}
	return lg_form_write(pg->cx, &rest, ret);
}

/* The request, with the goal and, for who is signed in, the wish for another sign-in. */
static lg_status
extend_query(struct lg_page *pg, lg_str goal, bool again, lg_str *ret)
{
	lg_str bare;
	LG_TRY(bare_query(pg, !again, &bare));
	return lg_str_concat(pg->cx,
		(const lg_str[]){ bare, LG_STR("&goal="), goal,
			again ? LG_STR("&prompt=login") : LG_STR("") },
		4, ret);
}

lg_status
lg_goal_sign_in(struct lg_page *pg, lg_str path)
{
	lg_str query;
	LG_TRY((lg_str_present(pg->request.redirect_uri) ? extend_query : query_of)(
		pg, name_of(path), pg->signed_in, &query));
	pg->request.query = query;
	if (!pg->signed_in)
		return lg_page_go(pg, LG_STR("/login"));
	lg_str hint;
	LG_TRY(lg_uri_encode(pg->cx, lg_signin_shown_name(pg->browser.user), false, &hint));
	LG_TRY(lg_str_concat(pg->cx,
		(const lg_str[]){ pg->request.query, LG_STR("&login_hint="), hint }, 3, &pg->request.query));
	return lg_page_go(pg, LG_STR("/login"));
}

lg_status
lg_goal_reached(struct lg_page *pg)
{
	LG_TRY(lg_str_present(pg->request.redirect_uri)
			? bare_query(pg, false, &pg->request.query)
			: query_of(pg, LG_STR_NONE, false, &pg->request.query));
	return lg_page_go(pg, pg->goal);
}
