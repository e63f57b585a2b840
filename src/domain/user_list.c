#include "domain/user_list.h"

#include <string.h>

#include "base/buf.h"
#include "codec/bytes.h"
#include "domain/filter.h"
#include "domain/page.h"
#include "domain/search.h"

#define PAGE_MAX 60
#define CHUNK 100
#define QUERY_MAX_BYTES ((size_t)64 << 10)

static bool
is_wanted(const struct lg_str_list *only, lg_str name)
{
	return !only || !only->count || lg_str_list_has(only, name);
}

lg_status
lg_user_type(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
	const struct lg_str_list *only, struct lg_idp_user_type *ret)
{
	struct lg_idp_user_type type = {
		.username = user->username,
		.user_create_date = { true, user->row.created },
		.user_last_modified_date = { true, user->row.modified },
		.enabled = { true, user->row.enabled },
		.user_status = lg_user_status_name(user->row.status),
	};
	LG_TRY(lg_user_attribute_list(cx, pool, NULL, user, &type.attributes));
	size_t kept = 0;
	for (size_t i = 0; i < type.attributes.count; i++)
		if (is_wanted(only, type.attributes.items[i].name))
			type.attributes.items[kept++] = type.attributes.items[i];
	type.attributes.count = kept;
	*ret = type;
	return LG_OK;
}

/*
 * A page in the making. Users are read into an arena of their own, chunk by chunk, and only what is listed
 * is copied.
 */
struct listing {
	struct lg_ctx *cx;
	struct lg_env *env;
	const struct lg_pool *pool;
	const struct lg_str_list *only;
	struct lg_filter filter; /* value in canonical form */
	bool by_digest;
	struct lg_find_digest digest;
	size_t limit;
	struct lg_idp_user_type *items;
	size_t count;
	size_t seen;                   /* users looked at */
	unsigned char at[LG_UID_SIZE]; /* the last of them who is listed, or not asked for */
	bool has_at;
	bool more;                     /* the list may go on behind `at` */
};

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

static lg_status
matches(struct lg_ctx *cx, const struct listing *listing, const struct lg_user *user, bool *ret)
{
	const struct lg_filter *filter = &listing->filter;
	*ret = !lg_str_present(filter->attribute);
	if (*ret)
		return LG_OK;
	lg_str value = value_of(user, filter->attribute);
	if (!lg_str_present(value))
		return LG_OK;
	LG_TRY(lg_search_canonical(cx, listing->pool, filter->attribute, value, &value));
	*ret = filter->prefix ? lg_str_starts(value, filter->value) : lg_str_eq(value, filter->value);
	return LG_OK;
}

/* ---- copies that outlive a chunk ---- */

static lg_status
copy_attributes(struct lg_ctx *cx, struct lg_idp_attribute_list_type *list)
{
	struct lg_idp_attribute_type *items =
		lg_new_array(cx, struct lg_idp_attribute_type, list->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < list->count; i++) {
		LG_TRY(lg_str_dup(cx, list->items[i].name, &items[i].name));
		LG_TRY(lg_str_dup(cx, list->items[i].value, &items[i].value));
	}
	list->items = items;
	return LG_OK;
}

static lg_status
add(struct lg_ctx *scratch, struct listing *listing, const struct lg_user *user)
{
	struct lg_idp_user_type type;
	LG_TRY(lg_user_type(scratch, listing->pool, user, listing->only, &type));
	LG_TRY(lg_str_dup(listing->cx, type.username, &type.username));
	LG_TRY(copy_attributes(listing->cx, &type.attributes));
	listing->items[listing->count++] = type;
	return LG_OK;
}

/* ---- reading ---- */

static lg_status
read_chunk(struct lg_ctx *scratch, const struct listing *listing, size_t size, struct lg_user_page *ret)
{
	const unsigned char *after = listing->has_at ? listing->at : NULL;
	if (listing->by_digest)
		return lg_store_find_page(listing->env->store, scratch, listing->pool->pool,
			listing->digest.kind, listing->digest.digest, after, size, ret);
	return lg_store_user_page(listing->env->store, scratch, listing->pool->pool, after, size, ret);
}

/* Stops before a user who belongs on the next page. */
static lg_status
take_chunk(struct lg_ctx *scratch, struct listing *listing, const struct lg_user_page *page)
{
	for (size_t i = 0; i < page->count && !listing->more; i++) {
		struct lg_user *user;
		bool good;
		LG_TRY(lg_user_of_row(scratch, &page->rows[i], &user));
		LG_TRY(matches(scratch, listing, user, &good));
		listing->more = good && listing->count == listing->limit;
		if (listing->more)
			return LG_OK;
		if (good)
			LG_TRY(add(scratch, listing, user));
		memcpy(listing->at, user->row.uid, LG_UID_SIZE);
		listing->has_at = true;
		listing->more = ++listing->seen == LG_USER_LIST_SCAN;
	}
	return LG_OK;
}

