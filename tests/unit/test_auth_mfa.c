/* Second factors: which one is asked for (spec/sign-in.md 6.2), apps, set-up. */
#include "domain/auth/auth.h"

#include <string.h>

#include "domain/auth/mfa_totp.h"
#include "domain/pool/mfa_config.h"
#include "tests/lib/sign_in.h"
#include "tests/lib/totp.h"

#define PHONE "+15555550100"
#define MAIL "alice@example.com"

/* What a pool has on, and what it recovers by first. */
struct methods {
	const char *mfa;
	bool sms, totp, email;
	const char *recovery;
};

static void
configure(struct fixture *f, const struct methods *methods)
{
	struct lg_idp_sms_configuration_type gateway = {
		.sns_caller_arn = LG_STR("arn:aws:iam::123456789012:role/sms"),
	};
	struct lg_idp_sms_mfa_config_type sms = { .sms_configuration = &gateway };
	struct lg_idp_software_token_mfa_config_type totp = { .enabled = { true, true } };
	struct lg_idp_email_mfa_config_type email = { .message = LG_STR_NONE };
	const struct lg_idp_set_user_pool_mfa_config_request in = {
		.user_pool_id = f->pool_id,
		.mfa_configuration = lg_str_from_c(methods->mfa),
		.sms_mfa_configuration = methods->sms ? &sms : NULL,
		.software_token_mfa_configuration = methods->totp ? &totp : NULL,
		.email_mfa_configuration = methods->email ? &email : NULL,
	};
	struct lg_idp_set_user_pool_mfa_config_response out = { 0 };
	CHECK_OK(lg_mfa_config_set(fixture_request(f), &f->env, &in, &out));
}

static void
use_pool(struct fixture *f, const struct methods *methods)
{
	struct lg_idp_recovery_option_type option = {
		.name = lg_str_from_c(methods->recovery ? methods->recovery : ""), .priority = { true, 1 } };
	struct lg_idp_account_recovery_setting_type recovery = {
		.recovery_mechanisms = { &option, 1, true },
	};
	struct lg_idp_email_configuration_type sender = {
		.email_sending_account = LG_STR("DEVELOPER"),
		.source_arn = LG_STR("arn:aws:ses:us-east-1:123456789012:identity/example.com"),
	};
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	const struct lg_idp_create_user_pool_request pool = {
		.pool_name = LG_STR("mfa"),
		.email_configuration = &sender,
		.account_recovery_setting = methods->recovery ? &recovery : NULL,
		.user_pool_tags = { &tag, 1, true },
	};
	fixture_use_pool(f, &pool);
	fixture_use_client(f, NULL);
	configure(f, methods);
}

/* alice, with some of "phone", "email", and these methods enabled, the first of them preferred on "!". */
static void
make_alice(struct fixture *f, const char *has, const char *enabled)
{
	lg_str attributes[5] = { { NULL, 0 } };
	size_t count = 0;
	if (strstr(has, "phone")) {
		attributes[count++] = LG_STR("phone_number");
		attributes[count++] = LG_STR(PHONE);
	}
	if (strstr(has, "email")) {
		attributes[count++] = LG_STR("email");
		attributes[count++] = LG_STR(MAIL);
	}
	fixture_user_with(f, LG_STR("alice"), LG_USER_CONFIRMED, attributes);

	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_MFA, &user));
	if (strstr(has, "totp")) {
		lg_str secret;
		CHECK_OK(lg_keyholder_totp_make(
			f->env.keys, cx, lg_user_owner(user), &user->row.mfa.totp, &secret));
	}
	lg_str rest = lg_str_from_c(enabled);
	while (lg_str_present(rest) && rest.len) {
		lg_str name = lg_str_cut(&rest, ' ');
		const bool preferred = lg_str_starts(name, LG_STR("!"));
		CHECK_OK(lg_mfa_enable(cx, user, lg_str_slice(name, preferred, name.len), preferred));
	}
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	CHECK_OK(lg_store_commit(batch));
}

