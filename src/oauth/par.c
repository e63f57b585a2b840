#include "oauth/par.h"

#include "codec/uri.h"
#include "gen/rec_types.h"
#include "oauth/once.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("par")
#define URI_PREFIX LG_STR("urn:ietf:params:oauth:request_uri:")
#define SHAPE (&lg_shape_rec_oauth_pushed)
#define PAGES_LATER_MS LG_HOUR_MS

lg_status
lg_oauth_par_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request, lg_str *ret)
{
	const struct lg_rec_oauth_pushed pushed = {
		.client_id = request->client->id,
		.query = request->query,
		.expires = { true, lg_time_add_ms(cx->now, LG_OAUTH_PAR_S * LG_SECOND_MS) },
	};
	lg_str name;
	LG_TRY(lg_sealed_make(cx, lg_store_keyring(env->store), request->pool->pool, PURPOSE, SHAPE, &pushed,
		&name));
	return lg_str_concat(cx, (const lg_str[]){ URI_PREFIX, name }, 2, ret);
}

static lg_status
invalid(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "request_uri is expired, or not this client's.");
}

lg_status
lg_oauth_par_use(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request)
{
	if (!lg_str_present(request->pushed))
		return LG_OK;
	const lg_time until = lg_time_add_ms(cx->now, PAGES_LATER_MS + LG_OAUTH_PAR_S * LG_SECOND_MS);
	const lg_status s = lg_oauth_once(
		cx, env, request->pool, PURPOSE, request->client->id, request->pushed, until);
	if (s.code == LG_E_SPENT)
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "request_uri was used before.");
	return s;
}

lg_status
lg_oauth_par_open(struct lg_ctx *cx, struct lg_env *env, enum lg_oauth_endpoint endpoint,
	const struct lg_str_map *params, struct lg_str_map *ret)
{
	const lg_str uri = lg_str_map_get(params, LG_STR("request_uri"));
	const lg_str client_id = lg_str_map_get(params, LG_STR("client_id"));
	const struct lg_pool *pool;
	const struct lg_client *client;
	*ret = (struct lg_str_map){ 0 };
	if (!lg_str_starts(uri, URI_PREFIX))
		return LG_OK;
	lg_status s = lg_client_find(cx, env, client_id, &pool, &client);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return invalid(cx);
	LG_TRY(s);
	struct lg_rec_oauth_pushed pushed = { 0 };
	s = lg_sealed_open(cx, lg_store_keyring(env->store), pool->pool, PURPOSE,
		lg_str_slice(uri, URI_PREFIX.len, uri.len), SHAPE, &pushed);
	if (s.code == LG_E_MALFORMED || (!lg_failed(s) && !lg_str_eq(pushed.client_id, client->id)))
		return invalid(cx);
	LG_TRY(s);
	const int64_t later = endpoint == LG_OAUTH_PAGE ? PAGES_LATER_MS : 0;
	if (!lg_time_before(cx->now, lg_time_add_ms(pushed.expires.v, later)))
		return invalid(cx);
	return lg_form_parse(cx, pushed.query, ret);
}
