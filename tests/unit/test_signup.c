#include "tests/lib/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "domain/auth/signup.h"

#define LIST(array) { .items = (array), .count = LG_LEN(array), .has = true }

static lg_str email_only[] = { LG_STR_INIT("email") };

static lg_status
sign_up(struct fixture *f, const char *name, const char *email, struct lg_signed_up *ret)
{
	struct lg_idp_attribute_type attribute = { .name = LG_STR("email"), .value = lg_str_from_c(email) };
	const struct lg_idp_attribute_list_type attributes = { &attribute, email ? 1 : 0, email != NULL };
	const struct lg_sign_up call = {
		.username = lg_str_from_c(name), .password = FIXTURE_PASSWORD, .attributes = &attributes,
	};
	return lg_sign_up(fixture_request(f), &f->env, f->pool, f->client, &call, ret);
}

static lg_status
confirm(struct fixture *f, const char *name, lg_str code, bool force)
{
	const struct lg_sign_up_confirm call = {
		.username = lg_str_from_c(name), .code = code, .force = force };
	lg_str session;
	return lg_sign_up_confirm(fixture_request(f), &f->env, f->pool, f->client, &call, &session);
}

static lg_status
resend(struct fixture *f, const char *name, struct lg_delivery *ret)
{
	return lg_sign_up_resend(
		fixture_request(f), &f->env, f->pool, f->client, lg_str_from_c(name), NULL,
		NULL, ret);
}

static struct lg_user *
find(struct fixture *f, const char *name)
{
	struct lg_user *user;
	CHECK_OK(lg_user_find(fixture_request(f), &f->env, f->pool, lg_str_from_c(name), 0, &user));
	return user;
}

static struct fixture *
hiding(void)
{
	struct fixture *f = fixture_new();
	fixture_use_client(f, &(struct lg_idp_create_user_pool_client_request){
		.prevent_user_existence_errors = LG_STR("ENABLED") });
	return f;
}

static struct fixture *
email_alias_pool(void)
{
	return fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
		.alias_attributes = LIST(email_only), .auto_verified_attributes = LIST(email_only) }, NULL);
}

TEST(sign_up_and_confirm_make_a_confirmed_user_with_a_verified_address)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, "alice", "a@example.com", &done));
	CHECK(done.has_delivery);
	CHECK_STR(done.delivery.masked, LG_STR("a***@e***"));
	CHECK_STR(fixture_message(f)->purpose, LG_STR("signup"));
	const struct lg_user *user = find(f, "alice");
	assert_int_equal(user->row.status, LG_USER_UNCONFIRMED);
	CHECK(!lg_user_verified(user, LG_STR("email")));

	CHECK_OK(confirm(f, "alice", fixture_code(f), false));
	user = find(f, "alice");
	assert_int_equal(user->row.status, LG_USER_CONFIRMED);
	CHECK(lg_user_verified(user, LG_STR("email")));
	CHECK_CODE(confirm(f, "alice", fixture_code(f), false), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("User cannot be confirmed. Current status is CONFIRMED"));
	fixture_free(f);
}

TEST(taken_name_costs_what_a_free_one_costs)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, "alice", NULL, &done));
	const struct lg_work free_name = f->t.cx.work;
	CHECK_CODE(sign_up(f, "alice", NULL, &done), LG_E_USERNAME_EXISTS);
	assert_memory_equal(&free_name, &f->t.cx.work, sizeof(free_name));
	CHECK(free_name.modexps == 1);
	fixture_free(f);
}

TEST(sub_of_a_user_is_a_taken_name)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, "alice", NULL, &done));
	char sub[64];
	snprintf(sub, sizeof(sub), "%.*s", LG_FMT(done.sub));
	CHECK_CODE(sign_up(f, sub, NULL, &done), LG_E_USERNAME_EXISTS);
	fixture_free(f);
}

