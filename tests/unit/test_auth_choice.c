/* Choice-based sign-in: what is offered to whom, known and unknown alike (spec/sign-in.md 3). */
#include "domain/auth/auth.h"

#include <stdio.h>
#include <string.h>

#include "domain/auth/first_factor.h"
#include "tests/lib/sign_in.h"

#define FLOW LG_STR("USER_AUTH")

/* A pool with these factors and a client for choices. */
static struct fixture *
choosing(const lg_str *factors, size_t count, lg_str mfa, bool hides)
{
	lg_json_global_init();
	lg_str flows[] = { LG_STR("ALLOW_USER_AUTH") };
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	lg_str phone = LG_STR("phone_number");
	struct lg_idp_sms_configuration_type sms = {
		.sns_caller_arn = LG_STR("arn:aws:iam::123456789012:role/sms"),
	};
	struct lg_idp_sign_in_policy_type sign_in = {
		.allowed_first_auth_factors = { (lg_str *)factors, count, true } };
	struct lg_idp_user_pool_policy_type policies = { .sign_in_policy = &sign_in };
	const bool with_mfa = lg_str_present(mfa);
	const struct lg_idp_create_user_pool_request pool = {
		.pool_name = LG_STR("choice"),
		.policies = &policies,
		.mfa_configuration = mfa,
		.sms_configuration = with_mfa ? &sms : NULL,
		.auto_verified_attributes = { &phone, with_mfa ? 1 : 0, with_mfa },
		.user_pool_tags = { &tag, 1, true },
	};
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
		.prevent_user_existence_errors = hides ? LG_STR("ENABLED") : LG_STR_NONE,
	};
	return fixture_with(&pool, &client);
}

static const lg_str all[] = { LG_STR_INIT("PASSWORD"), LG_STR_INIT("EMAIL_OTP"), LG_STR_INIT("SMS_OTP"),
	LG_STR_INIT("WEB_AUTHN") };

static void
edit(struct fixture *f, lg_str name, void (*change)(struct lg_user_row *row))
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	const unsigned parts = LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, name, parts, &user));
	change(&user->row);
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, parts);
	CHECK_OK(lg_store_commit(batch));
}

static void
forget_password(struct lg_user_row *row)
{
	row->credential = (struct lg_rec_credential){ 0 };
}

static void
enable_sms(struct lg_user_row *row)
{
	static lg_str sms[] = { LG_STR_INIT("SMS_MFA") };
	row->mfa.enabled = (struct lg_str_list){ sms, 1, true };
}

static void
enable_app(struct lg_user_row *row)
{
	static lg_str app[] = { LG_STR_INIT("SOFTWARE_TOKEN_MFA") };
	row->mfa.enabled = (struct lg_str_list){ app, 1, true };
}

static void
come_from_elsewhere(struct lg_user_row *row)
{
	row->status = LG_USER_EXTERNAL_PROVIDER;
}

static lg_status
begin(struct fixture *f, lg_str name, lg_str preferred, lg_str password, struct lg_auth_step *ret)
{
	return sign_in_initiate(f, FLOW,
		PARAMS(P("USERNAME", name), P("PREFERRED_CHALLENGE", preferred),
			P("PASSWORD", password)), ret);
}

/* What is offered to `name`, as one text. */
static lg_str
offers(struct fixture *f, lg_str name)
{
	struct lg_auth_step step;
	CHECK_OK(begin(f, name, LG_STR_NONE, LG_STR_NONE, &step));
	lg_str text = LG_STR("");
	for (size_t i = 0; i < step.available.count; i++) {
		const lg_str parts[] = { text, LG_STR(" "), step.available.items[i] };
		CHECK_OK(lg_str_concat(&f->t.cx, parts, LG_LEN(parts), &text));
	}
	return kept(text);
}

