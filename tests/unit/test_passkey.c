/* Passkeys of a pool: relying party, second factor, those of nobody, the last way in (spec/sign-in.md 8). */
#include "domain/auth/passkey.h"

#include <stdio.h>
#include <string.h>

#include "codec/bytes.h"
#include "codec/json.h"
#include "domain/auth/auth.h"
#include "domain/auth/passkey_name.h"
#include "domain/pool/mfa_config.h"
#include "tests/lib/authenticator_json.h"
#include "tests/lib/sign_in.h"

#define FLOW LG_STR("USER_AUTH")
#define WEB_AUTHN LG_STR("WEB_AUTHN")
#define ORIGIN LG_STR("https://app.example.com")
#define RP_ID LG_STR("example.com")
#define ID LG_STR("an id of a credential")

static struct lg_idp_web_authn_configuration_type configuration;

static struct fixture *
passkeys(lg_str mfa, bool hides)
{
	lg_json_global_init();
	lg_str flows[] = { LG_STR("ALLOW_USER_AUTH") };
	lg_str factors[] = { LG_STR("PASSWORD"), WEB_AUTHN };
	struct lg_str_pair tag = { LG_STR("lifeguard:tokens.alg"), LG_STR("ES256") };
	struct lg_idp_sign_in_policy_type sign_in = {
		.allowed_first_auth_factors = { .items = factors, .count = LG_LEN(factors), .has = true }
	};
	struct lg_idp_user_pool_policy_type policies = { .sign_in_policy = &sign_in };
	const struct lg_idp_create_user_pool_request pool = {
		.pool_name = LG_STR("passkeys"),
		.policies = &policies,
		.user_pool_tags = { &tag, 1, true },
	};
	const struct lg_idp_create_user_pool_client_request client = {
		.explicit_auth_flows = { .items = flows, .count = LG_LEN(flows), .has = true },
		.prevent_user_existence_errors = hides ? LG_STR("ENABLED") : LG_STR_NONE,
	};
	struct fixture *f = fixture_with(&pool, &client);

	configuration = (struct lg_idp_web_authn_configuration_type){ .relying_party_id = RP_ID };
	struct lg_idp_software_token_mfa_config_type totp = { .enabled = { true, true } };
	struct lg_idp_set_user_pool_mfa_config_request config = {
		.user_pool_id = f->pool_id,
		.mfa_configuration = mfa,
		.web_authn_configuration = &configuration,
	};
	if (!lg_str_eq(mfa, LG_STR("OFF"))) {
		configuration.factor_configuration = LG_STR("MULTI_FACTOR_WITH_USER_VERIFICATION");
		config.software_token_mfa_configuration = &totp;
	}
	struct lg_idp_set_user_pool_mfa_config_response out;
	CHECK_OK(lg_mfa_config_set(fixture_request(f), &f->env, &config, &out));
	return f;
}

static struct lg_access
access_of(struct fixture *f, lg_str name)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_access access = { .pool = f->pool, .client = f->client };
	CHECK_OK(lg_user_find(
		cx, &f->env, f->pool, name, LG_PART_PROFILE | LG_PART_CREDENTIAL, &access.user));
	return access;
}

static lg_str
challenge_in(struct lg_ctx *cx, lg_str options)
{
	json_t *tree;
	CHECK_OK(lg_json_parse(cx, options, &tree));
	return lg_json_member_text(tree, LG_STR("challenge"));
}

static void
add_passkey(struct fixture *f, lg_str name, lg_str id)
{
	struct lg_access access = access_of(f, name);
	lg_str options;
	CHECK_OK(lg_passkey_start(&f->t.cx, &f->env, &access, &options));
	struct authenticator_how how = authenticator_right(challenge_in(&f->t.cx, options), ORIGIN, RP_ID);
	how.id = id;
	const struct lg_webauthn_registration made = authenticator_create(&f->t.cx, &how);
	CHECK_OK(lg_passkey_complete(&f->t.cx, &f->env, &access,
		authenticator_json_created(&f->t.cx, &made, LG_STR_NONE, LG_STR_NONE)));
}

