#include "tests/store/fixture.h"

#include <string.h>

static const unsigned char uid[LG_UID_SIZE] = { 7 };
static const unsigned char sid[LG_SID_SIZE] = { 8 };

static lg_time
in_ms(const struct store_fixture *f, int64_t ms)
{
	return lg_time_add_ms(f->cx->now, ms);
}

/* ---- spent ---- */

static lg_status
spend_ten(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	return lg_store_spend(f->store, cx, f->pool.pool, uid, *(lg_str *)arg, 10, in_ms(f, 1000));
}

static lg_status
spend_once_in_batch(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, cx, &batch));
	lg_store_spend_rest_in(batch, f->pool.pool, uid, *(lg_str *)arg, 1, in_ms(f, 1000));
	return lg_store_commit(batch);
}

TEST(nonce_is_spent_exactly_as_often_as_allowed)
{
	struct store_fixture f;
	fixture_open(&f);
	lg_str nonce = LG_STR("nonce");
	int64_t uses;
	CHECK_OK(lg_store_spent_uses(f.store, f.cx, f.pool.pool, uid, nonce, &uses));
	CHECK(uses == 0);
	CHECK(run_threads(&f, 64, spend_ten, &nonce, LG_E_OK) == 10);
	CHECK(run_threads(&f, 64, spend_ten, &nonce, LG_E_SPENT) == 64);
	CHECK_OK(lg_store_spent_uses(f.store, f.cx, f.pool.pool, uid, nonce, &uses));
	CHECK(uses == 10);
	lg_str other = LG_STR("other");
	CHECK(run_threads(&f, 64, spend_once_in_batch, &other, LG_E_OK) == 1);
	CHECK_CODE(lg_store_spend(f.store, f.cx, f.pool.pool, uid, LG_STR("third"), 0, in_ms(&f, 1)),
		LG_E_SPENT);
	fixture_close(&f);
}

static lg_status
spend_the_rest(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	return lg_store_spend_rest(f->store, cx, f->pool.pool, uid, *(lg_str *)arg, 3, in_ms(f, 1000));
}

TEST(right_answer_uses_up_what_wrong_ones_left)
{
	struct store_fixture f;
	fixture_open(&f);
	lg_str nonce = LG_STR("nonce");
	CHECK_OK(lg_store_spend(f.store, f.cx, f.pool.pool, uid, nonce, 3, in_ms(&f, 1000)));
	CHECK(run_threads(&f, 16, spend_the_rest, &nonce, LG_E_OK) == 1);
	CHECK_CODE(lg_store_spend(f.store, f.cx, f.pool.pool, uid, nonce, 3, in_ms(&f, 1000)), LG_E_SPENT);
	lg_str fresh = LG_STR("fresh");
	CHECK(run_threads(&f, 16, spend_the_rest, &fresh, LG_E_OK) == 1);
	fixture_close(&f);
}

/* ---- throttle ---- */

static lg_status
count_failure(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	(void)arg;
	int64_t fails;
	return lg_store_throttle_count(f->store, cx, f->pool.pool, uid, 1, 5, in_ms(f, 60000), &fails);
}

TEST(failures_are_counted_up_to_the_budget_and_again_after_the_window)
{
	struct store_fixture f;
	fixture_open(&f);
	CHECK(run_threads(&f, 64, count_failure, NULL, LG_E_OK) == 5);
	CHECK(run_threads(&f, 8, count_failure, NULL, LG_E_BUDGET) == 8);
	struct lg_throttle seen;
	CHECK_OK(lg_store_throttle_read(f.store, f.cx, f.pool.pool, uid, 1, &seen));
	CHECK(seen.fails == 5 && seen.until.ms == LG_TEST_NOW_MS + 60000);

	f.cx->now.ms += 60000;
	int64_t fails;
	CHECK_OK(lg_store_throttle_count(f.store, f.cx, f.pool.pool, uid, 1, 5, in_ms(&f, 60000), &fails));
	CHECK(fails == 1);
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_throttle_clear(batch, f.pool.pool, uid, 1);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(lg_store_throttle_read(f.store, f.cx, f.pool.pool, uid, 1, &seen));
	CHECK(seen.fails == 0);
	fixture_close(&f);
}

