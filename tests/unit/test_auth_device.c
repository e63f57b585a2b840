/* Sign-in with a device: when it is asked, what it must prove, what that is worth (spec/sign-in.md 7). */
#include "domain/auth/auth_steps.h"

#include <pthread.h>
#include <string.h>

#include "codec/bytes.h"
#include "tests/lib/device.h"

#define USED "Invalid session for the user, session can only be used once."

static void
check_text(struct fixture *f, lg_status s, const char *text)
{
	CHECK_CODE(s, LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, lg_str_from_c(text));
}

static void
check_incorrect(struct fixture *f, lg_status s)
{
	check_text(f, s, "Incorrect username or password.");
}

static void
check_unknown(struct fixture *f, lg_status s)
{
	CHECK_CODE(s, LG_E_RESOURCE_NOT_FOUND);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Device does not exist."));
}

static void
edit_alice(struct fixture *f, void (*edit)(struct lg_user_row *))
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	struct lg_batch *batch;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_MFA, &user));
	edit(&user->row);
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	CHECK_OK(lg_store_commit(batch));
}

static void
enable_sms(struct lg_user_row *row)
{
	static lg_str sms = LG_STR_INIT("SMS_MFA");
	row->mfa = (struct lg_rec_mfa){ .enabled = { &sms, 1, true } };
}

static void
disable(struct lg_user_row *row)
{
	row->enabled = false;
}

static void
set_status(struct fixture *f, const struct test_device *device, lg_str status)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), 0, &user));
	CHECK_OK(lg_device_set_status(cx, &f->env, f->pool, user, device->key, status));
}

static void
forget(struct fixture *f, const struct test_device *device)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), 0, &user));
	CHECK_OK(lg_device_forget(cx, &f->env, f->pool, user, device->key));
}

/* The Session of DEVICE_SRP_AUTH, kept. */
static lg_str
challenged(struct fixture *f, const struct test_device *device)
{
	struct lg_auth_step step;
	CHECK_OK(device_password(f, device, &step));
	CHECK(!step.done);
	CHECK_STR(step.challenge, LG_STR("DEVICE_SRP_AUTH"));
	CHECK_STR(lg_str_map_get(&step.params, LG_STR("USERNAME")), LG_STR("alice"));
	return kept(step.session);
}

/* ---- when ---- */

TEST(a_remembered_device_proves_itself_and_is_no_new_one)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	struct lg_auth_step step;
	CHECK_OK(device_sign_in(f, &device, &step));
	CHECK(step.done && !lg_str_present(step.new_device_key));
	lg_str token = kept(step.tokens.access);
	fixture_request(f);
	CHECK_STR(device_access(f, token).device_key, device.key);
	fixture_free(f);
}

TEST(a_device_stands_for_the_second_factor_only_where_the_pool_says_so)
{
	for (int for_mfa = 0; for_mfa < 2; for_mfa++) {
		struct fixture *f = device_fixture((struct device_pool){ .for_mfa = for_mfa });
		const struct test_device device = device_confirmed(f);
		edit_alice(f, enable_sms);
		struct lg_auth_step step;
		if (for_mfa) {
			CHECK_OK(device_sign_in(f, &device, &step));
			CHECK(step.done);
			assert_int_equal(f->messenger.count, 0);
		} else {
			CHECK_OK(device_password(f, &device, &step));
			CHECK_STR(step.challenge, LG_STR("SMS_MFA"));
			lg_str session = kept(step.session);
			CHECK_OK(sign_in_respond(f, LG_STR("SMS_MFA"), session,
				PARAMS(P("USERNAME", LG_STR("alice")), P("SMS_MFA_CODE", fixture_code(f))),
				&step));
			CHECK_STR(step.challenge, LG_STR("DEVICE_SRP_AUTH"));
			struct srp_answer answer;
			CHECK_OK(device_begin(f, &device, kept(step.session), &answer));
			CHECK_OK(device_prove(f, &device, &answer, &step));
			CHECK(step.done);
		}
		fixture_free(f);
	}
}

