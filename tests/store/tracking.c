#include "tests/store/fixture.h"

#include <stdio.h>
#include <string.h>

#include "store/tracking.h"

#define MAX 5

static void
sid_of(int index, unsigned char ret[LG_SID_SIZE])
{
	memset(ret, 0, LG_SID_SIZE);
	ret[0] = (unsigned char)(index >> 8);
	ret[1] = (unsigned char)index;
}

static lg_time
row_end(const struct lg_ctx *cx, int64_t lives_ms)
{
	return lg_time_add_ms(cx->now, lives_ms + LG_SESSION_REST_MS);
}

static lg_status
track(struct store_fixture *f, struct lg_ctx *cx, const struct lg_user_row *user, int index,
	int64_t lives_ms)
{
	unsigned char sid[LG_SID_SIZE];
	sid_of(index, sid);
	const struct lg_rec_tracked_session detail = {
		.created = { true, cx->now }, .last_ip = LG_STR("192.0.2.1"),
		.device_type = LG_STR("Firefox, Linux"),
	};
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, cx, &batch));
	lg_store_session_track(batch, user, sid, LG_STR("client"), row_end(cx, lives_ms), MAX, &detail);
	return lg_store_commit(batch);
}

static size_t
list(struct store_fixture *f, const struct lg_user_row *user, struct lg_tracked_session **ret)
{
	size_t count;
	CHECK_OK(lg_store_session_page(f->store, f->cx, user, NULL, 1000, ret, &count));
	return count;
}

/* Which sessions are listed, first to last: the low byte of each id. */
static bool
lists(struct store_fixture *f, const struct lg_user_row *user, const char *expected)
{
	struct lg_tracked_session *sessions;
	char found[128] = "";
	size_t count = list(f, user, &sessions);
	for (size_t i = 0; i < count; i++) {
		size_t used = strlen(found);
		snprintf(found + used, sizeof(found) - used, i ? " %d" : "%d", sessions[i].sid[1]);
	}
	if (strcmp(found, expected))
		print_message("listed: %s\n", found);
	return strcmp(found, expected) == 0;
}

static bool
is_revoked(struct store_fixture *f, const struct lg_user_row *user, int index)
{
	unsigned char sid[LG_SID_SIZE];
	struct lg_session_row session;
	sid_of(index, sid);
	CHECK_OK(lg_store_session_read(f->store, f->cx, f->pool.pool, user->uid, sid, &session));
	CHECK(session.revoked != session.tracked && (session.sealed.len > 0) == session.tracked);
	return session.revoked;
}

TEST(tracked_session_is_listed_with_what_was_kept)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_user_row other = fixture_user(&f, "bob");
	CHECK_OK(track(&f, f.cx, &user, 1, LG_HOUR_MS));
	CHECK_CODE(track(&f, f.cx, &user, 1, LG_HOUR_MS), LG_E_CONFLICT);

	struct lg_tracked_session *sessions;
	CHECK(list(&f, &other, &sessions) == 0);
	CHECK(list(&f, &user, &sessions) == 1);
	CHECK_STR(sessions[0].client_id, LG_STR("client"));
	CHECK_STR(sessions[0].detail.last_ip, LG_STR("192.0.2.1"));
	CHECK_STR(sessions[0].detail.device_type, LG_STR("Firefox, Linux"));
	CHECK(sessions[0].active.ms == f.cx->now.ms && sessions[0].detail.created.v.ms == f.cx->now.ms);

	struct lg_user_row read;
	struct lg_session_row session;
	struct lg_rec_tracked_session detail;
	CHECK_OK(lg_store_user_read_session(
		f.store, f.cx, f.pool.pool, user.uid, 0, sessions[0].sid, &read, &session));
	CHECK(session.tracked && session.active.ms == f.cx->now.ms && session.gen == 0 && !session.revoked);
	CHECK_OK(lg_store_session_detail(f.cx, &read, sessions[0].sid, &session, &detail));
	CHECK_STR(detail.last_ip, LG_STR("192.0.2.1"));
	fixture_close(&f);
}

