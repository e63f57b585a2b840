/* CUSTOM_AUTH: DefineAuthChallenge decides, everything else is told to it (spec/sign-in.md 2.1). */
#include "domain/auth/auth.h"

#include "domain/pool/mfa_config.h"
#include "tests/lib/custom.h"
#include "tests/lib/device.h"
#include "tests/lib/totp.h"

/* ---- the loop ---- */

TEST(define_create_verify_and_define_again)
{
	struct fixture *f = custom_with_riddles(true);
	struct lg_auth_step step;
	CHECK_OK(custom_begin(f, LG_STR("alice"), &step));
	CHECK_STR(step.challenge, CHALLENGE);
	assert_int_equal(step.params.count, 2);
	CHECK_STR(lg_str_map_get(&step.params, LG_STR("riddle")), LG_STR("How much are 5 and 3?"));
	CHECK_STR(lg_str_map_get(&step.params, LG_STR("USERNAME")), LG_STR("alice"));
	lg_str session = kept(step.session);
	CHECK_STR(custom_seen(f, "riddle-define", "session"), LG_STR("[]"));
	CHECK_STR(custom_seen(f, "riddle-define", "userNotFound"), LG_STR("false"));
	CHECK_STR(custom_seen(f, "riddle-create", "challengeName"), LG_STR("\"CUSTOM_CHALLENGE\""));
	CHECK_STR(custom_seen(f, "riddle-create", "session"), LG_STR("[]"));

	/* A wrong answer fails nothing. */
	CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("7"), &step));
	CHECK_STR(step.challenge, CHALLENGE);
	session = kept(step.session);
	CHECK_STR(custom_seen(f, "riddle-verify", "challengeAnswer"), LG_STR("\"7\""));
	CHECK_STR(custom_seen(f, "riddle-verify", "privateChallengeParameters"),
		LG_STR("{\"answer\":\"8\"}"));
	CHECK_STR(custom_seen(f, "riddle-define", "session"),
		LG_STR("[" ENTRY("CUSTOM_CHALLENGE", "false", "\"RIDDLE_1\"") "]"));

	CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step));
	CHECK(step.done && lg_str_present(step.tokens.access) && lg_str_present(step.tokens.refresh));
	CHECK_STR(custom_seen(f, "riddle-define", "session"),
		LG_STR("[" ENTRY("CUSTOM_CHALLENGE", "false", "\"RIDDLE_1\"") ","
			ENTRY("CUSTOM_CHALLENGE", "true", "\"RIDDLE_2\"") "]"));
	fixture_free(f);
}

TEST(define_says_when_there_were_enough_wrong_answers)
{
	struct fixture *f = custom_with_riddles(true);
	lg_str session = custom_asked(f, LG_STR("alice"));
	struct lg_auth_step step;
	for (int i = 0; i < 2; i++) {
		CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("7"), &step));
		session = kept(step.session);
	}
	custom_refused(f, custom_answer(f, LG_STR("alice"), session, LG_STR("7"), &step));
	custom_check(f, custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user, session can only be used once.");
	fixture_free(f);
}

TEST(rounds_are_bounded_whatever_define_says)
{
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"CUSTOM_CHALLENGE\"}");
	custom_tell("create", "{}");
	custom_tell("verify", "{\"answerCorrect\":false}");
	lg_str session = custom_asked(f, LG_STR("alice"));
	struct lg_auth_step step;
	int rounds = 1;
	lg_status s;
	while (!lg_failed(s = custom_answer(f, LG_STR("alice"), session, LG_STR("x"), &step))) {
		CHECK(step.session.len <= 2048);
		session = kept(step.session);
		rounds++;
	}
	custom_refused(f, s);
	assert_int_equal(rounds, 32);
	fixture_free(f);
}

/* ---- with SRP ---- */