TEST(message_that_fails_leaves_the_user_and_his_code)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	f->settings.fixed_code = LG_STR("123456");
	f->messenger.fails = true;
	CHECK_CODE(sign_up(f, "alice", "a@example.com", &done), LG_E_CODE_DELIVERY_FAILURE);
	f->messenger.fails = false;
	CHECK_OK(confirm(f, "alice", LG_STR("123456"), false));
	fixture_free(f);
}

TEST(administrators_may_keep_sign_up_to_themselves)
{
	struct lg_idp_admin_create_user_config_type admin = { .allow_admin_create_user_only = {
								      true, true } };
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .admin_create_user_config = &admin }, NULL);
	struct lg_signed_up done;
	CHECK_CODE(sign_up(f, "alice", NULL, &done), LG_E_NOT_AUTHORIZED);
	CHECK_STR(f->t.cx.failure.text, LG_STR("SignUp is not permitted for this user pool"));
	fixture_free(f);
}

static lg_status
sign_up_without_password(struct fixture *f, const char *email)
{
	struct lg_idp_attribute_type attribute = { .name = LG_STR("email"), .value = lg_str_from_c(email) };
	const struct lg_idp_attribute_list_type attributes = { &attribute, email ? 1 : 0, true };
	struct lg_signed_up done;
	return lg_sign_up(fixture_request(f), &f->env, f->pool, f->client,
		&(struct lg_sign_up){ .username = LG_STR("alice"), .attributes = &attributes }, &done);
}

TEST(password_is_optional_only_where_a_code_signs_in)
{
	struct fixture *f = fixture_new();
	CHECK_CODE(sign_up_without_password(f, "a@example.com"), LG_E_INVALID_PARAMETER);

	lg_str factors[] = { LG_STR("PASSWORD"), LG_STR("EMAIL_OTP") };
	struct lg_idp_sign_in_policy_type sign_in = { .allowed_first_auth_factors = LIST(factors) };
	struct lg_idp_user_pool_policy_type policies = { .sign_in_policy = &sign_in };
	fixture_use_pool(f, &(struct lg_idp_create_user_pool_request){
				    .pool_name = LG_STR("p"), .policies = &policies });
	fixture_use_client(f, NULL);
	CHECK_CODE(sign_up_without_password(f, NULL), LG_E_INVALID_PARAMETER);
	CHECK_OK(sign_up_without_password(f, "a@example.com"));
	fixture_free(f);
}

TEST(phone_gets_the_code_when_both_are_there)
{
	lg_str both[] = { LG_STR("email"), LG_STR("phone_number") };
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){
		.pool_name = LG_STR("p"), .auto_verified_attributes = LIST(both) }, NULL);
	struct lg_idp_attribute_type items[] = {
		{ .name = LG_STR("email"), .value = LG_STR("a@example.com") },
		{ .name = LG_STR("phone_number"), .value = LG_STR("+4915112345678") },
	};
	const struct lg_idp_attribute_list_type attributes = LIST(items);
	struct lg_signed_up done;
	CHECK_OK(lg_sign_up(fixture_request(f), &f->env, f->pool, f->client,
		&(struct lg_sign_up){ .username = LG_STR("alice"),
			.password = FIXTURE_PASSWORD,
			.attributes = &attributes },
		&done));
	CHECK_STR(done.delivery.medium, LG_STR("SMS"));
	CHECK_OK(confirm(f, "alice", fixture_code(f), false));
	CHECK(lg_user_verified(find(f, "alice"), LG_STR("phone_number")));
	CHECK(!lg_user_verified(find(f, "alice"), LG_STR("email")));
	fixture_free(f);
}

TEST(without_an_address_nothing_is_sent)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, "alice", NULL, &done));
	CHECK(!done.has_delivery);
	assert_int_equal(f->messenger.count, 0);
	fixture_free(f);
}