#define TOKENS "tokens"
#define REFUSED "refused"

static const struct {
	const char *rule; /* spec/sign-in.md 6.2 */
	struct methods pool;
	const char *has, *enabled;
	const char *challenge, *choice;
} decisions[] = {
	{ "1 off", { "OFF" }, "phone email totp", "!SOFTWARE_TOKEN_MFA SMS_MFA", TOKENS },
	{ "2 optional, nothing enabled", { "OPTIONAL", true, true, true }, "phone email totp", "", TOKENS },
	{ "2 only what the pool has off", { "OPTIONAL", false, true }, "phone", "SMS_MFA", TOKENS },
	{ "3 preferred SMS", { "OPTIONAL", true, true, true }, "phone email totp",
		"SOFTWARE_TOKEN_MFA EMAIL_OTP !SMS_MFA", "SMS_MFA" },
	{ "3 preferred app", { "ON", true, true, true }, "phone email totp",
		"SMS_MFA !SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA" },
	{ "3 preferred e-mail", { "OPTIONAL", true, true, true }, "phone email totp",
		"SMS_MFA !EMAIL_OTP", "EMAIL_OTP" },
	{ "3 preferred, but off in the pool", { "OPTIONAL", true, true }, "phone email totp",
		"SMS_MFA SOFTWARE_TOKEN_MFA !EMAIL_OTP", "SELECT_MFA_TYPE",
		"[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]" },
	{ "4 several", { "OPTIONAL", true, true, true }, "phone email totp",
		"EMAIL_OTP SOFTWARE_TOKEN_MFA SMS_MFA", "SELECT_MFA_TYPE",
		"[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]" },
	{ "4 one: SMS", { "OPTIONAL", true, true, true }, "phone email", "SMS_MFA", "SMS_MFA" },
	{ "4 one: app", { "OPTIONAL", true, true, true }, "totp", "SOFTWARE_TOKEN_MFA",
		"SOFTWARE_TOKEN_MFA" },
	{ "4 one: e-mail", { "ON", true, true, true }, "phone email", "EMAIL_OTP", "EMAIL_OTP" },
	{ "5 direct: SMS", { "ON", true, true }, "phone email", "", "SMS_MFA" },
	{ "5 direct: e-mail", { "ON", false, true, true }, "phone email", "", "EMAIL_OTP" },
	{ "5 direct: both", { "ON", true, true, true }, "phone email", "", "SELECT_MFA_TYPE",
		"[\"SMS_MFA\",\"EMAIL_OTP\"]" },
	{ "5 not where passwords are recovered: phone", { "ON", true, true, true, "verified_phone_number" },
		"phone email", "", "EMAIL_OTP" },
	{ "5 not where passwords are recovered: e-mail", { "ON", true, true, true, "verified_email" },
		"phone email", "", "SMS_MFA" },
	{ "5 enabled, but off in the pool", { "ON", true, false }, "phone totp", "SOFTWARE_TOKEN_MFA",
		"SMS_MFA" },
	{ "5 set-up", { "ON", true, true, true }, "", "", "MFA_SETUP",
		"[\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]" },
	{ "5 set-up: app", { "ON", false, true }, "phone email", "", "MFA_SETUP",
		"[\"SOFTWARE_TOKEN_MFA\"]" },
	{ "5 set-up: e-mail", { "ON", false, false, true, "verified_email" }, "email", "", "MFA_SETUP",
		"[\"EMAIL_OTP\"]" },
	{ "5 nothing", { "ON", true, false }, "email", "", REFUSED },
	{ "5 nothing but recovery", { "ON", true, false, false, "verified_phone_number" }, "phone", "",
		REFUSED },
	{ "an enabled factor without its address lets nobody in", { "OPTIONAL", true, true }, "", "SMS_MFA",
		REFUSED },
	{ "nor set up another one", { "ON", true, true, true }, "email", "SMS_MFA", REFUSED },
	{ "nor does one of a kind that we do not know", { "OPTIONAL", true, true }, "phone", "SOMETHING_NEW",
		REFUSED },
};