TEST(srp_first_then_the_riddle)
{
	struct fixture *f = custom_with_riddles(true);
	struct srp_answer proof;
	CHECK_OK(sign_in_srp_begin_in(f, CUSTOM, (struct lg_str_pair)WITH_SRP, LG_STR("alice"),
		FIXTURE_PASSWORD, LG_STR(""), &proof));
	CHECK(lg_str_present(proof.session));
	CHECK_STR(custom_seen(f, "riddle-define", "session"),
		LG_STR("[" ENTRY("SRP_A", "true", "null") "]"));
	CHECK(lg_str_empty(functions_event(&custom_functions, LG_STR("riddle-create"))));

	struct lg_auth_step step;
	CHECK_OK(sign_in_srp_answer(f, &proof, &step));
	CHECK(!step.done);
	CHECK_STR(step.challenge, CHALLENGE);
	lg_str session = kept(step.session);
	CHECK_STR(custom_seen(f, "riddle-define", "session"), LG_STR("[" ENTRY("SRP_A", "true", "null") ","
		ENTRY("PASSWORD_VERIFIER", "true", "null") "]"));
	CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step));
	CHECK(step.done);
	fixture_free(f);
}

TEST(a_wrong_password_ends_it_and_counts_for_lockout)
{
	struct fixture *f = custom_with_riddles(true);
	struct srp_answer proof;
	struct lg_auth_step step;
	for (int i = 0; i < 5; i++) {
		CHECK_OK(sign_in_srp_begin_in(f, CUSTOM, (struct lg_str_pair)WITH_SRP, LG_STR("alice"),
			LG_STR("wrong"), LG_STR(""), &proof));
		custom_refused(f, sign_in_srp_answer(f, &proof, &step));
	}
	assert_int_equal(functions_calls(&custom_functions, LG_STR("riddle-define")), 5);
	custom_check(f, sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step), LG_E_NOT_AUTHORIZED,
		"Password attempts exceeded");
	fixture_free(f);
}

TEST(a_proof_needs_the_session_of_its_sign_in)
{
	struct fixture *f = custom_with_riddles(true);
	struct srp_answer proof;
	struct lg_auth_step step;
	CHECK_OK(sign_in_srp_begin_in(f, CUSTOM, (struct lg_str_pair)WITH_SRP, LG_STR("alice"),
		FIXTURE_PASSWORD, LG_STR(""), &proof));
	lg_str session = proof.session;
	proof.session = LG_STR_NONE;
	CHECK_CODE(sign_in_srp_answer(f, &proof, &step), LG_E_INVALID_PARAMETER);
	proof.session = custom_asked(f, LG_STR("alice"));
	custom_check(f, sign_in_srp_answer(f, &proof, &step), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user.");
	proof.session = session;
	CHECK_OK(sign_in_srp_answer(f, &proof, &step));
	fixture_free(f);
}

/* The pool requires an app from now on. */
static void
require_app(struct fixture *f)
{
	struct lg_idp_software_token_mfa_config_type totp = { .enabled = { true, true } };
	const struct lg_idp_set_user_pool_mfa_config_request in = { .user_pool_id = f->pool_id,
		.mfa_configuration = LG_STR("ON"), .software_token_mfa_configuration = &totp };
	struct lg_idp_set_user_pool_mfa_config_response out = { 0 };
	CHECK_OK(lg_mfa_config_set(fixture_request(f), &f->env, &in, &out));
}

static lg_str
asked_to_set_up(struct fixture *f)
{
	struct srp_answer proof;
	struct lg_auth_step step;
	CHECK_OK(sign_in_srp_begin_in(f, CUSTOM, (struct lg_str_pair)WITH_SRP, LG_STR("alice"),
		FIXTURE_PASSWORD, LG_STR(""), &proof));
	CHECK_OK(sign_in_srp_answer(f, &proof, &step));
	CHECK_STR(step.challenge, LG_STR("MFA_SETUP"));
	return kept(step.session);
}

static lg_status
verify_app(struct fixture *f, lg_str session, lg_str secret)
{
	char code[7];
	lg_str next;
	totp_app_code(secret, lg_clock_now(f->env.clock), 0, code);
	return lg_auth_totp_verify(
		fixture_request(f), &f->env, false, session, lg_str_from_c(code), LG_STR_NONE, &next);
}

TEST(what_is_set_up_on_the_way_in_replaces_nothing_that_came_since)
{
	struct fixture *f = custom_with_riddles(true);
	require_app(f);
	lg_str slow = asked_to_set_up(f), quick = asked_to_set_up(f), late = asked_to_set_up(f);
	lg_str stolen, secret, next;
	CHECK_OK(lg_auth_totp_associate(fixture_request(f), &f->env, false, slow, &stolen, &next));
	slow = kept(next);
	stolen = kept(stolen);
	CHECK_OK(lg_auth_totp_associate(fixture_request(f), &f->env, false, quick, &secret, &next));
	quick = kept(next);
	CHECK_OK(verify_app(f, quick, secret));
	custom_check(f, verify_app(f, slow, stolen), LG_E_NOT_AUTHORIZED, "Invalid session for the user.");
	custom_check(f, lg_auth_totp_associate(fixture_request(f), &f->env, false, late, &stolen, &next),
		LG_E_NOT_AUTHORIZED, "Invalid session for the user.");
	fixture_free(f);
}

TEST(define_may_ask_a_riddle_before_the_password)
{
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"CUSTOM_CHALLENGE\"}");
	custom_tell("create", "{\"challengeMetadata\":\"CAPTCHA\"}");
	custom_tell("verify", "{\"answerCorrect\":true}");
	struct lg_auth_step step;
	CHECK_OK(sign_in_initiate(f, CUSTOM, PARAMS(ALICE, WITH_SRP, P("SRP_A", LG_STR("2"))), &step));
	CHECK(step.session.len <= 2048);
	lg_str session = kept(step.session);
	custom_tell("define", "{\"challengeName\":\"PASSWORD_VERIFIER\"}");
	CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("x"), &step));
	CHECK_STR(step.challenge, LG_STR("PASSWORD_VERIFIER"));
	CHECK(lg_str_present(lg_str_map_get(&step.params, LG_STR("SRP_B"))));
	CHECK_STR(custom_seen(f, "define", "session"), LG_STR("[" ENTRY("SRP_A", "true", "null") ","
		ENTRY("CUSTOM_CHALLENGE", "true", "\"CAPTCHA\"") "]"));

	/* Who did not send it cannot be asked. */
	custom_check(f, custom_begin(f, LG_STR("alice"), &step), LG_E_INVALID_PARAMETER,
		"Missing required parameter SRP_A");
	fixture_free(f);
}

