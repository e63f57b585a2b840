#include "tests/lib/fixture.h"

#include <string.h>

#include "domain/auth/recover.h"

#define LIST(array) { .items = (array), .count = LG_LEN(array), .has = true }
#define NEW_PASSWORD LG_STR("Another-horse-8")

static lg_status
forgot(struct fixture *f, const char *name, struct lg_delivery *ret)
{
	return lg_forgot_password(
		fixture_request(f), &f->env, f->pool, f->client, lg_str_from_c(name), NULL,
		NULL, ret);
}

static lg_status
confirm(struct fixture *f, const char *name, lg_str code, lg_str password)
{
	return lg_forgot_password_confirm(
		fixture_request(f), &f->env, f->pool, f->client, lg_str_from_c(name), code, password,
		NULL, NULL);
}

static lg_status
check(struct fixture *f, lg_str password)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_CREDENTIAL, &user));
	return lg_keyholder_password_check(f->env.keys, cx, lg_user_owner(user), f->pool->password_scheme,
		lg_user_srp_name(f->pool, user), password, user->row.credential.sealed);
}

static void
set_state(struct fixture *f, const char *name, enum lg_user_status status, bool enabled)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	struct lg_batch *batch;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, lg_str_from_c(name), 0, &user));
	user->row.status = status;
	user->row.enabled = enabled;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, 0);
	CHECK_OK(lg_store_commit(batch));
}

static struct fixture *
with_alice(void)
{
	struct fixture *f = fixture_new();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	return f;
}

TEST(forgotten_password_is_replaced)
{
	struct fixture *f = with_alice();
	struct lg_delivery delivery;
	CHECK_OK(forgot(f, "alice", &delivery));
	CHECK_STR(delivery.masked, LG_STR("a***@e***"));
	/* Asking alone changes nothing. */
	CHECK_OK(check(f, FIXTURE_PASSWORD));
	CHECK_CODE(confirm(f, "alice", LG_STR("wrong"), NEW_PASSWORD), LG_E_CODE_MISMATCH);
	CHECK_CODE(confirm(f, "alice", fixture_code(f), LG_STR("short")), LG_E_INVALID_PASSWORD);
	CHECK_OK(confirm(f, "alice", fixture_code(f), NEW_PASSWORD));
	CHECK_OK(check(f, NEW_PASSWORD));
	CHECK_CODE(check(f, FIXTURE_PASSWORD), LG_E_MISMATCH);
	CHECK_CODE(confirm(f, "alice", fixture_code(f), NEW_PASSWORD), LG_E_EXPIRED_CODE);
	fixture_free(f);
}

TEST(reset_required_ends_with_the_new_password)
{
	struct fixture *f = with_alice();
	struct lg_delivery delivery;
	set_state(f, "alice", LG_USER_RESET_REQUIRED, true);
	CHECK_OK(forgot(f, "alice", &delivery));
	CHECK_OK(confirm(f, "alice", fixture_code(f), NEW_PASSWORD));
	struct lg_user *user;
	CHECK_OK(lg_user_find(fixture_request(f), &f->env, f->pool, LG_STR("alice"), 0, &user));
	assert_int_equal(user->row.status, LG_USER_CONFIRMED);
	fixture_free(f);
}

TEST(who_cannot_reset_is_told_why)
{
	struct fixture *f = with_alice();
	struct lg_delivery delivery;
	CHECK_CODE(forgot(f, "nobody", &delivery), LG_E_USER_NOT_FOUND);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Username/client id combination not found."));
	set_state(f, "alice", LG_USER_CONFIRMED, false);
	CHECK_CODE(forgot(f, "alice", &delivery), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("User is disabled."));
	set_state(f, "alice", LG_USER_FORCE_CHANGE_PASSWORD, true);
	CHECK_CODE(forgot(f, "alice", &delivery), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("User password cannot be reset in the current state."));

	const lg_str unverified[] = { LG_STR("email"), LG_STR("b@example.com"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("bob"), LG_USER_CONFIRMED, unverified);
	CHECK_CODE(forgot(f, "bob", &delivery), LG_E_INVALID_PARAMETER);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Cannot reset password for the user as there is no "
					       "registered/verified email or phone_number"));
	fixture_user_with(f, LG_STR("new"), LG_USER_UNCONFIRMED, unverified);
	CHECK_CODE(confirm(f, "new", LG_STR("123456"), NEW_PASSWORD), LG_E_USER_NOT_CONFIRMED);
	fixture_free(f);
}