static void
check_decision(struct fixture *f, size_t i, lg_status s, const struct lg_auth_step *step)
{
	const char *expected = decisions[i].challenge;
	if (!strcmp(expected, REFUSED)) {
		CHECK_CODE(s, LG_E_NOT_AUTHORIZED);
		CHECK_STR(lg_failure_text(&f->t.cx, s.code),
			LG_STR("MFA is required, and the user has no method that can be used or set up."));
		return;
	}
	CHECK_OK(s);
	CHECK(step->done == !strcmp(expected, TOKENS));
	CHECK(lg_str_present(step->tokens.access) == step->done);
	if (step->done)
		return;
	CHECK_STR(step->challenge, lg_str_from_c(expected));
	if (!decisions[i].choice)
		return;
	lg_str list = lg_str_map_get(&step->params, LG_STR("MFAS_CAN_CHOOSE"));
	if (!lg_str_present(list))
		list = lg_str_map_get(&step->params, LG_STR("MFAS_CAN_SETUP"));
	CHECK_STR(list, lg_str_from_c(decisions[i].choice));
}

TEST(each_row_of_the_decision_holds_for_passwords_and_srp)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	for (size_t i = 0; i < LG_LEN(decisions); i++) {
		use_pool(f, &decisions[i].pool);
		make_alice(f, decisions[i].has, decisions[i].enabled);
		struct lg_auth_step step;
		lg_status s = sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step);
		check_decision(f, i, s, &step);
		s = sign_in_srp(f, LG_STR("alice"), FIXTURE_PASSWORD, &step);
		check_decision(f, i, s, &step);
	}
	fixture_free(f);
}

/* ---- apps ---- */

static const struct methods app_optional = { "OPTIONAL", true, true, true, NULL };
static const struct methods app_required = { "ON", false, true, false, NULL };

static lg_str
app(struct fixture *f, lg_str secret, int64_t steps)
{
	char code[7];
	totp_app_code(secret, lg_clock_now(f->env.clock), steps, code);
	return kept(lg_str_from_c(code));
}

static struct lg_user *
alice(struct fixture *f)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_MFA, &user));
	return user;
}

static lg_str
associate(struct fixture *f)
{
	struct lg_user *user = alice(f);
	lg_str secret;
	CHECK_OK(lg_totp_associate(&f->t.cx, &f->env, f->pool, user, &secret));
	return kept(secret);
}

static lg_status
verify(struct fixture *f, lg_str code)
{
	struct lg_user *user = alice(f);
	return lg_totp_verify(&f->t.cx, &f->env, f->pool, user, code, LG_STR("phone"));
}

static lg_status
prefer_app(struct fixture *f, bool enabled)
{
	struct lg_user *user = alice(f);
	const struct lg_mfa_wishes wishes = {
		.methods = { [1] = { { true, enabled }, { true, enabled } } },
	};
	return lg_mfa_prefer(&f->t.cx, &f->env, f->pool, user, &wishes);
}

/* alice with an app, whose secret is kept; the step after that of her first code. */
static lg_str
with_app(struct fixture *f)
{
	const lg_str secret = associate(f);
	CHECK_OK(verify(f, app(f, secret, 0)));
	CHECK_OK(prefer_app(f, true));
	fixture_advance_s(f, 60);
	return secret;
}

static struct fixture *
app_fixture(const struct methods *methods)
{
	struct fixture *f = sign_in_fixture(NULL, NULL);
	use_pool(f, methods);
	make_alice(f, "", "");
	return f;
}

static lg_str
app_session(struct fixture *f)
{
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	CHECK_STR(step.challenge, LG_STR("SOFTWARE_TOKEN_MFA"));
	CHECK_STR(lg_str_map_get(&step.params, LG_STR("FRIENDLY_DEVICE_NAME")), LG_STR("phone"));
	return kept(step.session);
}