TEST(srp_needs_its_number)
{
	struct fixture *f = custom_with_riddles(true);
	struct lg_auth_step step;
	custom_check(f, sign_in_initiate(f, CUSTOM, PARAMS(ALICE, WITH_SRP), &step), LG_E_INVALID_PARAMETER,
		"Missing required parameter SRP_A");
	custom_refused(f, sign_in_initiate(f, CUSTOM, PARAMS(ALICE, WITH_SRP, P("SRP_A", LG_STR("0"))),
		&step));
	CHECK_CODE(sign_in_initiate(f, CUSTOM, PARAMS(ALICE, P("CHALLENGE_NAME", LG_STR("SMS_MFA"))), &step),
		LG_E_INVALID_PARAMETER);
	assert_int_equal(functions_calls(&custom_functions, LG_STR_NONE), 0);
	fixture_free(f);
}

/* ---- second factors ---- */

static void
edit_alice(struct fixture *f, enum lg_user_status status, bool enabled, bool sms)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_MFA, &user));
	lg_str factor = LG_STR("SMS_MFA");
	user->row.status = status;
	user->row.enabled = enabled;
	user->row.mfa = (struct lg_rec_mfa){ .enabled = { &factor, sms ? 1 : 0, true } };
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	CHECK_OK(lg_store_commit(batch));
}

static lg_status
answer_sms(struct fixture *f, lg_str session, lg_str code, struct lg_auth_step *ret)
{
	return sign_in_respond(f, LG_STR("SMS_MFA"), session, PARAMS(ALICE, P("SMS_MFA_CODE", code)), ret);
}

