/* Sign-in: who is told what, what a proof is worth and costs (spec/sign-in.md 1, 6.2). */
#include "domain/auth/auth.h"

#include <pthread.h>
#include <string.h>

#include "codec/bytes.h"
#include "tests/lib/sign_in.h"

#define INCORRECT "Incorrect username or password."

static void
check_text(struct fixture *f, lg_status s, int code, const char *text)
{
	CHECK_CODE(s, code);
	CHECK_STR(lg_failure_text(&f->t.cx, code), lg_str_from_c(text));
}

static void
check_incorrect(struct fixture *f, lg_status s)
{
	check_text(f, s, LG_E_NOT_AUTHORIZED, INCORRECT);
}

/* A client that tells nobody who exists, when `hides` is set. */
static struct fixture *
with_alice(bool hides)
{
	lg_str flows[] = { LG_STR("ALLOW_USER_SRP_AUTH"), LG_STR("ALLOW_USER_PASSWORD_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
		.prevent_user_existence_errors = hides ? LG_STR("ENABLED") : LG_STR_NONE,
	};
	struct fixture *f = sign_in_fixture(NULL, &client);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	return f;
}

/* ---- known and unknown ---- */

static void
check_same_work(struct lg_work known, struct lg_work unknown)
{
	assert_int_equal(known.hashes, unknown.hashes);
	assert_int_equal(known.modexps, unknown.modexps);
	assert_int_equal(known.signatures, unknown.signatures);
	assert_int_equal(known.reads, unknown.reads);
	assert_int_equal(known.batches, unknown.batches);
	assert_int_equal(known.messages, unknown.messages);
}

static struct lg_work
work_of_password(struct fixture *f, lg_str name)
{
	struct lg_auth_step step;
	check_incorrect(f, sign_in_password(f, name, LG_STR("wrong"), &step));
	return f->t.cx.work;
}

TEST(a_wrong_password_costs_the_same_whether_the_user_exists_or_not)
{
	struct fixture *f = with_alice(true);
	check_same_work(work_of_password(f, LG_STR("alice")), work_of_password(f, LG_STR("nobody")));
	assert_int_equal(f->t.cx.work.modexps, 1);
	fixture_free(f);
}

TEST(a_wrong_password_costs_the_same_where_events_are_kept)
{
	struct fixture *f = with_alice(true);
	const unsigned batches = work_of_password(f, LG_STR("alice")).batches;
	struct lg_idp_user_pool_add_ons_type add_ons = { .advanced_security_mode = LG_STR("AUDIT") };
	fixture_use_pool(f, &(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("protected"),
		.user_pool_tier = LG_STR("PLUS"), .user_pool_add_ons = &add_ons });
	lg_str flow = LG_STR("ALLOW_USER_PASSWORD_AUTH");
	fixture_use_client(f, &(struct lg_idp_create_user_pool_client_request){
		.explicit_auth_flows = { .items = &flow, .count = 1, .has = true },
		.prevent_user_existence_errors = LG_STR("ENABLED") });
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	check_same_work(work_of_password(f, LG_STR("alice")), work_of_password(f, LG_STR("nobody")));
	assert_int_equal(f->t.cx.work.batches, batches + 1);
	fixture_free(f);
}

TEST(an_srp_challenge_and_a_wrong_proof_cost_the_same_too)
{
	struct fixture *f = with_alice(true);
	struct lg_work begun[2], answered[2];
	static const lg_str names[2] = { LG_STR_INIT("alice"), LG_STR_INIT("nobod") };
	size_t lengths[2];
	for (int i = 0; i < 2; i++) {
		struct srp_answer answer;
		CHECK_OK(sign_in_srp_begin(f, names[i], LG_STR("wrong"), &answer));
		begun[i] = f->t.cx.work;
		lengths[i] = answer.block.len;
		struct lg_auth_step step;
		check_incorrect(f, sign_in_srp_answer(f, &answer, &step));
		answered[i] = f->t.cx.work;
	}
	check_same_work(begun[0], begun[1]);
	check_same_work(answered[0], answered[1]);
	assert_int_equal(lengths[0], lengths[1]);
	assert_int_equal(begun[0].modexps, 1);
	assert_int_equal(answered[0].modexps, 2);
	fixture_free(f);
}

TEST(a_locked_account_is_locked_whether_it_exists_or_not)
{
	struct fixture *f = with_alice(true);
	static const lg_str names[] = { LG_STR_INIT("alice"), LG_STR_INIT("nobody") };
	struct lg_auth_step step;
	for (size_t n = 0; n < LG_LEN(names); n++) {
		for (int i = 0; i < 5; i++)
			check_incorrect(f, sign_in_password(f, names[n], LG_STR("wrong"), &step));
		check_text(f, sign_in_password(f, names[n], FIXTURE_PASSWORD, &step), LG_E_NOT_AUTHORIZED,
			"Password attempts exceeded");
		check_text(f, sign_in_srp(f, names[n], FIXTURE_PASSWORD, &step), LG_E_NOT_AUTHORIZED,
			"Password attempts exceeded");
	}
	fixture_free(f);
}

TEST(a_client_that_hides_nobody_says_who_does_not_exist)
{
	struct fixture *f = with_alice(false);
	struct lg_auth_step step;
	CHECK_CODE(sign_in_password(f, LG_STR("nobody"), LG_STR("x"), &step), LG_E_USER_NOT_FOUND);
	CHECK_CODE(sign_in_srp(f, LG_STR("nobody"), LG_STR("x"), &step), LG_E_USER_NOT_FOUND);
	fixture_free(f);
}

/* ---- states ---- */

static void
set_state(struct fixture *f, enum lg_user_status status, bool enabled, bool with_password)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_CREDENTIAL, &user));
	user->row.status = status;
	user->row.enabled = enabled;
	if (!with_password)
		user->row.credential = (struct lg_rec_credential){ 0 };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_CREDENTIAL);
	CHECK_OK(lg_store_commit(batch));
}