TEST(a_device_that_is_only_known_is_not_asked_and_replaces_nothing)
{
	struct fixture *f = device_fixture((struct device_pool){ .for_mfa = true, .prompt = true });
	const struct test_device device = device_confirmed(f);
	struct lg_auth_step step;
	CHECK_OK(device_password(f, &device, &step));
	CHECK(step.done && !lg_str_present(step.new_device_key));

	edit_alice(f, enable_sms);
	CHECK_OK(device_password(f, &device, &step));
	CHECK_STR(step.challenge, LG_STR("SMS_MFA"));
	set_status(f, &device, LG_STR("remembered"));
	lg_str session = challenged(f, &device);

	/* Not remembered any more: what was begun leads nowhere. */
	struct srp_answer answer;
	CHECK_OK(device_begin(f, &device, session, &answer));
	set_status(f, &device, LG_STR("not_remembered"));
	check_unknown(f, device_prove(f, &device, &answer, &step));
	check_unknown(f, device_begin(f, &device, session, &answer));
	fixture_free(f);
}

TEST(another_device_that_is_only_known_does_not_answer_for_a_remembered_one)
{
	struct fixture *f = device_fixture((struct device_pool){ .for_mfa = true });
	const struct test_device device = device_confirmed(f), other = device_confirmed(f);
	set_status(f, &other, LG_STR("not_remembered"));
	edit_alice(f, enable_sms);
	lg_str session = challenged(f, &device);
	struct srp_answer answer;
	check_unknown(f, device_begin(f, &other, session, &answer));
	struct lg_auth_step step;
	CHECK_OK(device_begin(f, &device, session, &answer));
	check_unknown(f, device_prove(f, &other, &answer, &step));
	set_status(f, &other, LG_STR("remembered"));
	check_incorrect(f, device_prove(f, &other, &answer, &step)); /* the exchange is the first one's */
	CHECK_OK(device_prove(f, &device, &answer, &step));
	fixture_free(f);
}

TEST(whoever_signs_users_in_for_them_gets_no_new_device)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	struct lg_auth_step step;
	CHECK_OK(sign_in_initiate(f, LG_STR("ADMIN_USER_PASSWORD_AUTH"),
		PARAMS(P("USERNAME", LG_STR("alice")), P("PASSWORD", FIXTURE_PASSWORD)), &step));
	CHECK(step.done && !lg_str_present(step.new_device_key));
	lg_str token = kept(step.tokens.access);
	fixture_request(f);
	CHECK(lg_str_empty(device_access(f, token).device_key));
	fixture_free(f);
}

/* ---- a stale key ---- */

TEST(an_unknown_key_is_told_after_the_password_and_before_anything_is_spent)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device offered = device_offered(f);
	struct lg_auth_step step;
	check_unknown(f, device_password(f, &offered, &step)); /* it was not confirmed */
	check_incorrect(f, sign_in_initiate(f, LG_STR("USER_PASSWORD_AUTH"),
				   PARAMS(P("USERNAME", LG_STR("alice")), P("PASSWORD", LG_STR("wrong")),
					   P("DEVICE_KEY", offered.key)),
				   &step));

	struct srp_answer answer;
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &answer));
	const struct lg_str_map *with_key =
		PARAMS(P("USERNAME", answer.username), P("PASSWORD_CLAIM_SECRET_BLOCK", answer.block),
			P("PASSWORD_CLAIM_SIGNATURE", answer.signature), P("TIMESTAMP", answer.timestamp),
			P("DEVICE_KEY", offered.key));
	for (int i = 0; i < 7; i++)
		check_unknown(
			f, sign_in_respond(f, LG_STR("PASSWORD_VERIFIER"), LG_STR_NONE, with_key, &step));
	CHECK_OK(sign_in_srp_answer(f, &answer, &step)); /* the same answer without it */
	CHECK(step.done && lg_str_present(step.new_device_key));
	fixture_free(f);
}

TEST(a_key_that_nobody_could_have_been_given_is_unknown_too)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	char huge[3000];
	memset(huge, 'a', sizeof(huge));
	const lg_str keys[] = { LG_STR("x"), LG_STR("us-east-1_"), lg_str_from_bytes("a\0b", 3),
		lg_str_from_bytes(huge, sizeof(huge)) };
	for (size_t i = 0; i < LG_LEN(keys); i++) {
		struct lg_auth_step step;
		const struct test_device device = { .key = keys[i] };
		check_unknown(f, device_password(f, &device, &step));
		/* named with the flow: what is not there any more at the end counts as none */
		CHECK_OK(sign_in_initiate(f, LG_STR("USER_SRP_AUTH"),
			PARAMS(P("USERNAME", LG_STR("alice")), P("SRP_A", LG_STR("02")),
				P("DEVICE_KEY", keys[i])),
			&step));
		CHECK(lg_str_map_get(&step.params, LG_STR("SECRET_BLOCK")).len < 4000);
	}
	fixture_free(f);
}