/* Asked for a passkey; the texts of the step are kept. */
static lg_status
begin(struct fixture *f, lg_str name, struct lg_auth_step *ret, lg_str *ret_options)
{
	const lg_status s = sign_in_initiate(
		f, FLOW, PARAMS(P("USERNAME", name), P("PREFERRED_CHALLENGE", WEB_AUTHN)), ret);
	ret->challenge = kept(ret->challenge);
	ret->session = kept(ret->session);
	*ret_options = kept(lg_str_map_get(&ret->params, LG_STR("CREDENTIAL_REQUEST_OPTIONS")));
	return s;
}

static lg_status
answer(struct fixture *f, lg_str name, lg_str session, lg_str options, const struct authenticator_how *how,
	struct lg_auth_step *ret)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct authenticator_how right = *how;
	right.challenge = challenge_in(&t.cx, options);
	const struct lg_webauthn_assertion made = authenticator_get(&t.cx, &right);
	const lg_str credential = kept(authenticator_json_got(&t.cx, &made));
	lg_test_ctx_done(&t);
	return sign_in_respond(
		f, WEB_AUTHN, session, PARAMS(P("USERNAME", name), P("CREDENTIAL", credential)), ret);
}

static struct authenticator_how
assertion(uint32_t count)
{
	struct authenticator_how how = authenticator_right(LG_STR_NONE, ORIGIN, RP_ID);
	how.count = count;
	return how;
}

TEST(a_relying_party_is_named_by_the_pool_its_domains_or_the_server)
{
	struct fixture *f = passkeys(LG_STR("OFF"), false);
	struct lg_ctx *cx = fixture_request(f);
	struct lg_idp_user_pool_type type = *f->pool->type;
	struct lg_rec_pool settings = *f->pool->settings;
	struct lg_pool pool = *f->pool;
	pool.type = &type;
	pool.settings = &settings;
	settings.web_authn = NULL;
	static const struct {
		const char *url, *prefix, *custom;
		bool dev;
		const char *rp_id;
	} rows[] = {
		{ "http://localhost:9500", NULL, NULL, true, "localhost" },
		{ "http://localhost:9500", NULL, NULL, false, NULL },
		{ "http://127.0.0.1:9500", NULL, NULL, true, NULL },
		{ "http://[::1]:9500", "ours", NULL, true, NULL },
		{ "https://id.example.com", "ours", NULL, false, "ours.id.example.com" },
		{ "https://id.example.com:8443", "ours", NULL, false, "ours.id.example.com" },
		{ "https://10.0.0.1", "ours", NULL, false, NULL },
		{ "https://id.example.com", "ours", "login.example.org", false, "login.example.org" },
		{ "https://10.0.0.1", NULL, "login.example.org", false, "login.example.org" },
	};
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		f->settings.public_url = lg_str_from_c(rows[i].url);
		f->settings.dev = rows[i].dev;
		type.domain = rows[i].prefix ? lg_str_from_c(rows[i].prefix) : LG_STR_NONE;
		type.custom_domain = rows[i].custom ? lg_str_from_c(rows[i].custom) : LG_STR_NONE;
		lg_str rp_id;
		CHECK_OK(lg_passkey_rp_id(cx, &f->env, &pool, &rp_id));
		CHECK_STR(rp_id, rows[i].rp_id ? lg_str_from_c(rows[i].rp_id) : LG_STR_NONE);
	}
	fixture_free(f);
}

TEST(a_passkey_is_both_factors_where_the_pool_says_so_and_the_user_was_verified)
{
	struct fixture *f = passkeys(LG_STR("ON"), false);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	add_passkey(f, LG_STR("alice"), ID);
	struct lg_auth_step step;
	lg_str options;
	struct authenticator_how how = assertion(2);
	CHECK_OK(begin(f, LG_STR("alice"), &step, &options));
	CHECK_STR(step.challenge, WEB_AUTHN);
	CHECK_OK(answer(f, LG_STR("alice"), step.session, options, &how, &step));
	CHECK(step.done);

	how = assertion(3);
	how.flags = FLAG_UP;
	CHECK_OK(begin(f, LG_STR("alice"), &step, &options));
	const lg_status s = answer(f, LG_STR("alice"), step.session, options, &how, &step);
	CHECK(lg_failed(s) || !step.done);
	fixture_free(f);
}

