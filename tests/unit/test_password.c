#include "tests/lib/fixture.h"

#include "domain/auth/password.h"

static struct lg_idp_password_policy_type
policy(int64_t history)
{
	return (struct lg_idp_password_policy_type){
		.minimum_length = { true, 8 },
		.require_uppercase = { true, true },
		.require_lowercase = { true, true },
		.require_numbers = { true, true },
		.require_symbols = { true, true },
		.password_history_size = { true, history },
		.temporary_password_validity_days = { true, 3 },
	};
}

static struct fixture *
pool_with(struct lg_idp_password_policy_type rules)
{
	struct lg_idp_user_pool_policy_type policies = { .password_policy = &rules };
	return fixture_with(
		&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"), .policies = &policies },
		NULL);
}

TEST(first_broken_rule_is_named)
{
	static const struct {
		const char *password;
		const char *text; /* NULL = conforms */
	} tries[] = {
		{ "Aa1!", "Password not long enough" },
		{ "aaaaaaa1!", "Password must have uppercase characters" },
		{ "AAAAAAA1!", "Password must have lowercase characters" },
		{ "AAAAaaaa!", "Password must have numeric characters" },
		{ "AAAAaaaa1", "Password must have symbol characters" },
		{ "AAAAaaaa1 ", "Password must have symbol characters" },
		{ "AAAA aaa1", NULL },
		{ "AAAAaaa1`", NULL },
		/* Letters of other scripts are neither case. */
		{ "\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84"
		  "a1!",
			"Password must have uppercase characters" },
	};
	struct fixture *f = pool_with(policy(0));
	for (size_t i = 0; i < LG_LEN(tries); i++) {
		struct lg_ctx *cx = fixture_request(f);
		const lg_status s =
			lg_password_policy_check(cx, f->pool, lg_str_from_c(tries[i].password), false);
		CHECK_CODE(s, tries[i].text ? LG_E_INVALID_PASSWORD : LG_E_OK);
		if (!tries[i].text)
			continue;
		lg_str text;
		CHECK_OK(lg_str_fmt(cx, &text, "Password did not conform with policy: %s", tries[i].text));
		CHECK_STR(cx->failure.text, text);
	}
	CHECK_CODE(lg_password_policy_check(fixture_request(f), f->pool, LG_STR("x"), true),
		LG_E_INVALID_PASSWORD);
	CHECK_STR(f->t.cx.failure.text,
		LG_STR("Password did not conform with password policy: Password not long enough"));
	fixture_free(f);
}

TEST(symbols_are_those_of_the_specification)
{
	struct fixture *f = pool_with(policy(0));
	const lg_str symbols = LG_STR("^$*.[]{}()?\"!@#%&/\\,><':;|_~=+-`");
	for (int c = 33; c < 127; c++) {
		char password[] = "AAAAaaa1x";
		password[8] = (char)c;
		const bool letter =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		const lg_status s = lg_password_policy_check(
			fixture_request(f), f->pool, lg_str_from_c(password), false);
		CHECK(letter != lg_str_has_byte(symbols, (char)c));
		CHECK_CODE(s, letter ? LG_E_INVALID_PASSWORD : LG_E_OK);
	}
	fixture_free(f);
}

TEST(generated_passwords_conform_and_differ)
{
	struct lg_idp_password_policy_type rules = policy(0);
	rules.minimum_length.v = 40;
	struct fixture *f = pool_with(rules);
	struct lg_ctx *cx = fixture_request(f);
	lg_str former = LG_STR("");
	for (int i = 0; i < 200; i++) {
		lg_str password;
		CHECK_OK(lg_password_generate(cx, f->pool, &password));
		CHECK_OK(lg_password_policy_check(cx, f->pool, password, true));
		assert_int_equal(password.len, 40);
		CHECK(!lg_str_eq(former, password));
		former = password;
	}
	fixture_free(f);
}

TEST(temporary_password_lives_as_long_as_the_pool_says)
{
	struct fixture *f = pool_with(policy(0));
	const lg_time until = lg_password_temporary_until(f->pool, (lg_time){ 1000 });
	assert_int_equal(until.ms, 1000 + 3 * LG_DAY_MS);
	fixture_free(f);
}

static lg_status
set(struct fixture *f, const char *password)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	unsigned parts;
	CHECK_OK(lg_user_find(
		cx, &f->env, f->pool, LG_STR("alice"), LG_PART_CREDENTIAL | LG_PART_HISTORY, &user));
	LG_TRY(lg_password_set(cx, &f->env, f->pool, user, lg_str_from_c(password), (lg_time){ 0 }, &parts));
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, parts);
	return lg_store_commit(batch);
}

static lg_status
check(struct fixture *f, const char *password)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_CREDENTIAL, &user));
	return lg_keyholder_password_check(f->env.keys, cx, lg_user_owner(user), f->pool->password_scheme,
		lg_user_srp_name(f->pool, user), lg_str_from_c(password), user->row.credential.sealed);
}

TEST(password_that_is_set_is_the_one_that_checks)
{
	struct fixture *f = pool_with(policy(0));
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	CHECK_OK(set(f, "Second-pass-2"));
	CHECK_OK(check(f, "Second-pass-2"));
	CHECK_CODE(check(f, "Correct-horse-9"), LG_E_MISMATCH);
	/* Without history the same one may be set again. */
	CHECK_OK(set(f, "Second-pass-2"));
	fixture_free(f);
}

TEST(current_and_last_passwords_are_refused)
{
	struct fixture *f = pool_with(policy(2));
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	CHECK_CODE(set(f, "Correct-horse-9"), LG_E_PASSWORD_HISTORY_POLICY_VIOLATION);
	CHECK_STR(lg_failure_text(&f->t.cx, LG_E_PASSWORD_HISTORY_POLICY_VIOLATION),
		LG_STR("Password has previously been used"));
	CHECK_OK(set(f, "Second-pass-2"));
	CHECK_CODE(set(f, "Correct-horse-9"), LG_E_PASSWORD_HISTORY_POLICY_VIOLATION);
	CHECK_OK(set(f, "Third-pass-3"));
	CHECK_CODE(set(f, "Correct-horse-9"), LG_E_PASSWORD_HISTORY_POLICY_VIOLATION);
	CHECK_CODE(set(f, "Second-pass-2"), LG_E_PASSWORD_HISTORY_POLICY_VIOLATION);
	CHECK_OK(set(f, "Fourth-pass-4"));
	CHECK_OK(set(f, "Correct-horse-9"));
	fixture_free(f);
}

TEST(argon2id_pool_remembers_too)
{
	struct lg_idp_password_policy_type rules = policy(1);
	struct lg_idp_user_pool_policy_type policies = { .password_policy = &rules };
	struct lg_str_pair tag = { LG_STR("lifeguard:password.storage"), LG_STR("argon2id") };
	struct fixture *f = fixture_with(&(struct lg_idp_create_user_pool_request){ .pool_name = LG_STR("p"),
						 .policies = &policies,
						 .user_pool_tags = { &tag, 1, true } },
		NULL);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	CHECK_OK(set(f, "Second-pass-2"));
	CHECK_OK(check(f, "Second-pass-2"));
	CHECK_CODE(set(f, "Correct-horse-9"), LG_E_PASSWORD_HISTORY_POLICY_VIOLATION);
	fixture_free(f);
}