TEST(what_the_state_has_to_say_comes_after_the_password)
{
	static const struct {
		enum lg_user_status status;
		bool enabled;
		int code;
	} states[] = {
		{ LG_USER_CONFIRMED, true, LG_E_OK },
		{ LG_USER_CONFIRMED, false, LG_E_NOT_AUTHORIZED },
		{ LG_USER_UNCONFIRMED, true, LG_E_USER_NOT_CONFIRMED },
		{ LG_USER_UNCONFIRMED, false, LG_E_NOT_AUTHORIZED },
		{ LG_USER_RESET_REQUIRED, true, LG_E_PASSWORD_RESET_REQUIRED },
		{ LG_USER_COMPROMISED, true, LG_E_PASSWORD_RESET_REQUIRED },
		{ LG_USER_FORCE_CHANGE_PASSWORD, true, LG_E_OK },
		{ LG_USER_ARCHIVED, true, LG_E_NOT_AUTHORIZED },
		{ LG_USER_UNKNOWN, true, LG_E_NOT_AUTHORIZED },
		{ LG_USER_EXTERNAL_PROVIDER, true, LG_E_NOT_AUTHORIZED },
	};
	struct fixture *f = with_alice(false);
	for (size_t i = 0; i < LG_LEN(states); i++) {
		set_state(f, states[i].status, states[i].enabled, true);
		struct lg_auth_step step;
		check_incorrect(f, sign_in_password(f, LG_STR("alice"), LG_STR("wrong"), &step));
		CHECK_CODE(sign_in_srp(f, LG_STR("alice"), FIXTURE_PASSWORD, &step), states[i].code);
		CHECK_CODE(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step), states[i].code);
		CHECK(step.done == (i == 0));
	}
	fixture_free(f);
}

TEST(an_imported_user_is_told_to_reset_only_where_existence_is_told)
{
	struct fixture *f = with_alice(false);
	set_state(f, LG_USER_RESET_REQUIRED, true, false);
	struct lg_auth_step step;
	CHECK_CODE(sign_in_password(f, LG_STR("alice"), LG_STR("x"), &step), LG_E_PASSWORD_RESET_REQUIRED);
	CHECK_CODE(sign_in_srp(f, LG_STR("alice"), LG_STR("x"), &step), LG_E_PASSWORD_RESET_REQUIRED);
	fixture_free(f);

	f = with_alice(true);
	set_state(f, LG_USER_RESET_REQUIRED, true, false);
	check_incorrect(f, sign_in_password(f, LG_STR("alice"), LG_STR("x"), &step));
	check_incorrect(f, sign_in_srp(f, LG_STR("alice"), LG_STR("x"), &step));
	fixture_free(f);
}

/* ---- triggers ---- */

TEST(a_trigger_that_has_a_say_is_not_passed_over)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	struct lg_idp_lambda_config_type triggers = {
		.pre_authentication = LG_STR("arn:aws:lambda:us-east-1:123456789012:function:x"),
	};
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("x"),
		.lambda_config = &triggers };
	fixture_use_pool(f, &pool);
	fixture_use_client(f, NULL);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	struct lg_auth_step step;
	check_text(f, sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step), LG_E_NOT_IMPLEMENTED,
		"Trigger PreAuthentication is not implemented yet (issue 3).");
	fixture_free(f);
}

/* ---- costs, faults, races ---- */

