#include "domain/user/user_scan.h"

#include <string.h>

#include "domain/scratch.h"

/* Rows a read: as many as fit well into a scratch arena. The fewest fit whatever their size. */
#define CHUNK_MIN 8
#define CHUNK_START 64
#define CHUNK_MAX 128
#define CHUNK_BYTES ((size_t)4 << 20)

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

/* A page in the making. */
struct page {
	struct lg_ctx *cx;
	struct lg_env *env;
	const struct lg_pool *pool;
	const struct lg_user_scan *scan;
	struct lg_idp_users_list_type *list;
	size_t arena_start;
	size_t seen;
	unsigned char at[LG_UID_SIZE]; /* the last user who is listed, or not asked for */
	bool has_at;
	bool more; /* the list may go on behind `at` */
};

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
add(struct lg_ctx *scratch, struct page *page, const struct lg_user *user)
{
	struct lg_idp_user_type type;
	LG_TRY(lg_user_type(scratch, page->pool, user, page->scan->only, &type));
	LG_TRY(lg_str_dup(page->cx, type.username, &type.username));
	LG_TRY(copy_attributes(page->cx, &type.attributes));
	page->list->items[page->list->count++] = type;
	return LG_OK;
}

static bool
is_full(const struct page *page)
{
	return page->list->count == page->scan->limit
	       || (page->list->count
		       && lg_arena_used(page->cx->arena) - page->arena_start > LG_USER_SCAN_BYTES);
}

/* Stops in front of a user who belongs on the next page. */
static lg_status
take(struct lg_ctx *scratch, struct page *page, const struct lg_user_row *row)
{
	struct lg_user *user;
	bool good = true;
	LG_TRY(lg_user_of_row(scratch, row, &user));
	if (page->scan->matches)
		LG_TRY(page->scan->matches(scratch, page->pool, user, page->scan->arg, &good));
	page->more = good && is_full(page);
	if (page->more)
		return LG_OK;
	if (good)
		LG_TRY(add(scratch, page, user));
	memcpy(page->at, row->uid, LG_UID_SIZE);
	page->has_at = true;
	page->more = ++page->seen == LG_USER_SCAN_MAX;
	return LG_OK;
}

static lg_status
read_chunk(struct lg_ctx *scratch, const struct page *page, size_t size, struct lg_user_page *ret)
{
	struct lg_store *store = page->env->store;
	const struct lg_user_scan *scan = page->scan;
	const unsigned char *after = page->has_at ? page->at : NULL;
	switch (scan->source) {
	case LG_USERS_BY_DIGEST:
		return lg_store_find_page(store, scratch, page->pool->pool, scan->digest.kind,
			scan->digest.digest, after, size, ret);
	case LG_USERS_OF_GROUP:
		return lg_store_group_page(store, scratch, page->pool->pool, scan->group, after, size, ret);
	case LG_USERS_ALL:
		break;
	}
	return lg_store_user_page(store, scratch, page->pool->pool, after, size, ret);
}

/* By what a row took now; without a condition one more than the page has room for is enough. */
static size_t
next_size(const struct page *page, size_t rows, size_t used)
{
	size_t size = rows ? CHUNK_BYTES / (used / rows + 1) : CHUNK_START;
	size_t room = page->scan->limit - page->list->count + 1;
	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < CHUNK_MIN)
		size = CHUNK_MIN;
	return !page->scan->matches && room < size ? room : size;
}

static lg_status
fill(struct lg_ctx *scratch, struct page *page)
{
	const struct lg_arena_mark mark = lg_arena_mark(scratch->arena);
	size_t size = next_size(page, 0, 0);
	for (bool ended = false; !ended && !page->more;) {
		struct lg_user_page rows;
		lg_status s = read_chunk(scratch, page, size, &rows);
		if (s.code == LG_E_NO_MEMORY && size > CHUNK_MIN) {
			lg_arena_rewind(scratch->arena, mark);
			size = CHUNK_MIN;
			continue;
		}
		LG_TRY(s);
		for (size_t i = 0; i < rows.count && !page->more; i++)
			LG_TRY(take(scratch, page, &rows.rows[i]));
		ended = rows.count < size;
		size = next_size(page, rows.count, lg_arena_used(scratch->arena));
		lg_arena_rewind(scratch->arena, mark);
	}
	return LG_OK;
}

lg_status
lg_user_scan(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user_scan *scan, struct lg_idp_users_list_type *ret, lg_str *ret_next)
{
	struct lg_idp_users_list_type list = { .has = true };
	list.items = lg_new_array(cx, struct lg_idp_user_type, scan->limit);
	if (!list.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct page page = {
		.cx = cx,
		.env = env,
		.pool = pool,
		.scan = scan,
		.list = &list,
		.arena_start = lg_arena_used(cx->arena),
	};
	if (scan->after.len == LG_UID_SIZE) {
		memcpy(page.at, scan->after.ptr, LG_UID_SIZE);
		page.has_at = true;
	}
	LG_CLEANUP(lg_scratch_done) struct lg_scratch scratch = { 0 };
	LG_TRY(lg_scratch_begin(cx, &scratch));
	LG_TRY(fill(&scratch.cx, &page));
	*ret_next = LG_STR_NONE;
	if (page.more)
		LG_TRY(lg_str_dup(cx, lg_str_from_bytes(page.at, LG_UID_SIZE), ret_next));
	*ret = list;
	return LG_OK;
}
