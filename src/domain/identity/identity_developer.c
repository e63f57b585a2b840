#include "domain/identity/identity_admin.h"

#include "domain/identity/identity_join.h"
#include "domain/page.h"

#define PAGE_MAX 60

lg_status
lg_identity_check_developer(struct lg_ctx *cx, const struct lg_identity_pool *pool, lg_str provider)
{
	if (lg_str_present(provider) && lg_str_eq(provider, pool->type->developer_provider_name))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"This identity pool does not support the specified developer provider");
}

static lg_status
find_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool, lg_str user_id,
	struct lg_identity *ret)
{
	struct lg_login login;
	LG_TRY(lg_login_developer(cx, pool, user_id, &login));
	const lg_status s = lg_identity_of_login(cx, env, pool, login.scope, login.user_id, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "The developer user identifier was not found.");
	return s;
}

/* ---- LookupDeveloperIdentity ---- */

/* Who it is, by whatever was given. */
static lg_status
look_up(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool,
	const struct lg_ci_lookup_developer_identity_input *in, struct lg_identity *ret)
{
	if (!lg_str_present(in->identity_id) && !lg_str_present(in->developer_user_identifier))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Please provide an identity id or a developer user identifier.");
	if (!lg_str_present(in->identity_id))
		return find_user(cx, env, pool, in->developer_user_identifier, ret);
	LG_TRY(lg_identity_read_in(cx, env, pool, in->identity_id, ret));
	if (!lg_str_present(in->developer_user_identifier))
		return LG_OK;
	struct lg_login login;
	LG_TRY(lg_login_developer(cx, pool, in->developer_user_identifier, &login));
	if (lg_identity_find_login(ret, login.scope, login.user_id) == ret->row.logins.logins.count)
		return lg_fail(cx, LG_E_RESOURCE_CONFLICT,
			"The developer user identifier does not belong to Identity '%.*s'.",
			LG_FMT(ret->id));
	return LG_OK;
}

static lg_status
list_users(struct lg_ctx *cx, const struct lg_identity *identity, struct lg_str_list *ret)
{
	const struct lg_rec_login_list *list = &identity->row.logins.logins;
	ret->items = lg_new_array(cx, lg_str, list->count);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].developer.v)
			ret->items[ret->count++] = list->items[i].user_id;
	ret->has = true;
	if (!ret->count)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND,
			"Identity '%.*s' has no developer user identifier.", LG_FMT(identity->id));
	return LG_OK;
}

/* Behind the one that the page before ended with. */
static lg_status
cut_page(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity *identity,
	const struct lg_ci_lookup_developer_identity_input *in, struct lg_str_list *users, lg_str *ret_token)
{
	const struct lg_page_query query = { .pool = identity->pool->pool,
		.operation = LG_STR("LookupDeveloperIdentity"),
		.parts = { identity->id } };
	const size_t limit = lg_page_size(in->max_results, PAGE_MAX);
	lg_str after;
	size_t start = 0;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	while (lg_str_present(after) && start < users->count && !lg_str_eq(users->items[start], after))
		start++;
	start += lg_str_present(after) && start < users->count;
	users->items += start;
	users->count -= start;
	if (users->count <= limit)
		return LG_OK;
	users->count = limit;
	return lg_page_make(cx, env, &query, users->items[limit - 1], ret_token);
}

lg_status
lg_identity_lookup_developer(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_lookup_developer_identity_input *in,
	struct lg_ci_lookup_developer_identity_response *ret)
{
	const struct lg_identity_pool *pool;
	struct lg_identity identity;
	LG_TRY(lg_identity_pool_find(cx, env, in->identity_pool_id, &pool));
	LG_TRY(look_up(cx, env, pool, in, &identity));
	ret->identity_id = identity.id;
	if (lg_str_present(in->identity_id) && lg_str_present(in->developer_user_identifier)) {
		lg_str *one = lg_new(cx, lg_str);
		if (!one)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		*one = in->developer_user_identifier;
		ret->developer_user_identifier_list =
			(struct lg_str_list){ .items = one, .count = 1, .has = true };
		return LG_OK;
	}
	LG_TRY(list_users(cx, &identity, &ret->developer_user_identifier_list));
	return cut_page(cx, env, &identity, in, &ret->developer_user_identifier_list, &ret->next_token);
}

/* ---- MergeDeveloperIdentities ---- */

lg_status
lg_identity_merge_developer(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_merge_developer_identities_input *in, lg_str *ret)
{
	const struct lg_identity_pool *pool;
	struct lg_identity source, destination, merged;
	LG_TRY(lg_identity_pool_find(cx, env, in->identity_pool_id, &pool));
	LG_TRY(lg_identity_check_developer(cx, pool, in->developer_provider_name));
	LG_TRY(find_user(cx, env, pool, in->source_user_identifier, &source));
	LG_TRY(find_user(cx, env, pool, in->destination_user_identifier, &destination));
	if (!lg_str_eq(source.id, destination.id))
		LG_TRY(lg_identity_merge(cx, env, &source, &destination, &merged));
	*ret = destination.id;
	return LG_OK;
}
