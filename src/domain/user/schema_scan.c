#include "domain/user/schema_scan.h"

#include <stdlib.h>
#include <string.h>

#include "domain/pool/pool_load.h"
#include "domain/user/user.h"

#define USERS_AT_ONCE 50
#define TRIES 3

static struct lg_name_rules
rules_of(const struct lg_rec_name_rules *rules)
{
	return lg_name_rules_of(&rules->alias, &rules->username, rules->case_sensitive.v, rules->gen.v);
}

static lg_status
read_page(struct lg_ctx *cx, struct lg_schema_page *page, struct lg_user_page *ret, bool *ret_end)
{
	const lg_str after = page->change->after;
	LG_TRY(lg_store_user_page(page->env->store, cx, page->pool->pool,
		after.len == LG_UID_SIZE ? (const unsigned char *)after.ptr : NULL, USERS_AT_ONCE, ret));
	*ret_end = ret->count < USERS_AT_ONCE;
	return LG_OK;
}

/* The page is done with. */
static lg_status
move_on(struct lg_ctx *cx, struct lg_schema_page *page, const struct lg_user_page *users)
{
	if (users->count == 0)
		return LG_OK;
	page->change->seen.has = true;
	page->change->seen.v += (int64_t)users->count;
	return lg_str_dup(cx, lg_user_row_uid(&users->rows[users->count - 1]), &page->change->after);
}

static void
count_missing(struct lg_schema_page *page, const struct lg_user *user)
{
	const struct lg_str_list *required = &page->change->required;
	for (size_t i = 0; i < required->count; i++) {
		if (!lg_str_empty(lg_user_attribute(user, required->items[i])))
			continue;
		page->change->missing.has = true;
		page->change->missing.v++;
		return;
	}
}

static lg_status
keys_of(struct lg_ctx *cx, struct lg_schema_page *page, const struct lg_rec_name_rules *rules,
	const struct lg_user_row *row, struct lg_user **ret_user, struct lg_user_names *ret)
{
	const struct lg_name_rules names = rules_of(rules);
	*ret = (struct lg_user_names){ 0 };
	LG_TRY(lg_user_of_row(cx, row, ret_user));
	return lg_user_also_names(cx, page->env, page->pool, &names, *ret_user, ret);
}

/* ---- collisions ---- */

static lg_str
attribute_of(enum lg_key_kind kind)
{
	switch (kind) {
	case LG_KEY_USERNAME:
		return LG_STR("username");
	case LG_KEY_EMAIL:
		return LG_STR("email");
	case LG_KEY_PHONE:
		return LG_STR("phone_number");
	case LG_KEY_PREFERRED_USERNAME:
		return LG_STR("preferred_username");
	case LG_KEY_PROVIDER:
	case LG_KEY_LOGIN:
		break;
	}
	return LG_STR("");
}

/* `first` is NULL when the name is somebody's sub. */
static lg_status
note(struct lg_ctx *cx, struct lg_schema_page *page, lg_str attribute, const unsigned char *first,
	const struct lg_user_row *second)
{
	struct lg_rec_schema_change *change = page->change;
	change->collision_count.has = true;
	change->collision_count.v++;
	struct lg_rec_schema_collision_list *list = &change->collisions;
	if (list->count >= LG_SCHEMA_COLLISIONS_MAX)
		return LG_OK;
	struct lg_rec_schema_collision *items =
		lg_new_array(cx, struct lg_rec_schema_collision, list->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (list->count)
		memcpy(items, list->items, list->count * sizeof(*items));
	struct lg_rec_schema_collision *added = &items[list->count];
	added->attribute = attribute;
	LG_TRY(lg_str_dup(cx, lg_user_row_uid(second), &added->second));
	if (first)
		LG_TRY(lg_str_dup(cx, lg_str_from_bytes(first, LG_UID_SIZE), &added->first));
	list->items = items;
	list->count++;
	list->has = true;
	return LG_OK;
}

/* A sub is a name that has no key. */
static lg_status
judge_sub(struct lg_ctx *cx, struct lg_schema_page *page, const struct lg_user *user)
{
	const lg_str name = LG_STR("preferred_username");
	const lg_str value = lg_user_attribute(user, name);
	if (!lg_str_list_has(&page->change->to->alias, name) || lg_str_empty(value))
		return LG_OK;
	bool is_sub;
	LG_TRY(lg_name_is_sub(cx, page->env, page->pool, value, &is_sub));
	return is_sub ? note(cx, page, name, NULL, &user->row) : LG_OK;
}

/* ---- pages ---- */

/* One key and whose it shall be. */
struct claim {
	struct lg_user_key key;
	const struct lg_user_row *row;
};

static int
by_digest(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	return lg_bytes_cmp(a->key.digest, b->key.digest, sizeof(a->key.digest));
}

static lg_status
collect(struct lg_ctx *cx, struct lg_schema_page *page, const struct lg_rec_name_rules *rules,
	const struct lg_user_page *users, bool claiming, struct claim **ret, size_t *ret_count)
{
	struct claim *claims = lg_new_array(cx, struct claim, users->count * LG_USER_KEYS_MAX + 1);
	if (!claims)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < users->count; i++) {
		struct lg_user_names names;
		struct lg_user *user;
		LG_TRY(keys_of(cx, page, rules, &users->rows[i], &user, &names));
		for (size_t k = 0; k < names.count; k++)
			claims[count++] = (struct claim){ names.keys[k], &users->rows[i] };
		if (!claiming)
			continue;
		count_missing(page, user);
		LG_TRY(judge_sub(cx, page, user));
	}
	/* Keys in the order of their digests, then users in that of their uids (DATA 5). */
	qsort(claims, count, sizeof(*claims), by_digest);
	*ret = claims;
	*ret_count = count;
	return LG_OK;
}

