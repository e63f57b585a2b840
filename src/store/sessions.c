#include "store/guard.h"

#include "store/impl.h"

struct lg_session_row
lg_session_of_cells(const struct lg_db_value *cells)
{
	return (struct lg_session_row){
		.there = cells[0].type != LG_DB_NULL,
		.gen = cells[0].number,
		.grace_until = lg_cell_time(&cells[1]),
		.revoked = cells[2].type != LG_DB_NULL,
		.tracked = cells[3].type != LG_DB_NULL,
		.active = lg_cell_time(&cells[3]),
		.sealed = cells[4].bytes,
	};
}

lg_status
lg_store_session_read(struct lg_store *store, struct lg_ctx *cx, int64_t pool,
	const unsigned char uid[LG_UID_SIZE], const unsigned char sid[LG_SID_SIZE],
	struct lg_session_row *ret)
{
	struct lg_db_rows rows;
	LG_TRY(lg_store_select(store, cx, LG_Q_SESSION_READ,
		LG_PARAMS(LG_DB_VINT(pool), lg_value_uid(uid),
			LG_DB_VBLOB(lg_str_from_bytes(sid, LG_SID_SIZE))),
		1, &rows));
	*ret = rows.count ? lg_session_of_cells(lg_row(&rows, 0)) : (struct lg_session_row){ 0 };
	return LG_OK;
}

void
lg_store_session_revoke(struct lg_batch *batch, int64_t pool, const unsigned char uid[LG_UID_SIZE],
	const unsigned char sid[LG_SID_SIZE], lg_str client_id, lg_time expires)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_SESSION_REVOKE,
		LG_PARAMS(LG_DB_VINT(pool), lg_batch_uid(batch, uid), lg_batch_blob(batch, sid, LG_SID_SIZE),
			LG_DB_VTEXT(client_id), LG_DB_VINT(lg_batch_cx(batch)->now.ms),
			LG_DB_VINT(expires.ms)));
}

lg_status
lg_store_session_rotate(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user,
	const struct lg_rotation *rotation)
{
	struct lg_db_value p = LG_DB_VINT(user->pool);
	struct lg_db_value u = lg_value_uid(user->uid);
	struct lg_db_value id = LG_DB_VBLOB(lg_str_from_bytes(rotation->sid, LG_SID_SIZE));
	struct lg_db_value grace = LG_DB_VINT(rotation->grace_until.ms);
	struct lg_db_value signout = LG_DB_VINT(rotation->signout_gen);
	struct lg_db_value end = LG_DB_VINT(rotation->expires.ms);
	struct lg_db_value active = LG_DB_VNULL;
	struct lg_db_value sealed = LG_DB_VNULL;
	if (rotation->detail) {
		lg_str text;
		LG_TRY(lg_seal_session(cx, user, rotation->sid, rotation->detail, &text));
		active = LG_DB_VINT(cx->now.ms);
		sealed = LG_DB_VBLOB(text);
	}
	lg_status s;
	if (rotation->gen == 0)
		s = lg_store_write(store, cx, LG_Q_SESSION_ROTATE_FIRST,
			LG_PARAMS(p, u, id, LG_DB_VTEXT(rotation->client_id), grace, signout, end, active,
				sealed),
			NULL, NULL);
	else
		s = lg_store_write(store, cx, LG_Q_SESSION_ROTATE,
			LG_PARAMS(p, u, id, LG_DB_VINT(rotation->gen), grace, signout, end, active, sealed),
			NULL, NULL);
	return s.code == LG_E_CONFLICT ? lg_fail_default(cx, LG_E_SPENT) : s;
}