static void
alice(struct fixture *f)
{
	const lg_str attributes[] = { LG_STR("email"), LG_STR("alice@example.com"), LG_STR("phone_number"),
		LG_STR("+15550001234"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("alice"), LG_USER_CONFIRMED, attributes);
}

/* ---- who may choose what ---- */

TEST(what_a_user_has_and_the_pool_allows_is_offered)
{
	struct fixture *f = choosing(all, LG_LEN(all), LG_STR_NONE, false);
	alice(f);
	CHECK_STR(offers(f, LG_STR("alice")), LG_STR(" PASSWORD_SRP PASSWORD EMAIL_OTP SMS_OTP"));
	edit(f, LG_STR("alice"), forget_password);
	CHECK_STR(offers(f, LG_STR("alice")), LG_STR(" EMAIL_OTP SMS_OTP"));
	fixture_use_pool(f, NULL);
	lg_str flows[] = { LG_STR("ALLOW_USER_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
	};
	fixture_use_client(f, &client);
	alice(f);
	CHECK_STR(offers(f, LG_STR("alice")), LG_STR(" PASSWORD_SRP PASSWORD"));
	fixture_free(f);
}

TEST(srp_is_not_offered_where_it_cannot_work)
{
	lg_str flows[] = { LG_STR("ALLOW_USER_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
	};
	const struct lg_str_map *tags = PARAMS(P("lifeguard:password.storage", LG_STR("argon2id")));
	struct fixture *f = sign_in_fixture(tags, &client);
	alice(f);
	CHECK_STR(offers(f, LG_STR("alice")), LG_STR(" PASSWORD"));
	struct lg_auth_step step;
	CHECK_OK(begin(f, LG_STR("alice"), LG_STR("PASSWORD_SRP"), LG_STR_NONE, &step));
	CHECK_STR(step.challenge, LG_STR("PASSWORD"));
	CHECK_OK(begin(f, LG_STR("alice"), LG_STR("PASSWORD"), FIXTURE_PASSWORD, &step));
	CHECK(step.done);
	fixture_free(f);
}

TEST(who_has_a_second_factor_begins_with_the_password)
{
	struct fixture *f = choosing(all, LG_LEN(all), LG_STR("OPTIONAL"), false);
	alice(f);
	CHECK_STR(offers(f, LG_STR("alice")), LG_STR(" PASSWORD_SRP PASSWORD EMAIL_OTP SMS_OTP"));
	/* What the pool has off holds nobody to it. */
	edit(f, LG_STR("alice"), enable_app);
	CHECK_STR(offers(f, LG_STR("alice")), LG_STR(" PASSWORD_SRP PASSWORD EMAIL_OTP SMS_OTP"));
	edit(f, LG_STR("alice"), enable_sms);
	CHECK_STR(offers(f, LG_STR("alice")), LG_STR(" PASSWORD_SRP PASSWORD"));
	edit(f, LG_STR("alice"), forget_password);
	struct lg_auth_step step;
	CHECK_CODE(begin(f, LG_STR("alice"), LG_STR_NONE, LG_STR_NONE, &step), LG_E_NOT_AUTHORIZED);
	fixture_free(f);

	f = choosing(all, 1, LG_STR("ON"), false);
	alice(f);
	CHECK_STR(offers(f, LG_STR("alice")), LG_STR(" PASSWORD_SRP PASSWORD"));
	fixture_free(f);
}

TEST(who_comes_from_elsewhere_has_no_factor_here)
{
	struct fixture *f = choosing(all, LG_LEN(all), LG_STR_NONE, false);
	alice(f);
	edit(f, LG_STR("alice"), come_from_elsewhere);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	unsigned factors;
	struct lg_str_list names;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_CREDENTIAL, &user));
	CHECK_OK(lg_first_factors(cx, &f->env, f->pool, user, &factors));
	assert_int_equal(factors, 0);
	user->row.status = LG_USER_CONFIRMED;
	CHECK_OK(lg_first_factors(cx, &f->env, f->pool, user, &factors));
	CHECK_OK(lg_first_factor_names(cx, factors, &names));
	assert_int_equal(names.count, 3);
	CHECK_STR(names.items[0], LG_STR("PASSWORD"));
	CHECK_STR(names.items[1], LG_STR("EMAIL_OTP"));
	CHECK_STR(names.items[2], LG_STR("SMS_OTP"));
	fixture_free(f);
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

/* A name of nobody who is offered the same as the user `known`, and is as long. */
static lg_str
double_of(struct fixture *f, lg_str known)
{
	const lg_str wanted = offers(f, known);
	for (int i = 100; i < 1000; i++) {
		char name[16];
		snprintf(name, sizeof(name), "no%d", i);
		if (lg_str_eq(offers(f, lg_str_from_c(name)), wanted))
			return kept(lg_str_from_c(name));
	}
	fail_msg("no decoy is offered %.*s", LG_FMT(wanted));
	return LG_STR_NONE;
}

struct taken {
	struct lg_work work;
	size_t session, params;
	int code;
};

static struct taken
taken(struct fixture *f, lg_status s, const struct lg_auth_step *step)
{
	return (struct taken){ .work = f->t.cx.work,
		.session = lg_failed(s) ? 0 : step->session.len,
		.params = lg_failed(s) ? 0 : step->params.count,
		.code = s.code };
}

static void
check_same(struct taken known, struct taken unknown)
{
	check_same_work(known.work, unknown.work);
	assert_int_equal(known.session, unknown.session);
	assert_int_equal(known.params, unknown.params);
	assert_int_equal(known.code, unknown.code);
}

/* Everything that can be asked about a name without knowing a secret. */
#define ASKED 7
static void
ask(struct fixture *f, lg_str name, lg_str code, struct taken ret[ASKED])
{
	struct lg_auth_step step, chosen;
	size_t at = 0;
	const lg_str none = LG_STR_NONE;
	lg_status s = begin(f, name, none, none, &step);
	ret[at++] = taken(f, s, &step);
	const lg_str session = kept(step.session);
	s = sign_in_respond(f, LG_STR("SELECT_CHALLENGE"), session, PARAMS(P("USERNAME", name),
		P("ANSWER", LG_STR("PASSWORD")), P("PASSWORD", LG_STR("wrong"))), &chosen);
	ret[at++] = taken(f, s, &chosen);
	s = sign_in_respond(f, LG_STR("SELECT_CHALLENGE"), session, PARAMS(P("USERNAME", name),
		P("ANSWER", code)), &chosen);
	ret[at++] = taken(f, s, &chosen);
	const lg_str otp = kept(chosen.session);
	lg_str key;
	const lg_str parts[] = { code, LG_STR("_CODE") };
	CHECK_OK(lg_str_concat(&f->t.cx, parts, LG_LEN(parts), &key));
	const struct lg_str_pair pairs[] = { P("USERNAME", name), { kept(key), LG_STR("12345678x") } };
	const struct lg_str_map params = { (struct lg_str_pair *)pairs, 2, true };
	s = sign_in_respond(f, code, otp, &params, &chosen);
	ret[at++] = taken(f, s, &chosen);
	s = begin(f, name, LG_STR("PASSWORD"), none, &step);
	ret[at++] = taken(f, s, &step);
	s = begin(f, name, code, none, &step);
	ret[at++] = taken(f, s, &step);
	s = begin(f, name, LG_STR("PASSWORD"), LG_STR("wrong"), &step);
	ret[at++] = taken(f, s, &step);
	assert_int_equal(at, ASKED);
}

TEST(whatever_is_asked_about_nobody_costs_and_answers_what_it_does_about_somebody)
{
	struct fixture *f = choosing(all, 3, LG_STR_NONE, true);
	const lg_str attributes[] = { LG_STR("email"), LG_STR("a@example.com"), LG_STR_NONE };
	fixture_user_with(f, LG_STR("alice"), LG_USER_CONFIRMED, attributes);
	struct taken known[ASKED], unknown[ASKED];
	ask(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), known);
	const lg_str nobody = double_of(f, LG_STR("alice"));
	ask(f, nobody, LG_STR("EMAIL_OTP"), unknown);
	for (size_t i = 0; i < ASKED; i++)
		check_same(known[i], unknown[i]);
	assert_int_equal(known[0].work.reads, 2);
	assert_int_equal(known[1].code, LG_E_NOT_AUTHORIZED);
	assert_int_equal(known[2].work.messages, 1);
	assert_int_equal(known[3].code, LG_E_CODE_MISMATCH);
	CHECK(fixture_message(f)->nobody);
	fixture_free(f);
}

TEST(a_session_tells_no_length_of_a_name_that_was_not_typed)
{
	static const size_t lengths[] = { 1, 22, 23, 24, 25, 36, 40 };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmn";
	struct fixture *f = choosing(all, LG_LEN(all), LG_STR_NONE, true);
	lg_str email = LG_STR("email");
	const struct lg_idp_create_user_pool_request pool = { .pool_name = LG_STR("alias"),
		.alias_attributes = { &email, 1, true } };
	fixture_use_pool(f, &pool);
	lg_str flows[] = { LG_STR("ALLOW_USER_AUTH") };
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
		.prevent_user_existence_errors = LG_STR("ENABLED") };
	fixture_use_client(f, &client);
	struct lg_auth_step step;
	CHECK_OK(begin(f, LG_STR("z@example.com"), LG_STR("PASSWORD"), LG_STR_NONE, &step));
	const size_t nobodys = step.session.len;
	for (size_t i = 0; i < LG_LEN(lengths); i++) {
		char address[] = "a@example.com";
		address[0] = (char)('a' + i);
		fixture_user(f, lg_str_from_bytes(letters, lengths[i]), lg_str_from_c(address));
		CHECK_OK(begin(f, lg_str_from_c(address), LG_STR("PASSWORD"), LG_STR_NONE, &step));
		assert_int_equal(step.session.len, nobodys);
	}
	fixture_free(f);
}