static lg_status
read_users(struct lg_ctx *scratch, struct listing *listing)
{
	/* Without a condition one more than a page tells whether it is the last. */
	size_t size = lg_str_present(listing->filter.attribute) ? CHUNK : listing->limit + 1;
	const struct lg_arena_mark mark = lg_arena_mark(scratch->arena);
	bool ended = false;
	while (!ended && !listing->more) {
		struct lg_user_page page;
		LG_TRY(read_chunk(scratch, listing, size, &page));
		LG_TRY(take_chunk(scratch, listing, &page));
		ended = page.count < size;
		lg_arena_rewind(scratch->arena, mark);
	}
	return LG_OK;
}

static lg_status
list(struct listing *listing)
{
	LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
	LG_TRY(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena));
	struct lg_ctx scratch = *listing->cx;
	scratch.arena = arena;
	const lg_status s = read_users(&scratch, listing);
	listing->cx->work = scratch.work;
	/* The text of a failure would be gone with the arena. */
	return lg_failed(s) ? lg_fail_default(listing->cx, s.code) : s;
}

/* ---- conditions that name one user ---- */

static lg_status
find_one(struct listing *listing, struct lg_user **ret)
{
	struct lg_ctx *cx = listing->cx;
	lg_status s;
	unsigned char uid[LG_UID_SIZE];
	if (lg_str_eq(listing->filter.attribute, LG_STR("username")))
		s = lg_user_find(cx, listing->env, listing->pool, listing->filter.value, 0, ret);
	else if (lg_uuid_decode(listing->filter.value, uid))
		s = lg_user_find_uid(cx, listing->env, listing->pool, uid, 0, ret);
	else
		s = LG_STATUS(LG_E_NOT_FOUND);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	*ret = NULL;
	return LG_OK;
}

static lg_status
list_one(struct listing *listing)
{
	struct lg_user *user;
	bool good;
	LG_TRY(find_one(listing, &user));
	if (!user)
		return LG_OK;
	/* A name may also be an alias of somebody else. */
	LG_TRY(matches(listing->cx, listing, user, &good));
	return good ? add(listing->cx, listing, user) : LG_OK;
}

static bool
names_one(const struct lg_filter *filter)
{
	return !filter->prefix
	       && (lg_str_eq(filter->attribute, LG_STR("username"))
		       || lg_str_eq(filter->attribute, LG_STR("sub")));
}

/* ---- the call ---- */

static lg_status
prepare_filter(struct listing *listing, lg_str text)
{
	struct lg_ctx *cx = listing->cx;
	struct lg_filter *filter = &listing->filter;
	LG_TRY(lg_filter_parse(cx, text, filter));
	if (!lg_str_present(filter->attribute))
		return LG_OK;
	LG_TRY(lg_search_digest_for(cx, listing->env, listing->pool, filter->attribute, filter->prefix,
		filter->value, &listing->digest, &listing->by_digest));
	/* User names are kept in their canonical form. */
	if (lg_str_eq(filter->attribute, LG_STR("username")))
		return lg_name_canonical(cx, listing->pool, LG_KEY_USERNAME, filter->value, &filter->value);
	return lg_search_canonical(cx, listing->pool, filter->attribute, filter->value, &filter->value);
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
	struct listing listing = {
		.cx = cx,
		.env = env,
		.pool = pool,
		.only = &in->attributes_to_get,
		.limit = lg_page_size(in->limit, PAGE_MAX),
	};
	LG_TRY(check_attributes(cx, pool, &in->attributes_to_get));
	LG_TRY(prepare_filter(&listing, in->filter));

	struct lg_page_query query = { .pool = pool->pool, .operation = LG_STR("ListUsers") };
	lg_str after;
	LG_TRY(describe(cx, in, &query.parts[0]));
	LG_TRY(lg_page_open(cx, env, &query, in->pagination_token, &after));
	if (after.len == LG_UID_SIZE) {
		memcpy(listing.at, after.ptr, LG_UID_SIZE);
		listing.has_at = true;
	}
	listing.items = lg_new_array(cx, struct lg_idp_user_type, listing.limit);
	if (!listing.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(names_one(&listing.filter) ? list_one(&listing) : list(&listing));

	ret->users = (struct lg_idp_users_list_type){
		.items = listing.items, .count = listing.count, .has = true
	};
	if (listing.more)
		return lg_page_make(cx, env, &query, lg_str_from_bytes(listing.at, LG_UID_SIZE),
			&ret->pagination_token);
	return LG_OK;
}
