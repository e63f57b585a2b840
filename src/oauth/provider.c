#include "oauth/provider.h"

#include "codec/uri.h"

#define PARAM LG_STR("provider")

lg_status
lg_provider_by_name(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str name, struct lg_upstream *ret)
{
	if (!lg_str_list_has(&client->type->supported_identity_providers, name))
		return LG_STATUS(LG_E_NOT_FOUND);
	return lg_upstream_open(cx, env, pool, name, ret);
}

lg_status
lg_provider_list_of(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_upstream **ret, size_t *ret_count)
{
	const struct lg_str_list *names = &client->type->supported_identity_providers;
	struct lg_upstream *list = lg_new_array(cx, struct lg_upstream, names->count + 1);
	size_t count = 0;
	if (!list)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < names->count; i++) {
		if (lg_str_eq(names->items[i], LG_STR("COGNITO")))
			continue;
		const lg_status s = lg_upstream_open(cx, env, pool, names->items[i], &list[count]);
		if (s.code != LG_E_NOT_FOUND)
			LG_TRY(s);
		count += !lg_failed(s);
	}
	*ret = list;
	*ret_count = count;
	return LG_OK;
}

static bool
has_identifier(const struct lg_upstream *up, lg_str identifier)
{
	const struct lg_str_list *own = &up->type->idp_identifiers;
	for (size_t i = 0; i < own->count; i++)
		if (lg_str_eq_nocase(own->items[i], identifier))
			return true;
	return false;
}

lg_status
lg_provider_by_identifier(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str identifier, struct lg_upstream *ret)
{
	struct lg_upstream *list;
	size_t count;
	LG_TRY(lg_provider_list_of(cx, env, pool, client, &list, &count));
	for (size_t i = 0; i < count; i++) {
		if (lg_str_empty(identifier) || !has_identifier(&list[i], identifier))
			continue;
		*ret = list[i];
		return LG_OK;
	}
	return LG_STATUS(LG_E_NOT_FOUND);
}

lg_status
lg_provider_of_request(struct lg_ctx *cx, struct lg_env *env, const struct lg_oauth_request *request,
	struct lg_upstream *ret)
{
	if (lg_str_present(request->identity_provider))
		return lg_provider_by_name(
			cx, env, request->pool, request->client, request->identity_provider, ret);
	if (lg_str_present(request->idp_identifier))
		return lg_provider_by_identifier(
			cx, env, request->pool, request->client, request->idp_identifier, ret);
	return LG_STATUS(LG_E_NOT_FOUND);
}

lg_status
lg_provider_query(struct lg_ctx *cx, lg_str query, lg_str *ret)
{
	struct lg_str_map params;
	size_t kept = 0;
	LG_TRY(lg_form_parse(cx, lg_str_present(query) ? query : LG_STR(""), &params));
	for (size_t i = 0; i < params.count; i++)
		if (!lg_str_eq(params.items[i].key, PARAM))
			params.items[kept++] = params.items[i];
	params.count = kept;
	return lg_form_write(cx, &params, ret);
}