static lg_status
answer(struct fixture *f, lg_str session, lg_str code)
{
	struct lg_auth_step step;
	const lg_status s = sign_in_respond(f, LG_STR("SOFTWARE_TOKEN_MFA"), session,
		PARAMS(P("USERNAME", LG_STR("alice")), P("SOFTWARE_TOKEN_MFA_CODE", code)), &step);
	CHECK(lg_failed(s) || step.done);
	return s;
}

static void
check_text(struct fixture *f, lg_status s, int code, const char *text)
{
	CHECK_CODE(s, code);
	CHECK_STR(lg_failure_text(&f->t.cx, code), lg_str_from_c(text));
}

TEST(a_code_of_this_step_and_its_neighbours_is_right_once)
{
	struct fixture *f = app_fixture(&app_optional);
	const lg_str secret = with_app(f);
	assert_int_equal(secret.len, 52);
	for (int64_t steps = -2; steps <= 2; steps++) {
		const lg_str session = app_session(f);
		const lg_str code = app(f, secret, steps);
		if (steps < -1 || steps > 1) {
			check_text(f, answer(f, session, code), LG_E_CODE_MISMATCH,
				"Invalid code received for user");
			continue;
		}
		CHECK_OK(answer(f, session, code));
		check_text(f, answer(f, session, code), LG_E_NOT_AUTHORIZED,
			"Invalid session for the user, session can only be used once.");
		check_text(f, answer(f, app_session(f), code), LG_E_EXPIRED_CODE,
			"Your software token has already been used once.");
	}
	fixture_free(f);
}

TEST(the_first_code_of_an_app_is_used_up_with_its_verification)
{
	struct fixture *f = app_fixture(&app_optional);
	const lg_str secret = associate(f);
	const lg_str code = app(f, secret, 0);
	CHECK_OK(verify(f, code));
	CHECK_OK(prefer_app(f, true));
	CHECK_CODE(answer(f, app_session(f), code), LG_E_EXPIRED_CODE);
	fixture_free(f);
}

TEST(a_secret_counts_when_it_is_verified_and_preferred)
{
	struct fixture *f = app_fixture(&app_optional);
	check_text(f, verify(f, LG_STR("123456")), LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND,
		"No software token waits for its verification.");
	check_text(f, prefer_app(f, true), LG_E_INVALID_PARAMETER,
		"User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA");
	const lg_str first = with_app(f);

	/* Another one waits; the one in use stays in use until it is proven. */
	const lg_str second = associate(f);
	CHECK(!lg_str_eq(first, second));
	check_text(f, verify(f, app(f, first, 0)), LG_E_ENABLE_SOFTWARE_TOKEN_MFA,
		"Code mismatch and fail enable Software Token MFA");
	CHECK_OK(answer(f, app_session(f), app(f, first, 0)));
	CHECK_OK(verify(f, app(f, second, 1)));
	CHECK_CODE(answer(f, app_session(f), app(f, first, 1)), LG_E_CODE_MISMATCH);
	CHECK_OK(answer(f, app_session(f), app(f, second, 0)));

	/* Who lost it has none. */
	const lg_str session = app_session(f);
	struct lg_user *user = alice(f);
	CHECK_OK(lg_totp_delete(&f->t.cx, &f->env, user));
	check_text(f, answer(f, session, app(f, second, 1)), LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND,
		"Software Token MFA does not exist for the user.");
	sign_in_tokens(f, LG_STR("alice"));
	fixture_free(f);
}

TEST(verifying_has_a_budget)
{
	struct fixture *f = app_fixture(&app_optional);
	const lg_str secret = associate(f);
	for (int i = 0; i < 15; i++)
		CHECK_CODE(verify(f, app(f, secret, 7)), LG_E_ENABLE_SOFTWARE_TOKEN_MFA);
	CHECK_CODE(verify(f, app(f, secret, 0)), LG_E_TOO_MANY_REQUESTS);
	fixture_free(f);
}

