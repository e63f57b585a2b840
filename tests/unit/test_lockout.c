#include "tests/lib/fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "domain/auth/lockout.h"

#define THREADS 8
#define GUESSES 25 /* a thread: 200 in all */

static struct lg_user *
alice(struct fixture *f)
{
	struct lg_user *user;
	CHECK_OK(lg_user_find_or_decoy(fixture_request(f), &f->env, f->pool, LG_STR("alice"), 0, &user));
	return user;
}

static int
guess(struct fixture *f, bool right)
{
	const struct lg_user *user = alice(f);
	return lg_lockout_decide(&f->t.cx, &f->env, user, LG_THROTTLE_PASSWORD,
		right ? LG_OK : LG_STATUS(LG_E_MISMATCH)).code;
}

static struct fixture *
with_alice(void)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	return f;
}

static void
fail_times(struct fixture *f, int times)
{
	for (int i = 0; i < times; i++)
		assert_int_equal(guess(f, false), LG_E_MISMATCH);
}

TEST(five_wrong_guesses_are_free_then_even_the_right_one_waits)
{
	struct fixture *f = with_alice();
	fail_times(f, 5);
	assert_int_equal(guess(f, false), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Password attempts exceeded"));
	assert_int_equal(guess(f, true), LG_E_NOT_AUTHORIZED);
	fixture_advance_s(f, 1);
	assert_int_equal(guess(f, true), LG_E_OK);
	fixture_free(f);
}

TEST(lock_doubles_with_every_further_failure)
{
	struct fixture *f = with_alice();
	fail_times(f, 5);
	int64_t lock = 1;
	for (int n = 6; n < 12; n++) {
		fixture_advance_s(f, lock - 1);
		if (lock > 1)
			assert_int_equal(guess(f, false), LG_E_NOT_AUTHORIZED);
		fixture_advance_s(f, 1);
		assert_int_equal(guess(f, false), LG_E_MISMATCH);
		lock *= 2;
	}
	fixture_free(f);
}

TEST(lock_is_never_longer_than_fifteen_minutes)
{
	struct fixture *f = with_alice();
	fail_times(f, 5);
	for (int n = 6; n < 40; n++) {
		fixture_advance_s(f, 900);
		assert_int_equal(guess(f, false), LG_E_MISMATCH);
	}
	fixture_free(f);
}

TEST(attempts_while_locked_do_not_count)
{
	struct fixture *f = with_alice();
	fail_times(f, 5);
	for (int i = 0; i < 20; i++)
		assert_int_equal(guess(f, false), LG_E_NOT_AUTHORIZED);
	fixture_advance_s(f, 1);
	assert_int_equal(guess(f, true), LG_E_OK);
	fixture_free(f);
}

TEST(right_password_resets_the_count)
{
	struct fixture *f = with_alice();
	fail_times(f, 4);
	assert_int_equal(guess(f, true), LG_E_OK);
	fail_times(f, 5);
	assert_int_equal(guess(f, false), LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}

TEST(fifteen_quiet_minutes_reset_the_count)
{
	struct fixture *f = with_alice();
	fail_times(f, 5);
	fixture_advance_s(f, 900);
	fail_times(f, 5);
	assert_int_equal(guess(f, false), LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}

TEST(clean_sign_in_writes_nothing)
{
	struct fixture *f = with_alice();
	const struct lg_user *user = alice(f);
	const unsigned reads = f->t.cx.work.reads;
	CHECK_OK(lg_lockout_decide(&f->t.cx, &f->env, user, LG_THROTTLE_PASSWORD, LG_OK));
	assert_int_equal(f->t.cx.work.batches, 0);
	assert_int_equal(f->t.cx.work.reads, reads + 1);
	fixture_free(f);
}

TEST(other_failures_pass_through)
{
	struct fixture *f = with_alice();
	const struct lg_user *user = alice(f);
	CHECK_CODE(lg_lockout_decide(
			   &f->t.cx, &f->env, user, LG_THROTTLE_PASSWORD, LG_STATUS(LG_E_UNAVAILABLE)),
		LG_E_UNAVAILABLE);
	fixture_free(f);
}

TEST(nobody_is_locked_out_like_somebody)
{
	struct fixture *known = with_alice();
	struct fixture *unknown = fixture_new();
	for (int i = 0; i < 7; i++) {
		assert_int_equal(guess(known, false), guess(unknown, false));
		assert_int_equal(known->t.cx.work.reads, unknown->t.cx.work.reads);
		assert_int_equal(known->t.cx.work.batches, unknown->t.cx.work.batches);
	}
	fixture_free(known);
	fixture_free(unknown);
}

struct race {
	struct fixture *f;
	uint64_t seed;
	bool mixed;
	atomic_int *wrong;
	atomic_int *right;
};

static void *
guess_often(void *arg)
{
	const struct race *race = arg;
	struct fixture *f = race->f;
	struct lg_test_ctx t;
	fixture_thread_ctx(f, &t, race->seed);
	const struct lg_pool *pool;
	struct lg_user *user;
	CHECK_OK(lg_pool_find(&t.cx, &f->env, f->pool_id, &pool));
	CHECK_OK(lg_user_find(&t.cx, &f->env, pool, LG_STR("alice"), 0, &user));
	for (int i = 0; i < GUESSES; i++) {
		const bool right = race->mixed && race->seed == 1 && i % 5 == 0;
		const lg_status s = lg_lockout_decide(&t.cx, &f->env, user, LG_THROTTLE_PASSWORD,
			right ? LG_OK : LG_STATUS(LG_E_MISMATCH));
		if (s.code == LG_E_MISMATCH)
			(*race->wrong)++;
		if (s.code == LG_E_OK)
			(*race->right)++;
	}
	lg_test_ctx_done(&t);
	return NULL;
}

static void
race(bool mixed, int *ret_wrong, int *ret_right)
{
	struct fixture *f = with_alice();
	atomic_int wrong = 0;
	atomic_int right = 0;
	pthread_t threads[THREADS];
	struct race races[THREADS];
	for (size_t i = 0; i < THREADS; i++) {
		races[i] = (struct race){
			.f = f, .seed = i + 1, .mixed = mixed, .wrong = &wrong, .right = &right
		};
		assert_int_equal(pthread_create(&threads[i], NULL, guess_often, &races[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	*ret_wrong = wrong;
	*ret_right = right;
	fixture_free(f);
}

TEST(two_hundred_guesses_at_once_are_answered_five_times)
{
	int wrong;
	int right;
	race(false, &wrong, &right);
	assert_int_equal(wrong, 5);
}

TEST(right_guesses_among_wrong_ones_renew_the_budget_and_no_more)
{
	int wrong;
	int right;
	race(true, &wrong, &right);
	CHECK(wrong >= 5);
	CHECK(wrong <= 5 * (right + 1));
}

static int
take(struct fixture *f, enum lg_throttle_kind kind)
{
	const struct lg_user *user = alice(f);
	return lg_budget_take(&f->t.cx, &f->env, user, kind).code;
}

TEST(hourly_budgets_are_those_of_the_specification)
{
	static const struct {
		enum lg_throttle_kind kind;
		int max;
	} budgets[] = {
		{ LG_THROTTLE_RESEND, 5 },
		{ LG_THROTTLE_CONFIRM, 15 },
		{ LG_THROTTLE_ATTRIBUTE_CODE, 5 },
		{ LG_THROTTLE_ATTRIBUTE_VERIFY, 15 },
		{ LG_THROTTLE_CHANGE_PASSWORD, 5 },
		{ LG_THROTTLE_FORGOT, 20 },
	};
	struct fixture *f = with_alice();
	for (size_t i = 0; i < LG_LEN(budgets); i++) {
		for (int n = 0; n < budgets[i].max; n++)
			assert_int_equal(take(f, budgets[i].kind), LG_E_OK);
		assert_int_equal(take(f, budgets[i].kind), LG_E_LIMIT_EXCEEDED);
		CHECK_STR(lg_failure_text(&f->t.cx, LG_E_LIMIT_EXCEEDED),
			LG_STR("Attempt limit exceeded, please try after some time."));
	}
	fixture_free(f);
}

TEST(budget_is_renewed_an_hour_after_its_first_event)
{
	struct fixture *f = with_alice();
	for (int n = 0; n < 5; n++) {
		assert_int_equal(take(f, LG_THROTTLE_RESEND), LG_E_OK);
		fixture_advance_s(f, 600);
	}
	assert_int_equal(take(f, LG_THROTTLE_RESEND), LG_E_LIMIT_EXCEEDED);
	fixture_advance_s(f, 600);
	assert_int_equal(take(f, LG_THROTTLE_RESEND), LG_E_OK);
	fixture_free(f);
}