TEST(nobody_has_a_passkey_like_somebody)
{
	struct fixture *f = passkeys(LG_STR("OFF"), true);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	add_passkey(f, LG_STR("alice"), ID);
	struct lg_auth_step known, unknown;
	lg_str known_options, options, again;
	CHECK_OK(begin(f, LG_STR("alice"), &known, &known_options));

	/* Some of them have one. */
	lg_str name = LG_STR_NONE;
	size_t with = 0;
	for (int i = 0; i < 64; i++) {
		char text[16];
		snprintf(text, sizeof(text), "nobody%d", i);
		CHECK_OK(begin(f, lg_str_from_c(text), &unknown, &options));
		if (!lg_str_eq(unknown.challenge, WEB_AUTHN))
			continue;
		name = kept(lg_str_from_c(text));
		with++;
	}
	CHECK(with > 4 && with < 40);

	CHECK_OK(begin(f, name, &unknown, &options));
	const struct lg_work asked = f->t.cx.work;
	CHECK_OK(begin(f, LG_STR("alice"), &known, &known_options));
	assert_memory_equal(&asked, &f->t.cx.work, sizeof(asked));
	CHECK_OK(begin(f, name, &unknown, &again));
	/* The same passkey each time, another challenge. */
	CHECK(!lg_str_eq(options, again));
	CHECK_STR(lg_str_slice(options, 60, options.len), lg_str_slice(again, 60, again.len));

	struct authenticator_how how = assertion(2);
	how.flags = 0;
	CHECK_CODE(answer(f, name, unknown.session, again, &how, &unknown), LG_E_NOT_AUTHORIZED);
	const struct lg_work decoys = f->t.cx.work;
	const lg_str said = kept(lg_failure_text(&f->t.cx, LG_E_NOT_AUTHORIZED));
	CHECK_CODE(
		answer(f, LG_STR("alice"), known.session, known_options, &how, &known), LG_E_NOT_AUTHORIZED);
	CHECK_STR(lg_failure_text(&f->t.cx, LG_E_NOT_AUTHORIZED), said);
	assert_memory_equal(&decoys, &f->t.cx.work, sizeof(decoys));
	fixture_free(f);
}

/* Credentials in options. */
static size_t
count_of(struct lg_ctx *cx, lg_str options)
{
	json_t *tree;
	CHECK_OK(lg_json_parse(cx, options, &tree));
	return json_array_size(lg_json_member(tree, LG_STR("allowCredentials")));
}

TEST(several_passkeys_are_no_proof_of_somebody)
{
	struct fixture *f = passkeys(LG_STR("OFF"), true);
	size_t seen[4] = { 0 };
	for (int i = 0; i < 200; i++) {
		struct lg_auth_step step;
		lg_str options;
		char text[16];
		snprintf(text, sizeof(text), "nobody%d", i);
		CHECK_OK(begin(f, lg_str_from_c(text), &step, &options));
		if (!lg_str_eq(step.challenge, WEB_AUTHN))
			continue;
		const size_t count = count_of(&f->t.cx, options);
		assert_in_range(count, 1, 3);
		seen[count]++;
	}
	CHECK(seen[1] > seen[2] && seen[2] > 0 && seen[3] > 0);
	fixture_free(f);
}