TEST(user_name_may_be_the_address_and_both_must_agree)
{
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
						 .username_attributes = LIST(email_only),
						 .auto_verified_attributes = LIST(email_only) },
		NULL);
	struct lg_signed_up done;
	CHECK_CODE(sign_up(f, "alice", NULL, &done), LG_E_INVALID_PARAMETER);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Username should be an email."));
	CHECK_CODE(sign_up(f, "a@example.com", "victim@example.com", &done), LG_E_INVALID_PARAMETER);
	CHECK_OK(sign_up(f, "a@example.com", NULL, &done));
	const struct lg_user *user = find(f, "a@example.com");
	CHECK_STR(user->username, user->sub);
	CHECK_STR(lg_user_attribute(user, LG_STR("email")), LG_STR("a@example.com"));
	CHECK_CODE(sign_up(f, "a@example.com", NULL, &done), LG_E_USERNAME_EXISTS);
	CHECK_OK(confirm(f, "a@example.com", fixture_code(f), false));
	fixture_free(f);
}

TEST(alias_conflict_shows_at_confirmation_and_force_moves_it)
{
	struct fixture *f = email_alias_pool();
	fixture_user(f, LG_STR("alice"), LG_STR("a@example.com"));
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, "bob", "a@example.com", &done));
	const lg_str code = fixture_code(f);
	CHECK_CODE(confirm(f, "bob", code, false), LG_E_ALIAS_EXISTS);
	assert_int_equal(find(f, "bob")->row.status, LG_USER_UNCONFIRMED);
	CHECK_OK(confirm(f, "bob", code, true));
	CHECK_STR(find(f, "a@example.com")->username, LG_STR("bob"));
	CHECK(!lg_user_verified(find(f, "alice"), LG_STR("email")));
	fixture_free(f);
}

TEST(code_verifies_the_address_that_it_went_to)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, "alice", "a@example.com", &done));
	struct lg_user *user = find(f, "alice");
	CHECK_OK(lg_user_set_attribute(&f->t.cx, user, LG_STR("email"), LG_STR("b@example.com")));
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, &f->t.cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_PROFILE);
	CHECK_OK(lg_store_commit(batch));
	CHECK_OK(confirm(f, "alice", fixture_code(f), false));
	user = find(f, "alice");
	assert_int_equal(user->row.status, LG_USER_CONFIRMED);
	CHECK(!lg_user_verified(user, LG_STR("email")));
	fixture_free(f);
}

TEST(resent_code_replaces_the_first)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	struct lg_delivery delivery;
	CHECK_OK(sign_up(f, "alice", "a@example.com", &done));
	const lg_str first = fixture_code(f);
	CHECK_OK(resend(f, "alice", &delivery));
	CHECK_STR(fixture_message(f)->purpose, LG_STR("resend"));
	CHECK_CODE(confirm(f, "alice", first, false), LG_E_CODE_MISMATCH);
	CHECK_OK(confirm(f, "alice", fixture_code(f), false));
	CHECK_CODE(resend(f, "alice", &delivery), LG_E_INVALID_PARAMETER);
	CHECK_STR(f->t.cx.failure.text, LG_STR("User is already confirmed."));
	fixture_free(f);
}

TEST(nobody_is_named_unless_the_client_hides)
{
	struct fixture *f = fixture_new();
	struct lg_delivery delivery;
	CHECK_CODE(confirm(f, "nobody", LG_STR("123456"), false), LG_E_USER_NOT_FOUND);
	CHECK_STR(f->t.cx.failure.text, LG_STR("Username/client id combination not found."));
	CHECK_CODE(resend(f, "nobody", &delivery), LG_E_USER_NOT_FOUND);
	fixture_free(f);
}

/* Somebody unconfirmed, somebody confirmed, and nobody. */
static const char *const three[] = { "new", "old", "nobody" };

TEST(hiding_client_gets_the_same_resend_about_everybody)
{
	struct fixture *f = hiding();
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, "new", "n@example.com", &done));
	fixture_user(f, LG_STR("old"), LG_STR("o@example.com"));
	struct lg_work work[3];
	for (size_t i = 0; i < 3; i++) {
		struct lg_delivery delivery;
		CHECK_OK(resend(f, three[i], &delivery));
		CHECK_STR(delivery.attribute, LG_STR("email"));
		assert_int_equal(delivery.masked.len, LG_STR("n***@e***").len);
		assert_int_equal(fixture_message(f)->nobody, i != 0);
		work[i] = f->t.cx.work;
		assert_memory_equal(&work[0], &work[i], sizeof(work[0]));
	}
	fixture_free(f);
}

