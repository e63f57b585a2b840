#include "store/user.h"

#include <string.h>

#include "store/guard.h"
#include "store/impl.h"

#define USER_KEY_SIZE 32
#define PART_COUNT LG_STORE_PART_COUNT

static const struct part {
	enum lg_user_part bit;
	lg_str name;
	const struct lg_shape *shape;
	size_t offset;
} parts[PART_COUNT] = {
	{ LG_PART_PROFILE, LG_STR_INIT("profile"), &lg_shape_rec_profile,
		offsetof(struct lg_user_row, profile) },
	{ LG_PART_CREDENTIAL, LG_STR_INIT("credential"), &lg_shape_rec_credential,
		offsetof(struct lg_user_row, credential) },
	{ LG_PART_MFA, LG_STR_INIT("mfa"), &lg_shape_rec_mfa, offsetof(struct lg_user_row, mfa) },
	{ LG_PART_HISTORY, LG_STR_INIT("history"), &lg_shape_rec_history,
		offsetof(struct lg_user_row, history) },
};

/* Columns of every statement that reads a user. */
enum column {
	UID,
	VERSION,
	STATUS,
	ENABLED,
	SIGNOUT_GEN,
	SIGNOUT_MS,
	CREATED_MS,
	MODIFIED_MS,
	KV,
	USER_DEK,
	PART,
	SEALED,
	IN_GROUPS, /* from here on of statements that read one user */
	SESSION_GEN /* of lg_session_of_cells */
};

lg_str
lg_user_row_uid(const struct lg_user_row *row)
{
	return lg_str_from_bytes(row->uid, LG_UID_SIZE);
}

lg_str
lg_store_profile_part(void)
{
	return parts[0].name;
}

static struct lg_seal_place
place_of_key(const struct lg_user_row *row)
{
	return (struct lg_seal_place){
		.table = LG_STR("user_head"), .pool = row->pool, .first = lg_user_row_uid(row)
	};
}

static struct lg_seal_place
place_of_part(const struct lg_user_row *row, const struct part *part)
{
	return (struct lg_seal_place){ .table = LG_STR("user_part"),
		.pool = row->pool,
		.first = lg_user_row_uid(row),
		.second = part->name };
}

lg_status
lg_store_head_of_row(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const struct lg_db_value *cells, struct lg_user_row *row)
{
	*row = (struct lg_user_row){
		.pool = pool,
		.version = cells[VERSION].number,
		.status = (enum lg_user_status)cells[STATUS].number,
		.enabled = cells[ENABLED].number != 0,
		.signout_gen = cells[SIGNOUT_GEN].number,
		.signout = lg_cell_time(&cells[SIGNOUT_MS]),
		.created = lg_cell_time(&cells[CREATED_MS]),
		.modified = lg_cell_time(&cells[MODIFIED_MS]),
		.key_version = cells[KV].number,
		.wrapped_key = cells[USER_DEK].bytes,
	};
	LG_TRY(lg_cell_uid(cx, &cells[UID], row->uid));
	struct lg_seal_place place = place_of_key(row);
	return lg_store_open_sealed(store, cx, &place, row->wrapped_key, &row->key);
}

/* The part in this row, if there is one: its user may have none of those asked for. */
static lg_status
part_of_row(struct lg_ctx *cx, const struct lg_db_value *cells, struct lg_user_row *row)
{
	for (size_t i = 0; i < PART_COUNT; i++) {
		const struct part *part = &parts[i];
		if (cells[PART].type == LG_DB_NULL || !lg_str_eq(cells[PART].bytes, part->name))
			continue;
		struct lg_seal_place place = place_of_part(row, part);
		LG_TRY(lg_open_for_user(
			cx, row->key, &place, part->shape, cells[SEALED].bytes, (char *)row + part->offset));
		row->parts |= (unsigned)part->bit;
	}
	return LG_OK;
}

