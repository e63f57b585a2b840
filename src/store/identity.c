#include "store/identity.h"

#include "store/impl.h"

#define PART LG_STR("logins")

/* The last column of both reads; those before it are a user's. */
#define SEALED 11

static struct lg_seal_place
place_of(const struct lg_user_row *head)
{
	return (struct lg_seal_place){ .table = LG_STR("user_part"),
		.pool = head->pool,
		.first = lg_user_row_uid(head),
		.second = PART };
}

static lg_status
identity_of_row(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const struct lg_db_value *cells,
	struct lg_identity_row *ret)
{
	*ret = (struct lg_identity_row){ 0 };
	LG_TRY(lg_store_head_of_row(store, cx, pool, cells, &ret->head));
	if (cells[SEALED].type == LG_DB_NULL)
		return LG_OK;
	ret->linked = true;
	const struct lg_seal_place place = place_of(&ret->head);
	return lg_open_for_user(
		cx, ret->head.key, &place, &lg_shape_rec_logins, cells[SEALED].bytes, &ret->logins);
}

lg_status
lg_store_identity_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], struct lg_identity_row *ret)
{
	const struct lg_db_value *row;
	struct lg_identity_row identity;
	LG_TRY(lg_store_select_one(store, cx, LG_Q_IDENTITY_READ,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid), LG_DB_VTEXT(PART)), &row));
	LG_TRY(identity_of_row(store, cx, pool, row, &identity));
	*ret = identity;
	return LG_OK;
}

lg_status
lg_store_identity_page(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const unsigned char *after,
	size_t limit, struct lg_identity_row **ret, size_t *ret_count)
{
	/* Every uid is above the empty one. */
	const struct lg_db_value behind = after ? lg_value_uid(after) : LG_DB_VBLOB(LG_STR(""));
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_IDENTITY_PAGE,
		LG_PARAMS(LG_DB_VINT(pool), behind, LG_DB_VINT((int64_t)limit), LG_DB_VTEXT(PART)), limit,
		&rows));
	struct lg_identity_row *identities = lg_new_array(cx, struct lg_identity_row, rows.count);
	if (!identities)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < rows.count; i++)
		LG_TRY(identity_of_row(store, cx, pool, lg_row(&rows, i), &identities[i]));
	*ret = identities;
	*ret_count = rows.count;
	return LG_OK;
}

/* A guest has no such part: most are guests, and stay it. */
static void
put_logins(struct lg_batch *batch, const struct lg_identity_row *row)
{
	const struct lg_seal_place place = place_of(&row->head);
	lg_str sealed;
	if (lg_batch_check(batch, lg_seal_for_user(lg_batch_cx(batch), row->head.key, &place,
					  &lg_shape_rec_logins, &row->logins, &sealed)))
		return;
	lg_batch_add(batch, LG_Q_USER_PART_PUT,
		LG_PARAMS(LG_DB_VINT(row->head.pool), lg_batch_uid(batch, row->head.uid), LG_DB_VTEXT(PART),
			LG_DB_VBLOB(sealed)));
}

void
lg_store_identity_insert(struct lg_batch *batch, const struct lg_identity_row *row)
{
	lg_store_user_insert(batch, &row->head);
	if (row->linked)
		put_logins(batch, row);
}

void
lg_store_identity_update(struct lg_batch *batch, const struct lg_identity_row *row)
{
	lg_store_user_update(batch, &row->head, 0);
	if (row->linked)
		put_logins(batch, row);
}

void
lg_store_key_move(struct lg_batch *batch, int64_t pool, const unsigned char digest[16],
	const unsigned char from[LG_UID_SIZE], const unsigned char to[LG_UID_SIZE])
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_USER_KEY_MOVE,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_blob(batch, digest, 16), lg_batch_uid(batch, from),
			lg_batch_uid(batch, to)));
}