static struct fixture *
recovering_by(struct lg_idp_recovery_option_type *options, size_t count)
{
	struct lg_idp_account_recovery_setting_type setting = { .recovery_mechanisms = {
									options, count, true } };
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .account_recovery_setting = count ? &setting : NULL }, NULL);
	const lg_str both[] = { LG_STR("email"), LG_STR("a@example.com"), LG_STR("email_verified"),
		LG_STR("true"), LG_STR("phone_number"), LG_STR("+4915112345678"),
		LG_STR("phone_number_verified"), LG_STR("true"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("alice"), LG_USER_CONFIRMED, both);
	return f;
}

TEST(phone_comes_first_without_a_setting)
{
	struct fixture *f = recovering_by(NULL, 0);
	struct lg_delivery delivery;
	CHECK_OK(forgot(f, "alice", &delivery));
	CHECK_STR(delivery.attribute, LG_STR("phone_number"));
	fixture_free(f);
}

TEST(mechanisms_are_tried_by_priority)
{
	struct lg_idp_recovery_option_type options[] = {
		{ .name = LG_STR("verified_phone_number"), .priority = { true, 2 } },
		{ .name = LG_STR("verified_email"), .priority = { true, 1 } },
	};
	struct fixture *f = recovering_by(options, 2);
	struct lg_delivery delivery;
	CHECK_OK(forgot(f, "alice", &delivery));
	CHECK_STR(delivery.attribute, LG_STR("email"));
	fixture_free(f);
}

/* From now on alice's phone is her second factor, as the present or the former operation sets it. */
static void
use_phone_as_factor(struct fixture *f, bool former)
{
	static lg_str sms[] = { LG_STR_INIT("SMS_MFA") };
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	struct lg_batch *batch;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_MFA, &user));
	user->row.mfa = (struct lg_rec_mfa){ .legacy_sms = { former, former } };
	if (!former)
		user->row.mfa.enabled = (struct lg_str_list){ sms, 1, true };
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	CHECK_OK(lg_store_commit(batch));
}

TEST(channel_of_the_second_factor_does_not_recover)
{
	for (int former = 0; former < 2; former++) {
		struct fixture *f = recovering_by(NULL, 0);
		struct lg_delivery delivery;
		CHECK_OK(forgot(f, "alice", &delivery));
		CHECK_STR(delivery.attribute, LG_STR("phone_number"));
		const lg_str code = fixture_code(f);
		use_phone_as_factor(f, former);
		/* Not even with a code that went there before. */
		CHECK_CODE(confirm(f, "alice", code, NEW_PASSWORD), LG_E_EXPIRED_CODE);
		CHECK_OK(forgot(f, "alice", &delivery));
		CHECK_STR(delivery.attribute, LG_STR("email"));
		CHECK_OK(confirm(f, "alice", fixture_code(f), NEW_PASSWORD));
		fixture_free(f);
	}
}