/* The name of a part that is wanted; of one that is not, a name that none has. */
static struct lg_db_value
wanted(unsigned bits, size_t index)
{
	return LG_DB_VTEXT(bits & (unsigned)parts[index].bit ? parts[index].name : LG_STR(""));
}

lg_status
lg_store_user_of_rows(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const struct lg_db_rows *rows,
	struct lg_user_row *ret)
{
	struct lg_user_row row;
	LG_TRY(lg_store_head_of_row(store, cx, pool, lg_row(rows, 0), &row));
	row.in_groups = true; /* so that who cares looks */
	for (size_t i = 0; i < rows->count; i++)
		LG_TRY(part_of_row(cx, lg_row(rows, i), &row));
	*ret = row;
	return LG_OK;
}

static lg_status
user_of_rows(struct lg_store *store, struct lg_ctx *cx, int64_t pool, const struct lg_db_rows *rows,
	struct lg_user_row *ret)
{
	if (rows->count == 0)
		return lg_fail(cx, LG_E_NOT_FOUND, "no such user");
	struct lg_user_row row;
	LG_TRY(lg_store_user_of_rows(store, cx, pool, rows, &row));
	row.in_groups = lg_row(rows, 0)[IN_GROUPS].number != 0;
	*ret = row;
	return LG_OK;
}

lg_status
lg_store_user_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], unsigned bits, struct lg_user_row *ret)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_USER_READ,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid), wanted(bits, 0), wanted(bits, 1),
			wanted(bits, 2), wanted(bits, 3)),
		PART_COUNT, &rows));
	return user_of_rows(store, cx, pool, &rows, ret);
}

lg_status
lg_store_user_read_session(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], unsigned bits, const unsigned char *sid,
	struct lg_user_row *ret, struct lg_session_row *ret_session)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_USER_READ_SESSION,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid), wanted(bits, 0), wanted(bits, 1),
			wanted(bits, 2), wanted(bits, 3), LG_DB_VBLOB(lg_str_from_bytes(sid, LG_SID_SIZE))),
		PART_COUNT, &rows));
	LG_TRY(user_of_rows(store, cx, pool, &rows, ret));
	*ret_session = lg_session_of_cells(lg_row(&rows, 0) + SESSION_GEN);
	return LG_OK;
}

lg_status
lg_store_users_of_rows(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const struct lg_db_rows *rows, struct lg_user_page *ret)
{
	struct lg_user_row *users = lg_new_array(cx, struct lg_user_row, rows->count);
	if (!users)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < rows->count; i++) {
		const struct lg_db_rows own = {
			.count = 1, .columns = rows->columns, .cells = rows->cells + i * rows->columns
		};
		LG_TRY(lg_store_user_of_rows(store, cx, pool, &own, &users[i]));
	}
	*ret = (struct lg_user_page){ .rows = users, .count = rows->count };
	return LG_OK;
}

