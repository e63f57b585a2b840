#include "domain/user/user_list.h"

#include "base/buf.h"
#include "codec/bytes.h"
#include "domain/page.h"
#include "domain/user/filter.h"
#include "domain/user/search.h"
#include "domain/user/user_scan.h"

#define PAGE_MAX 60
#define QUERY_MAX_BYTES ((size_t)64 << 10)

/* ---- does a user meet the condition? ---- */

static lg_str
value_of(const struct lg_user *user, lg_str attribute)
{
	if (lg_str_eq(attribute, LG_STR("username")))
		return user->username;
	if (lg_str_eq(attribute, LG_STR("status")))
		return user->row.enabled ? LG_STR("Enabled") : LG_STR("Disabled");
	if (lg_str_eq(attribute, LG_STR("cognito:user_status")))
		return lg_user_status_name(user->row.status);
	return lg_user_attribute(user, attribute);
}

/* `arg` is the filter, its value in canonical form. */
static lg_status
matches(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user, const void *arg,
	bool *ret)
{
	const struct lg_filter *filter = arg;
	lg_str value = value_of(user, filter->attribute);
	*ret = false;
	if (!lg_str_present(value))
		return LG_OK;
	LG_TRY(lg_search_canonical(cx, pool, filter->attribute, value, &value));
	*ret = filter->prefix ? lg_str_starts(value, filter->value) : lg_str_eq(value, filter->value);
	return LG_OK;
}

/* ---- conditions that name one user ---- */

static bool
names_one(const struct lg_filter *filter)
{
	return !filter->prefix
	       && (lg_str_eq(filter->attribute, LG_STR("username"))
		       || lg_str_eq(filter->attribute, LG_STR("sub")));
}

static lg_status
find_one(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_filter *filter,
	struct lg_user **ret)
{
	unsigned char uid[LG_UID_SIZE];
	if (lg_str_eq(filter->attribute, LG_STR("username")))
		return lg_user_find(cx, env, pool, filter->value, 0, ret);
	if (lg_uuid_decode(filter->value, uid))
		return lg_user_find_uid(cx, env, pool, uid, 0, ret);
	return LG_STATUS(LG_E_NOT_FOUND);
}

static lg_status
list_one(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_filter *filter,
	const struct lg_str_list *only, struct lg_idp_users_list_type *ret)
{
	struct lg_user *user;
	*ret = (struct lg_idp_users_list_type){ .has = true };
	lg_status s = find_one(cx, env, pool, filter, &user);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	/* A name may also be an alias of somebody else. */
	bool good;
	LG_TRY(matches(cx, pool, user, filter, &good));
	if (!good)
		return LG_OK;
	ret->items = lg_new(cx, struct lg_idp_user_type);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_user_type(cx, pool, user, only, ret->items));
	ret->count = 1;
	return LG_OK;
}

/* ---- the call ---- */

/* The condition in canonical form, and where to look for users who meet it. */
static lg_status
prepare(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str text,
	struct lg_filter *filter, struct lg_user_scan *scan)
{
	LG_TRY(lg_filter_parse(cx, text, filter));
	if (!lg_str_present(filter->attribute))
		return LG_OK;
	bool found;
	LG_TRY(lg_search_digest_for(
		cx, env, pool, filter->attribute, filter->prefix, filter->value, &scan->digest, &found));
	scan->source = found ? LG_USERS_BY_DIGEST : LG_USERS_ALL;
	scan->matches = matches;
	scan->arg = filter;
	/* User names are kept in their canonical form. */
	if (lg_str_eq(filter->attribute, LG_STR("username")))
		return lg_name_canonical(cx, pool, LG_KEY_USERNAME, filter->value, &filter->value);
	return lg_search_canonical(cx, pool, filter->attribute, filter->value, &filter->value);
}

static lg_status
check_attributes(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_str_list *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (!lg_pool_attribute(pool, names->items[i]))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"One or more requested attributes do not exist in user pool.");
	return LG_OK;
}

/* What a token is bound to, each part behind its length. */
static lg_status
describe(struct lg_ctx *cx, const struct lg_idp_list_users_request *in, lg_str *ret)
{
	struct lg_buf text = lg_buf_start(cx, QUERY_MAX_BYTES);
	lg_buf_fmt(&text, "%zu:", in->filter.len);
	lg_buf_put(&text, in->filter);
	for (size_t i = 0; i < in->attributes_to_get.count; i++) {
		lg_buf_fmt(&text, "%zu:", in->attributes_to_get.items[i].len);
		lg_buf_put(&text, in->attributes_to_get.items[i]);
	}
	return lg_buf_finish(cx, &text, ret);
}

lg_status
lg_user_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_users_request *in, struct lg_idp_list_users_response *ret)
{
	struct lg_filter filter;
	struct lg_user_scan scan = { .only = &in->attributes_to_get,
		.limit = lg_page_size(in->limit, PAGE_MAX) };
	LG_TRY(check_attributes(cx, pool, &in->attributes_to_get));
	LG_TRY(prepare(cx, env, pool, in->filter, &filter, &scan));

	struct lg_page_query query = { .pool = pool->pool, .operation = LG_STR("ListUsers") };
	lg_str next;
	LG_TRY(describe(cx, in, &query.parts[0]));
	LG_TRY(lg_page_open(cx, env, &query, in->pagination_token, &scan.after));
	if (names_one(&filter))
		return list_one(cx, env, pool, &filter, scan.only, &ret->users);
	LG_TRY(lg_user_scan(cx, env, pool, &scan, &ret->users, &next));
	return lg_str_present(next) ? lg_page_make(cx, env, &query, next, &ret->pagination_token) : LG_OK;
}