TEST(the_second_factor_of_a_password_comes_before_define)
{
	struct fixture *f = custom_with_riddles(true);
	edit_alice(f, LG_USER_CONFIRMED, true, true);
	struct srp_answer proof;
	struct lg_auth_step step;
	CHECK_OK(sign_in_srp_begin_in(f, CUSTOM, (struct lg_str_pair)WITH_SRP, LG_STR("alice"),
		FIXTURE_PASSWORD, LG_STR(""), &proof));
	CHECK_OK(sign_in_srp_answer(f, &proof, &step));
	CHECK_STR(step.challenge, LG_STR("SMS_MFA"));
	assert_int_equal(functions_calls(&custom_functions, LG_STR_NONE), 1);
	lg_str session = kept(step.session);
	CHECK_CODE(answer_sms(f, session, LG_STR("1"), &step), LG_E_CODE_MISMATCH);
	CHECK_OK(answer_sms(f, session, fixture_code(f), &step));
	CHECK_STR(step.challenge, CHALLENGE);
	session = kept(step.session);
	CHECK_STR(custom_seen(f, "riddle-define", "session"), LG_STR("[" ENTRY("SRP_A", "true", "null") ","
		ENTRY("PASSWORD_VERIFIER", "true", "null") "," ENTRY("SMS_MFA", "true", "null") "]"));
	CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step));
	CHECK(step.done);
	fixture_free(f);
}

TEST(define_may_ask_for_a_code_and_decides_afterwards)
{
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"SMS_MFA\"}");
	struct lg_auth_step step;
	CHECK_OK(custom_begin(f, LG_STR("alice"), &step));
	CHECK_STR(step.challenge, LG_STR("SMS_MFA"));
	lg_str session = kept(step.session);
	custom_tell("define", "{\"failAuthentication\":true}");
	custom_refused(f, answer_sms(f, session, fixture_code(f), &step));
	CHECK_STR(custom_seen(f, "define", "session"), LG_STR("[" ENTRY("SMS_MFA", "true", "null") "]"));

	custom_tell("define", "{\"challengeName\":\"SMS_MFA\"}");
	CHECK_OK(custom_begin(f, LG_STR("alice"), &step));
	session = kept(step.session);
	custom_tell("define", "{\"issueTokens\":true}");
	CHECK_OK(answer_sms(f, session, fixture_code(f), &step));
	CHECK(step.done);
	fixture_free(f);
}

TEST(without_a_password_only_define_asks_for_a_second_factor)
{
	struct fixture *f = custom_with_riddles(true);
	edit_alice(f, LG_USER_CONFIRMED, true, true);
	lg_str session = custom_asked(f, LG_STR("alice"));
	struct lg_auth_step step;
	CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step));
	CHECK(step.done);
	fixture_free(f);
}

/* ---- devices ---- */

TEST(a_remembered_device_is_asked_after_define_and_before_the_tokens)
{
	struct fixture *f = custom_with_riddles(true);
	const struct test_device device = device_confirmed(f);
	struct lg_auth_step step;
	CHECK_OK(sign_in_initiate(f, CUSTOM, PARAMS(ALICE, P("DEVICE_KEY", device.key)), &step));
	CHECK_STR(step.challenge, CHALLENGE);
	lg_str session = kept(step.session);
	CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step));
	CHECK(!step.done);
	CHECK_STR(step.challenge, LG_STR("DEVICE_SRP_AUTH"));
	const size_t calls = functions_calls(&custom_functions, LG_STR_NONE);
	struct srp_answer proof;
	CHECK_OK(device_begin(f, &device, kept(step.session), &proof));
	CHECK_OK(device_prove(f, &device, &proof, &step));
	CHECK(step.done && !lg_str_present(step.new_device_key));
	CHECK(functions_calls(&custom_functions, LG_STR_NONE) == calls);
	fixture_free(f);
}

TEST(define_may_ask_for_the_device_and_decides_afterwards)
{
	struct fixture *f = custom_with_told(true);
	const struct test_device device = device_confirmed(f);
	custom_tell("define", "{\"challengeName\":\"DEVICE_SRP_AUTH\"}");
	struct lg_auth_step step;
	CHECK_OK(sign_in_initiate(f, CUSTOM, PARAMS(ALICE, P("DEVICE_KEY", device.key)), &step));
	CHECK_STR(step.challenge, LG_STR("DEVICE_SRP_AUTH"));
	struct srp_answer proof;
	CHECK_OK(device_begin(f, &device, kept(step.session), &proof));
	custom_tell("define", "{\"issueTokens\":true}");
	CHECK_OK(device_prove(f, &device, &proof, &step));
	CHECK(step.done);
	CHECK_STR(custom_seen(f, "define", "session"),
		LG_STR("[" ENTRY("DEVICE_SRP_AUTH", "true", "null") ","
		ENTRY("DEVICE_PASSWORD_VERIFIER", "true", "null") "]"));
	fixture_free(f);
}