TEST(least_recently_used_session_goes_first)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	for (int i = 1; i <= MAX; i++) {
		CHECK_OK(track(&f, f.cx, &user, i, LG_DAY_MS));
		f.cx->now.ms++;
	}
	unsigned char first[LG_SID_SIZE];
	struct lg_rec_tracked_session detail = { .last_ip = LG_STR("192.0.2.2") };
	sid_of(1, first);
	CHECK_OK(lg_store_session_touch(f.store, f.cx, &user, first, &detail));
	CHECK(lists(&f, &user, "1 5 4 3 2"));

	f.cx->now.ms++;
	CHECK_OK(track(&f, f.cx, &user, 6, LG_DAY_MS));
	CHECK(lists(&f, &user, "6 1 5 4 3"));
	CHECK(is_revoked(&f, &user, 2) && !is_revoked(&f, &user, 1));

	/* It has ended: using it brings nothing back. */
	sid_of(2, first);
	f.cx->now.ms++;
	CHECK_OK(lg_store_session_touch(f.store, f.cx, &user, first, &detail));
	CHECK(lists(&f, &user, "6 1 5 4 3") && is_revoked(&f, &user, 2));
	/* A clock that is behind takes nothing away. */
	sid_of(6, first);
	f.cx->now.ms -= 2;
	CHECK_OK(lg_store_session_touch(f.store, f.cx, &user, first, &detail));
	CHECK(lists(&f, &user, "6 1 5 4 3"));
	fixture_close(&f);
}

TEST(session_that_has_ended_by_itself_does_not_count)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	CHECK_OK(track(&f, f.cx, &user, 1, LG_DAY_MS));
	for (int i = 2; i <= MAX; i++)
		CHECK_OK(track(&f, f.cx, &user, i, LG_HOUR_MS));
	f.cx->now.ms += LG_HOUR_MS;
	CHECK(lists(&f, &user, "1"));
	for (int i = 6; i < 6 + MAX - 1; i++)
		CHECK_OK(track(&f, f.cx, &user, i, LG_HOUR_MS));
	CHECK(lists(&f, &user, "9 8 7 6 1"));

	unsigned char ended[LG_SID_SIZE];
	sid_of(2, ended);
	CHECK_CODE(lg_store_session_end(f.store, f.cx, &user, ended), LG_E_NOT_FOUND);
	fixture_close(&f);
}

TEST(sessions_come_in_pages_that_miss_none)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	for (int i = 1; i <= MAX; i++) {
		CHECK_OK(track(&f, f.cx, &user, i, LG_DAY_MS));
		f.cx->now.ms += i % 2; /* two of a millisecond */
	}
	struct lg_tracked_session last, *page;
	size_t count, total = 0;
	for (bool more = false;; more = true) {
		CHECK_OK(lg_store_session_page(f.store, f.cx, &user, more ? &last : NULL, 2, &page, &count));
		if (count == 0)
			break;
		total += count;
		last = page[count - 1];
	}
	CHECK(total == MAX);
	fixture_close(&f);
}

TEST(session_ends_once_or_with_all_others)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_user_row other = fixture_user(&f, "bob");
	unsigned char sid[LG_SID_SIZE];
	for (int i = 1; i <= 3; i++)
		CHECK_OK(track(&f, f.cx, &user, i, LG_DAY_MS));
	CHECK_OK(track(&f, f.cx, &other, 1, LG_DAY_MS));

	sid_of(1, sid);
	CHECK_OK(lg_store_session_end(f.store, f.cx, &user, sid));
	CHECK_CODE(lg_store_session_end(f.store, f.cx, &user, sid), LG_E_NOT_FOUND);
	CHECK(lists(&f, &user, "3 2") && lists(&f, &other, "1") && is_revoked(&f, &user, 1));
	sid_of(4, sid);
	CHECK_CODE(lg_store_session_end(f.store, f.cx, &user, sid), LG_E_NOT_FOUND);

	/* The other way to revoke takes it from the list, too. */
	struct lg_batch *batch;
	sid_of(2, sid);
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_session_revoke(batch, f.pool.pool, user.uid, sid, LG_STR("client"), row_end(f.cx, 0));
	CHECK_OK(lg_store_commit(batch));
	CHECK(lists(&f, &user, "3") && is_revoked(&f, &user, 2));

	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_update(batch, &user, 0);
	lg_store_session_end_all(batch, &user);
	CHECK_OK(lg_store_commit(batch));
	CHECK(lists(&f, &user, "") && lists(&f, &other, "1") && is_revoked(&f, &user, 3));
	fixture_close(&f);
}