TEST(a_key_with_a_later_answer_is_checked_before_its_code)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device stale = device_offered(f), device = device_confirmed(f);
	edit_alice(f, enable_sms);
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	CHECK_STR(step.challenge, LG_STR("SMS_MFA"));
	lg_str session = kept(step.session), code = kept(fixture_code(f));
	check_unknown(f, sign_in_respond(f, LG_STR("SMS_MFA"), session,
				 PARAMS(P("USERNAME", LG_STR("alice")), P("SMS_MFA_CODE", code),
					 P("DEVICE_KEY", stale.key)),
				 &step));
	CHECK_OK(sign_in_respond(f, LG_STR("SMS_MFA"), session,
		PARAMS(P("USERNAME", LG_STR("alice")), P("SMS_MFA_CODE", code), P("DEVICE_KEY", device.key)),
		&step));
	CHECK_STR(step.challenge, LG_STR("DEVICE_SRP_AUTH"));
	fixture_free(f);
}

TEST(a_device_that_is_forgotten_on_the_way_counts_as_none)
{
	struct fixture *f = device_fixture((struct device_pool){ .for_mfa = true });
	const struct test_device device = device_confirmed(f), other = device_confirmed(f);
	edit_alice(f, enable_sms);
	lg_str session = challenged(f, &device);
	struct srp_answer answer;
	CHECK_OK(device_begin(f, &device, session, &answer));
	forget(f, &device);
	struct lg_auth_step step;
	check_unknown(f, device_prove(f, &device, &answer, &step));
	check_unknown(f, device_begin(f, &device, session, &answer));
	check_unknown(f, device_password(f, &device, &step));
	(void)challenged(f, &other);
	fixture_free(f);
}

TEST(another_users_device_is_unknown)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	struct lg_auth_step step;
	check_unknown(f, sign_in_initiate(f, LG_STR("USER_PASSWORD_AUTH"),
				 PARAMS(P("USERNAME", LG_STR("bob")), P("PASSWORD", FIXTURE_PASSWORD),
					 P("DEVICE_KEY", device.key)),
				 &step));
	fixture_free(f);
}

/* ---- the proof: of the attack list, for devices ---- */

TEST(r1_to_r3_values_of_A_that_no_device_would_choose)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	lg_str session = challenged(f, &device);
	const lg_str values[] = { LG_STR("0"), LG_STR("00"), LG_STR("-1"), LG_STR("g"), LG_STR("0x12") };
	struct lg_auth_step step;
	for (size_t i = 0; i < LG_LEN(values); i++)
		check_incorrect(f, sign_in_respond(f, LG_STR("DEVICE_SRP_AUTH"), session,
					   PARAMS(P("USERNAME", LG_STR("alice")),
						   P("DEVICE_KEY", device.key), P("SRP_A", values[i])),
					   &step));
	struct srp_answer answer;
	CHECK_OK(device_begin(f, &device, session, &answer));
	fixture_free(f);
}

TEST(r5_a_block_of_the_one_kind_does_not_pass_for_the_other)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	struct srp_answer password, answer;
	struct lg_auth_step step;
	CHECK_OK(device_begin(f, &device, challenged(f, &device), &answer));
	CHECK_OK(sign_in_srp_begin(f, LG_STR("alice"), FIXTURE_PASSWORD, &password));
	check_incorrect(f, sign_in_srp_answer(f, &answer, &step));
	check_incorrect(f, device_prove(f, &device, &password, &step));
	struct srp_answer altered = answer;
	altered.block = kept(lg_str_slice(answer.block, 4, answer.block.len));
	check_incorrect(f, device_prove(f, &device, &altered, &step));
	CHECK_OK(device_prove(f, &device, &answer, &step));
	fixture_free(f);
}

TEST(r6_however_many_blocks_a_session_becomes_one_is_answered)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	lg_str session = challenged(f, &device);
	struct srp_answer first, second;
	CHECK_OK(device_begin(f, &device, session, &first));
	CHECK_OK(device_begin(f, &device, session, &second));
	CHECK(!lg_str_eq(first.block, second.block));
	struct lg_auth_step step;
	CHECK_OK(device_prove(f, &device, &second, &step));
	check_text(f, device_prove(f, &device, &second, &step), USED);
	check_text(f, device_prove(f, &device, &first, &step), USED);
	check_text(f, device_begin(f, &device, session, &first), USED);
	fixture_free(f);
}