/* ---- ADMIN_NO_SRP_AUTH ---- */

static lg_status
as_admin(struct fixture *f, struct lg_auth_call call, struct lg_auth_step *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	call.admin = true;
	call.pool = f->pool;
	call.client = f->client;
	*ret = (struct lg_auth_step){ 0 };
	return lg_str_present(call.flow) ? lg_auth_initiate(cx, &f->env, &call, ret)
					 : lg_auth_respond(cx, &f->env, &call, ret);
}

TEST(define_may_ask_a_back_end_for_the_password_itself)
{
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"ADMIN_NO_SRP_AUTH\"}");
	struct lg_auth_step step;
	custom_check(f, custom_begin(f, LG_STR("alice"), &step), LG_E_INVALID_LAMBDA_RESPONSE,
		"Unrecognizable lambda output");
	const lg_str challenge = LG_STR("ADMIN_NO_SRP_AUTH");
	CHECK_OK(as_admin(f, (struct lg_auth_call){ .flow = CUSTOM, .params = PARAMS(ALICE) }, &step));
	CHECK_STR(step.challenge, challenge);
	lg_str session = kept(step.session);

	custom_refused(f, as_admin(f, (struct lg_auth_call){ .challenge = challenge, .session = session,
		.params = PARAMS(ALICE, P("PASSWORD", LG_STR("wrong"))) }, &step));
	CHECK_CODE(sign_in_respond(f, challenge, session, PARAMS(ALICE, P("PASSWORD", FIXTURE_PASSWORD)),
		&step), LG_E_INVALID_PARAMETER);
	custom_tell("define", "{\"issueTokens\":true}");
	const struct lg_auth_call right = { .challenge = challenge, .session = session,
		.params = PARAMS(ALICE, P("PASSWORD", FIXTURE_PASSWORD)) };
	CHECK_OK(as_admin(f, right, &step));
	CHECK(step.done);
	CHECK_STR(custom_seen(f, "define", "session"),
		LG_STR("[" ENTRY("ADMIN_NO_SRP_AUTH", "true", "null") "]"));
	custom_check(f, as_admin(f, right, &step), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user, session can only be used once.");
	fixture_free(f);
}

/* ---- what functions answer ---- */

TEST(a_word_that_means_nothing_is_refused)
{
	static const char *const words[] = {
		"{}",
		"{\"challengeName\":null,\"issueTokens\":null,\"failAuthentication\":null}",
		"{\"challengeName\":\"\",\"issueTokens\":false,\"failAuthentication\":false}",
		"{\"challengeName\":\"MY_CHALLENGE\"}",
		"{\"challengeName\":\"NEW_PASSWORD_REQUIRED\"}",
		"{\"challengeName\":\"SRP_A\"}",
		"{\"challengeName\":1}",
		"{\"issueTokens\":\"true\"}",
		"{\"issueTokens\":1}",
		"{\"failAuthentication\":\"false\",\"issueTokens\":true}",
	};
	struct fixture *f = custom_with_told(true);
	for (size_t i = 0; i < LG_LEN(words); i++) {
		struct lg_auth_step step;
		custom_tell("define", words[i]);
		custom_check(f, custom_begin(f, LG_STR("alice"), &step), LG_E_INVALID_LAMBDA_RESPONSE,
			"Unrecognizable lambda output");
		CHECK(!step.done);
	}
	struct lg_auth_step step;
	custom_tell("define",
		"{\"failAuthentication\":true,\"issueTokens\":true,\"challengeName\":\"SMS_MFA\"}");
	custom_refused(f, custom_begin(f, LG_STR("alice"), &step));
	custom_tell("define", "{\"issueTokens\":true,\"challengeName\":\"SMS_MFA\"}");
	CHECK_OK(custom_begin(f, LG_STR("alice"), &step));
	CHECK(step.done);
	fixture_free(f);
}