lg_status
lg_schema_scan_claim(struct lg_ctx *cx, struct lg_schema_page *page, struct lg_batch *batch, bool *ret_end)
{
	struct lg_user_page users;
	struct claim *claims;
	size_t count;
	LG_TRY(read_page(cx, page, &users, ret_end));
	LG_TRY(collect(cx, page, page->change->to, &users, true, &claims, &count));
	for (size_t i = 0; i < count; i++)
		lg_store_key_ensure(batch, page->pool->pool, claims[i].key.digest, claims[i].key.kind,
			claims[i].row->uid);
	/* A key must not be left behind by a user who changed since he was read. */
	for (size_t i = 0; i < users.count; i++)
		lg_store_user_guard(batch, &users.rows[i]);
	return move_on(cx, page, &users);
}

lg_status
lg_schema_scan_count(struct lg_ctx *cx, struct lg_schema_page *page, bool *ret_end)
{
	struct lg_user_page users;
	LG_TRY(read_page(cx, page, &users, ret_end));
	for (size_t i = 0; i < users.count; i++) {
		struct lg_user *user;
		LG_TRY(lg_user_of_row(cx, &users.rows[i], &user));
		count_missing(page, user);
	}
	return move_on(cx, page, &users);
}

lg_status
lg_schema_scan_release(struct lg_ctx *cx, struct lg_schema_page *page,
	const struct lg_rec_name_rules *leaving, struct lg_batch *batch, bool *ret_end)
{
	struct lg_user_page users;
	struct claim *claims;
	size_t count;
	LG_TRY(read_page(cx, page, &users, ret_end));
	LG_TRY(collect(cx, page, leaving, &users, false, &claims, &count));
	for (size_t i = 0; i < count; i++)
		lg_store_key_drop(batch, page->pool->pool, claims[i].key.digest, claims[i].row->uid);
	return move_on(cx, page, &users);
}

/* ---- one by one ---- */

/* Keys that somebody else holds are noted, and left out of `names`. */
static lg_status
judge(struct lg_ctx *cx, struct lg_schema_page *page, const struct lg_user *user,
	struct lg_user_names *names)
{
	size_t kept = 0;
	for (size_t i = 0; i < names->count; i++) {
		enum lg_key_kind kind;
		unsigned char uid[LG_UID_SIZE];
		const struct lg_user_key *key = &names->keys[i];
		const lg_status s =
			lg_store_key_find(page->env->store, cx, page->pool->pool, key->digest, &kind, uid);
		if (lg_failed(s) && s.code != LG_E_NOT_FOUND)
			return s;
		if (!lg_failed(s) && !lg_bytes_eq(uid, user->row.uid, sizeof(uid)))
			LG_TRY(note(cx, page, attribute_of(key->kind), uid, &user->row));
		else
			names->keys[kept++] = *key;
	}
	names->count = kept;
	return LG_OK;
}

static lg_status
claim_user(struct lg_ctx *cx, struct lg_schema_page *page, const unsigned char uid[LG_UID_SIZE])
{
	struct lg_user_row row;
	struct lg_user *user;
	struct lg_user_names names;
	struct lg_batch *batch;
	lg_status s = lg_store_user_read(page->env->store, cx, page->pool->pool, uid, LG_PART_PROFILE, &row);
	if (s.code == LG_E_NOT_FOUND) /* deleted meanwhile */
		return LG_OK;
	LG_TRY(s);
	LG_TRY(keys_of(cx, page, page->change->to, &row, &user, &names));
	LG_TRY(judge(cx, page, user, &names));
	LG_TRY(lg_store_batch(page->env->store, cx, &batch));
	for (size_t i = 0; i < names.count; i++)
		lg_store_key_ensure(batch, row.pool, names.keys[i].digest, names.keys[i].kind, row.uid);
	lg_store_user_guard(batch, &row);
	LG_TRY(lg_store_commit(batch));
	count_missing(page, user);
	return judge_sub(cx, page, user);
}

lg_status
lg_schema_scan_claim_each(struct lg_ctx *cx, struct lg_schema_page *page, bool *ret_end)
{
	struct lg_user_page users;
	LG_TRY(read_page(cx, page, &users, ret_end));
	for (size_t i = 0; i < users.count; i++) {
		lg_status s = LG_STATUS(LG_E_CONFLICT);
		for (int tries = 0; tries < TRIES && s.code == LG_E_CONFLICT; tries++) {
			const struct lg_rec_schema_change before = *page->change;
			s = claim_user(cx, page, users.rows[i].uid);
			if (s.code == LG_E_CONFLICT) /* he changed: his collisions are found again */
				*page->change = before;
		}
		LG_TRY(s);
	}
	return move_on(cx, page, &users);
}