TEST(hiding_client_gets_the_same_confirmation_about_everybody)
{
	struct fixture *f = hiding();
	struct lg_signed_up done;
	struct lg_delivery delivery;
	CHECK_OK(sign_up(f, "new", "n@example.com", &done));
	fixture_user(f, LG_STR("old"), LG_STR("o@example.com"));
	for (size_t i = 0; i < 3; i++)
		CHECK_OK(resend(f, three[i], &delivery));
	struct lg_work work[3];
	for (size_t i = 0; i < 3; i++) {
		CHECK_CODE(confirm(f, three[i], LG_STR("wrong"), false), LG_E_CODE_MISMATCH);
		work[i] = f->t.cx.work;
		assert_memory_equal(&work[0], &work[i], sizeof(work[0]));
	}
	/* No code asked for: expired, whoever it is. */
	fixture_user(f, LG_STR("other"), LG_STR_NONE);
	CHECK_CODE(confirm(f, "other", LG_STR("wrong"), false), LG_E_EXPIRED_CODE);
	CHECK_CODE(confirm(f, "nobody2", LG_STR("wrong"), false), LG_E_EXPIRED_CODE);
	fixture_free(f);
}

TEST(confirmations_are_fifteen_an_hour)
{
	struct fixture *f = fixture_new();
	struct lg_signed_up done;
	CHECK_OK(sign_up(f, "alice", "a@example.com", &done));
	for (int i = 0; i < 15; i++)
		CHECK_CODE(confirm(f, "alice", LG_STR("wrong"), false), LG_E_CODE_MISMATCH);
	CHECK_CODE(confirm(f, "alice", fixture_code(f), false), LG_E_LIMIT_EXCEEDED);
	fixture_free(f);
}

#define THREADS 8
#define CLAIMS 5 /* a thread: 40 in all */

struct claim {
	struct fixture *f;
	size_t thread;
	atomic_int *won;
	atomic_int *exists;
};

static void *
claim_alias(void *arg)
{
	const struct claim *claim = arg;
	struct fixture *f = claim->f;
	struct lg_test_ctx t;
	fixture_thread_ctx(f, &t, claim->thread + 1);
	const struct lg_pool *pool;
	const struct lg_client *client;
	CHECK_OK(lg_client_find(&t.cx, &f->env, f->client_id, &pool, &client));
	for (size_t i = 0; i < CLAIMS; i++) {
		lg_str name;
		CHECK_OK(lg_str_fmt(&t.cx, &name, "user%zu", claim->thread * CLAIMS + i));
		const struct lg_sign_up_confirm call = { .username = name, .code = LG_STR("123456") };
		lg_str session;
		const lg_status s = lg_sign_up_confirm(&t.cx, &f->env, pool, client, &call, &session);
		if (s.code == LG_E_OK)
			(*claim->won)++;
		if (s.code == LG_E_ALIAS_EXISTS)
			(*claim->exists)++;
	}
	lg_test_ctx_done(&t);
	return NULL;
}

TEST(forty_claims_of_one_alias_have_one_winner)
{
	struct fixture *f = email_alias_pool();
	f->settings.fixed_code = LG_STR("123456");
	for (int i = 0; i < THREADS * CLAIMS; i++) {
		char name[16];
		struct lg_signed_up done;
		snprintf(name, sizeof(name), "user%d", i);
		CHECK_OK(sign_up(f, name, "a@example.com", &done));
	}
	atomic_int won = 0;
	atomic_int exists = 0;
	pthread_t threads[THREADS];
	struct claim claims[THREADS];
	for (size_t i = 0; i < THREADS; i++) {
		claims[i] = (struct claim){ .f = f, .thread = i, .won = &won, .exists = &exists };
		assert_int_equal(pthread_create(&threads[i], NULL, claim_alias, &claims[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(won, 1);
	assert_int_equal(exists, THREADS * CLAIMS - 1);
	fixture_free(f);
}
