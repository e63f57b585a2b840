#include "store/bulk.h"

#include <string.h>

#include "store/impl.h"

#define GROUPS_AT_ONCE 5000

/* One user after the other, each with a row for every part. */
static lg_status
collect_users(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const struct lg_db_rows *rows,
	struct lg_bulk_user *users, size_t *ret_count)
{
	size_t count = 0;
	for (size_t at = 0; at < rows->count;) {
		const struct lg_db_value *first = lg_row(rows, at);
		size_t end = at + 1;
		while (end < rows->count && lg_str_eq(lg_row(rows, end)[0].bytes, first[0].bytes))
			end++;
		const struct lg_db_rows own = {
			.count = end - at,
			.columns = rows->columns,
			.cells = rows->cells + at * rows->columns,
		};
		LG_TRY(lg_store_user_of_rows(store, cx, pool, &own, &users[count++].row));
		at = end;
	}
	*ret_count = count;
	return LG_OK;
}

static lg_status
add_group(struct lg_ctx *cx, struct lg_bulk_user *user, lg_str group)
{
	const size_t used = user->group_count;
	/* Room is doubled at 1, 2, 4, ... */
	if ((used & (used - 1)) == 0) {
		lg_str *more = lg_arena_grow(cx->arena, user->groups, used * sizeof(lg_str),
			(used ? 2 * used : 1) * sizeof(lg_str));
		if (!more)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		user->groups = more;
	}
	user->groups[user->group_count++] = group;
	return LG_OK;
}

static lg_status
collect_groups(
	struct lg_store *store, struct lg_ctx *cx, int64_t pool, struct lg_bulk_user *users, size_t count)
{
	const struct lg_db_value last = lg_value_uid(users[count - 1].row.uid);
	struct lg_db_value uid = lg_value_uid(users[0].row.uid), group = LG_DB_VBLOB(LG_STR(""));
	size_t at = 0;
	struct lg_db_rows rows;
	do {
		LG_TRY(lg_store_select(store, cx, LG_Q_BULK_GROUPS,
			LG_PARAMS(LG_DB_VINT(pool), uid, group, last, LG_DB_VINT(GROUPS_AT_ONCE)),
			GROUPS_AT_ONCE, &rows));
		for (size_t i = 0; i < rows.count; i++) {
			uid = lg_row(&rows, i)[0];
			group = lg_row(&rows, i)[1];
			while (at < count && lg_str_cmp(lg_user_row_uid(&users[at].row), uid.bytes) < 0)
				at++;
			/* A membership whose user was deleted meanwhile goes with him. */
			if (at < count && lg_str_eq(lg_user_row_uid(&users[at].row), uid.bytes))
				LG_TRY(add_group(cx, &users[at], group.bytes));
		}
	} while (rows.count == GROUPS_AT_ONCE);
	return LG_OK;
}

lg_status
lg_store_bulk_users(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const unsigned char *after,
	size_t limit, struct lg_bulk_user **ret, size_t *ret_count)
{
	struct lg_db_rows rows;
	const lg_str from = after ? lg_str_from_bytes(after, LG_UID_SIZE) : LG_STR("");
	LG_TRY(lg_store_select(store, cx, LG_Q_BULK_USERS,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VBLOB(from), LG_DB_VINT((int64_t)limit)),
		limit * LG_STORE_PART_COUNT, &rows));
	struct lg_bulk_user *users = lg_new_array(cx, struct lg_bulk_user, limit + 1);
	if (!users)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count;
	LG_TRY(collect_users(store, cx, pool, &rows, users, &count));
	if (count)
		LG_TRY(collect_groups(store, cx, pool, users, count));
	*ret = users;
	*ret_count = count;
	return LG_OK;
}

static lg_status
keep_place(struct lg_ctx *cx, lg_str kind, lg_str column, struct lg_bulk_place *place)
{
	if (kind.len >= sizeof(place->kind) || column.len >= sizeof(place->column))
		return lg_fail(cx, LG_E_INTERNAL, "an item whose name is none of ours");
	memcpy(place->kind, kind.ptr, kind.len);
	place->kind[kind.len] = '\0';
	memcpy(place->column, column.ptr, column.len);
	place->column[column.len] = '\0';
	return LG_OK;
}

lg_status
lg_store_bulk_items(struct lg_store *store, struct lg_ctx *cx, const struct lg_bulk_user *users,
	size_t user_count, struct lg_bulk_place *place, size_t limit, struct lg_bulk_item **ret,
	size_t *ret_count)
{
	if (!place->kind[0])
		memcpy(place->uid, users[0].row.uid, LG_UID_SIZE);
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_BULK_ITEMS,
		LG_PARAMS(LG_DB_VINT(users[0].row.pool), lg_value_uid(place->uid),
			LG_DB_VTEXT(lg_str_from_c(place->kind)), LG_DB_VTEXT(lg_str_from_c(place->column)),
			lg_value_uid(users[user_count - 1].row.uid), LG_DB_VINT((int64_t)limit)),
		limit, &rows));
	struct lg_bulk_item *items = lg_new_array(cx, struct lg_bulk_item, rows.count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0, at = 0;
	for (size_t i = 0; i < rows.count; i++) {
		const struct lg_db_value *cells = lg_row(&rows, i);
		LG_TRY(lg_cell_uid(cx, &cells[0], place->uid));
		const lg_str kind = cells[1].bytes, column = cells[2].bytes;
		LG_TRY(keep_place(cx, kind, column, place));
		while (at < user_count && lg_bytes_cmp(users[at].row.uid, place->uid, LG_UID_SIZE) < 0)
			at++;
		if (at == user_count || !lg_bytes_eq(users[at].row.uid, place->uid, LG_UID_SIZE))
			continue;
		struct lg_rec_item sealed = { 0 };
		LG_TRY(lg_store_user_item_open(cx, &users[at].row, kind, column, cells[4].bytes, &sealed));
		items[count++] = (struct lg_bulk_item){ .user = at,
			.kind = kind,
			.name = sealed.name,
			.created = lg_cell_time(&cells[3]),
			.record = sealed.record };
	}
	*ret = items;
	*ret_count = count;
	return LG_OK;
}

lg_status
lg_store_bulk_last(
	struct lg_store *store, struct lg_ctx *cx, int64_t pool, unsigned char ret_uid[LG_UID_SIZE])
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_BULK_LAST, LG_PARAMS(LG_DB_VINT(pool)), &row));
	return lg_cell_uid(cx, &row[0], ret_uid);
}

lg_status
lg_store_client_pool(struct lg_store *store, struct lg_ctx *cx, lg_str client_id, int64_t *ret_pool)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(
		store, cx, LG_Q_BULK_CLIENT_POOL, LG_PARAMS(LG_DB_VTEXT(client_id)), &row));
	*ret_pool = row[0].number;
	return LG_OK;
}

lg_status
lg_store_domain_pool(struct lg_store *store, struct lg_ctx *cx, lg_str host, int64_t *ret_pool)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_BULK_DOMAIN_POOL, LG_PARAMS(LG_DB_VTEXT(host)), &row));
	*ret_pool = row[0].number;
	return LG_OK;
}