static lg_status
swap_up(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	struct lg_throttle seen = *(struct lg_throttle *)arg;
	struct lg_throttle now = { .fails = seen.fails + 1, .until = in_ms(f, 1000 * (seen.fails + 1)) };
	return lg_store_throttle_swap(f->store, cx, f->pool.pool, uid, 2, seen, now);
}

TEST(throttle_is_swapped_by_one_of_those_who_saw_the_same)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_throttle seen = { 0 };
	for (int i = 0; i < 5; i++) {
		CHECK(run_threads(&f, 32, swap_up, &seen, LG_E_OK) == 1);
		CHECK(run_threads(&f, 4, swap_up, &seen, LG_E_CONFLICT) == 4);
		CHECK_OK(lg_store_throttle_read(f.store, f.cx, f.pool.pool, uid, 2, &seen));
		CHECK(seen.fails == i + 1);
	}
	/* A row whose time is over is still the row that was seen. */
	f.cx->now.ms += LG_HOUR_MS;
	struct lg_throttle now = { .fails = 1, .until = in_ms(&f, 1000) };
	struct lg_throttle none = { 0 };
	CHECK_CODE(lg_store_throttle_swap(f.store, f.cx, f.pool.pool, uid, 2, none, now), LG_E_CONFLICT);
	CHECK_OK(lg_store_throttle_swap(f.store, f.cx, f.pool.pool, uid, 2, seen, now));
	/* And one that is gone was not. */
	CHECK_OK(lg_store_throttle_swap(f.store, f.cx, f.pool.pool, uid, 2, now, none));
	CHECK_CODE(lg_store_throttle_swap(f.store, f.cx, f.pool.pool, uid, 2, now, seen), LG_E_CONFLICT);
	CHECK_OK(lg_store_throttle_read(f.store, f.cx, f.pool.pool, uid, 2, &seen));
	CHECK(seen.fails == 0);
	fixture_close(&f);
}

/* ---- codes ---- */

struct code_case {
	struct lg_user_row user;
	struct lg_code_row code;
};

static void
put_code(struct store_fixture *f, struct code_case *c, unsigned char mac)
{
	c->code = (struct lg_code_row){ .mac = { mac },
		.expires = in_ms(f, 1000),
		.detail = { .medium = LG_STR("EMAIL"), .to = LG_STR("ada@example.org") } };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_code_put(batch, &c->user, LG_STR("signup"), &c->code);
	CHECK_OK(lg_store_commit(batch));
}

static lg_status
miss(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	struct code_case *c = arg;
	return lg_store_code_miss(f->store, cx, &c->user, LG_STR("signup"), &c->code, 5);
}

static lg_status
redeem(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	struct code_case *c = arg;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(f->store, cx, &batch));
	lg_store_code_redeem(batch, &c->user, LG_STR("signup"), &c->code, 5);
	return lg_store_commit(batch);
}

TEST(code_is_read_as_put_and_replaced_by_the_next)
{
	struct store_fixture f;
	fixture_open(&f);
	struct code_case c = { .user = fixture_user(&f, "ada") };
	struct lg_code_row read;
	CHECK_CODE(lg_store_code_read(f.store, f.cx, &c.user, LG_STR("signup"), &read), LG_E_NOT_FOUND);
	put_code(&f, &c, 1);
	CHECK_OK(lg_store_code_read(f.store, f.cx, &c.user, LG_STR("signup"), &read));
	CHECK(memcmp(read.mac, c.code.mac, sizeof(read.mac)) == 0 && read.tries == 0);
	CHECK(read.expires.ms == c.code.expires.ms);
	CHECK_STR(read.detail.to, LG_STR("ada@example.org"));

	struct code_case old = c;
	CHECK_OK(miss(&f, f.cx, 0, &c));
	put_code(&f, &c, 2);
	CHECK_CODE(miss(&f, f.cx, 0, &old), LG_E_BUDGET);
	CHECK_CODE(redeem(&f, f.cx, 0, &old), LG_E_CONFLICT);
	CHECK_OK(lg_store_code_read(f.store, f.cx, &c.user, LG_STR("signup"), &read));
	CHECK(read.mac[0] == 2 && read.tries == 0);
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_code_drop(batch, &c.user, LG_STR("signup"));
	lg_store_code_drop(batch, &c.user, LG_STR("other"));
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(lg_store_code_read(f.store, f.cx, &c.user, LG_STR("signup"), &read), LG_E_NOT_FOUND);
	fixture_close(&f);
}

