/* What DefineAuthChallenge may ask strangers for tells them nothing about users (spec/user-pools.md 18). */
#include "domain/auth/auth.h"

#include "domain/auth/mfa.h"
#include "tests/lib/custom.h"

/* bob has neither number nor app; alice has both. */
static struct fixture *
with_two(bool hides)
{
	struct fixture *f = custom_with_told(hides);
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	lg_str secret;
	struct lg_batch *batch;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_MFA, &user));
	CHECK_OK(lg_keyholder_totp_make(
		f->env.keys, cx, lg_user_owner(user), &user->row.mfa.totp, &secret));
	user->row.mfa.totp_name = LG_STR("alice's phone");
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	CHECK_OK(lg_store_commit(batch));
	return f;
}

static const lg_str names[] = { LG_STR_INIT("alice"), LG_STR_INIT("bob"), LG_STR_INIT("nobody") };

static void
check_alike(const char *word, lg_str param)
{
	struct fixture *f = with_two(true);
	custom_tell("define", word);
	size_t count = 0;
	for (size_t i = 0; i < LG_LEN(names); i++) {
		struct lg_auth_step step;
		CHECK_OK(custom_begin(f, names[i], &step));
		CHECK(i == 0 || step.params.count == count);
		count = step.params.count;
		const lg_str challenge = kept(step.challenge), session = kept(step.session);
		const struct lg_str_pair code = { param, LG_STR("12345x") };
		for (int n = 0; n < 5; n++)
			CHECK_CODE(sign_in_respond(f, challenge, session,
				PARAMS(P("USERNAME", names[i]), code), &step), LG_E_CODE_MISMATCH);
		custom_check(f, sign_in_respond(f, challenge, session,
			PARAMS(P("USERNAME", names[i]), code), &step), LG_E_NOT_AUTHORIZED,
			"Password attempts exceeded");
	}
	fixture_free(f);
}

TEST(who_has_an_app_is_not_told)
{
	check_alike("{\"challengeName\":\"SOFTWARE_TOKEN_MFA\"}", LG_STR("SOFTWARE_TOKEN_MFA_CODE"));
}

TEST(who_has_a_number_is_not_told)
{
	check_alike("{\"challengeName\":\"SMS_MFA\"}", LG_STR("SMS_MFA_CODE"));
}

TEST(nobody_gets_the_code_of_who_has_no_number)
{
	struct fixture *f = with_two(true);
	custom_tell("define", "{\"challengeName\":\"SMS_MFA\"}");
	struct lg_auth_step step;
	CHECK_OK(custom_begin(f, LG_STR("bob"), &step));
	CHECK(fixture_message(f)->nobody);
	const lg_str session = kept(step.session);
	CHECK_CODE(sign_in_respond(f, LG_STR("SMS_MFA"), session, PARAMS(P("USERNAME", LG_STR("bob")),
		P("SMS_MFA_CODE", fixture_code(f))), &step), LG_E_CODE_MISMATCH);
	fixture_free(f);
}

TEST(a_client_that_hides_nobody_is_told_what_is_missing)
{
	struct fixture *f = with_two(false);
	struct lg_auth_step step;
	custom_tell("define", "{\"challengeName\":\"SMS_MFA\"}");
	CHECK_CODE(custom_begin(f, LG_STR("bob"), &step), LG_E_INVALID_PARAMETER);
	custom_tell("define", "{\"challengeName\":\"SOFTWARE_TOKEN_MFA\"}");
	CHECK_OK(custom_begin(f, LG_STR("bob"), &step));
	const lg_str session = kept(step.session);
	CHECK_CODE(sign_in_respond(f, LG_STR("SOFTWARE_TOKEN_MFA"), session,
		PARAMS(P("USERNAME", LG_STR("bob")), P("SOFTWARE_TOKEN_MFA_CODE", LG_STR("123456"))), &step),
		LG_E_SOFTWARE_TOKEN_MFA_NOT_FOUND);
	fixture_free(f);
}