TEST(what_stands_for_no_passkey_opens_nothing)
{
	struct fixture *f = passkeys(LG_STR("OFF"), false);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	add_passkey(f, LG_STR("alice"), ID);
	struct lg_auth_step step;
	lg_str options;
	struct authenticator_how how = assertion(2);
	how.base_point = true;
	how.id = LG_STR("an id that nobody has");
	CHECK_OK(begin(f, LG_STR("alice"), &step, &options));
	CHECK_CODE(answer(f, LG_STR("alice"), step.session, options, &how, &step), LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}

TEST(a_key_is_sealed_for_its_owner)
{
	struct fixture *f = passkeys(LG_STR("OFF"), false);
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_owner alice = { f->pool->pool, LG_STR("0123456789abcdef") };
	const struct lg_owner bob = { f->pool->pool, LG_STR("fedcba9876543210") };
	struct authenticator_how how = authenticator_right(LG_STR("Y2hhbGxlbmdl"), ORIGIN, RP_ID);
	const struct lg_webauthn_expect expect = { .challenge = how.challenge, .rp_id = RP_ID };
	const enum lg_cose_alg algs[] = { LG_COSE_ES256 };
	struct lg_webauthn_credential made;
	const struct lg_webauthn_registration sent = authenticator_create(cx, &how);
	CHECK_OK(lg_webauthn_register(cx, &expect, algs, 1, &sent, &made));
	lg_str sealed;
	CHECK_OK(lg_keyholder_passkey_make(f->env.keys, cx, alice, &made, &sealed));

	how.count = 2;
	const struct lg_webauthn_assertion right = authenticator_get(cx, &how);
	struct lg_passkey_proof proof;
	CHECK_CODE(lg_keyholder_passkey_check(
			   f->env.keys, cx, bob, &expect, LG_STR("handle"), &right, sealed, &proof),
		LG_E_MALFORMED);
	CHECK_OK(lg_keyholder_passkey_check(
		f->env.keys, cx, alice, &expect, LG_STR("handle"), &right, sealed, &proof));
	CHECK(proof.user_verified);
	/* What it gives back knows the counter. */
	CHECK_CODE(lg_keyholder_passkey_check(
			   f->env.keys, cx, alice, &expect, LG_STR("handle"), &right, proof.sealed, &proof),
		LG_E_MISMATCH);
	fixture_free(f);
}

TEST(the_last_way_in_is_not_deleted)
{
	struct fixture *f = passkeys(LG_STR("OFF"), false);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	add_passkey(f, LG_STR("alice"), LG_STR("first"));
	add_passkey(f, LG_STR("alice"), LG_STR("second"));

	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *user;
	struct lg_batch *batch;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("alice"), LG_PART_CREDENTIAL, &user));
	user->row.credential = (struct lg_rec_credential){ 0 };
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_CREDENTIAL);
	CHECK_OK(lg_store_commit(batch));

	struct lg_access access = access_of(f, LG_STR("alice"));
	CHECK_OK(lg_passkey_delete(&f->t.cx, &f->env, &access, LG_STR("Zmlyc3Q")));
	access = access_of(f, LG_STR("alice"));
	CHECK_CODE(
		lg_passkey_delete(&f->t.cx, &f->env, &access, LG_STR("c2Vjb25k")), LG_E_INVALID_PARAMETER);
	bool any;
	CHECK_OK(lg_passkey_any(&f->t.cx, &f->env, f->pool, access.user, &any));
	CHECK(any);
	fixture_free(f);
}

TEST(of_two_who_delete_the_last_two_one_looks_again)
{
	struct fixture *f = passkeys(LG_STR("OFF"), false);
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	add_passkey(f, LG_STR("alice"), LG_STR("first"));
	add_passkey(f, LG_STR("alice"), LG_STR("second"));
	struct lg_access access = access_of(f, LG_STR("alice"));
	CHECK_OK(lg_passkey_delete(&f->t.cx, &f->env, &access, LG_STR("Zmlyc3Q")));
	CHECK_CODE(lg_passkey_delete(&f->t.cx, &f->env, &access, LG_STR("c2Vjb25k")), LG_E_CONFLICT);
	fixture_free(f);
}

TEST(a_passkey_is_called_what_its_owner_says)
{
	struct fixture *f = passkeys(LG_STR("OFF"), false);
	const lg_str id = LG_STR("Zmlyc3Q");
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	add_passkey(f, LG_STR("alice"), LG_STR("first"));
	struct lg_access access = access_of(f, LG_STR("alice"));
	CHECK_OK(lg_passkey_rename(&f->t.cx, &f->env, &access, id, LG_STR("Büro")));
	CHECK_CODE(lg_passkey_rename(&f->t.cx, &f->env, &access, id, LG_STR("")), LG_E_INVALID_PARAMETER);
	CHECK_CODE(lg_passkey_rename(&f->t.cx, &f->env, &access, LG_STR("c2Vjb25k"), LG_STR("x")),
		LG_E_RESOURCE_NOT_FOUND);
	struct lg_idp_list_web_authn_credentials_response list = { 0 };
	CHECK_OK(lg_passkey_list(&f->t.cx, &f->env, &access,
		&(struct lg_idp_list_web_authn_credentials_request){ 0 }, &list));
	assert_int_equal(list.credentials.count, 1);
	CHECK_STR(list.credentials.items[0].friendly_credential_name, LG_STR("Büro"));
	fixture_free(f);
}