TEST(parameters_of_a_challenge_are_texts)
{
	static const char *const bad[] = {
		"{\"publicChallengeParameters\":\"x\"}",
		"{\"publicChallengeParameters\":{\"a\":1}}",
		"{\"privateChallengeParameters\":[]}",
		"{\"privateChallengeParameters\":{\"a\":{}}}",
		"{\"challengeMetadata\":1}",
	};
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"CUSTOM_CHALLENGE\"}");
	struct lg_auth_step step;
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		custom_tell("create", bad[i]);
		CHECK_CODE(custom_begin(f, LG_STR("alice"), &step), LG_E_INVALID_LAMBDA_RESPONSE);
	}
	custom_tell("create", "{\"publicChallengeParameters\":{\"USERNAME\":\"bob\",\"a\":\"b\"}}");
	CHECK_OK(custom_begin(f, LG_STR("alice"), &step));
	assert_int_equal(step.params.count, 2);
	CHECK_STR(lg_str_map_get(&step.params, LG_STR("USERNAME")), LG_STR("alice"));
	fixture_free(f);
}

TEST(an_answer_is_correct_or_not)
{
	static const char *const bad[] = { "{}", "{\"answerCorrect\":null}", "{\"answerCorrect\":\"true\"}",
		"{\"answerCorrect\":1}" };
	struct fixture *f = custom_with_told(true);
	custom_tell("define", "{\"challengeName\":\"CUSTOM_CHALLENGE\"}");
	custom_tell("create", "{}");
	struct lg_auth_step step;
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		lg_str session = custom_asked(f, LG_STR("alice"));
		custom_tell("verify", bad[i]);
		CHECK_CODE(custom_answer(f, LG_STR("alice"), session, LG_STR("x"), &step),
			LG_E_INVALID_LAMBDA_RESPONSE);
		CHECK_STR(custom_seen(f, "verify", "privateChallengeParameters"), LG_STR("{}"));
	}
	fixture_free(f);
}

TEST(each_of_the_three_has_to_be_configured)
{
	static const char text[] = "Custom auth lambda trigger is not configured for the user pool.";
	struct lg_auth_step step;
	struct fixture *f = custom_with((struct lg_idp_lambda_config_type){ 0 }, true);
	custom_check(f, custom_begin(f, LG_STR("alice"), &step), LG_E_INVALID_PARAMETER, text);
	fixture_free(f);

	f = custom_with((struct lg_idp_lambda_config_type){
		.define_auth_challenge = FUNCTION_ARN("riddle-define") }, true);
	custom_check(f, custom_begin(f, LG_STR("alice"), &step), LG_E_INVALID_PARAMETER, text);
	fixture_free(f);

	f = custom_with((struct lg_idp_lambda_config_type){
		.define_auth_challenge = FUNCTION_ARN("riddle-define"),
		.create_auth_challenge = FUNCTION_ARN("riddle-create") }, true);
	lg_str session = custom_asked(f, LG_STR("alice"));
	custom_check(f, custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step),
		LG_E_INVALID_PARAMETER, text);
	fixture_free(f);

	f = custom_with_riddles(true);
	f->env.functions = NULL;
	custom_check(f, custom_begin(f, LG_STR("alice"), &step), LG_E_NOT_IMPLEMENTED,
		"Flow CUSTOM_AUTH is not implemented yet (issue 3).");
	fixture_free(f);
}

/* ---- who exists ---- */

TEST(nobody_is_asked_the_same_riddle_and_never_signs_in)
{
	struct fixture *f = custom_with_riddles(true);
	struct lg_work begun[2], answered[2];
	static const lg_str names[] = { LG_STR_INIT("alice"), LG_STR_INIT("nobod") };
	size_t lengths[2];
	for (int i = 0; i < 2; i++) {
		struct lg_auth_step step;
		CHECK_OK(custom_begin(f, names[i], &step));
		begun[i] = f->t.cx.work;
		lengths[i] = step.session.len;
		CHECK_STR(custom_seen(f, "riddle-define", "userNotFound"),
			i ? LG_STR("true") : LG_STR("false"));
		CHECK_STR(custom_seen(f, "riddle-create", "userNotFound"),
			i ? LG_STR("true") : LG_STR("false"));
		lg_str session = kept(step.session);
		CHECK_OK(custom_answer(f, names[i], session, LG_STR("7"), &step));
		answered[i] = f->t.cx.work;
		session = kept(step.session);
		if (i == 1)
			custom_refused(f, custom_answer(f, names[i], session, LG_STR("8"), &step));
	}
	CHECK(lengths[0] == lengths[1]);
	assert_memory_equal(&begun[0], &begun[1], sizeof(begun[0]));
	assert_memory_equal(&answered[0], &answered[1], sizeof(answered[0]));
	fixture_free(f);
}

