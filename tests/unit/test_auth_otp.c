/* Codes that go to an address, as first and as second factor (spec/sign-in.md 4, 6.2). */
#include "domain/auth/auth_steps.h"

#include "tests/lib/sign_in.h"

#define PHONE LG_STR("+15555550100")
#define MAIL LG_STR("alice@example.com")

static struct fixture *
with_alice(enum lg_user_status status)
{
	static const lg_str attributes[] = { LG_STR_INIT("email"), LG_STR_INIT("alice@example.com"),
		LG_STR_INIT("phone_number"), LG_STR_INIT("+15555550100"), { NULL, 0 } };
	struct fixture *f = sign_in_fixture(NULL, NULL);
	struct lg_idp_sms_configuration_type sms = {
		.sns_caller_arn = LG_STR("arn:aws:iam::123456789012:role/sms"),
	};
	lg_str phone = LG_STR("phone_number");
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	const struct lg_idp_create_user_pool_request pool = {
		.pool_name = LG_STR("codes"),
		.mfa_configuration = LG_STR("OPTIONAL"),
		.sms_configuration = &sms,
		.auto_verified_attributes = { &phone, 1, true },
		.user_pool_tags = { &tag, 1, true },
	};
	lg_str flows[] = { LG_STR("ALLOW_USER_PASSWORD_AUTH"), LG_STR("ALLOW_REFRESH_TOKEN_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { flows, LG_LEN(flows), true },
		.prevent_user_existence_errors = LG_STR("ENABLED"),
	};
	fixture_use_pool(f, &pool);
	fixture_use_client(f, &client);
	fixture_user_with(f, LG_STR("alice"), status, attributes);
	return f;
}

static struct lg_user *
read_alice(struct fixture *f)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(
		cx, &f->env, f->pool, LG_STR("alice"), LG_PART_MFA | LG_PART_PROFILE, &user));
	return user;
}

static void
write_alice(struct fixture *f, const struct lg_user *user)
{
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, &f->t.cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA | LG_PART_PROFILE);
	CHECK_OK(lg_store_commit(batch));
}

static void
enable(struct fixture *f, lg_str factor)
{
	struct lg_user *user = read_alice(f);
	user->row.mfa = (struct lg_rec_mfa){ .enabled = { &factor, 1, true } };
	write_alice(f, user);
}

/* The Session of a second factor, kept. */
static lg_str
second_factor(struct fixture *f)
{
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	CHECK_STR(step.challenge, LG_STR("SMS_MFA"));
	return kept(step.session);
}

/* The Session of a first factor, as choice-based sign-in begins it. */
static lg_status
first_factor(struct fixture *f, lg_str name, lg_str challenge, struct lg_auth_step *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_auth_call call = { .pool = f->pool, .client = f->client, .flow = LG_STR("USER_AUTH") };
	struct lg_auth auth = { .call = &call, .flow = call.flow };
	*ret = (struct lg_auth_step){ .challenge = challenge };
	CHECK_OK(lg_user_find_or_decoy(cx, &f->env, f->pool, name,
		LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA, &auth.user));
	const lg_status s = lg_auth_begin_otp(cx, &f->env, &auth, ret);
	ret->session = kept(ret->session);
	return s;
}

static lg_status
answer(struct fixture *f, lg_str name, lg_str challenge, lg_str session, lg_str code)
{
	const lg_str param = lg_str_eq(challenge, LG_STR("SMS_MFA"))  ? LG_STR("SMS_MFA_CODE")
			     : lg_str_eq(challenge, LG_STR("SMS_OTP")) ? LG_STR("SMS_OTP_CODE")
								       : LG_STR("EMAIL_OTP_CODE");
	struct lg_auth_step step;
	const lg_status s = sign_in_respond(f, challenge, session,
		PARAMS(P("USERNAME", name), { param, code }), &step);
	CHECK(lg_failed(s) || step.done);
	return s;
}

static lg_status
answer_sms(struct fixture *f, lg_str session, lg_str code)
{
	return answer(f, LG_STR("alice"), LG_STR("SMS_MFA"), session, code);
}

static void
check_text(struct fixture *f, lg_status s, int code, const char *text)
{
	CHECK_CODE(s, code);
	CHECK_STR(lg_failure_text(&f->t.cx, code), lg_str_from_c(text));
}