TEST(r6_wrong_proofs_use_the_session_up_in_whatever_block)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	lg_str session = challenged(f, &device);
	struct lg_auth_step step;
	struct srp_answer answer;
	for (int i = 0; i < 5; i++) {
		CHECK_OK(device_begin(f, &device, session, &answer));
		answer.timestamp = LG_STR("Fri Nov 6 09:05:04 UTC 2026");
		check_incorrect(f, device_prove(f, &device, &answer, &step));
	}
	fixture_advance_s(f, 2);
	check_text(f, device_begin(f, &device, session, &answer), USED);
	fixture_free(f);
}

TEST(r7_a_block_belongs_to_its_client_user_and_password)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	struct srp_answer answer;
	struct lg_auth_step step;
	CHECK_OK(device_begin(f, &device, challenged(f, &device), &answer));
	struct srp_answer as_bob = answer;
	as_bob.username = LG_STR("bob");
	check_text(f, device_prove(f, &device, &as_bob, &step), "Invalid session for the user.");

	lg_str client = f->client_id;
	fixture_use_client(f, NULL);
	check_incorrect(f, device_prove(f, &device, &answer, &step));
	f->client_id = client;
	CHECK_OK(device_prove(f, &device, &answer, &step));
	fixture_free(f);
}

TEST(r8_a_block_ends_with_its_session)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	lg_str session = challenged(f, &device);
	struct srp_answer answer;
	struct lg_auth_step step;
	fixture_advance_s(f, 100);
	CHECK_OK(device_begin(f, &device, session, &answer));
	fixture_advance_s(f, f->client->session_ttl_s - 101);
	CHECK_OK(device_begin(f, &device, session, &answer));
	fixture_advance_s(f, 1);
	check_text(f, device_prove(f, &device, &answer, &step),
		"Invalid session for the user, session is expired.");
	fixture_free(f);
}

TEST(r9_signatures_of_wrong_length_and_form_cost_the_same_work)
{
	static const lg_str signatures[] = { LG_STR_INIT("AA=="), LG_STR_INIT("no base64!"),
		LG_STR_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") };
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	struct srp_answer answer;
	CHECK_OK(device_begin(f, &device, challenged(f, &device), &answer));
	lg_str right = answer.signature;
	struct lg_auth_step step;
	for (size_t i = 0; i < LG_LEN(signatures); i++) {
		answer.signature = signatures[i];
		check_incorrect(f, device_prove(f, &device, &answer, &step));
		assert_int_equal(f->t.cx.work.modexps, 2);
	}
	answer.signature = right;
	CHECK_OK(device_prove(f, &device, &answer, &step));
	fixture_free(f);
}

TEST(r10_B_is_fresh_and_the_salt_is_the_devices)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	lg_str session = challenged(f, &device), before = LG_STR("");
	for (int i = 0; i < 3; i++) {
		struct lg_auth_step step;
		CHECK_OK(sign_in_respond(f, LG_STR("DEVICE_SRP_AUTH"), session,
			PARAMS(P("USERNAME", LG_STR("alice")), P("DEVICE_KEY", device.key),
				P("SRP_A", LG_STR("2"))),
			&step));
		lg_str B = lg_str_map_get(&step.params, LG_STR("SRP_B"));
		CHECK(!lg_str_eq(B, before));
		before = kept(B);
		CHECK_STR(lg_str_map_get(&step.params, LG_STR("SALT")),
			LG_STR("c3a5d7e9b1c2d4f6a8b0c1d2e3f405"));
	}
	fixture_free(f);
}

TEST(wrong_proofs_lock_devices_out_and_nothing_else)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f), other = device_confirmed(f);
	struct test_device wrong = device;
	wrong.password = LG_STR("guessed");
	struct lg_auth_step step;
	for (int i = 0; i < 5; i++)
		check_incorrect(f, device_sign_in(f, &wrong, &step));
	check_text(f, device_sign_in(f, &wrong, &step), "Password attempts exceeded");
	check_text(f, device_sign_in(f, &other, &step), "Password attempts exceeded");
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	fixture_advance_s(f, 2);
	CHECK_OK(device_sign_in(f, &device, &step));
	for (int i = 0; i < 4; i++)
		check_incorrect(f, device_sign_in(f, &wrong, &step)); /* what was right forgave them */
	CHECK_OK(device_sign_in(f, &device, &step));
	fixture_free(f);
}

TEST(who_is_disabled_on_the_way_gets_no_tokens)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	struct srp_answer answer;
	struct lg_auth_step step;
	CHECK_OK(device_begin(f, &device, challenged(f, &device), &answer));
	edit_alice(f, disable);
	check_text(f, device_prove(f, &device, &answer, &step), "User is disabled.");
	fixture_free(f);
}

