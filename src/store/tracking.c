#include "store/tracking.h"

#include <string.h>

#include "store/impl.h"

/* What is behind this in the column expires_ms has not ended. */
static struct lg_db_value
live(const struct lg_ctx *cx)
{
	return LG_DB_VINT(cx->now.ms + LG_SESSION_REST_MS);
}

static struct lg_db_value
value_sid(const unsigned char sid[LG_SID_SIZE])
{
	return LG_DB_VBLOB(lg_str_from_bytes(sid, LG_SID_SIZE));
}

static lg_status
place_of(struct lg_ctx *cx, const struct lg_user_row *user, const unsigned char *sid,
	struct lg_seal_place *ret)
{
	*ret = (struct lg_seal_place){ .table = LG_STR("session"), .pool = user->pool,
		.first = lg_user_row_uid(user) };
	return lg_str_concat(cx, (const lg_str[]){ LG_STR("session "), lg_str_from_bytes(sid, LG_SID_SIZE) },
		2, &ret->second);
}

lg_status
lg_seal_session(struct lg_ctx *cx, const struct lg_user_row *user, const unsigned char *sid,
	const struct lg_rec_tracked_session *detail, lg_str *ret)
{
	struct lg_seal_place place;
	LG_TRY(place_of(cx, user, sid, &place));
	return lg_seal_for_user(cx, user->key, &place, &lg_shape_rec_tracked_session, detail, ret);
}

static lg_status
open_session(struct lg_ctx *cx, const struct lg_user_row *user, const unsigned char *sid, lg_str sealed,
	struct lg_rec_tracked_session *ret)
{
	struct lg_seal_place place;
	LG_TRY(place_of(cx, user, sid, &place));
	*ret = (struct lg_rec_tracked_session){ 0 };
	return lg_open_for_user(cx, user->key, &place, &lg_shape_rec_tracked_session, sealed, ret);
}

void
lg_store_session_track(struct lg_batch *batch, const struct lg_user_row *user,
	const unsigned char sid[LG_SID_SIZE], lg_str client_id, lg_time expires, int64_t max,
	const struct lg_rec_tracked_session *detail)
{
	struct lg_ctx *cx = lg_batch_cx(batch);
	lg_batch_begin(batch);
	lg_str sealed;
	if (lg_batch_check(batch, lg_seal_session(cx, user, sid, detail, &sealed)))
		return;
	struct lg_db_value pool = LG_DB_VINT(user->pool);
	struct lg_db_value uid = lg_batch_uid(batch, user->uid);
	struct lg_db_value now = LG_DB_VINT(cx->now.ms);
	/* The first statement is the lock under which the second one counts. */
	lg_batch_add(batch, LG_Q_USER_HOLD, LG_PARAMS(pool, uid, LG_DB_VINT(user->signout_gen)));
	lg_batch_add(batch, LG_Q_SESSION_EVICT, LG_PARAMS(pool, uid, LG_DB_VINT(max - 1), live(cx), now));
	lg_batch_add(batch, LG_Q_SESSION_TRACK,
		LG_PARAMS(pool, uid, lg_batch_blob(batch, sid, LG_SID_SIZE), LG_DB_VTEXT(client_id),
			LG_DB_VINT(expires.ms), now, LG_DB_VBLOB(sealed)));
}

lg_status
lg_store_session_detail(struct lg_ctx *cx, const struct lg_user_row *user,
	const unsigned char sid[LG_SID_SIZE], const struct lg_session_row *session,
	struct lg_rec_tracked_session *ret)
{
	return open_session(cx, user, sid, session->sealed, ret);
}

lg_status
lg_store_session_touch(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user,
	const unsigned char sid[LG_SID_SIZE], const struct lg_rec_tracked_session *detail)
{
	lg_str sealed;
	LG_TRY(lg_seal_session(cx, user, sid, detail, &sealed));
	return lg_store_write(store, cx, LG_Q_SESSION_TOUCH,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_value_uid(user->uid), value_sid(sid),
			LG_DB_VINT(cx->now.ms), LG_DB_VBLOB(sealed)),
		NULL, NULL);
}

lg_status
lg_store_session_page(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user,
	const struct lg_tracked_session *after, size_t limit, struct lg_tracked_session **ret,
	size_t *ret_count)
{
	static const struct lg_tracked_session start = { .active = { INT64_MAX } };
	struct lg_db_rows rows;
	if (!after)
		after = &start;
	LG_TRY(lg_store_select(store, cx, LG_Q_SESSION_PAGE,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_value_uid(user->uid), live(cx),
			LG_DB_VINT(after->active.ms), value_sid(after->sid), LG_DB_VINT((int64_t)limit)),
		limit, &rows));
	struct lg_tracked_session *sessions = lg_new_array(cx, struct lg_tracked_session, rows.count);
	if (!sessions)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < rows.count; i++) {
		const struct lg_db_value *cells = lg_row(&rows, i);
		if (cells[0].bytes.len != LG_SID_SIZE)
			return lg_fail(cx, LG_E_INTERNAL, "a session has an id of %zu bytes",
				cells[0].bytes.len);
		memcpy(sessions[i].sid, cells[0].bytes.ptr, LG_SID_SIZE);
		sessions[i].client_id = cells[1].bytes;
		sessions[i].active = lg_cell_time(&cells[2]);
		LG_TRY(open_session(cx, user, sessions[i].sid, cells[3].bytes, &sessions[i].detail));
	}
	*ret = sessions;
	*ret_count = rows.count;
	return LG_OK;
}

lg_status
lg_store_session_end(struct lg_store *store, struct lg_ctx *cx, const struct lg_user_row *user,
	const unsigned char sid[LG_SID_SIZE])
{
	lg_status s = lg_store_write(store, cx, LG_Q_SESSION_END,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_value_uid(user->uid), value_sid(sid), live(cx),
			LG_DB_VINT(cx->now.ms)),
		NULL, NULL);
	return s.code == LG_E_CONFLICT ? lg_fail(cx, LG_E_NOT_FOUND, "no such session") : s;
}

void
lg_store_session_end_all(struct lg_batch *batch, const struct lg_user_row *user)
{
	lg_batch_begin(batch);
	lg_batch_add(batch, LG_Q_SESSION_END_ALL,
		LG_PARAMS(LG_DB_VINT(user->pool), lg_batch_uid(batch, user->uid),
			LG_DB_VINT(lg_batch_cx(batch)->now.ms)));
}