TEST(a_code_by_sms_is_the_second_factor_once_and_verifies_the_number)
{
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	enable(f, LG_STR("SMS_MFA"));
	const lg_str session = second_factor(f);
	const struct lg_message *message = fixture_message(f);
	CHECK_STR(message->purpose, LG_STR("mfa"));
	CHECK_STR(message->to, PHONE);
	const lg_str code = message->code;
	assert_int_equal(code.len, 6);

	check_text(f, answer_sms(f, session, LG_STR("x")), LG_E_CODE_MISMATCH,
		"Invalid code or auth state for the user.");
	CHECK_OK(answer_sms(f, session, code));
	check_text(f, answer_sms(f, session, code), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user, session can only be used once.");
	CHECK(lg_user_verified(read_alice(f), LG_STR("phone_number")));
	CHECK(!lg_user_verified(read_alice(f), LG_STR("email")));
	/* With nothing left to write, too. */
	const lg_str again = second_factor(f);
	CHECK_OK(answer_sms(f, again, fixture_code(f)));
	fixture_free(f);
}

TEST(a_code_is_of_its_own_session_only)
{
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	enable(f, LG_STR("SMS_MFA"));
	const lg_str first = second_factor(f);
	const lg_str code = fixture_code(f);
	const lg_str second = second_factor(f);
	CHECK_CODE(answer_sms(f, second, code), LG_E_CODE_MISMATCH);
	CHECK_OK(answer_sms(f, first, code));
	fixture_free(f);
}

TEST(wrong_codes_lock_and_the_session_ends_with_its_time)
{
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	enable(f, LG_STR("SMS_MFA"));
	const lg_str session = second_factor(f);
	const lg_str code = fixture_code(f);
	for (int i = 0; i < 5; i++)
		CHECK_CODE(answer_sms(f, session, LG_STR("000000x")), LG_E_CODE_MISMATCH);
	check_text(f, answer_sms(f, session, code), LG_E_NOT_AUTHORIZED, "Password attempts exceeded");
	fixture_advance_s(f, 2);
	CHECK_OK(answer_sms(f, session, code));

	const lg_str late = second_factor(f);
	fixture_advance_s(f, 180);
	check_text(f, answer_sms(f, late, fixture_code(f)), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user, session is expired.");
	fixture_free(f);
}

TEST(a_stranger_who_guesses_at_first_factors_locks_no_second_one)
{
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	enable(f, LG_STR("SMS_MFA"));
	struct lg_auth_step step;
	CHECK_OK(first_factor(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), &step));
	for (int i = 0; i < 5; i++)
		CHECK_CODE(answer(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), step.session, LG_STR("x")),
			LG_E_CODE_MISMATCH);
	check_text(f, answer(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), step.session, fixture_code(f)),
		LG_E_NOT_AUTHORIZED, "Password attempts exceeded");
	const lg_str session = second_factor(f);
	CHECK_OK(answer_sms(f, session, fixture_code(f)));
	fixture_free(f);
}

TEST(a_right_first_factor_forgives_no_guesses_at_the_second)
{
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	enable(f, LG_STR("SMS_MFA"));
	const lg_str session = second_factor(f);
	const lg_str code = fixture_code(f);
	for (int i = 0; i < 5; i++)
		CHECK_CODE(answer_sms(f, session, LG_STR("x")), LG_E_CODE_MISMATCH);
	struct lg_auth_step step;
	CHECK_OK(first_factor(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), &step));
	CHECK_OK(sign_in_respond(f, LG_STR("EMAIL_OTP"), step.session,
		PARAMS(P("USERNAME", LG_STR("alice")), P("EMAIL_OTP_CODE", fixture_code(f))), &step));
	CHECK_STR(step.challenge, LG_STR("SMS_MFA"));
	check_text(f, answer_sms(f, session, code), LG_E_NOT_AUTHORIZED, "Password attempts exceeded");
	fixture_free(f);
}