TEST(rotation_notes_the_use_of_a_tracked_session_only)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	unsigned char tracked[LG_SID_SIZE], plain[LG_SID_SIZE];
	const struct lg_rec_tracked_session detail = { .last_ip = LG_STR("2001:db8::1") };
	sid_of(1, tracked);
	sid_of(2, plain);
	CHECK_OK(track(&f, f.cx, &user, 1, LG_DAY_MS));
	f.cx->now.ms += LG_MINUTE_MS;
	struct lg_rotation rotation = { .sid = tracked, .client_id = LG_STR("client"),
		.expires = row_end(f.cx, LG_DAY_MS), .detail = &detail };
	struct lg_tracked_session *sessions;
	for (int64_t gen = 0; gen < 3; gen++) {
		rotation.gen = gen;
		rotation.detail = gen == 1 ? NULL : &detail;
		f.cx->now.ms += LG_MINUTE_MS;
		CHECK_OK(lg_store_session_rotate(f.store, f.cx, &user, &rotation));
		CHECK(list(&f, &user, &sessions) == 1);
		CHECK_STR(sessions[0].detail.last_ip, LG_STR("2001:db8::1"));
		CHECK(sessions[0].active.ms == f.cx->now.ms - (gen == 1) * LG_MINUTE_MS);
	}
	rotation.detail = NULL;
	rotation.sid = plain;
	for (rotation.gen = 0; rotation.gen < 2; rotation.gen++)
		CHECK_OK(lg_store_session_rotate(f.store, f.cx, &user, &rotation));
	CHECK(lists(&f, &user, "1"));

	CHECK_OK(lg_store_session_end(f.store, f.cx, &user, tracked));
	rotation.sid = tracked;
	rotation.gen = 3;
	rotation.detail = &detail;
	CHECK_CODE(lg_store_session_rotate(f.store, f.cx, &user, &rotation), LG_E_SPENT);
	CHECK(lists(&f, &user, ""));
	fixture_close(&f);
}

TEST(nobody_signs_in_whose_sign_out_came_first)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_user_row changed = user;
	struct lg_batch *batch;
	changed.signout_gen++;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_update(batch, &changed, 0);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(track(&f, f.cx, &user, 1, LG_DAY_MS), LG_E_CONFLICT);
	CHECK(lists(&f, &user, ""));
	CHECK_OK(track(&f, f.cx, &changed, 1, LG_DAY_MS));

	changed.version = 2;
	changed.enabled = false;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_update(batch, &changed, 0);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(track(&f, f.cx, &changed, 2, LG_DAY_MS), LG_E_CONFLICT);
	struct lg_user_row nobody = { .pool = f.pool.pool, .uid = { 3 }, .key = user.key };
	CHECK_CODE(track(&f, f.cx, &nobody, 1, LG_DAY_MS), LG_E_CONFLICT);
	fixture_close(&f);
}

static lg_status
track_one_of_many(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	return track(f, cx, arg, 100 + index, LG_DAY_MS);
}