/* ---- what is kept of it ---- */

TEST(a_device_remembers_when_it_was_used_asked_or_not)
{
	for (int prompt = 0; prompt < 2; prompt++) {
		struct fixture *f = device_fixture((struct device_pool){ .prompt = prompt });
		const struct test_device device = device_confirmed(f);
		fixture_advance_s(f, 3600);
		struct lg_auth_step step;
		if (prompt)
			CHECK_OK(device_password(f, &device, &step));
		else
			CHECK_OK(device_sign_in(f, &device, &step));
		CHECK(step.done);
		const lg_time now = f->t.cx.now;
		struct lg_ctx *cx = fixture_request(f);
		struct lg_user *user;
		struct lg_idp_device_type *shown;
		CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_PROFILE, &user));
		CHECK_OK(lg_device_read(cx, &f->env, f->pool, user, device.key, &shown));
		assert_int_equal(shown->device_last_authenticated_date.v.ms, now.ms);
		CHECK(shown->device_create_date.v.ms < now.ms);
		fixture_free(f);
	}
}

/* ---- at once ---- */

#define THREADS 16

struct race {
	struct fixture *f;
	const struct test_device *device;
	struct srp_answer answer;
	uint64_t seed;
	lg_status got;
	bool wrong; /* it was told that it was, and nothing else */
};

static void *
prove_in_thread(void *arg)
{
	struct race *r = arg;
	struct lg_test_ctx t;
	fixture_thread_ctx(r->f, &t, r->seed);
	const struct lg_auth_call call = { .pool = r->f->pool,
		.client = r->f->client,
		.challenge = LG_STR("DEVICE_PASSWORD_VERIFIER"),
		.params = PARAMS(P("USERNAME", LG_STR("alice")), P("DEVICE_KEY", r->device->key),
			P("PASSWORD_CLAIM_SECRET_BLOCK", r->answer.block),
			P("PASSWORD_CLAIM_SIGNATURE", r->answer.signature),
			P("TIMESTAMP", r->answer.timestamp)) };
	struct lg_auth_step step = { 0 };
	r->got = lg_auth_respond(&t.cx, &r->f->env, &call, &step);
	r->wrong = lg_str_eq(t.cx.failure.text, LG_STR("Incorrect username or password."));
	lg_test_ctx_done(&t);
	return NULL;
}

static void
run_races(struct fixture *f, struct race *races)
{
	pthread_t threads[THREADS];
	fixture_request(f);
	for (size_t i = 0; i < THREADS; i++) {
		races[i].f = f;
		races[i].seed = 100 + i;
		assert_int_equal(pthread_create(&threads[i], NULL, prove_in_thread, &races[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

TEST(of_many_answers_to_one_block_one_is_taken)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	struct srp_answer answer;
	CHECK_OK(device_begin(f, &device, challenged(f, &device), &answer));
	struct race races[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		races[i] = (struct race){ .device = &device, .answer = answer };
	run_races(f, races);
	int taken = 0;
	for (size_t i = 0; i < THREADS; i++) {
		taken += races[i].got.code == LG_E_OK;
		CHECK(races[i].got.code == LG_E_OK || races[i].got.code == LG_E_NOT_AUTHORIZED
			|| races[i].got.code == LG_E_CONFLICT); /* which the caller would begin again */
	}
	assert_int_equal(taken, 1);
	fixture_free(f);
}

TEST(many_guesses_at_once_of_many_sessions_are_answered_five_times)
{
	struct fixture *f = device_fixture((struct device_pool){ 0 });
	const struct test_device device = device_confirmed(f);
	struct test_device wrong = device;
	wrong.password = LG_STR("guessed");
	struct race races[THREADS];
	for (size_t i = 0; i < THREADS; i++) {
		races[i] = (struct race){ .device = &device };
		CHECK_OK(device_begin(f, &wrong, challenged(f, &device), &races[i].answer));
	}
	run_races(f, races);
	int answered = 0;
	for (size_t i = 0; i < THREADS; i++) {
		CHECK_CODE(races[i].got, LG_E_NOT_AUTHORIZED);
		answered += races[i].wrong;
	}
	assert_int_equal(answered, 5);
	struct lg_auth_step step;
	check_text(f, device_sign_in(f, &device, &step), "Password attempts exceeded");
	fixture_free(f);
}