TEST(a_passkey_is_called_after_its_keeper)
{
	unsigned char aaguid[16] = { 0 };
	const lg_str bytes = lg_str_from_bytes(aaguid, sizeof(aaguid));
	CHECK(lg_uuid_decode(LG_STR("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), aaguid));
	CHECK_STR(lg_passkey_name(bytes, LG_STR("platform")), LG_STR("iCloud Keychain"));
	memset(aaguid, 0, sizeof(aaguid));
	CHECK_STR(lg_passkey_name(bytes, LG_STR("platform")), LG_STR("Passkey"));
	CHECK_STR(lg_passkey_name(bytes, LG_STR("cross-platform")), LG_STR("Security key"));
	CHECK_STR(lg_passkey_name(bytes, LG_STR_NONE), LG_STR("Passkey"));
}

/* ---- a passkey of anybody's, on a page ---- */

/* Asked for, and answered with Alice's by `how`; the texts are kept. */
static struct lg_auth_passkey_answer
discovered(struct fixture *f, const struct authenticator_how *how, lg_str sub)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_auth_call call = { .pool = f->pool, .client = f->client, .hosted = true };
	lg_str challenge, options;
	CHECK_OK(lg_auth_passkey_ask(cx, &f->env, &call, &challenge, &options));
	CHECK_STR(challenge_in(cx, options), challenge);
	json_t *tree;
	CHECK_OK(lg_json_parse(cx, options, &tree));
	CHECK(!json_array_size(json_object_get(tree, "allowCredentials")));
	struct authenticator_how right = *how;
	right.challenge = challenge;
	struct lg_webauthn_assertion made = authenticator_get(cx, &right);
	made.user_handle = sub;
	return (struct lg_auth_passkey_answer){ .challenge = kept(challenge),
		.expires = lg_time_add_ms(cx->now, LG_MINUTE_MS),
		.credential = kept(authenticator_json_got(cx, &made)) };
}

static lg_status
discover(struct fixture *f, const struct lg_auth_passkey_answer *given, struct lg_auth_step *ret)
{
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_auth_call call = { .pool = f->pool, .client = f->client, .hosted = true };
	*ret = (struct lg_auth_step){ 0 };
	return lg_auth_passkey_any(cx, &f->env, &call, given, ret);
}

static lg_str
sub_of(struct fixture *f, lg_str name)
{
	const struct lg_access access = access_of(f, name);
	return kept(access.user->sub);
}

TEST(a_passkey_says_whose_it_is_and_its_challenge_is_good_once)
{
	struct fixture *f = passkeys(LG_STR("OFF"), true);
	struct lg_auth_step step;
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	add_passkey(f, LG_STR("alice"), ID);
	struct authenticator_how how = assertion(7);
	how.id = ID;
	const lg_str alice = sub_of(f, LG_STR("alice"));
	const struct lg_auth_passkey_answer given = discovered(f, &how, alice);
	CHECK_OK(discover(f, &given, &step));
	CHECK(step.done);
	CHECK_STR(step.user->username, LG_STR("alice"));
	CHECK_STR(step.proven.items[0], LG_STR("PASSKEY"));
	CHECK_CODE(discover(f, &given, &step), LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}

TEST(a_passkey_of_somebody_else_opens_nothing)
{
	struct fixture *f = passkeys(LG_STR("OFF"), true);
	struct lg_auth_step step;
	fixture_user(f, LG_STR("alice"), LG_STR_NONE);
	fixture_user(f, LG_STR("bob"), LG_STR_NONE);
	add_passkey(f, LG_STR("alice"), ID);
	add_passkey(f, LG_STR("bob"), LG_STR("another id"));
	struct authenticator_how how = assertion(7);
	how.id = ID;
	const lg_str others[] = { sub_of(f, LG_STR("bob")), LG_STR("00000000-0000-0000-0000-000000000000"),
		LG_STR("nobody"), LG_STR_NONE };
	for (size_t i = 0; i < LG_LEN(others); i++) {
		const struct lg_auth_passkey_answer given = discovered(f, &how, others[i]);
		CHECK_CODE(discover(f, &given, &step), LG_E_NOT_AUTHORIZED);
		CHECK_STR(f->t.cx.failure.text, LG_STR("The passkey could not be verified."));
	}
	const lg_str alice = sub_of(f, LG_STR("alice"));
	struct lg_auth_passkey_answer given = discovered(f, &how, alice);
	given.challenge = LG_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	CHECK_CODE(discover(f, &given, &step), LG_E_NOT_AUTHORIZED);
	fixture_free(f);
}