TEST(sign_ins_cost_no_more_round_trips_than_promised)
{
	struct fixture *f = with_alice(true);
	sign_in_tokens(f, LG_STR("alice"));
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	const struct lg_work *work = &f->t.cx.work;
	assert_int_equal(work->reads, 3);
	assert_int_equal(work->batches, 0);
	assert_int_equal(work->modexps, 1);
	assert_int_equal(work->signatures, 2);
	struct srp_answer answer;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	assert_int_equal(work->reads, 2);
	assert_int_equal(work->batches, 0);
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	assert_int_equal(work->reads, 2);
	assert_int_equal(work->batches, 1);
	fixture_free(f);
}

TEST(without_the_store_a_sign_in_is_neither_right_nor_wrong)
{
	struct fixture *f = with_alice(true);
	struct srp_answer answer;
	struct lg_auth_step step;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	f->db.away = true;
	CHECK_CODE(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step), LG_E_UNAVAILABLE);
	CHECK_CODE(sign_in_srp_answer(f, &answer, &step), LG_E_UNAVAILABLE);
	f->db.away = false;
	CHECK_OK(sign_in_srp_answer(f, &answer, &step));
	fixture_free(f);
}

#define RACERS 8

struct racer {
	pthread_t thread;
	struct fixture *f;
	struct lg_test_ctx t;
	struct lg_auth_call call;
	struct lg_auth_step step;
	lg_status result;
};

static void *
race(void *arg)
{
	struct racer *r = arg;
	r->result = lg_auth_respond(&r->t.cx, &r->f->env, &r->call, &r->step);
	return NULL;
}

/* Answer the same challenge on many threads at once: how many succeed? */
static int
race_answers(struct fixture *f, lg_str challenge, lg_str session, const struct lg_str_map *params)
{
	struct racer racers[RACERS];
	fixture_request(f);
	for (int i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){ .f = f, .call = { .pool = f->pool, .client = f->client,
			.challenge = challenge, .session = session, .params = params } };
		fixture_thread_ctx(f, &racers[i].t, (uint64_t)i + 1);
		assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
	}
	int succeeded = 0;
	for (int i = 0; i < RACERS; i++) {
		pthread_join(racers[i].thread, NULL);
		succeeded += !lg_failed(racers[i].result);
		lg_test_ctx_done(&racers[i].t);
	}
	return succeeded;
}

TEST(of_many_right_proofs_at_once_one_signs_in)
{
	struct fixture *f = with_alice(true);
	sign_in_tokens(f, LG_STR("alice")); /* the pool has its keys */
	struct srp_answer answer;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	assert_int_equal(race_answers(f, LG_STR("PASSWORD_VERIFIER"), LG_STR_NONE,
		PARAMS(P("USERNAME", answer.username), P("PASSWORD_CLAIM_SECRET_BLOCK", answer.block),
			P("PASSWORD_CLAIM_SIGNATURE", answer.signature), P("TIMESTAMP", answer.timestamp))),
			1);
	fixture_free(f);
}

TEST(of_many_answers_to_one_session_one_sets_the_password)
{
	struct fixture *f = with_alice(true);
	sign_in_tokens(f, LG_STR("alice"));
	set_state(f, LG_USER_FORCE_CHANGE_PASSWORD, true, true);
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	CHECK_STR(step.challenge, LG_STR("NEW_PASSWORD_REQUIRED"));
	lg_str session = kept(step.session);
	assert_int_equal(race_answers(f, LG_STR("NEW_PASSWORD_REQUIRED"), session,
		PARAMS(P("USERNAME", LG_STR("alice")), P("NEW_PASSWORD", LG_STR("Another-horse-7")))), 1);
	check_text(f, sign_in_respond(f, LG_STR("NEW_PASSWORD_REQUIRED"), session,
		PARAMS(P("USERNAME", LG_STR("alice")), P("NEW_PASSWORD", LG_STR("Third-horse-55"))), &step),
		LG_E_NOT_AUTHORIZED, "Invalid session for the user, session can only be used once.");
	CHECK_OK(sign_in_password(f, LG_STR("alice"), LG_STR("Another-horse-7"), &step));
	fixture_free(f);
}

TEST(a_session_is_no_token_of_another_kind)
{
	struct fixture *f = with_alice(true);
	struct srp_answer answer;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	struct lg_ctx *cx = fixture_request(f);
	lg_str bytes, block;
	CHECK_OK(lg_base64_decode(cx, answer.block, &bytes));
	CHECK_OK(lg_base64url_encode(cx, bytes, &block));
	block = kept(block);
	struct lg_auth_step step;
	check_text(f, sign_in_respond(f, LG_STR("NEW_PASSWORD_REQUIRED"), block,
		PARAMS(P("USERNAME", LG_STR("alice")), P("NEW_PASSWORD", LG_STR("Another-horse-7"))), &step),
		LG_E_NOT_AUTHORIZED, "Invalid session for the user.");
	fixture_free(f);
}