TEST(a_client_that_hides_nobody_says_so_at_once)
{
	struct fixture *f = custom_with_riddles(false);
	struct lg_auth_step step;
	CHECK_CODE(custom_begin(f, LG_STR("nobody"), &step), LG_E_USER_NOT_FOUND);
	edit_alice(f, LG_USER_UNCONFIRMED, true, false);
	CHECK_CODE(custom_begin(f, LG_STR("alice"), &step), LG_E_USER_NOT_CONFIRMED);
	edit_alice(f, LG_USER_CONFIRMED, false, false);
	custom_check(f, custom_begin(f, LG_STR("alice"), &step), LG_E_NOT_AUTHORIZED, "User is disabled.");
	assert_int_equal(functions_calls(&custom_functions, LG_STR_NONE), 0);
	edit_alice(f, LG_USER_FORCE_CHANGE_PASSWORD, true, false);
	lg_str session = custom_asked(f, LG_STR("alice"));
	CHECK(lg_str_empty(custom_seen(f, "riddle-define", "userNotFound")));
	CHECK_OK(custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step));
	CHECK(step.done);
	fixture_free(f);
}

TEST(a_client_that_hides_them_says_so_to_who_solved_the_riddle)
{
	struct fixture *f = custom_with_riddles(true);
	struct lg_auth_step step;
	edit_alice(f, LG_USER_UNCONFIRMED, true, false);
	lg_str session = custom_asked(f, LG_STR("alice"));
	CHECK_CODE(custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step), LG_E_USER_NOT_CONFIRMED);
	edit_alice(f, LG_USER_CONFIRMED, false, false);
	session = custom_asked(f, LG_STR("alice"));
	custom_check(f, custom_answer(f, LG_STR("alice"), session, LG_STR("8"), &step), LG_E_NOT_AUTHORIZED,
		"User is disabled.");
	fixture_free(f);
}

/* ---- ClientMetadata ---- */

TEST(metadata_of_an_answer_reaches_the_three_that_of_a_beginning_does_not)
{
	struct fixture *f = custom_with_riddles(true);
	struct lg_str_pair pair = { LG_STR("k"), LG_STR("v") };
	const struct lg_str_map metadata = { &pair, 1, true };
	struct lg_ctx *cx = fixture_request(f);
	struct lg_auth_step step = { 0 };
	struct lg_auth_call call = { .pool = f->pool, .client = f->client, .flow = CUSTOM,
		.params = PARAMS(ALICE), .metadata = &metadata };
	CHECK_OK(lg_auth_initiate(cx, &f->env, &call, &step));
	CHECK(lg_str_empty(custom_seen(f, "riddle-define", "clientMetadata")));
	CHECK(lg_str_empty(custom_seen(f, "riddle-create", "clientMetadata")));

	lg_str session = kept(step.session);
	cx = fixture_request(f);
	step = (struct lg_auth_step){ 0 };
	call = (struct lg_auth_call){ .pool = f->pool, .client = f->client, .challenge = CHALLENGE,
		.session = session, .params = PARAMS(ALICE, P("ANSWER", LG_STR("7"))),
		.metadata = &metadata };
	CHECK_OK(lg_auth_respond(cx, &f->env, &call, &step));
	static const char *const names[] = { "riddle-verify", "riddle-define", "riddle-create" };
	for (size_t i = 0; i < LG_LEN(names); i++)
		CHECK_STR(custom_seen(f, names[i], "clientMetadata"), LG_STR("{\"k\":\"v\"}"));
	fixture_free(f);
}