TEST(sign_ins_at_once_never_exceed_the_maximum)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_tracked_session *sessions;
	for (int round = 0; round < 3; round++) {
		f.cx->now.ms++;
		CHECK_OK(track(&f, f.cx, &user, round + 1, LG_DAY_MS));
	}
	CHECK(run_threads(&f, 64, track_one_of_many, &user, LG_E_OK) == 64);
	CHECK(list(&f, &user, &sessions) == MAX);
	int revoked = 0;
	for (int i = 0; i < 64; i++)
		revoked += is_revoked(&f, &user, 100 + i);
	CHECK(revoked == 64 - MAX);
	fixture_close(&f);
}

/* Signs in, signs out everywhere, or ends all that is listed. */
static lg_status
come_or_go(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	const struct lg_user_row *user = arg;
	unsigned char sid[LG_SID_SIZE];
	if (index % 4)
		return track(f, cx, user, index, LG_DAY_MS);
	struct lg_tracked_session *sessions;
	size_t count;
	LG_TRY(lg_store_session_page(f->store, cx, user, NULL, 100, &sessions, &count));
	for (size_t i = 0; i < count; i++) {
		memcpy(sid, sessions[i].sid, LG_SID_SIZE);
		lg_status s = lg_store_session_end(f->store, cx, user, sid);
		if (lg_failed(s) && s.code != LG_E_NOT_FOUND)
			return s;
	}
	return LG_OK;
}

TEST(sessions_that_come_and_go_at_once_stay_within_the_maximum)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_tracked_session *sessions;
	CHECK(run_threads(&f, 64, come_or_go, &user, LG_E_OK) == 64);
	CHECK(list(&f, &user, &sessions) <= MAX);
	fixture_close(&f);
}

/* Rotates from the newest generation, again when another was faster; one of many revokes instead. */
static lg_status
rotate_or_revoke(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	const struct lg_user_row *user = arg;
	const struct lg_rec_tracked_session detail = { .last_ip = LG_STR("192.0.2.9") };
	unsigned char sid[LG_SID_SIZE];
	sid_of(1, sid);
	if (index == 40)
		return lg_store_session_end(f->store, cx, user, sid);
	for (;;) {
		struct lg_session_row session;
		LG_TRY(lg_store_session_read(f->store, cx, user->pool, user->uid, sid, &session));
		if (session.revoked)
			return LG_STATUS(LG_E_SPENT);
		const struct lg_rotation rotation = { .sid = sid, .client_id = LG_STR("client"),
			.gen = session.gen, .expires = row_end(cx, LG_DAY_MS), .detail = &detail };
		lg_status s = lg_store_session_rotate(f->store, cx, user, &rotation);
		if (s.code != LG_E_SPENT)
			return s;
	}
}

TEST(each_rotation_is_one_generation_and_none_follows_a_revocation)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_session_row session;
	unsigned char sid[LG_SID_SIZE];
	sid_of(1, sid);
	CHECK_OK(track(&f, f.cx, &user, 1, LG_DAY_MS));
	const int done = run_threads(&f, 64, rotate_or_revoke, &user, LG_E_OK);
	CHECK_OK(lg_store_session_read(f.store, f.cx, f.pool.pool, user.uid, sid, &session));
	CHECK(session.revoked && !session.tracked && session.sealed.len == 0);
	assert_int_equal(session.gen, done - 1); /* one of them revoked */
	fixture_close(&f);
}

TEST(database_without_tracking_is_brought_up_to_date)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	run_sql(&f, "DROP TABLE identity_pool");
	run_sql(&f, "DROP INDEX session_by_use");
	run_sql(&f, "ALTER TABLE session DROP COLUMN active_ms");
	run_sql(&f, on_sqlite() ? "UPDATE store_meta SET value = CAST('1' AS BLOB) WHERE name = 'layout'"
		: "UPDATE store_meta SET value = '1' WHERE name = 'layout'");
	fixture_reopen(&f);
	CHECK_OK(track(&f, f.cx, &user, 1, LG_DAY_MS));
	CHECK(lists(&f, &user, "1"));
	fixture_close(&f);
}