TEST(code_is_redeemed_once_and_missed_up_to_its_budget)
{
	struct store_fixture f;
	fixture_open(&f);
	struct code_case c = { .user = fixture_user(&f, "ada") };
	put_code(&f, &c, 1);
	CHECK(run_threads(&f, 40, redeem, &c, LG_E_OK) == 1);
	put_code(&f, &c, 2);
	CHECK(run_threads(&f, 64, miss, &c, LG_E_OK) == 5);
	CHECK_CODE(redeem(&f, f.cx, 0, &c), LG_E_CONFLICT);
	fixture_close(&f);
}

static lg_status
miss_or_redeem(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	lg_status s = index % 2 ? redeem(f, cx, index, arg) : miss(f, cx, index, arg);
	/* Told apart by another code: a miss that counted, a redemption that won. */
	return lg_failed(s) ? s : LG_STATUS(index % 2 ? LG_E_EXISTS : LG_E_OK);
}

TEST(misses_and_redemptions_never_exceed_one_budget)
{
	struct store_fixture f;
	fixture_open(&f);
	struct code_case c = { .user = fixture_user(&f, "ada") };
	for (int round = 0; round < 5; round++) {
		put_code(&f, &c, (unsigned char)round);
		CHECK(run_threads(&f, 40, miss_or_redeem, &c, LG_E_EXISTS) <= 1);
		CHECK(run_threads(&f, 8, redeem, &c, LG_E_OK) == 0);
	}
	fixture_close(&f);
}

/* ---- sessions ---- */

static lg_status
rotate(struct store_fixture *f, struct lg_ctx *cx, const struct lg_user_row *user, int64_t gen)
{
	return lg_store_session_rotate(f->store, cx, user, &(struct lg_rotation){
		.sid = sid, .client_id = LG_STR("client"), .gen = gen, .grace_until = in_ms(f, 60000),
		.expires = in_ms(f, LG_DAY_MS), .signout_gen = user->signout_gen });
}

static lg_status
rotate_first(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg)
{
	(void)index;
	return rotate(f, cx, arg, 0);
}

static void
revoke(struct store_fixture *f, const struct lg_user_row *user)
{
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->store, f->cx, &batch));
	lg_store_session_revoke(batch, f->pool.pool, user->uid, sid, LG_STR("client"), in_ms(f, LG_DAY_MS));
	CHECK_OK(lg_store_commit(batch));
}

TEST(session_rotates_from_its_newest_generation_only)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_session_row session;
	CHECK_OK(lg_store_session_read(f.store, f.cx, f.pool.pool, user.uid, sid, &session));
	CHECK(!session.there && session.gen == 0 && !session.revoked);
	CHECK_CODE(rotate(&f, f.cx, &user, 1), LG_E_SPENT);
	CHECK(run_threads(&f, 32, rotate_first, &user, LG_E_OK) == 1);
	CHECK_CODE(rotate(&f, f.cx, &user, 0), LG_E_SPENT);
	CHECK_OK(rotate(&f, f.cx, &user, 1));
	CHECK_CODE(rotate(&f, f.cx, &user, 1), LG_E_SPENT);

	struct lg_user_row read;
	CHECK_OK(lg_store_user_read_session(
		f.store, f.cx, f.pool.pool, user.uid, LG_PART_PROFILE | LG_PART_MFA, sid, &read, &session));
	CHECK(session.there && session.gen == 2 && !session.revoked &&
		session.grace_until.ms == LG_TEST_NOW_MS + 60000);
	CHECK_STR(read.profile.username, LG_STR("ada"));
	unsigned char other[LG_SID_SIZE] = { 0 };
	CHECK_OK(
		lg_store_user_read_session(f.store, f.cx, f.pool.pool, user.uid, 0, other, &read, &session));
	CHECK(!session.there && read.version == 1);
	fixture_close(&f);
}

