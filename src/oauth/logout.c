#include "oauth/logout.h"

#include "codec/uri.h"
#include "oauth/hint.h"

static lg_status
refuse(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%s", why);
}

static lg_str
sent(const struct lg_str_map *params, const char *name)
{
	const lg_str value = lg_str_map_get(params, lg_str_from_c(name));
	return value.len ? value : LG_STR_NONE;
}

static lg_status
find_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *host, lg_str id,
	struct lg_oauth_logout *logout)
{
	const lg_status s = lg_client_find(cx, env, id, &logout->pool, &logout->client);
	if (s.code == LG_E_RESOURCE_NOT_FOUND ||
		(!lg_failed(s) && host && host->pool != logout->pool->pool)) {
		logout->client = NULL;
		return refuse(cx, "Client does not exist.");
	}
	return s;
}

/* Byte for byte, as everywhere. */
static lg_status
take_url(struct lg_ctx *cx, const struct lg_str_list *registered, lg_str url, struct lg_oauth_logout *logout)
{
	if (!lg_str_list_has(registered, url))
		return lg_fail(cx, LG_E_OAUTH_REDIRECT_MISMATCH, "The address is none of the client's.");
	logout->url = url;
	return LG_OK;
}

/* The hint shows who asks: without one, nobody is sent anywhere (RP-Initiated Logout, 3). */
static lg_status
read_standard(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *host,
	const struct lg_str_map *params, struct lg_oauth_logout *logout)
{
	const lg_str hint = sent(params, "id_token_hint"), id = sent(params, "client_id");
	const lg_str url = sent(params, "post_logout_redirect_uri");
	lg_str client_id;
	json_t *claims;
	if (!lg_str_present(hint))
		return refuse(cx, "post_logout_redirect_uri needs an id_token_hint.");
	LG_TRY(lg_oauth_hint_client(cx, hint, &client_id));
	if (lg_str_empty(client_id) || (lg_str_present(id) && !lg_str_eq(id, client_id)))
		return refuse(cx, "id_token_hint is no ID token of the client's.");
	LG_TRY(find_client(cx, env, host, client_id, logout));
	const lg_status s = lg_oauth_hint_open(cx, env, logout->pool, hint, &claims);
	if (s.code == LG_E_MISMATCH)
		return refuse(cx, "id_token_hint is no ID token of ours.");
	LG_TRY(s);
	logout->subject = lg_json_member_text(claims, LG_STR("sub"));
	logout->state = sent(params, "state");
	if (!lg_str_present(url))
		return LG_OK;
	return take_url(cx, &logout->client->type->logout_urls, url, logout);
}

static enum lg_logout_form
form_of(const struct lg_str_map *params)
{
	if (lg_str_present(sent(params, "id_token_hint")) ||
		lg_str_present(sent(params, "post_logout_redirect_uri")))
		return LG_LOGOUT_STANDARD;
	if (lg_str_present(sent(params, "logout_uri")))
		return LG_LOGOUT_URI;
	if (lg_str_present(sent(params, "redirect_uri")))
		return LG_LOGOUT_AGAIN;
	return LG_LOGOUT_BARE;
}

static lg_status
read_form(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *host, const struct lg_str_map *params,
	struct lg_oauth_logout *logout)
{
	const lg_str id = sent(params, "client_id");
	if (logout->form == LG_LOGOUT_STANDARD)
		return read_standard(cx, env, host, params, logout);
	if (lg_str_present(id))
		LG_TRY(find_client(cx, env, host, id, logout));
	else if (logout->form != LG_LOGOUT_BARE)
		return refuse(cx, "Required String parameter 'client_id' is not present");
	if (logout->form == LG_LOGOUT_URI)
		return take_url(cx, &logout->client->type->logout_urls, sent(params, "logout_uri"), logout);
	if (logout->form == LG_LOGOUT_AGAIN)
		return take_url(
			cx, &logout->client->type->callback_urls, sent(params, "redirect_uri"), logout);
	return LG_OK;
}

lg_status
lg_oauth_logout_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_str_map *params, struct lg_oauth_logout *ret)
{
	*ret = (struct lg_oauth_logout){ .form = form_of(params), .pool = pool };
	for (size_t i = 0; i < params->count; i++)
		if (lg_form_repeats(params, params->items[i].key))
			return refuse(cx, "A parameter stands twice.");
	return read_form(cx, env, pool, params, ret);
}
