/* Sessions of CUSTOM_AUTH: one guess each, and what does not fit into them (spec/sign-in.md 1, DATA 6). */
#include "domain/auth/auth.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/custom.h"

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

TEST(of_many_answers_to_one_session_one_is_looked_at)
{
	struct fixture *f = custom_with_riddles(true);
	lg_str session = custom_asked(f, LG_STR("alice"));
	struct racer racers[RACERS];
	const struct lg_str_map *params = PARAMS(ALICE, P("ANSWER", LG_STR("8")));
	fixture_request(f);
	for (int i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){ .f = f, .call = { .pool = f->pool, .client = f->client,
			.challenge = CHALLENGE, .session = session,
			.params = params } };
		fixture_thread_ctx(f, &racers[i].t, (uint64_t)i + 1);
		assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
	}
	int succeeded = 0;
	for (int i = 0; i < RACERS; i++) {
		pthread_join(racers[i].thread, NULL);
		succeeded += !lg_failed(racers[i].result);
		lg_test_ctx_done(&racers[i].t);
	}
	assert_int_equal(succeeded, 1);
	assert_int_equal(functions_calls(&custom_functions, LG_STR("riddle-verify")), 1);
	fixture_free(f);
}

TEST(a_session_is_of_one_user_one_client_and_a_few_minutes)
{
	struct fixture *f = custom_with_riddles(false);
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	lg_str session = custom_asked(f, LG_STR("alice"));
	struct lg_auth_step step;
	custom_check(f, custom_answer(f, LG_STR("bob"), session, LG_STR("8"), &step), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user.");
	custom_check(f, custom_answer(f, LG_STR("alice"), LG_STR("AYABeAYABeAYABeAYABeAYABe"), LG_STR("8"),
		&step),
		LG_E_NOT_AUTHORIZED, "Invalid session for the user.");
	lg_str client = f->client_id;
	custom_client(f, false);
	custom_check(f, custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user.");
	f->client_id = client;
	fixture_advance_s(f, 180);
	custom_check(f, custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user, session is expired.");
	assert_int_equal(functions_calls(&custom_functions, LG_STR("riddle-verify")), 0);
	fixture_free(f);
}

/* Private parameters of so many bytes. */
static void
tell_private(size_t bytes)
{
	static char text[FUNCTIONS_MAX_BYTES];
	int len = snprintf(text, sizeof(text), "{\"response\":{\"privateChallengeParameters\":{\"p\":\"");
	memset(text + len, 'x', bytes);
	snprintf(text + len + bytes, sizeof(text) - (size_t)len - bytes, "\"}}}");
	functions_tell(&custom_functions, LG_STR("create"), LG_FUNCTION_ANSWERED, lg_str_from_c(text));
}

TEST(what_does_not_fit_into_a_session_is_stored)
{
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"CUSTOM_CHALLENGE\"}");
	custom_tell("verify", "{\"answerCorrect\":true}");
	static const lg_str names[] = { LG_STR_INIT("alice"), LG_STR_INIT("nobody") };
	static const size_t sizes[] = { 0, 300, 500, 3000, 20000 };
	for (size_t n = 0; n < LG_LEN(names); n++) {
		for (size_t i = 0; i < LG_LEN(sizes); i++) {
			struct lg_auth_step step;
			tell_private(sizes[i]);
			lg_str session = custom_asked(f, names[n]);
			const bool stored = f->t.cx.work.batches > 0;
			CHECK(stored == (sizes[i] >= 500));
			CHECK_OK(custom_answer(f, names[n], session, LG_STR("x"), &step));
			assert_int_equal(custom_seen(f, "verify", "privateChallengeParameters").len,
				strlen("{\"p\":\"\"}") + sizes[i]);
		}
	}
	fixture_free(f);
}

TEST(places_for_stored_state_are_few)
{
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"CUSTOM_CHALLENGE\"}");
	custom_tell("verify", "{\"answerCorrect\":true}");
	tell_private(1000);
	lg_str sessions[64];
	for (size_t i = 0; i < LG_LEN(sessions); i++)
		sessions[i] = custom_asked(f, LG_STR("alice"));
	size_t live = 0;
	for (size_t i = 0; i < LG_LEN(sessions); i++) {
		struct lg_auth_step step;
		lg_status s = custom_answer(f, LG_STR("alice"), sessions[i], LG_STR("x"), &step);
		live += !lg_failed(s);
		if (lg_failed(s))
			custom_check(f, s, LG_E_NOT_AUTHORIZED, "Invalid session for the user.");
	}
	CHECK(live >= 1 && live <= 16);
	fixture_free(f);
}

TEST(more_than_can_be_stored_is_no_answer)
{
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"CUSTOM_CHALLENGE\"}");
	custom_tell("verify", "{\"answerCorrect\":false}");
	custom_tell("create", "{}");
	struct lg_auth_step step;
	lg_str session = custom_asked(f, LG_STR("alice"));
	/* Metadata adds up, round by round. */
	static char text[FUNCTIONS_MAX_BYTES];
	int len = snprintf(text, sizeof(text), "{\"response\":{\"challengeMetadata\":\"");
	memset(text + len, 'x', 20000);
	snprintf(text + len + 20000, sizeof(text) - (size_t)len - 20000, "\"}}");
	functions_tell(&custom_functions, LG_STR("create"), LG_FUNCTION_ANSWERED, lg_str_from_c(text));
	int rounds = 0;
	lg_status s;
	while (!lg_failed(s = custom_answer(f, LG_STR("alice"), session, LG_STR("x"), &step))) {
		session = kept(step.session);
		rounds++;
	}
	CHECK_CODE(s, LG_E_INVALID_LAMBDA_RESPONSE);
	assert_int_equal(rounds, 3);
	fixture_free(f);
}

TEST(the_longest_name_leaves_room_in_a_session)
{
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"CUSTOM_CHALLENGE\"}");
	char name[4 * 128 + 1] = "";
	for (int i = 0; i < 128; i++)
		memcpy(name + 4 * (size_t)i, "\xf0\x9f\x98\x80", 4);
	fixture_user(f, kept(lg_str_from_c(name)), LG_STR_NONE);
	for (size_t size = 380; size <= 480; size += 4) {
		struct lg_auth_step step;
		tell_private(size);
		CHECK_OK(sign_in_initiate(f, CUSTOM, PARAMS(P("USERNAME", lg_str_from_c(name)),
			P("DEVICE_KEY", LG_STR("us-east-1_a1b2c3d4-5678-90ab-cdef-EXAMPLE22222"))), &step));
		CHECK(step.session.len <= 2048);
	}
	fixture_free(f);
}