TEST(wrong_codes_lock_the_second_factor_and_not_the_password)
{
	struct fixture *f = app_fixture(&app_optional);
	const lg_str secret = with_app(f);
	const lg_str session = app_session(f);
	for (int i = 0; i < 5; i++)
		CHECK_CODE(answer(f, session, app(f, secret, 5)), LG_E_CODE_MISMATCH);
	check_text(f, answer(f, session, app(f, secret, 0)), LG_E_NOT_AUTHORIZED,
		"Password attempts exceeded");
	fixture_advance_s(f, 2);
	CHECK_OK(answer(f, app_session(f), app(f, secret, 0)));
	fixture_free(f);
}

TEST(a_used_code_is_a_guess_like_any_other)
{
	struct fixture *f = app_fixture(&app_optional);
	const lg_str secret = with_app(f);
	const lg_str code = app(f, secret, 0);
	CHECK_OK(answer(f, app_session(f), code));
	const lg_str session = app_session(f);
	for (int i = 0; i < 5; i++)
		CHECK_CODE(answer(f, session, i % 2 ? LG_STR("000000") : code),
			i % 2 ? LG_E_CODE_MISMATCH : LG_E_EXPIRED_CODE);
	check_text(f, answer(f, session, code), LG_E_NOT_AUTHORIZED, "Password attempts exceeded");
	fixture_free(f);
}

TEST(an_app_adds_no_more_round_trips_than_promised)
{
	struct fixture *f = app_fixture(&app_optional);
	const lg_str secret = with_app(f);
	CHECK_OK(answer(f, app_session(f), app(f, secret, 0)));
	fixture_advance_s(f, 30);
	const lg_str session = app_session(f);
	assert_int_equal(f->t.cx.work.batches, 0);
	CHECK_OK(answer(f, session, app(f, secret, 0)));
	assert_int_equal(f->t.cx.work.modexps, 0);
	assert_int_equal(f->t.cx.work.batches, 1);
	assert_int_equal(f->t.cx.work.reads, 4);
	fixture_free(f);
}

/* ---- set-up ---- */

static lg_str
setup_session(struct fixture *f)
{
	struct lg_auth_step step;
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	CHECK_STR(step.challenge, LG_STR("MFA_SETUP"));
	return kept(step.session);
}

static lg_str
setup_associate(struct fixture *f, lg_str *session)
{
	lg_str secret, next;
	CHECK_OK(lg_auth_totp_associate(fixture_request(f), &f->env, false, *session, &secret, &next));
	*session = kept(next);
	return kept(secret);
}

static lg_status
setup_verify(struct fixture *f, lg_str code, lg_str *session)
{
	lg_str next = LG_STR_NONE;
	const lg_status s = lg_auth_totp_verify(
		fixture_request(f), &f->env, false, *session, code, LG_STR("phone"), &next);
	if (!lg_failed(s))
		*session = kept(next);
	return s;
}

static lg_status
setup_answer(struct fixture *f, lg_str session, lg_str email, struct lg_auth_step *ret)
{
	return sign_in_respond(f, LG_STR("MFA_SETUP"), session,
		PARAMS(P("USERNAME", LG_STR("alice")), P("EMAIL", email)), ret);
}

TEST(an_app_is_set_up_on_the_way_in)
{
	struct fixture *f = app_fixture(&app_required);
	lg_str session = setup_session(f);
	struct lg_auth_step step;
	const lg_str first = session;
	CHECK_CODE(setup_answer(f, session, LG_STR_NONE, &step), LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND);
	CHECK_CODE(setup_verify(f, LG_STR("123456"), &session), LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND);
	const lg_str secret = setup_associate(f, &session);
	CHECK_CODE(setup_answer(f, session, LG_STR_NONE, &step), LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND);
	CHECK_CODE(setup_verify(f, app(f, secret, 9), &session), LG_E_ENABLE_SOFTWARE_TOKEN_MFA);
	const lg_str second = session;
	CHECK_OK(setup_verify(f, app(f, secret, 0), &session));
	CHECK_OK(setup_answer(f, session, LG_STR_NONE, &step));
	CHECK(step.done);

	/* None of the Sessions is good for anything again. */
	lg_str olds[] = { first, second, session };
	for (size_t i = 0; i < LG_LEN(olds); i++) {
		CHECK_CODE(setup_answer(f, olds[i], LG_STR_NONE, &step), LG_E_NOT_AUTHORIZED);
		CHECK_CODE(setup_verify(f, app(f, secret, 1), &olds[i]), LG_E_NOT_AUTHORIZED);
	}
	CHECK_STR(alice(f)->row.mfa.preferred, LG_STR("SOFTWARE_TOKEN_MFA"));
	fixture_advance_s(f, 60);
	CHECK_OK(answer(f, app_session(f), app(f, secret, 0)));
	fixture_free(f);
}