TEST(administrators_may_keep_recovery_to_themselves)
{
	struct lg_idp_recovery_option_type options[] = { { .name = LG_STR("admin_only"),
		.priority = { true, 1 } } };
	struct fixture *f = recovering_by(options, 1);
	struct lg_delivery delivery;
	CHECK_CODE(forgot(f, "alice", &delivery), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Contact administrator to reset password."));
	CHECK_CODE(forgot(f, "nobody", &delivery), LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}

/* A user, a disabled one, one who must change his password, one without a verified address, and nobody. */
static const char *const five[] = { "alice", "off", "fresh", "bare", "nobody" };

static struct fixture *
hiding(void)
{
	struct fixture *f = with_alice();
	fixture_use_client(f, &(struct lg_idp_create_user_pool_client_request){
		.prevent_user_existence_errors = LG_STR("ENABLED") });
	fixture_user(f, LG_STR("off"), LG_STR("o@example.com"));
	set_state(f, "off", LG_USER_CONFIRMED, false);
	fixture_user(f, LG_STR("fresh"), LG_STR("f@example.com"));
	set_state(f, "fresh", LG_USER_FORCE_CHANGE_PASSWORD, true);
	fixture_user(f, LG_STR("bare"), LG_STR_NONE);
	return f;
}

TEST(hiding_client_gets_the_same_answers_about_everybody)
{
	struct fixture *f = hiding();
	struct lg_work work[2][5];
	for (size_t i = 0; i < 5; i++) {
		struct lg_delivery delivery;
		CHECK_CODE(confirm(f, five[i], LG_STR("wrong"), NEW_PASSWORD), LG_E_EXPIRED_CODE);
		CHECK_OK(forgot(f, five[i], &delivery));
		CHECK_STR(delivery.medium, LG_STR("EMAIL"));
		assert_int_equal(delivery.masked.len, LG_STR("a***@e***").len);
		assert_int_equal(fixture_message(f)->nobody, i != 0);
		work[0][i] = f->t.cx.work;
		CHECK_CODE(confirm(f, five[i], LG_STR("wrong"), NEW_PASSWORD), LG_E_CODE_MISMATCH);
		work[1][i] = f->t.cx.work;
		assert_memory_equal(&work[0][0], &work[0][i], sizeof(work[0][0]));
		assert_memory_equal(&work[1][0], &work[1][i], sizeof(work[1][0]));
	}
	fixture_free(f);
}

TEST(simulated_code_is_known_to_nobody)
{
	struct fixture *f = hiding();
	f->settings.fixed_code = LG_STR("123456");
	for (size_t i = 1; i < 5; i++) {
		struct lg_delivery delivery;
		CHECK_OK(forgot(f, five[i], &delivery));
		CHECK_CODE(confirm(f, five[i], LG_STR("123456"), NEW_PASSWORD), LG_E_CODE_MISMATCH);
	}
	fixture_free(f);
}

TEST(failing_delivery_fails_for_nobody_too)
{
	struct fixture *f = hiding();
	f->messenger.fails = true;
	for (size_t i = 0; i < 5; i++) {
		struct lg_delivery delivery;
		CHECK_CODE(forgot(f, five[i], &delivery), LG_E_CODE_DELIVERY_FAILURE);
	}
	fixture_free(f);
}

TEST(recovery_is_tried_twenty_times_an_hour)
{
	struct fixture *f = with_alice();
	struct lg_delivery delivery;
	for (int i = 0; i < 10; i++) {
		CHECK_OK(forgot(f, "alice", &delivery));
		CHECK_CODE(confirm(f, "alice", LG_STR("wrong"), NEW_PASSWORD), LG_E_CODE_MISMATCH);
	}
	CHECK_CODE(forgot(f, "alice", &delivery), LG_E_LIMIT_EXCEEDED);
	CHECK_CODE(confirm(f, "alice", fixture_code(f), NEW_PASSWORD), LG_E_LIMIT_EXCEEDED);
	fixture_advance_s(f, 3600);
	CHECK_OK(forgot(f, "alice", &delivery));
	fixture_free(f);
}

static lg_status
change(struct fixture *f, lg_str previous, lg_str proposed)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(
		cx, &f->env, f->pool, LG_STR("alice"), LG_PART_CREDENTIAL | LG_PART_HISTORY, &user));
	return lg_password_change(cx, &f->env, f->pool, user, previous, proposed, NULL);
}

TEST(password_is_changed_by_who_knows_it)
{
	struct fixture *f = with_alice();
	CHECK_CODE(change(f, LG_STR("Wrong-horse-1"), NEW_PASSWORD), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Incorrect username or password."));
	CHECK_CODE(change(f, LG_STR_NONE, NEW_PASSWORD), LG_E_NOT_AUTHORIZED);
	CHECK_CODE(change(f, FIXTURE_PASSWORD, LG_STR("short")), LG_E_INVALID_PASSWORD);
	CHECK_OK(change(f, FIXTURE_PASSWORD, NEW_PASSWORD));
	CHECK_OK(check(f, NEW_PASSWORD));
	fixture_free(f);
}

TEST(password_changes_are_five_an_hour)
{
	struct fixture *f = with_alice();
	for (int i = 0; i < 5; i++)
		CHECK_OK(change(f, i % 2 ? NEW_PASSWORD : FIXTURE_PASSWORD,
			i % 2 ? FIXTURE_PASSWORD : NEW_PASSWORD));
	CHECK_CODE(change(f, NEW_PASSWORD, FIXTURE_PASSWORD), LG_E_LIMIT_EXCEEDED);
	fixture_free(f);
}