TEST(a_user_without_factors_looks_like_nobody)
{
	struct fixture *f = choosing(all, 3, LG_STR_NONE, true);
	alice(f);
	edit(f, LG_STR("alice"), come_from_elsewhere);
	const lg_str offered = offers(f, LG_STR("alice"));
	CHECK(!lg_str_empty(offered));
	CHECK_STR(offers(f, LG_STR("alice")), offered);
	struct lg_auth_step step, next;
	CHECK_OK(begin(f, LG_STR("alice"), LG_STR("EMAIL_OTP"), LG_STR_NONE, &step));
	CHECK(!f->messenger.count || fixture_message(f)->nobody);
	const lg_str session = kept(step.session);
	if (lg_str_eq(step.challenge, LG_STR("EMAIL_OTP")))
		CHECK_CODE(sign_in_respond(f, LG_STR("EMAIL_OTP"), session,
			PARAMS(P("USERNAME", LG_STR("alice")), P("EMAIL_OTP_CODE", LG_STR("1"))), &next),
			LG_E_CODE_MISMATCH);
	CHECK_CODE(begin(f, LG_STR("alice"), LG_STR("PASSWORD"), FIXTURE_PASSWORD, &step),
		LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}

TEST(decoys_are_as_various_as_users_and_stay_what_they_are)
{
	struct fixture *f = choosing(all, 3, LG_STR("OPTIONAL"), true);
	static const char *const kinds[] = { " PASSWORD_SRP PASSWORD", " SMS_OTP", " EMAIL_OTP SMS_OTP",
		" PASSWORD_SRP PASSWORD SMS_OTP", " PASSWORD_SRP PASSWORD EMAIL_OTP SMS_OTP" };
	size_t seen[LG_LEN(kinds)] = { 0 };
	for (int i = 0; i < 200; i++) {
		char name[16];
		snprintf(name, sizeof(name), "n%d", i);
		const lg_str offered = offers(f, lg_str_from_c(name));
		if (i < 20)
			CHECK_STR(offers(f, lg_str_from_c(name)), offered);
		size_t k = 0;
		while (k < LG_LEN(kinds) && !lg_str_eq(offered, lg_str_from_c(kinds[k])))
			k++;
		assert_true(k < LG_LEN(kinds));
		seen[k]++;
		lg_ctx_done(&f->t.cx);
		f->messenger.count = 0;
	}
	for (size_t k = 0; k < LG_LEN(kinds); k++)
		CHECK(seen[k] > 0);
	fixture_free(f);
}

TEST(the_address_that_was_typed_is_the_decoys)
{
	struct fixture *f = choosing(all, 3, LG_STR_NONE, true);
	struct lg_auth_step step;
	CHECK_OK(begin(f, LG_STR("who@example.com"), LG_STR("EMAIL_OTP"), LG_STR_NONE, &step));
	CHECK_STR(step.challenge, LG_STR("EMAIL_OTP"));
	CHECK_STR(lg_str_map_get(&step.params, LG_STR("CODE_DELIVERY_DESTINATION")), LG_STR("w***@e***"));
	CHECK_OK(begin(f, LG_STR("+15550009876"), LG_STR("SMS_OTP"), LG_STR_NONE, &step));
	CHECK_STR(step.challenge, LG_STR("SMS_OTP"));
	CHECK_STR(lg_str_map_get(&step.params, LG_STR("CODE_DELIVERY_DESTINATION")), LG_STR("+*******9876"));
	fixture_free(f);
}