TEST(verifying_alone_makes_the_app_the_factor)
{
	struct fixture *f = app_fixture(&app_required);
	lg_str session = setup_session(f);
	const lg_str secret = setup_associate(f, &session);
	CHECK_OK(setup_verify(f, app(f, secret, 0), &session));
	app_session(f);
	fixture_free(f);
}

TEST(a_session_that_waited_sets_up_nothing_over_what_came_since)
{
	struct fixture *f = app_fixture(&app_required);
	lg_str slow = setup_session(f), quick = setup_session(f);
	const lg_str stolen = setup_associate(f, &slow);
	const lg_str secret = setup_associate(f, &quick);
	CHECK_OK(setup_verify(f, app(f, secret, 0), &quick));
	check_text(f, setup_verify(f, app(f, stolen, 0), &slow), LG_E_NOT_AUTHORIZED,
		"Invalid session for the user.");
	CHECK_OK(answer(f, app_session(f), app(f, secret, 1)));
	fixture_free(f);
}

TEST(an_address_is_set_up_on_the_way_in)
{
	static const struct methods by_mail = { "ON", false, false, true, NULL };
	struct fixture *f = app_fixture(&by_mail);
	struct lg_auth_step step;
	const lg_str session = setup_session(f);
	CHECK_CODE(setup_answer(f, session, LG_STR("no address"), &step), LG_E_INVALID_PARAMETER);
	CHECK_OK(setup_answer(f, session, LG_STR("new@example.com"), &step));
	CHECK_STR(step.challenge, LG_STR("EMAIL_OTP"));
	const lg_str code_session = kept(step.session);
	CHECK_STR(fixture_message(f)->to, LG_STR("new@example.com"));
	CHECK(!lg_str_present(lg_user_attribute(alice(f), LG_STR("email"))));
	CHECK_OK(sign_in_respond(f, LG_STR("EMAIL_OTP"), code_session,
		PARAMS(P("USERNAME", LG_STR("alice")), P("EMAIL_OTP_CODE", fixture_code(f))), &step));
	CHECK(step.done);
	struct lg_user *user = alice(f);
	CHECK_STR(lg_user_attribute(user, LG_STR("email")), LG_STR("new@example.com"));
	CHECK(lg_user_verified(user, LG_STR("email")));
	CHECK_STR(user->row.mfa.preferred, LG_STR("EMAIL_OTP"));
	CHECK_OK(sign_in_password(f, LG_STR("alice"), FIXTURE_PASSWORD, &step));
	CHECK_STR(step.challenge, LG_STR("EMAIL_OTP"));
	fixture_free(f);
}

TEST(a_password_alone_replaces_nobodys_address)
{
	static const struct methods by_mail = { "ON", false, false, true, "verified_email" };
	struct fixture *f = sign_in_fixture(NULL, NULL);
	use_pool(f, &by_mail);
	make_alice(f, "email", "");
	struct lg_auth_step step;
	const lg_str session = setup_session(f);
	CHECK_CODE(setup_answer(f, session, LG_STR("thief@example.com"), &step), LG_E_INVALID_PARAMETER);
	CHECK_OK(setup_answer(f, session, LG_STR(MAIL), &step));
	CHECK_STR(fixture_message(f)->to, LG_STR(MAIL));
	fixture_free(f);
}