TEST(revoked_session_never_rotates)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_session_row session;
	revoke(&f, &user);
	revoke(&f, &user);
	CHECK_CODE(rotate(&f, f.cx, &user, 0), LG_E_SPENT);
	CHECK_OK(lg_store_session_read(f.store, f.cx, f.pool.pool, user.uid, sid, &session));
	CHECK(session.there && session.revoked && session.gen == 0);

	struct lg_user_row bob = fixture_user(&f, "bob");
	CHECK_OK(rotate(&f, f.cx, &bob, 0));
	revoke(&f, &bob);
	CHECK_CODE(rotate(&f, f.cx, &bob, 1), LG_E_SPENT);
	fixture_close(&f);
}

TEST(session_of_a_disabled_or_signed_out_user_does_not_rotate)
{
	struct store_fixture f;
	fixture_open(&f);
	struct lg_user_row user = fixture_user(&f, "ada");
	struct lg_batch *batch;
	CHECK_OK(rotate(&f, f.cx, &user, 0));
	struct lg_user_row changed = user;
	changed.enabled = false;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_update(batch, &changed, 0);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(rotate(&f, f.cx, &user, 1), LG_E_SPENT);

	changed.version = 2;
	changed.enabled = true;
	changed.signout_gen = 1;
	CHECK_OK(lg_store_batch(f.store, f.cx, &batch));
	lg_store_user_update(batch, &changed, 0);
	CHECK_OK(lg_store_commit(batch));
	CHECK_CODE(rotate(&f, f.cx, &user, 1), LG_E_SPENT);
	CHECK_OK(rotate(&f, f.cx, &changed, 1));
	struct lg_user_row nobody = { .pool = f.pool.pool, .uid = { 3 } };
	CHECK_CODE(rotate(&f, f.cx, &nobody, 0), LG_E_SPENT);
	fixture_close(&f);
}

/* ---- sweeping ---- */

TEST(sweep_removes_what_is_over_a_few_at_a_time)
{
	struct store_fixture f;
	fixture_open(&f);
	struct code_case c = { .user = fixture_user(&f, "ada") };
	for (int i = 0; i < 10; i++)
		CHECK_OK(lg_store_spend(
			f.store, f.cx, f.pool.pool, uid, lg_str_from_bytes(&i, sizeof(i)), 1, in_ms(&f, i)));
	CHECK_OK(lg_store_spend(f.store, f.cx, f.pool.pool, uid, LG_STR("later"), 1, in_ms(&f, LG_HOUR_MS)));
	put_code(&f, &c, 1);
	revoke(&f, &c.user);
	CHECK_OK(count_failure(&f, f.cx, 0, NULL));

	int64_t removed;
	f.cx->now.ms -= 1;
	CHECK_OK(lg_store_sweep(f.store, f.cx, 4, &removed));
	CHECK(removed == 0);
	f.cx->now.ms += 10 * LG_MINUTE_MS;
	CHECK_OK(lg_store_sweep(f.store, f.cx, 4, &removed));
	CHECK(removed == 4 + 1 + 1);
	CHECK_OK(lg_store_sweep(f.store, f.cx, 4, &removed));
	CHECK(removed == 4);
	CHECK_OK(lg_store_sweep(f.store, f.cx, 4, &removed));
	CHECK(removed == 2);
	CHECK_OK(lg_store_sweep(f.store, f.cx, 4, &removed));
	CHECK(removed == 0);

	/* A revocation stays for the access tokens of the session's last day. */
	struct lg_session_row session;
	f.cx->now.ms += LG_DAY_MS;
	CHECK_OK(lg_store_sweep(f.store, f.cx, 4, &removed));
	CHECK_OK(lg_store_session_read(f.store, f.cx, f.pool.pool, c.user.uid, sid, &session));
	CHECK(session.revoked);
	f.cx->now.ms += LG_DAY_MS;
	CHECK_OK(lg_store_sweep(f.store, f.cx, 4, &removed));
	CHECK(removed == 1);
	fixture_close(&f);
}
