#include "store/user.h"

#include <stdlib.h>

#include "store/config.h"
#include "store/impl.h"

/* Up to here users are counted (DATA 7). */
#define COUNT_MAX 10000
#define GROUPS_MAX 1000

lg_status
lg_store_key_find(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const unsigned char digest[16],
	enum lg_key_kind *ret_kind, unsigned char ret_uid[LG_UID_SIZE])
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_USER_KEY_FIND,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VBLOB(lg_str_from_bytes(digest, 16))), &row));
	LG_TRY(lg_cell_uid(cx, &row[1], ret_uid));
	*ret_kind = (enum lg_key_kind)row[0].number;
	return LG_OK;
}

void
lg_store_key_claim(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	enum lg_key_kind kind, const unsigned char uid[LG_UID_SIZE])
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_USER_KEY_CLAIM,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_blob(batch, digest, 16), LG_DB_VINT(kind),
			lg_batch_uid(batch, uid), LG_DB_VINT(lg_batch_cx(batch)->now.ms)));
}

void
lg_store_key_release(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	const unsigned char uid[LG_UID_SIZE])
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_USER_KEY_RELEASE,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_blob(batch, digest, 16), lg_batch_uid(batch, uid)));
}

void
lg_store_key_ensure(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	enum lg_key_kind kind, const unsigned char uid[LG_UID_SIZE])
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_USER_KEY_ENSURE,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_blob(batch, digest, 16), LG_DB_VINT(kind),
			lg_batch_uid(batch, uid), LG_DB_VINT(lg_batch_cx(batch)->now.ms)));
}

void
lg_store_key_drop(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	const unsigned char uid[LG_UID_SIZE])
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_USER_KEY_DROP,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_blob(batch, digest, 16), lg_batch_uid(batch, uid)));
}

void
lg_store_find_set(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	const struct lg_find_digest *digests, size_t count)
{
	lg_batch_begin(batch);
	struct lg_db_value id = lg_batch_uid(batch, uid);
	lg_batch_add(batch, LG_Q_USER_DELETE_FIND, LG_PARAMS(LG_DB_VINT(pool), id));
	for (size_t i = 0; i < count; i++)
		lg_batch_add(batch, LG_Q_FIND_INSERT,
			LG_PARAMS(LG_DB_VINT(pool), LG_DB_VINT(digests[i].kind),
				LG_DB_VINT(digests[i].digest), id));
}

/* Where a page begins: every uid is above the empty one. */
static struct lg_db_value
behind(const unsigned char *after)
{
	return after ? lg_value_uid(after) : LG_DB_VBLOB(LG_STR(""));
}

lg_status
lg_store_find_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, int kind, int64_t digest,
	const unsigned char *after, size_t limit, struct lg_user_page *ret)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_FIND_PAGE,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VINT(kind), LG_DB_VINT(digest), behind(after),
			LG_DB_VINT((int64_t)limit), LG_DB_VTEXT(lg_store_profile_part())),
		limit, &rows));
	return lg_store_users_of_rows(store, cx, pool, &rows, ret);
}

lg_status
lg_store_user_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const unsigned char *after,
	size_t limit, struct lg_user_page *ret)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_USER_PAGE,
		LG_PARAMS(LG_DB_VINT(pool), behind(after), LG_DB_VINT((int64_t)limit),
			LG_DB_VTEXT(lg_store_profile_part())),
		limit, &rows));
	return lg_store_users_of_rows(store, cx, pool, &rows, ret);
}

/* The first bytes of a uid as a fraction of all of them. */
static double
fraction(lg_str uid)
{
	double value = 0;
	for (size_t i = 7; i-- > 0;)
		value = (value + (i < uid.len ? (unsigned char)uid.ptr[i] : 0)) / 256;
	return value;
}

lg_status
lg_store_user_estimate(struct lg_store *store, struct lg_ctx *cx, int64_t pool, int64_t *ret)
{
	const struct lg_db_value *row;
	LG_TRY(lg_store_select_one(
		store, cx, LG_Q_USER_COUNT, LG_PARAMS(LG_DB_VINT(pool), LG_DB_VINT(COUNT_MAX + 1)), &row));
	int64_t count = row[0].number;
	if (count > COUNT_MAX) {
		/*
		 * Uids are uniform, so the place of the 10,001st among all that could be tells how dense
		 * they lie: right within 2 % in 19 of 20 cases, however many there are.
		 */
		lg_status s = lg_store_select_one(
			store, cx, LG_Q_USER_NTH, LG_PARAMS(LG_DB_VINT(pool), LG_DB_VINT(COUNT_MAX)), &row);
		double place = lg_failed(s) ? 0 : fraction(row[0].bytes);
		if (lg_failed(s) && s.code != LG_E_NOT_FOUND)
			return s;
		if (place > 0)
			count = (int64_t)(COUNT_MAX / place);
	}
	*ret = count;
	return LG_OK;
}

void
lg_store_group_add(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE], lg_str group)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_GROUP_ADD,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_uid(batch, uid), LG_DB_VBLOB(group),
			LG_DB_VINT(lg_batch_cx(batch)->now.ms)));
}

void
lg_store_group_remove(
	struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE], lg_str group)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_GROUP_REMOVE,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_uid(batch, uid), LG_DB_VBLOB(group)));
}

static int
by_name(const void *a, const void *b)
{
	return lg_str_cmp(((const struct lg_item_row *)a)->name, ((const struct lg_item_row *)b)->name);
}

lg_status
lg_store_groups_of_user(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], const struct lg_shape *shape, struct lg_item_row **ret,
	size_t *ret_count)
{
	lg_str kind = LG_STR("group");
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_GROUPS_OF_USER,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid), LG_DB_VTEXT(kind), LG_DB_VINT(GROUPS_MAX)),
		GROUPS_MAX, &rows));
	LG_TRY(lg_store_items_of_rows(store, cx, pool, kind, shape, &rows, ret, ret_count));
	/* names are sealed: the database cannot order them */
	qsort(*ret, *ret_count, sizeof(**ret), by_name);
	return LG_OK;
}

lg_status
lg_store_group_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str group,
	const unsigned char *after, size_t limit, struct lg_user_page *ret)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_GROUP_PAGE,
		LG_PARAMS(LG_DB_VINT(pool), LG_DB_VBLOB(group), behind(after), LG_DB_VINT((int64_t)limit),
			LG_DB_VTEXT(lg_store_profile_part())),
		limit, &rows));
	return lg_store_users_of_rows(store, cx, pool, &rows, ret);
}