static bool
is_zero(const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

lg_status
lg_store_user_prepare(struct lg_store *store, struct lg_ctx *cx, int64_t pool, struct lg_user_row *row)
{
	row->pool = pool;
	if (is_zero(row->uid, LG_UID_SIZE)) {
		/* It is shown as a UUID of version 4 (RFC 9562, 5.4). */
		lg_rand_bytes(cx, row->uid, LG_UID_SIZE);
		row->uid[6] = (unsigned char)((row->uid[6] & 0x0f) | 0x40);
		row->uid[8] = (unsigned char)((row->uid[8] & 0x3f) | 0x80);
	}
	row->version = 1;
	if (row->created.ms == 0)
		row->created = cx->now;
	row->modified = row->created;
	unsigned char *key = lg_new_array(cx, unsigned char, USER_KEY_SIZE);
	if (!key)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_rand_bytes(cx, key, USER_KEY_SIZE);
	row->key = lg_str_from_bytes(key, USER_KEY_SIZE);
	row->key_version = LG_STORE_KEY_VERSION;
	struct lg_seal_place place = place_of_key(row);
	return lg_store_seal(store, cx, &place, row->key, &row->wrapped_key);
}

static void
put_parts(struct lg_batch *batch, const struct lg_user_row *row, struct lg_db_value uid, unsigned bits)
{
	for (size_t i = 0; i < PART_COUNT; i++) {
		const struct part *part = &parts[i];
		if (!(bits & (unsigned)part->bit))
			continue;
		struct lg_seal_place place = place_of_part(row, part);
		lg_str sealed;
		if (lg_batch_check(batch, lg_seal_for_user(lg_batch_cx(batch), row->key, &place, part->shape,
						  (const char *)row + part->offset, &sealed)))
			return;
		lg_batch_add(batch, LG_Q_USER_PART_PUT,
			LG_PARAMS(LG_DB_VINT(row->pool), uid, LG_DB_VTEXT(part->name), LG_DB_VBLOB(sealed)));
	}
}

void
lg_store_user_insert(struct lg_batch *batch, const struct lg_user_row *row)
{
	lg_batch_begin(batch);
	struct lg_db_value uid = lg_batch_uid(batch, row->uid);
	lg_batch_add(batch, LG_Q_USER_INSERT,
		LG_PARAMS(LG_DB_VINT(row->pool), uid, LG_DB_VINT(row->version), LG_DB_VINT(row->status),
			LG_DB_VINT(row->enabled), LG_DB_VINT(row->signout_gen), LG_DB_VINT(row->signout.ms),
			LG_DB_VINT(row->created.ms), LG_DB_VINT(row->modified.ms),
			LG_DB_VINT(row->key_version), LG_DB_VBLOB(row->wrapped_key)));
	put_parts(batch, row, uid, row->parts);
}

void
lg_store_user_update(struct lg_batch *batch, const struct lg_user_row *row, unsigned bits)
{
	lg_batch_begin(batch);
	struct lg_db_value uid = lg_batch_uid(batch, row->uid);
	lg_batch_add(batch, LG_Q_USER_UPDATE,
		LG_PARAMS(LG_DB_VINT(row->pool), uid, LG_DB_VINT(row->version), LG_DB_VINT(row->status),
			LG_DB_VINT(row->enabled), LG_DB_VINT(row->signout_gen), LG_DB_VINT(row->signout.ms),
			LG_DB_VINT(lg_batch_cx(batch)->now.ms)));
	put_parts(batch, row, uid, bits);
}

void
lg_store_user_guard(struct lg_batch *batch, const struct lg_user_row *row)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_USER_GUARD,
		LG_PARAMS(LG_DB_VINT(row->pool), lg_batch_uid(batch, row->uid), LG_DB_VINT(row->version)));
}

void
lg_store_user_delete(struct lg_batch *batch, const struct lg_user_row *row)
{
	static const enum lg_query_id rest[] = { LG_Q_USER_DELETE_PARTS, LG_Q_USER_DELETE_ITEMS,
		LG_Q_USER_DELETE_GROUPS, LG_Q_USER_DELETE_FIND, LG_Q_USER_DELETE_SESSIONS,
		LG_Q_USER_DELETE_CODES, LG_Q_USER_DELETE_THROTTLE, LG_Q_USER_DELETE_SPENT,
		LG_Q_USER_DELETE_OUTBOX };
	lg_batch_begin(batch);
	struct lg_db_value pool = LG_DB_VINT(row->pool);
	struct lg_db_value uid = lg_batch_uid(batch, row->uid);
	lg_batch_add(batch, LG_Q_USER_DELETE, LG_PARAMS(pool, uid, LG_DB_VINT(row->version)));
	for (size_t i = 0; i < LG_LEN(rest); i++)
		lg_batch_add(batch, rest[i], LG_PARAMS(pool, uid));
	lg_batch_add(batch, LG_Q_USER_ERASED, LG_PARAMS(pool, uid, LG_DB_VINT(lg_batch_cx(batch)->now.ms)));
}