TEST(a_session_takes_ten_wrong_codes)
{
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	enable(f, LG_STR("SMS_MFA"));
	const lg_str session = second_factor(f);
	for (int i = 0; i < 10; i++) {
		CHECK_CODE(answer_sms(f, session, LG_STR("x")), LG_E_CODE_MISMATCH);
		fixture_advance_s(f, i < 4 ? 0 : 1 << (i - 4));
	}
	check_text(f, answer_sms(f, session, fixture_code(f)), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user, session can only be used once.");
	fixture_free(f);
}

TEST(a_code_that_went_to_a_former_address_proves_nothing)
{
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	enable(f, LG_STR("SMS_MFA"));
	const lg_str session = second_factor(f);
	struct lg_user *user = read_alice(f);
	CHECK_OK(lg_user_set_attribute(
		&f->t.cx, user, LG_STR("phone_number"), LG_STR("+15555550199")));
	write_alice(f, user);
	check_text(f, answer_sms(f, session, fixture_code(f)), LG_E_CODE_MISMATCH,
		"Invalid code or auth state for the user.");
	fixture_free(f);
}

TEST(codes_are_sent_twenty_times_an_hour)
{
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	enable(f, LG_STR("SMS_MFA"));
	struct lg_auth_step step;
	for (int i = 0; i < 20; i++)
		second_factor(f);
	CHECK_CODE(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step), LG_E_TOO_MANY_REQUESTS);
	/* Who knows no password cannot use them up. */
	CHECK_OK(first_factor(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), &step));
	fixture_advance_s(f, 3600);
	second_factor(f);
	fixture_free(f);
}

TEST(a_first_factor_has_eight_digits_and_confirms)
{
	struct fixture *f = with_alice(LG_USER_UNCONFIRMED);
	struct lg_auth_step step;
	CHECK_OK(first_factor(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), &step));
	assert_int_equal(fixture_code(f).len, 8);
	CHECK_STR(fixture_message(f)->purpose, LG_STR("otp"));
	CHECK_STR(fixture_message(f)->to, MAIL);
	CHECK_OK(answer(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), step.session, fixture_code(f)));
	struct lg_user *user = read_alice(f);
	assert_int_equal(user->row.status, LG_USER_CONFIRMED);
	CHECK(lg_user_verified(user, LG_STR("email")));

	user->row.enabled = false;
	write_alice(f, user);
	CHECK_OK(first_factor(f, LG_STR("alice"), LG_STR("SMS_OTP"), &step));
	check_text(f, answer(f, LG_STR("alice"), LG_STR("SMS_OTP"), step.session, fixture_code(f)),
		LG_E_NOT_AUTHORIZED, "User is disabled.");
	fixture_free(f);
}

static void
check_same_work(struct lg_work known, struct lg_work unknown)
{
	assert_memory_equal(&known, &unknown, sizeof(known));
}

TEST(nobody_is_asked_for_a_code_like_anybody)
{
	static const lg_str names[] = { LG_STR_INIT("alice"), LG_STR_INIT("nobod") };
	static const lg_str challenges[] = { LG_STR_INIT("EMAIL_OTP"), LG_STR_INIT("SMS_OTP") };
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	for (size_t c = 0; c < LG_LEN(challenges); c++) {
		struct lg_work begun[2], answered[2];
		size_t lengths[2], sessions[2];
		for (size_t n = 0; n < LG_LEN(names); n++) {
			struct lg_auth_step step;
			CHECK_OK(first_factor(f, names[n], challenges[c], &step));
			begun[n] = f->t.cx.work;
			assert_int_equal(step.params.count, 2);
			lengths[n] = lg_str_map_get(&step.params, LG_STR("CODE_DELIVERY_DESTINATION")).len;
			sessions[n] = step.session.len;
			CHECK(fixture_message(f)->nobody == (n == 1));
			const lg_str right = n == 1 ? fixture_code(f) : LG_STR("x");
			check_text(f, answer(f, names[n], challenges[c], step.session, right),
				LG_E_CODE_MISMATCH, "Invalid code or auth state for the user.");
			answered[n] = f->t.cx.work;
		}
		check_same_work(begun[0], begun[1]);
		check_same_work(answered[0], answered[1]);
		assert_int_equal(lengths[0], lengths[1]);
		assert_int_equal(sessions[0], sessions[1]);
		assert_int_equal(begun[0].messages, 1);
	}
	fixture_free(f);
}

TEST(a_message_that_cannot_be_sent_is_no_challenge)
{
	static const lg_str names[] = { LG_STR_INIT("alice"), LG_STR_INIT("nobody") };
	struct fixture *f = with_alice(LG_USER_CONFIRMED);
	f->messenger.fails = true;
	struct lg_auth_step step;
	for (size_t n = 0; n < LG_LEN(names); n++)
		CHECK_CODE(first_factor(f, names[n], LG_STR("EMAIL_OTP"), &step),
			LG_E_CODE_DELIVERY_FAILURE);
	fixture_free(f);
}
